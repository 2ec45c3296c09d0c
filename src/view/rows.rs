//! What the processes of a service are doing, in the words of their programs.

use crate::board::{Process, ServiceNode};
use crate::broker::client::{Consumer, Phase};
use crate::service::{Activation, Instance, Instruction, Relay, RelayWait, Service, Wait};
use crate::session::Session;
use crate::sim::{NodeId, Role, Span, Time};
use crate::store::RelayKind;
use crate::world::{Condition, ProcessRecord};

use super::cards::{InstanceRow, ProcessState, Rect, RelayMark, Tray};
use super::layout::{self, Side};
use super::naming::process_name;

/// At most so many rows of an outbox are listed.
const LISTED: usize = 4;

/// Whether a process runs; nothing of one that was stopped for good.
pub(super) fn state_of(record: &ProcessRecord) -> Option<ProcessState> {
    match record.condition {
        Condition::Up => Some(ProcessState::Up),
        Condition::Paused => Some(ProcessState::Paused),
        Condition::Down { stopped: false } if record.without_power => Some(ProcessState::NoPower),
        Condition::Down { stopped: false } => Some(ProcessState::Crashed),
        Condition::Down { stopped: true } => None,
    }
}

impl Session {
    /// A process and whether it runs; nothing of one that was stopped for good.
    fn known(&self, process: Process) -> Option<(&ProcessRecord, ProcessState)> {
        let record = self.world().process(process)?;
        Some((record, state_of(record)?))
    }

    /// The state of a node's only process.
    pub(super) fn state_of(&self, node: NodeId, role: Role) -> ProcessState {
        self.known(Process { node, role, ordinal: 0 }).map_or(ProcessState::Up, |(_, state)| state)
    }

    /// The time of a process: for one that stands still, the moment at which it came to.
    fn time_of(&self, record: &ProcessRecord) -> Time {
        let paused = (record.condition == Condition::Paused).then(|| self.notable_fact(record.since));
        paused.flatten().map_or(self.now(), |entry| entry.at)
    }

    /// The instances of a service that run, stand still or have crashed. Their places are still to be given.
    pub(super) fn rows(&self, node: &ServiceNode) -> Vec<InstanceRow> {
        let service = self.world().service(node.id);
        let row = |process: Process| {
            let (record, state) = self.known(process)?;
            let instance = service.and_then(|service| service.instances.get(&process.ordinal));
            let (doing, progress) = match (state, instance) {
                (ProcessState::Crashed | ProcessState::NoPower, _) => ("crashed".to_owned(), 0.0),
                (_, None) => ("waiting".to_owned(), 0.0),
                (_, Some(instance)) => instance_does(instance, self.time_of(record)),
            };
            let waits_for_group = state == ProcessState::Up && instance.is_some_and(waits_for_group);
            let doing = if state == ProcessState::Paused { "paused".to_owned() } else { doing };
            let number = process.ordinal.saturating_add(1);
            let name = process_name(record.actor, self.board());
            Some(InstanceRow { process, number, name, state, doing, progress, waits_for_group, rect: Rect::default() })
        };
        self.world().processes_of(node.id, Role::Instance).filter_map(|(process, _)| row(process)).collect()
    }

    /// The outbox of a service, if it has one.
    pub(super) fn tray(&self, node: &ServiceNode, card: Rect, side: Side) -> Option<Tray> {
        let service = self.world().service(node.id)?;
        let relays = self.relays(service, node.id);
        let waiting = service.store.unpublished_count() as usize;
        if node.relay.is_none() && relays.is_empty() && waiting == 0 {
            return None;
        }
        let rows: Vec<_> = service.store.unpublished(LISTED as u32).map(|row| row.message.key).collect();
        let oldest = service.store.oldest_unpublished(self.now()).map(whole_seconds).filter(|age| *age > Span::ZERO);
        let rect = layout::tray(card, rows.len(), relays.len(), side);
        Some(Tray { rows, waiting, oldest, relays, rect })
    }

