//! How a service's relay reads, and what it could be like.

use crate::board::{RelayDoc, ServiceNode, relay_preset_of};
use crate::session::Session;
use crate::store::RelayKind;

use super::super::programs::RelayChoice;

/// The choice, where a service has a relay.
pub(super) fn choice(session: &Session, node: &ServiceNode) -> Option<RelayChoice> {
    let kind = node.relay.as_ref().and_then(RelayDoc::kind)?;
    Some(RelayChoice { kind, kinds: RelayKind::ALL.to_vec(), like: relay_preset_of(session.board(), node) })
}
