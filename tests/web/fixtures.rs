//! Views as the session would give them, made by hand: a payments service after its second instance has crashed.

use crosstalk::board::{Action, Edit, IfAgain, Pattern, PlanId, Process, Setting};
use crosstalk::net::{Cut, Key};
use crosstalk::sim::{FactId, HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Role, Time, TopicId, WireId};
use crosstalk::view::{
    Bar, BrokerInspection, CheckChip, ClientInspection, CopyRow, Countdown, EffectRow, FactLine, Failure, GroupInspection, Mark,
    MemberRow, MessageInspection, OutboxRow, PartitionRow, PlanKind, PlanRow, PlanState, ProcessState, ReadRow, ReaderRow,
    Selection, ServiceInspection, SettingRow, Shape, Strip, TableView, ViolationView, WireInspection,
};

pub use super::program_fixtures::*;

/// The service that all of this is about.
pub const PAYMENTS: NodeId = NodeId(3);
/// Its handler.
pub const CHARGE: HandlerId = HandlerId(1);

/// A moment, in milliseconds.
pub fn ms(ms: u64) -> Time {
    Time(ms * 1_000)
}

pub fn instance(ordinal: u16) -> Process {
    Process { node: PAYMENTS, role: Role::Instance, ordinal }
}

pub fn setting(setting: Setting, value: u64, own: bool) -> SettingRow {
    let info = setting.info();
    SettingRow {
        setting,
        value,
        text: setting.text(value),
        own,
        default: setting.text(info.classroom),
        real: setting.text(info.real),
        source: info.source.name(),
        limits: format!("{} to {}", setting.text(info.min), setting.text(info.max)),
        applies: info.applies,
    }
}

pub fn message_id(n: u32) -> MessageId {
    MessageId { intent: IntentId { client: NodeId(1), n, manual: false }, by: NodeId(2), line: LineId(4), nth: 0 }
}

fn effect(intent: &str, expected: &str, actual: &str, verdict: &str) -> EffectRow {
    EffectRow { intent: intent.into(), expected: expected.into(), actual: actual.into(), verdict: verdict.into() }
}

pub fn facts() -> Vec<FactLine> {
    let line =
        |at: u64, who: &str, what: &str| FactLine { at: ms(at).to_string(), time: ms(at), who: who.into(), what: what.into() };
    vec![
        line(39_450, "payments-3", "committed: accounts C = 210.30"),
        line(38_900, "payments-3", "read order-events 1 @ 9"),
        line(37_800, "payments", "generation 3: payments-1 has 0, 2; payments-3 has 1"),
        line(31_750, "payments-2", "crashed at the pin between commit and ack"),
        line(31_600, "payments-2", "committed: accounts B = 88.10"),
    ]
}

pub fn group() -> GroupInspection {
    let member = |name: &str, leader, partitions: &str| MemberRow {
        name: name.into(),
        member: format!("{name}-6fa1"),
        instance: None,
        leader,
        partitions: partitions.into(),
        does: "",
        gives_up: String::new(),
        outside: false,
        timers: vec![Countdown { what: "is thrown out, unless it is heard", left: "4.8 s".into(), share: 0.8 }],
    };
    let row = |partition: u16, committed, position, end, owner: &str| PartitionRow {
        name: format!("order-events {partition}"),
        committed,
        position,
        end,
        lag: end - committed.unwrap_or(0),
        owner: owner.into(),
    };
    GroupInspection {
        name: "payments".into(),
        state: "Stable".into(),
        generation: 3,
        counted: "generation",
        how: "range: all stop while it rebalances".into(),
        why: "",
        timers: Vec::new(),
        members: vec![member("payments-1", true, "0, 2"), member("payments-3", false, "1")],
        partitions: vec![
            row(0, Some(12), Some(12), 12, "payments-1"),
            row(1, Some(10), Some(11), 14, "payments-3"),
            row(2, None, None, 10, ""),
        ],
    }
}