    /// The relays of a service that run, stand still or have crashed.
    pub(super) fn relays(&self, service: &Service, node: NodeId) -> Vec<RelayMark> {
        let mark = |process: Process| {
            let (record, state) = self.known(process)?;
            let relay = service.relays.get(&process.ordinal);
            let position = relay.filter(|relay| relay.kind() == RelayKind::Tail);
            let position = position.map(|relay| relay.position.unwrap_or_else(|| service.store.log_position()));
            Some(RelayMark {
                process,
                name: process_name(record.actor, self.board()),
                state,
                follows: relay.is_some_and(|relay| relay.wait == RelayWait::Lease),
                doing: relay_does(relay, state, self.time_of(record)),
                behind: position.map(|place| service.store.unpublished_from(place)),
            })
        };
        self.world().processes_of(node, Role::Relay).filter_map(|(process, _)| mark(process)).collect()
    }
}

/// What an instance does, and how far it has come with it.
fn instance_does(instance: &Instance, now: Time) -> (String, f32) {
    let Some(first) = instance.activations.values().next() else {
        return (idle(instance).to_owned(), 0.0);
    };
    let (word, progress) = activation_does(first, now);
    let word = if instance.stopping { "stopping" } else { word };
    let more = instance.activations.len() - 1;
    (if more > 0 { format!("{word} +{more}") } else { word.to_owned() }, progress)
}

/// Whether all of its consumers are between two assignments with nothing to read.
fn waits_for_group(instance: &Instance) -> bool {
    let between = |consumer: &Consumer| {
        matches!(consumer.phase(), Phase::Joining | Phase::Syncing | Phase::Positioning | Phase::Draining)
            && consumer.positions().all(|(topic, partition, _)| !consumer.reads(topic, partition))
    };
    !instance.consumers.is_empty() && instance.consumers.values().all(between)
}

fn idle(instance: &Instance) -> &'static str {
    let consumers = || instance.consumers.values();
    let mut unsettled = consumers().filter(|consumer| consumer.phase() != Phase::Stable);
    if instance.stopping {
        "stopping"
    } else if consumers().any(|consumer| consumer.failed().is_some()) {
        "refused"
    } else if consumers().any(|consumer| consumer.phase() == Phase::Gone) {
        "left its group"
    } else if let Some(consumer) = unsettled.next() {
        // A cooperative member reads on through a rebalance.
        if consumer.positions().next().is_some() { "rebalancing" } else { "joining" }
    } else {
        "waiting"
    }
}

fn activation_does(activation: &Activation, now: Time) -> (&'static str, f32) {
    let word = || activation.program.lines.get(activation.at).map_or("", |line| word(&line.does));
    match activation.wait {
        Wait::Held => ("held up", share(activation.entered, activation.until, now)),
        Wait::Again => ("retrying", share(activation.entered, activation.until, now)),
        Wait::Lock => ("locked", 1.0),
        Wait::Connection => ("no connection", 1.0),
        Wait::Statement => (word(), 1.0),
        Wait::Publish(_) | Wait::Offset(_) => (word(), 1.0),
        Wait::Time => (word(), share(activation.entered, activation.until, now)),
    }
}

/// How far a time has come between two others.
fn share(from: Time, to: Time, now: Time) -> f32 {
    let whole = to.since(from).0;
    if whole == 0 { 1.0 } else { (now.since(from).0 as f32 / whole as f32).min(1.0) }
}

fn whole_seconds(span: Span) -> Span {
    Span::secs(span.as_ms() / 1_000)
}

fn relay_does(relay: Option<&Relay>, state: ProcessState, now: Time) -> String {
    match (state, relay) {
        (ProcessState::Crashed | ProcessState::NoPower, _) | (_, None) => "crashed".to_owned(),
        (ProcessState::Paused, _) => "paused".to_owned(),
        (ProcessState::Up, Some(relay)) => match relay.wait {
            RelayWait::Sleep => format!("{}s in {}", relay_line(relay), tenths(relay.until.since(now))),
            RelayWait::Held => "held up".to_owned(),
            RelayWait::Lease => "follows".to_owned(),
            RelayWait::Connection => "no connection".to_owned(),
            _ if relay.cleans() => "clean up".to_owned(),
            RelayWait::Line | RelayWait::Statement | RelayWait::Acks => relay_line(relay).to_owned(),
        },
    }
}

