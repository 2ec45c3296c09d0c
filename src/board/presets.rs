//! Relays as real systems have them: each a change of a service's relay, its settings and its outbox lines.

use crate::sim::NodeId;
use crate::store::RelayKind;

use super::document::{Board, FieldSource, MessageType, ServiceNode};
use super::error::ActionError;
use super::program::Do;
use super::relay::set_relay_kind;
use super::settings::{Setting, Timings};

/// A relay that is modelled on a real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelayPreset {
    /// The polling reader of Eventuate Tram's CDC service.
    EventuateTram,
    /// Debezium's outbox event router on Kafka Connect.
    Debezium,
    /// A trigger on a DynamoDB stream.
    DynamoDbStreams,
}

/// A setting of a preset: its value at classroom timings, and the real one.
type Value = (Setting, u64, u64);

/// Settings that a preset does not name get their defaults again.
const SETTINGS: [Setting; 7] = [
    Setting::RelayInterval,
    Setting::RelayBatch,
    Setting::RelayLeader,
    Setting::RelayLease,
    Setting::RelayFlush,
    Setting::OutboxKeep,
    Setting::LogKeep,
];

impl RelayPreset {
    /// All of them.
    pub const ALL: [RelayPreset; 3] = [RelayPreset::EventuateTram, RelayPreset::Debezium, RelayPreset::DynamoDbStreams];

    /// What it is modelled on.
    pub const fn name(self) -> &'static str {
        match self {
            RelayPreset::EventuateTram => "Eventuate Tram",
            RelayPreset::Debezium => "Debezium outbox event router",
            RelayPreset::DynamoDbStreams => "DynamoDB Streams",
        }
    }

    /// How it reads and records.
    pub const fn kind(self) -> RelayKind {
        match self {
            RelayPreset::EventuateTram => RelayKind::Flag,
            RelayPreset::Debezium | RelayPreset::DynamoDbStreams => RelayKind::Tail,
        }
    }

    /// What of it is modelled, a sentence each.
    pub const fn models(self) -> &'static [&'static str] {
        match self {
            RelayPreset::EventuateTram => &[
                "Reads up to 1,000 rows with published = 0 in the order of their ids, publishes all, waits for every acknowledgement, then marks them.",
                "Sleeps 500 ms only after it found nothing. Of several readers one leads.",
                "Nothing deletes published rows.",
            ],
            RelayPreset::Debezium => &[
                "Tails the log of commits: batches of up to 2,048 changes, 500 ms of sleep when there is none.",
                "Its position is saved every 60 s: a crash repeats what came since, in order.",
                "The key of a message is the id of its aggregate. The log keeps commits for 30 days, as MySQL does unless it is told otherwise (binlog_expire_logs_seconds).",
            ],
            RelayPreset::DynamoDbStreams => &[
                "The stream is a log of the table's changes; a trigger reads it four times a second, up to 100 at once.",
                "The position is saved after each batch; a failed batch is read again.",
                "A record is kept for 24 hours and then gone, whether it was read or not.",
            ],
        }
    }

    /// What of it is left out, a sentence each.
    pub const fn leaves_out(self) -> &'static [&'static str] {
        match self {
            RelayPreset::EventuateTram => &[
                "Its leader is elected over ZooKeeper; here a lease in the store stands for it.",
                "A lost connection to the database is tried 100 times; here the store never fails.",
            ],
            RelayPreset::Debezium => &[
                "No first snapshot of the table: it starts where the relay before it had got.",
                "The position lies in a topic of Kafka Connect; here it lies in the store.",
            ],
            RelayPreset::DynamoDbStreams => &[
                "No shards: one reader reads all changes in the order of their commits. The real one keeps order for each item only.",
                "No limit on retries, no splitting of a failed batch, no destination for what cannot be processed.",
            ],
        }
    }

    fn values(self) -> &'static [Value] {
        match self {
            RelayPreset::EventuateTram => {
                &[(Setting::RelayInterval, 1_000, 500), (Setting::RelayBatch, 5, 1_000), (Setting::RelayLeader, 1, 1)]
            }
            RelayPreset::Debezium => &[
                (Setting::RelayInterval, 1_000, 500),
                (Setting::RelayBatch, 10, 2_048),
                (Setting::RelayLeader, 1, 1),
                (Setting::RelayFlush, 5_000, 60_000),
                (Setting::LogKeep, 0, 2_592_000_000),
            ],
            RelayPreset::DynamoDbStreams => &[
                (Setting::RelayInterval, 500, 250),
                (Setting::RelayBatch, 5, 100),
                (Setting::RelayLeader, 1, 1),
                (Setting::RelayFlush, 0, 0),
                (Setting::LogKeep, 20_000, 86_400_000),
            ],
        }
    }
}

