//! Patterns as switches: the forms of a handler's program, and why one is not to be had.

use crate::board::{
    Acknowledges, Board, BoardError, Do, Edit, HandlerDoc, IfAgain, Pattern, Publishes, ServiceNode, WireKind, edit, pattern_of,
    validate,
};

use super::super::programs::{PatternSwitch, PatternWhich};

/// The switches of a handler.
pub(in crate::view) fn switches(board: &Board, node: &ServiceNode, handler: &HandlerDoc) -> Vec<PatternSwitch> {
    let has = |wanted: fn(&Do) -> bool| handler.lines.iter().any(|line| wanted(&line.does));
    let forms = pattern_of(handler);
    let small = only(board, node);
    let switch = |which, heading, now: Option<Pattern>, forms: Vec<Pattern>| {
        let form = |pattern| {
            let why = if now == Some(pattern) { None } else { refusal(&small, node, pattern) };
            (pattern.words(), pattern, why.unwrap_or_default())
        };
        PatternSwitch { which, heading, forms: forms.into_iter().map(form).collect(), now }
    };
    let mut all = Vec::new();
    if has(|does| matches!(does, Do::Write(_))) {
        let form = |form| Pattern::IfAgain(handler.id, form);
        let mut choices = vec![IfAgain::DoesItAgain, IfAgain::IsIdempotent, IfAgain::TracksIds];
        choices.extend([IfAgain::TracksIdsFirst, IfAgain::TracksIdsLast]);
        // A request has no offset, and lies in no partition.
        if handler.from.is_some() {
            choices.extend([IfAgain::TracksOffsets, IfAgain::IsFenced]);
        }
        let choices = choices.into_iter().map(form).collect();
        all.push(switch(PatternWhich::IfAgain, "If a message comes again", forms.if_again.map(form), choices));
    }
    if has(|does| *does == Do::Ack) {
        let form = |form| Pattern::Acknowledges(handler.id, form);
        let choices = [Acknowledges::BeforeHandling, Acknowledges::AfterHandling].map(form).into();
        all.push(switch(PatternWhich::Acknowledges, "When it acknowledges", forms.acknowledges.map(form), choices));
    }
    if has(|does| matches!(does, Do::Publish { .. } | Do::Outbox { .. })) {
        let form = |form| Pattern::Publishes(handler.id, form);
        let choices = [Publishes::AfterCommit, Publishes::BeforeCommit, Publishes::ThroughOutbox].map(form).into();
        all.push(switch(PatternWhich::Publishes, "How it publishes", forms.publishes.map(form), choices));
    }
    all
}

/// Why a service cannot be given a form, if it cannot.
pub fn refused(board: &Board, service: crate::sim::NodeId, pattern: Pattern) -> Option<String> {
    match board.service(service) {
        Some(node) => refusal(&only(board, node), node, pattern),
        None => Some("the service is gone".to_owned()),
    }
}

fn refusal(small: &Board, node: &ServiceNode, pattern: Pattern) -> Option<String> {
    let mut tried = small.clone();
    if let Err(problem) = edit(&mut tried, &Edit::Pattern { service: node.id, pattern }) {
        return Some(problem.to_string());
    }
    match validate(&tried) {
        Ok(()) => None,
        Err(BoardError::Malformed { problem, .. }) => Some(problem),
        Err(other) => Some(other.to_string()),
    }
}

/// The part of a board that a service's programs depend on.
fn only(board: &Board, node: &ServiceNode) -> Board {
    let near = |kind: &WireKind| match kind {
        WireKind::Publish { from: id, .. } | WireKind::Consume { to: id, .. } => *id == node.id,
        WireKind::Call { .. } => false,
    };
    Board {
        schema: board.schema,
        title: board.title.clone(),
        about: String::new(),
        tries: Vec::new(),
        seed: board.seed,
        timings: board.timings,
        keys: board.keys.clone(),
        messages: board.messages.clone(),
        clients: Vec::new(),
        services: vec![node.clone()],
        brokers: board.brokers.clone(),
        wires: board.wires.iter().filter(|wire| near(&wire.is)).cloned().collect(),
        pins: board.pins.iter().filter(|pin| pin.service == node.id).copied().collect(),
        planned: Vec::new(),
    }
}