fn relay_line(relay: &Relay) -> &'static str {
    relay.program.lines.get(relay.at).map_or("poll", |line| word(&line.does))
}

/// In tenths of a second, rounded up.
pub(super) fn tenths(span: Span) -> String {
    let tenths = span.0.div_ceil(100_000);
    format!("{}.{} s", tenths / 10, tenths % 10)
}

/// A line's first word.
fn word(does: &Instruction) -> &'static str {
    match does {
        Instruction::Work { .. } => "work",
        Instruction::Begin => "begin",
        Instruction::Commit => "commit",
        Instruction::Write { .. } => "write",
        Instruction::Require { .. } => "require",
        Instruction::Track | Instruction::TrackOffset => "track",
        Instruction::Fence => "fence",
        Instruction::Outbox(_) => "outbox",
        Instruction::Publish(_) | Instruction::PublishRows => "publish",
        Instruction::DeadLetter(_) => "dead letter",
        Instruction::Reply | Instruction::ReplyError => "reply",
        Instruction::Ack => "ack",
        Instruction::Poll | Instruction::PollAfter => "poll",
        Instruction::Tail => "tail",
        Instruction::Mark => "mark",
        Instruction::Save => "save",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Action, ProcessAction, ProcessDoes, Setting};
    use crate::view::Selection;

    const ORDERS: NodeId = NodeId(2);

    #[test]
    fn a_line_without_a_time_is_done_at_once() {
        assert_eq!(share(Time(5), Time(5), Time(5)), 1.0);
        assert_eq!(share(Time(0), Time(10), Time(5)), 0.5);
        assert_eq!(share(Time(0), Time(10), Time(50)), 1.0);
    }

    #[test]
    fn what_is_left_is_rounded_up() {
        assert_eq!(tenths(Span::ms(101)), "0.2 s");
        assert_eq!(tenths(Span::ms(2_000)), "2.0 s");
    }

    #[test]
    fn a_tray_shows_each_relay_and_how_long_the_oldest_row_has_waited() {
        let text = include_str!("../../public/boards/orders.json");
        let mut board = crate::board::from_json(text).expect("the board can be read");
        let orders = board.service_mut(ORDERS).expect("it is there");
        orders.settings.0.extend([(Setting::RelayInstances, 3), (Setting::RelayInterval, 20_000)]);
        let mut session = Session::new(board).expect("the board fits together");
        session.seek(Time::ZERO + Span::secs(15));
        let second = Process { node: ORDERS, role: Role::Relay, ordinal: 1 };
        session.act(Action::Process(ProcessAction { who: second, does: ProcessDoes::Crash })).expect("it runs");
        let frame = session.frame(Selection::Nothing);
        let tray = frame.service(ORDERS).and_then(|card| card.tray.as_ref()).expect("there is an outbox");
        let states: Vec<_> = tray.relays.iter().map(|relay| (relay.state, relay.follows)).collect();
        assert_eq!(states, [(ProcessState::Up, false), (ProcessState::Crashed, false), (ProcessState::Up, true)]);
        assert_eq!(tray.state(), ProcessState::Up, "the one that leads goes on");
        let store = &session.world().service(ORDERS).expect("it runs").store;
        let age = store.oldest_unpublished(session.now()).expect("rows wait").as_ms() / 1_000;
        assert!(age > 3 && tray.oldest == Some(Span::secs(age)), "{tray:?}");
        let words = tray.words();
        assert!(
            words.starts_with(&format!("{} rows to publish, the oldest for {age} s; orders relay: polls in ", tray.waiting)),
            "{words}"
        );
        assert!(words.ends_with("; orders relay-2 has crashed; orders relay-3: follows"), "{words}");
    }
}
