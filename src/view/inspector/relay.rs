//! How a service's relay reads, and what it could be like.

use crate::board::{Board, RelayDoc, RelayPreset, ServiceNode, apply_relay_preset};
use crate::session::Session;
use crate::store::RelayKind;

use super::super::programs::RelayChoice;

/// The choice, where a service has a relay.
pub(super) fn choice(session: &Session, node: &ServiceNode) -> Option<RelayChoice> {
    let kind = node.relay.as_ref().and_then(RelayDoc::kind)?;
    // No more of the board than a preset looks at: this is read many times a second.
    let board = session.board();
    let alone = Board {
        schema: board.schema,
        title: String::new(),
        about: String::new(),
        tries: Vec::new(),
        seed: board.seed,
        timings: board.timings,
        keys: Vec::new(),
        messages: board.messages.clone(),
        clients: Vec::new(),
        services: vec![node.clone()],
        brokers: Vec::new(),
        wires: Vec::new(),
        pins: Vec::new(),
        planned: Vec::new(),
    };
    let is_like = |preset: &RelayPreset| {
        let mut like = alone.clone();
        apply_relay_preset(&mut like, node.id, *preset).is_ok() && like.service(node.id) == Some(node)
    };
    let like = RelayPreset::ALL.into_iter().filter(|preset| preset.kind() == kind).find(is_like);
    Some(RelayChoice { kind, kinds: RelayKind::ALL.to_vec(), like })
}