pub fn service() -> ServiceInspection {
    let accounts = (0..7).map(|n| vec![Key::Letter(n).to_string(), format!("{}.{:02}", 80 + n * 17, n * 13)]).collect();
    ServiceInspection {
        id: PAYMENTS,
        title: "Payments".into(),
        programs: vec![program(true), relay()],
        processes: vec![
            (instance(0), "payments-1".into(), ProcessState::Up),
            (instance(1), "payments-2".into(), ProcessState::Crashed),
            (instance(2), "payments-3".into(), ProcessState::Paused),
        ],
        settings: vec![
            setting(Setting::Instances, 3, true),
            setting(Setting::Workers, 1, false),
            setting(Setting::Acks, 2, false),
            setting(Setting::SessionTimeout, 6_000, false),
        ],
        tables: vec![
            TableView { name: "accounts".into(), columns: vec!["customer".into(), "amount".into()], rows: accounts, count: 7 },
            TableView {
                name: "processed_messages".into(),
                columns: vec!["message".into()],
                rows: vec![vec!["orders · order 27".into()]],
                count: 27,
            },
        ],
        load: vec![("connections".into(), "1 of 10 in use".into())],
        relay: None,
        outbox: Some(vec![
            OutboxRow {
                id: 26,
                message: message_id(26),
                label: "PaymentTaken B".into(),
                key: Some(Key::Letter(1)),
                published: true,
            },
            OutboxRow {
                id: 27,
                message: message_id(27),
                label: "PaymentTaken C".into(),
                key: Some(Key::Letter(2)),
                published: false,
            },
        ]),
        groups: vec![group()],
        effects_heading: "charged".into(),
        effects: vec![
            effect("26", "1 × 12.50", "1 × 12.50", ""),
            effect("27", "1 × 8.75", "2 × 8.75", "twice"),
            effect("28", "1 × 30.00", "not yet", ""),
            effect("by hand 1", "1 × 19.90", "1 × 19.90", ""),
        ],
        facts: facts(),
    }
}

pub fn client() -> ClientInspection {
    ClientInspection {
        id: NodeId(1),
        title: "Web shop".into(),
        sends: "PlaceOrder".into(),
        kinds: vec!["PlaceOrder".into(), "CancelOrder".into()],
        figures: vec![("sent".into(), "39".into()), ("answered".into(), "38".into()), ("given up".into(), "0".into())],
        settings: vec![setting(Setting::ArrivalInterval, 1_000, false), setting(Setting::CallRetries, 5, true)],
    }
}

pub fn broker() -> BrokerInspection {
    BrokerInspection {
        id: NodeId(9),
        title: "Broker".into(),
        process: Process { node: NodeId(9), role: Role::Broker, ordinal: 0 },
        state: ProcessState::Up,
        topics: vec![("order-events".into(), 3, 36), ("payment-events".into(), 1, 1)],
        groups: vec![group()],
        settings: vec![setting(Setting::InitialRebalanceDelay, 1_000, false)],
        facts: facts(),
    }
}

pub fn wire() -> WireInspection {
    WireInspection {
        id: WireId(4),
        title: "Broker to Payments".into(),
        cut: Cut::Both,
        ends: ["Broker".into(), "Payments".into()],
        group: "payments".into(),
        state: "cut both ways".into(),
        failures: [
            ("Heal", "Heal it", Action::Heal { wire: WireId(4) }),
            ("Read on", "Let Payments read on", Action::Reading { wire: WireId(4), stops: false }),
        ]
        .map(|(verb, words, action)| {
            let (refused, note) = Default::default();
            Failure { verb, words: words.into(), action, breaks: false, refused, note }
        })
        .to_vec(),
        packets: 2,
        settings: vec![setting(Setting::Latency, 350, false), setting(Setting::LatencySpread, 50, false)],
    }
}

