//! How boards are held to their texts: what a run shows, the same without its failure, and with a cure.

use std::collections::BTreeMap;

use crosstalk::board::{
    Action, Board, Edit, Gap, IfAgain, LineDoc, Often, Pattern, Pin, PinAction, PinDoes, Place, Question, Setting, set_relay_kind,
};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Check, Violation};
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{FactId, HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Span, Time};
use crosstalk::store::{RelayKind, StoreFact};
use crosstalk::world::{Entry, Fact, ProcessFact};

use crate::support::{ORDERS, PAYMENTS, board, edited, seconds, session, switch};

/// The handler that every service of the shipped boards has.
pub const HANDLER: HandlerId = HandlerId(1);

/// The checks that are violated at the cursor, and how often.
pub fn found(session: &Session) -> Vec<(Check, u64)> {
    let all = Check::ALL.map(|check| (check, session.checks().count(check)));
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// A shipped board, played so long.
pub fn played(name: &str, s: u64) -> Session {
    let mut session = session(name);
    session.seek(seconds(s));
    session
}

/// The same board without the failure that it comes with.
pub fn calm(name: &str) -> Board {
    Board { pins: Vec::new(), planned: Vec::new(), ..board(name) }
}

/// A shipped board with something changed before it runs, played so long.
pub fn changed(name: &str, s: u64, change: impl FnOnce(&mut Session)) -> Session {
    let mut session = session(name);
    change(&mut session);
    session.seek(seconds(s));
    session
}

/// The one violation that a board shows.
pub fn only(session: &Session, check: Check) -> Violation {
    assert_eq!(found(session), [(check, 1)]);
    session.checks().violations()[0]
}

/// Does what the steps of a board's card say, one after the other: each is ticked by that within a minute, and not before.
pub fn follow(name: &str, steps: &[&dyn Fn(&mut Session)]) {
    let mut session = session(name);
    let done = |session: &Session| session.steps().iter().map(|step| step.done).collect::<Vec<_>>();
    assert_eq!(done(&session).len(), steps.len(), "{name}");
    for (nth, doing) in steps.iter().enumerate() {
        let before: Vec<bool> = (0..steps.len()).map(|step| step < nth).collect();
        assert_eq!(done(&session), before, "{name}: before step {}", nth + 1);
        doing(&mut session);
        let by = session.now() + Span::secs(60);
        while !done(&session)[nth] {
            assert!(session.now() < by, "{name}: step {} is not ticked", nth + 1);
            session.seek(session.now() + Span::ms(250));
        }
    }
    assert_eq!(done(&session), vec![true; steps.len()], "{name}");
}

/// Press play, and nothing else.
pub fn play(_: &mut Session) {}

/// Goes to the first violation and asks how it happened.
pub fn ask_how(session: &mut Session) {
    ask(session, Question::How);
}

/// Goes to the first violation and asks what would prevent it.
pub fn ask_prevent(session: &mut Session) {
    ask(session, Question::Prevent);
}

fn ask(session: &mut Session, about: Question) {
    let violation = session.checks().violations()[0];
    session.seek(violation.at);
    session.asked(violation.fact, about);
}

/// Does something to a session, which has to be possible.
pub fn act(session: &mut Session, action: Action) {
    session.act(action).unwrap_or_else(|refused| panic!("{refused}"));
}

/// Switches what Payments, or who has its place on a board, does if a message comes again.
pub fn if_again(session: &mut Session, form: IfAgain) {
    act(session, switch(PAYMENTS, Pattern::IfAgain(HANDLER, form)));
}

/// Sets a setting of a node.
pub fn set(session: &mut Session, node: NodeId, setting: Setting, value: u64) {
    act(session, Action::Edit(Edit::Set { place: Place::Node(node), setting, value: Some(value) }));
}

/// Has the relay of Orders read in another way.
pub fn reads(session: &mut Session, kind: RelayKind) {
    edited(session, |board| set_relay_kind(board, ORDERS, kind).expect("Orders has a relay")).expect("it is a relay's program");
}

/// Changes the lines of a service's only handler.
pub fn lines(session: &mut Session, service: NodeId, change: impl FnOnce(&mut Vec<LineDoc>)) {
    let lines = |board: &mut Board| change(&mut board.service_mut(service).expect("it is on the board").handlers[0].lines);
    edited(session, lines).expect("the program can run");
}

/// Moves a line of a service before another.
pub fn move_before(session: &mut Session, service: NodeId, line: u16, later: u16) {
    lines(session, service, |lines| {
        let place = |lines: &[LineDoc], id| lines.iter().position(|line| line.id == LineId(id)).expect("the line is there");
        let moved = lines.remove(place(lines, line));
        let at = place(lines, later);
        lines.insert(at, moved);
    });
}

/// Pins a crash behind a line, once; the process comes back after 3 s.
pub fn pin_crash(session: &mut Session, service: NodeId, line: u16) {
    let gap = Gap::After(LineId(line));
    let (does, often, back_after_ms) = (PinDoes::Crash, Often::Once, Some(3_000));
    act(session, Action::Pin(PinAction::Set(Pin { service, gap, does, often, only: None, key: None, back_after_ms })));
}

/// How many facts there are of a kind.
pub fn count(session: &Session, wanted: impl Fn(&Fact) -> bool) -> usize {
    session.facts().iter().filter(|entry| wanted(&entry.fact)).count()
}

/// How often a process came to a pin.
pub fn hits(session: &Session) -> usize {
    count(session, |fact| matches!(fact, Fact::Service(ServiceFact::PinHit { .. })))
}

/// How often a process crashed.
pub fn crashes(session: &Session) -> usize {
    count(session, |fact| *fact == Fact::Process(ProcessFact::Crashed))
}

/// The first entry of a kind.
pub fn first(session: &Session, wanted: impl Fn(&Entry) -> bool) -> Entry {
    *session.facts().iter().find(|entry| wanted(entry)).expect("it has happened")
}

/// The last entry of a kind.
pub fn last(session: &Session, wanted: impl Fn(&Entry) -> bool) -> Entry {
    *session.facts().iter().rev().find(|entry| wanted(entry)).expect("it has happened")
}

/// The fact of that number.
pub fn fact(session: &Session, id: FactId) -> Entry {
    session.facts()[id.index()]
}

/// The committed writes of a service for an intent: when, and whether the row became another.
pub fn effects(session: &Session, service: NodeId, of: IntentId) -> Vec<(Time, bool)> {
    let effects = session.facts().iter().filter_map(|entry| match entry.fact {
        Fact::Store(StoreFact::Changed { intent, changed, .. }) if entry.who.node == service && intent == of => {
            Some((entry.at, changed))
        }
        _ => None,
    });
    effects.collect()
}

/// The intents that had an effect in a service, each with how many.
pub fn charged(session: &Session, service: NodeId) -> BTreeMap<IntentId, usize> {
    let mut all = BTreeMap::new();
    for entry in session.facts() {
        if let Fact::Store(StoreFact::Changed { intent, .. }) = entry.fact
            && entry.who.node == service
        {
            *all.entry(intent).or_insert(0) += 1;
        }
    }
    all
}

/// What the log holds, in the order in which it was appended.
pub fn log(session: &Session) -> Vec<(RecordId, MessageId)> {
    let appended = session.facts().iter().filter_map(|entry| match entry.fact {
        Fact::Broker(BrokerFact::Appended { record, message }) => Some((record, message)),
        _ => None,
    });
    appended.collect()
}

/// The messages that lie in the log more than once, each with its records.
pub fn repeated(session: &Session) -> BTreeMap<MessageId, Vec<RecordId>> {
    let mut all: BTreeMap<MessageId, Vec<RecordId>> = BTreeMap::new();
    for (record, message) in log(session) {
        all.entry(message).or_default().push(record);
    }
    all.retain(|_, records| records.len() > 1);
    all
}

/// The outbox rows of Orders, or who has its place on a board, in the order of their commits: id, message, when.
pub fn rows(session: &Session) -> Vec<(u32, MessageId, Time)> {
    let rows = session.facts().iter().filter_map(|entry| match entry.fact {
        Fact::Store(StoreFact::OutboxVisible { row, message }) if entry.who.node == ORDERS => Some((row.0, message, entry.at)),
        _ => None,
    });
    rows.collect()
}

/// How often a message was turned away as a duplicate.
pub fn turned_away(session: &Session, of: IntentId) -> usize {
    count(session, |fact| matches!(fact, Fact::Store(StoreFact::DuplicateFound { message, .. }) if message.intent == of))
}

/// How often a message of an intent was fetched.
pub fn fetched(session: &Session, of: IntentId) -> usize {
    count(session, |fact| matches!(fact, Fact::Broker(BrokerFact::Fetched { message, .. }) if message.intent == of))
}
