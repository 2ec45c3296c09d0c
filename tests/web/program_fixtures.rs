//! Programs as the session would give them, made by hand.

use crosstalk::board::{Acknowledges, Gap, IfAgain, Often, OnFailure, Pattern, Pin, PinDoes};
use crosstalk::sim::{HandlerId, LineId};
use crosstalk::view::{GapView, LineView, PatternSwitch, PatternWhich, ProgramView};

use super::fixtures::{CHARGE, PAYMENTS};

pub fn gap(gap: Gap) -> GapView {
    GapView { gap, pin: None, label: String::new(), spent: false }
}

pub fn line(id: u16, number: usize, word: &str, rest: &str) -> LineView {
    LineView {
        id: LineId(id),
        number,
        word: word.into(),
        rest: rest.into(),
        note: if word == "ack" { "commits the offset".into() } else { String::new() },
        in_transaction: matches!(word, "begin" | "track" | "write" | "commit"),
        live: Vec::new(),
        after: gap(Gap::After(LineId(id))),
    }
}

/// Without a pin, or with one after `commit` that has acted.
pub fn program(pinned: bool) -> ProgramView {
    let mut lines = vec![
        line(1, 2, "work", "600 ms ± 200"),
        line(2, 3, "begin", ""),
        line(3, 4, "write", "accounts[customer] −= amount"),
        line(4, 5, "commit", ""),
        line(5, 6, "ack", ""),
    ];
    lines[2].live = vec![3];
    if pinned {
        let at = Gap::After(LineId(4));
        let (does, often) = (PinDoes::Crash, Often::Once);
        let pin = Pin { service: PAYMENTS, gap: at, does, often, only: None, key: None, back_after_ms: None };
        lines[3].after = GapView { gap: at, pin: Some(pin), label: "crashed here, once".into(), spent: true };
    }
    let pair = |keyword: &str, rest: &str| (keyword.to_owned(), rest.to_owned());
    ProgramView {
        id: CHARGE,
        heading: vec![pair("on", "OrderPlaced"), pair("from", "order-events"), pair("as", "payments")],
        start: gap(Gap::Start(CHARGE)),
        lines,
        patterns: patterns(),
        policy: OnFailure::Retry.words(),
        policies: vec![
            (OnFailure::Retry.words(), OnFailure::Retry, String::new()),
            (OnFailure::Skip.words(), OnFailure::Skip, String::new()),
        ],
        hazards: vec![(String::new(), "Something can go wrong here.")],
        keys: vec![(0, "A".into()), (1, "B".into())],
        older: Vec::new(),
    }
}

fn patterns() -> Vec<PatternSwitch> {
    let again = |form| Pattern::IfAgain(CHARGE, form);
    let ack = |form| Pattern::Acknowledges(CHARGE, form);
    vec![
        PatternSwitch {
            which: PatternWhich::IfAgain,
            heading: "If a message comes again",
            forms: vec![
                ("does it again", again(IfAgain::DoesItAgain), String::new()),
                (
                    "is idempotent",
                    again(IfAgain::IsIdempotent),
                    "the message has no number of its own that a row could be keyed by".into(),
                ),
                ("tracks ids", again(IfAgain::TracksIds), String::new()),
            ],
            now: Some(again(IfAgain::DoesItAgain)),
        },
        PatternSwitch {
            which: PatternWhich::Acknowledges,
            heading: "When it acknowledges",
            forms: vec![
                ("before handling", ack(Acknowledges::BeforeHandling), String::new()),
                ("after handling", ack(Acknowledges::AfterHandling), String::new()),
            ],
            now: Some(ack(Acknowledges::AfterHandling)),
        },
    ]
}

/// A program of the outbox's relay.
pub fn relay() -> ProgramView {
    ProgramView {
        id: HandlerId(2),
        heading: vec![("every".into(), "1 s".into())],
        start: gap(Gap::Start(HandlerId(2))),
        lines: vec![line(11, 2, "poll", "the outbox"), line(12, 3, "publish", "the rows"), line(13, 4, "mark", "them published")],
        patterns: Vec::new(),
        policy: String::new(),
        policies: Vec::new(),
        hazards: Vec::new(),
        keys: Vec::new(),
        older: Vec::new(),
    }
}
