//! Settings as they stand, with the defaults beside them.

use crate::board::{Board, RelayDoc, ServiceNode, Setting, Settings, Timings, Unit, WireKind};
use crate::sim::{NodeId, WireId};
use crate::store::RelayKind;

use super::super::inspect::SettingRow;

/// A row for each of them.
fn rows(settings: &Settings, which: impl Iterator<Item = Setting>, timings: Timings) -> Vec<SettingRow> {
    which
        .map(|setting| {
            let info = setting.info();
            SettingRow {
                setting,
                value: settings.get(setting, timings),
                text: setting.text(settings.get(setting, timings)),
                own: settings.0.contains_key(&setting),
                default: setting.text(setting.default_at(timings)),
                real: setting.text(info.real),
                source: info.source.name(),
                limits: limits(setting),
                applies: info.applies,
            }
        })
        .collect()
}

/// What a setting takes.
fn limits(setting: Setting) -> String {
    let info = setting.info();
    match info.unit {
        Unit::Choice([all @ .., last]) => format!("{} or {last}", all.join(", ")),
        _ => format!("{} to {}", setting.text(info.min), setting.text(info.max)),
    }
}

/// The settings that matter on a node, with the board's values for them; none for a node that is not there.
pub(in crate::view) fn of_node(board: &Board, id: NodeId) -> Vec<SettingRow> {
    if let Some(node) = board.service(id) {
        return rows(&node.settings, of_service(Does::of(board, node)), board.timings);
    }
    if let Some(node) = board.clients.iter().find(|node| node.id == id) {
        return rows(&node.settings, Setting::CLIENT.iter().copied(), board.timings);
    }
    let broker = board.brokers.iter().find(|node| node.id == id);
    broker.map_or_else(Vec::new, |node| rows(&node.settings, Setting::BROKER.iter().copied(), board.timings))
}

/// The settings of a wire; none for one that is not there.
pub(in crate::view) fn of_wire(board: &Board, id: WireId) -> Vec<SettingRow> {
    board.wire(id).map_or_else(Vec::new, |wire| rows(&wire.settings, Setting::WIRE.iter().copied(), board.timings))
}

/// What a service does, as far as it decides which settings matter.
#[derive(Clone, Copy)]
struct Does {
    handles: bool,
    consumes: bool,
    /// Whether its consumers speak the consumer protocol.
    modern: bool,
    /// Whether its consumers commit by themselves.
    commits_itself: bool,
    publishes: bool,
    relays: Option<RelayKind>,
    several: bool,
    tracks: bool,
}

impl Does {
    fn of(board: &Board, node: &ServiceNode) -> Does {
        let wired = |wanted: fn(&WireKind) -> Option<NodeId>| board.wires.iter().any(|wire| wanted(&wire.is) == Some(node.id));
        Does {
            handles: !node.handlers.is_empty(),
            consumes: wired(|is| if let WireKind::Consume { to, .. } = is { Some(*to) } else { None }),
            modern: node.settings.get(Setting::GroupProtocol, board.timings) == 1,
            commits_itself: node.settings.get(Setting::AutoCommit, board.timings) == 1,
            publishes: wired(|is| if let WireKind::Publish { from, .. } = is { Some(*from) } else { None }),
            relays: node.relay.as_ref().and_then(RelayDoc::kind),
            several: node.settings.get(Setting::RelayInstances, board.timings) > 1,
            tracks: node.tracks(),
        }
    }
}

/// The settings that matter to a service.
fn of_service(does: Does) -> impl Iterator<Item = Setting> {
    Setting::SERVICE.iter().copied().filter(move |setting| match setting {
        Setting::RelayInterval | Setting::RelayBatch | Setting::RelayInstances | Setting::OutboxKeep => does.relays.is_some(),
        Setting::StoreRoundTrip
        | Setting::StoreCommit
        | Setting::StoreConnections
        | Setting::StoreConnectionTimeout
        | Setting::StoreLockTimeout
        | Setting::StoreIdleTimeout => does.handles || does.relays.is_some(),
        Setting::RelayLeader | Setting::RelayLease => does.relays.is_some() && does.several,
        Setting::RelayFlush | Setting::LogKeep => does.relays == Some(RelayKind::Tail),
        Setting::Acks | Setting::DeliveryTimeout | Setting::MaxInFlight | Setting::BatchSize | Setting::Partitioner => {
            does.publishes
        }
        Setting::RequestTimeout | Setting::RetryBackoff => does.publishes || does.consumes,
        Setting::SessionTimeout | Setting::HeartbeatInterval | Setting::AssignmentStrategy => does.consumes && !does.modern,
        Setting::RemoteAssignor => does.consumes && does.modern,
        Setting::MaxPollInterval
        | Setting::MaxPollRecords
        | Setting::FetchMaxWait
        | Setting::GroupProtocol
        | Setting::GroupInstanceId
        | Setting::AutoCommit
        | Setting::OffsetReset => does.consumes,
        Setting::AutoCommitInterval => does.consumes && does.commits_itself,
        Setting::Workers | Setting::RetryPause | Setting::RetryMultiplier | Setting::RetryMaximum | Setting::RequestsWaiting => {
            does.handles
        }
        Setting::ConcurrentHandling => does.consumes,
        Setting::AckOf => does.consumes && !does.commits_itself,
        Setting::ProcessedKeep => does.tracks,
        _ => true,
    })
}