pub fn message() -> MessageInspection {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let record = |offset| RecordId { topic: TopicId(0), partition: 1, offset };
    let copy = |offset, shown| CopyRow { record: record(offset), name: format!("order-events 1 @ {offset}"), shown };
    let read = |who: &str, at| ReadRow { who: who.into(), at: ms(at).to_string(), time: ms(at) };
    let mut path = facts();
    path.reverse();
    MessageInspection {
        id: message_id(27),
        title: "OrderPlaced".into(),
        shape: Shape::Circle,
        key: Some(Key::Letter(1)),
        header: vec![
            pair("id", "orders · order 27"),
            pair("type", "OrderPlaced"),
            pair("key", "B"),
            pair("record", "order-events 1 @ 9"),
        ],
        copies: vec![copy(9, true), copy(12, false)],
        readers: vec![
            ReaderRow { group: "emails".into(), read: Vec::new(), committed: false },
            ReaderRow {
                group: "payments".into(),
                read: vec![read("payments-2", 31_000), read("payments-3", 38_900)],
                committed: true,
            },
        ],
        body: vec![pair("order", "27"), pair("customer", "B"), pair("amount", "8.75")],
        failures: Vec::new(),
        waits: Some("OrderPlaced of order 27 waits for Emails to handle it, in the group emails. Emails-1 stands still.".into()),
        path,
    }
}

/// The moment at which it was certain that order 27 was charged twice.
pub fn violated() -> Time {
    ms(39_450)
}

pub fn violation() -> ViolationView {
    ViolationView {
        fact: FactId::at(400),
        at: violated(),
        sentence: "Order 27 was charged twice.".into(),
        how: "payments-2 crashed between commit and ack. Six seconds later the group noticed, gave partition 1 to payments-3, \
              and it started again from the committed offset."
            .into(),
        steps: vec![
            (ms(31_600), "payments-2 committed the charge of order 27".into()),
            (ms(31_750), "payments-2 crashed before it could ack".into()),
            (ms(37_800), "the group gave partition 1 to payments-3".into()),
            (ms(39_450), "payments-3 charged order 27 again".into()),
        ],
        asks: ViolationView::PREVENTS,
        prevent: "If Payments keeps the ids of the messages that it has handled, in the same transaction, the second delivery \
                  changes nothing."
            .into(),
        fix: Some(Edit::Pattern { service: PAYMENTS, pattern: Pattern::IfAgain(CHARGE, IfAgain::TracksIds) }),
        about: Selection::Record(RecordId { topic: TopicId(0), partition: 1, offset: 9 }),
    }
}

pub fn checks() -> Vec<CheckChip> {
    let chip = |name, sentence, violations, pending| {
        let (question, waits) = ("How did it come about?", "It may still turn out well.");
        CheckChip { name, sentence, question, violations, pending, waits, usual: true }
    };
    vec![
        chip("Lost", "Every accepted order has its effects in the end.", Vec::new(), 1),
        chip("Done twice", "No order has an effect more than once.", vec![violation()], 0),
        chip("Row, no message", "A row and its message exist together.", Vec::new(), 0),
    ]
}

pub fn strip() -> Strip {
    let bar = |from, to, label: &str, failure| Bar { from: ms(from), to: ms(to), label: label.into(), failure, plan: None };
    let mark = |at, label: &str| Mark { at: ms(at), label: label.into() };
    Strip {
        cursor: ms(39_500),
        frontier: ms(47_000),
        failures: vec![bar(31_750, 47_000, "payments-2 crashed", true)],
        planned: vec![PlanRow {
            id: PlanId(1),
            at: ms(52_000),
            label: "the broker crashes".into(),
            kind: PlanKind::Breaks,
            state: PlanState::ToCome,
        }],
        kept: Vec::new(),
        groups: vec![
            bar(1_000, 2_600, "payments: generation 1", false),
            bar(3_000, 4_000, "payments: generation 2", false),
            bar(37_000, 38_000, "payments: generation 3", false),
        ],
        checks: vec![Mark { at: violated(), label: "Order 27 was charged twice".into() }],
        actions: vec![mark(20_000, "pinned a crash between commit and ack"), mark(33_000, "sent one by hand")],
        branches: 1,
    }
}
