//! The outbox's relay: how it reads, and what it is modelled on.

use crate::board::{Board, RelayPreset, apply_relay_preset, set_relay_kind};
use crate::sim::NodeId;
use crate::store::RelayKind;

use super::draft::{Draft, Edited};
use super::error::EditError;
use super::ids::Ids;

/// Has a service's relay read and record in another way.
///
/// # Errors
/// If there is no such service, or if it has no relay.
pub fn relay_reads(board: &Board, ids: &Ids, service: NodeId, kind: RelayKind) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    set_relay_kind(&mut draft.board, service, kind)?;
    let title = &draft.service(service)?.title;
    let label = format!("the relay of {title} {}", kind.words());
    draft.finish(label)
}

/// Makes a service's relay like a real one: how it reads, its settings, and the keys of its rows.
///
/// # Errors
/// If there is no such service, or if it has no relay.
pub fn relay_like(board: &Board, ids: &Ids, service: NodeId, preset: RelayPreset) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    apply_relay_preset(&mut draft.board, service, preset)?;
    let title = &draft.service(service)?.title;
    let label = format!("a relay like {} for {title}", preset.name());
    draft.finish(label)
}