/// Makes a service's relay like a real one: its kind and its settings. Outbox lines without a key are keyed by the first
/// field of their message that holds a key, the id of the aggregate.
///
/// # Errors
/// Says that there is no such service, or that it has no relay; the board is then as it was.
pub fn apply_relay_preset(board: &mut Board, service: NodeId, preset: RelayPreset) -> Result<(), ActionError> {
    set_relay_kind(board, service, preset.kind())?;
    let node = board.services.iter_mut().find(|node| node.id == service);
    if let Some(node) = node {
        make_like(node, preset, board.timings, &board.messages);
    }
    Ok(())
}

/// The real relay that a service's relay is like, settings and all.
pub fn relay_preset_of(board: &Board, node: &ServiceNode) -> Option<RelayPreset> {
    let kind = node.relay.as_ref()?.kind()?;
    let is_like = |preset: &RelayPreset| {
        let mut like = node.clone();
        make_like(&mut like, *preset, board.timings, &board.messages);
        like == *node
    };
    RelayPreset::ALL.into_iter().filter(|preset| preset.kind() == kind).find(is_like)
}

/// Gives a service the settings of a preset, and the keys of its rows.
fn make_like(node: &mut ServiceNode, preset: RelayPreset, timings: Timings, messages: &[MessageType]) {
    for setting in SETTINGS {
        node.settings.0.remove(&setting);
    }
    for &(setting, classroom, real) in preset.values() {
        let value = if timings == Timings::Real { real } else { classroom };
        if value != setting.default_at(timings) {
            node.settings.0.insert(setting, value);
        }
    }
    for line in node.handlers.iter_mut().flat_map(|handler| &mut handler.lines) {
        if let Do::Outbox { message, key: key @ None, .. } = &mut line.does {
            let kind = messages.iter().find(|kind| kind.name == *message);
            let field = kind.and_then(|kind| kind.fields.iter().find(|field| matches!(field.from, FieldSource::Key(_))));
            *key = field.map(|field| field.name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::from_json;
    use super::super::validate;
    use super::*;

    #[test]
    fn every_preset_makes_a_valid_board_at_both_timings_and_takes_back_what_another_has_set() {
        let shipped = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        for timings in [Timings::Classroom, Timings::Real] {
            let board = Board { timings, ..shipped.clone() };
            for preset in RelayPreset::ALL {
                let mut direct = board.clone();
                apply_relay_preset(&mut direct, NodeId(2), preset).expect("Orders has a relay");
                validate(&direct).expect("its values are within their limits");
                for other in RelayPreset::ALL {
                    let mut over = board.clone();
                    apply_relay_preset(&mut over, NodeId(2), other).expect("Orders has a relay");
                    apply_relay_preset(&mut over, NodeId(2), preset).expect("Orders has a relay");
                    assert_eq!(over, direct, "{} after {}", preset.name(), other.name());
                }
            }
        }
    }

    #[test]
    fn an_outbox_line_without_a_key_is_keyed_by_its_aggregate() {
        let mut board = from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        let keys = |board: &mut Board, clear: bool| -> Vec<Option<String>> {
            let handlers = board.service_mut(NodeId(2)).map(|node| &mut node.handlers).expect("there are Orders");
            let lines = handlers.iter_mut().flat_map(|handler| &mut handler.lines);
            let keys = lines.filter_map(|line| if let Do::Outbox { key, .. } = &mut line.does { Some(key) } else { None });
            keys.map(|key| if clear { key.take() } else { key.clone() }).collect()
        };
        let before = keys(&mut board, true);
        apply_relay_preset(&mut board, NodeId(2), RelayPreset::Debezium).expect("Orders has a relay");
        assert_eq!(keys(&mut board, false), before);
    }

    #[test]
    fn what_a_preset_models_and_leaves_out_is_said_in_sentences() {
        for preset in RelayPreset::ALL {
            for line in preset.models().iter().chain(preset.leaves_out()) {
                assert!(line.ends_with('.') && line.len() < 200, "{}: {line}", preset.name());
            }
        }
    }
}
