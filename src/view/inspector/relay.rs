//! How a service's relay reads, and what it could be like.

use crate::board::{RelayDoc, RelayPreset, ServiceNode, apply_relay_preset};
use crate::session::Session;
use crate::store::RelayKind;

use super::super::inspect::RelayChoice;

/// The choice, where a service has a relay.
pub(super) fn choice(session: &Session, node: &ServiceNode) -> Option<RelayChoice> {
    let kind = node.relay.as_ref().and_then(RelayDoc::kind)?;
    let is_like = |preset: &RelayPreset| {
        let mut like = session.board().clone();
        apply_relay_preset(&mut like, node.id, *preset).is_ok() && like.service(node.id) == Some(node)
    };
    let like = RelayPreset::ALL.into_iter().filter(|preset| preset.kind() == kind).find(is_like);
    Some(RelayChoice { kind, kinds: RelayKind::ALL.to_vec(), like })
}
