//! What the processes of a service are doing, in the words of their programs.

use crate::board::{Process, ServiceNode};
use crate::broker::client::Phase;
use crate::service::{Activation, Instance, Instruction, Relay, RelayWait, Service, Wait};
use crate::session::Session;
use crate::sim::{NodeId, Role, Span, Time};
use crate::world::{Condition, ProcessRecord};

use super::cards::{InstanceRow, ProcessState, Rect, Tray};
use super::layout::{self, Side};
use super::naming::process_name;

/// At most so many rows of an outbox are listed.
const LISTED: usize = 4;

impl Session {
    /// A process and whether it runs; nothing of one that was stopped for good.
    fn known(&self, process: Process) -> Option<(&ProcessRecord, ProcessState)> {
        let record = self.world().process(process)?;
        let state = match record.condition {
            Condition::Up => ProcessState::Up,
            Condition::Paused => ProcessState::Paused,
            Condition::Down { stopped: false } => ProcessState::Crashed,
            Condition::Down { stopped: true } => return None,
        };
        Some((record, state))
    }

    /// The state of a node's only process.
    pub(super) fn state_of(&self, node: NodeId, role: Role) -> ProcessState {
        self.known(Process { node, role, ordinal: 0 }).map_or(ProcessState::Up, |(_, state)| state)
    }

    /// The time of a process: for one that stands still, the moment at which it came to.
    fn time_of(&self, record: &ProcessRecord) -> Time {
        let paused = (record.condition == Condition::Paused).then(|| self.facts().get(record.since.index()));
        paused.flatten().map_or(self.now(), |entry| entry.at)
    }

    /// The instances of a service that run, stand still or have crashed. Their places are still to be given.
    pub(super) fn rows(&self, node: &ServiceNode) -> Vec<InstanceRow> {
        let service = self.world().service(node.id);
        let row = |process: Process| {
            let (record, state) = self.known(process)?;
            let instance = service.and_then(|service| service.instances.get(&process.ordinal));
            let (doing, progress) = match (state, instance) {
                (ProcessState::Crashed, _) => ("crashed".to_owned(), 0.0),
                (_, None) => ("waiting".to_owned(), 0.0),
                (_, Some(instance)) => instance_does(instance, self.time_of(record)),
            };
            let doing = if state == ProcessState::Paused { "paused".to_owned() } else { doing };
            let number = process.ordinal.saturating_add(1);
            let name = process_name(record.actor, self.board());
            Some(InstanceRow { process, number, name, state, doing, progress, rect: Rect::default() })
        };
        self.world().processes_of(node.id, Role::Instance).filter_map(|(process, _)| row(process)).collect()
    }

    /// The outbox of a service, if it has one.
    pub(super) fn tray(&self, node: &ServiceNode, card: Rect, side: Side) -> Option<Tray> {
        let service = self.world().service(node.id)?;
        let relay = Process { node: node.id, role: Role::Relay, ordinal: 0 };
        let known = self.known(relay);
        let waiting = service.store.unpublished_count() as usize;
        if node.relay.is_none() && known.is_none() && waiting == 0 {
            return None;
        }
        let rows: Vec<_> = service.store.unpublished(LISTED as u32).map(|row| row.message.key).collect();
        let (state, doing) = match known {
            None => (ProcessState::Up, "no relay".to_owned()),
            Some((record, state)) => (state, relay_does(service, state, self.time_of(record))),
        };
        let rect = layout::tray(card, rows.len(), side);
        Some(Tray { rows, waiting, relay, state, doing, rect })
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

fn idle(instance: &Instance) -> &'static str {
    let phases = || instance.consumers.values().map(|consumer| consumer.phase());
    if instance.stopping {
        "stopping"
    } else if phases().any(|phase| phase == Phase::Gone) {
        "left its group"
    } else if phases().any(|phase| phase != Phase::Stable) {
        "joining"
    } else {
        "waiting"
    }
}

fn activation_does(activation: &Activation, now: Time) -> (&'static str, f32) {
    let word = || activation.program.lines.get(activation.at).map_or("", |line| word(&line.does));
    match activation.wait {
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

fn relay_does(service: &Service, state: ProcessState, now: Time) -> String {
    match (state, service.relays.get(&0)) {
        (ProcessState::Crashed, _) | (_, None) => "crashed".to_owned(),
        (ProcessState::Paused, _) => "paused".to_owned(),
        (ProcessState::Up, Some(relay)) => match relay.wait {
            RelayWait::Sleep => format!("{}s in {}", relay_line(relay), tenths(relay.until.since(now))),
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
fn tenths(span: Span) -> String {
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
        Instruction::Outbox(_) => "outbox",
        Instruction::Publish(_) | Instruction::PublishRows => "publish",
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
}
