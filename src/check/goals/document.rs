//! Goals that the document alone reaches: it is so, or it is not.

use crate::board::{Board, Do, Goal, HandlerDoc, OnFailure, Pattern, Pin, RelayDoc, ServiceNode, WriteDoc, pattern_of};
use crate::sim::{LineId, NodeId};

/// Whether a board is as a goal asks for; `None` for a goal that asks for more than that.
pub(super) fn holds(goal: &Goal, board: &Board) -> Option<bool> {
    let handler = |service: NodeId, id| {
        let node = board.service(service)?;
        node.handlers.iter().find(|handler| handler.id == id)
    };
    let pinned = |service, gap| board.pins.iter().any(|pin: &Pin| pin.service == service && pin.gap == gap);
    Some(match goal {
        Goal::Pinned { service, gap } => pinned(*service, *gap),
        Goal::Unpinned { service, gap } => !pinned(*service, *gap),
        Goal::Switched { service, pattern } => {
            handler(*service, pattern.handler()).is_some_and(|handler| has_form(handler, *pattern))
        }
        Goal::Relays { service, kind } => {
            let relay = board.service(*service).and_then(|node| node.relay.as_ref());
            relay.and_then(RelayDoc::kind) == Some(*kind)
        }
        Goal::Set { place, setting, least, most } => board.settings_of(*place).is_some_and(|settings| {
            let value = settings.get(*setting, board.timings);
            least.is_none_or(|least| least <= value) && most.is_none_or(|most| value <= most)
        }),
        Goal::Partitions { topic, least } => board.topic(topic).is_some_and(|(_, topic)| topic.partitions >= *least),
        Goal::Has { service, does } => board.service(*service).is_some_and(|node| {
            let mut lines = node.handlers.iter().flat_map(|handler| &handler.lines);
            lines.any(|line| same(&line.does, does))
        }),
        Goal::Before { service, line, later } => board.service(*service).is_some_and(|node| stands_before(node, *line, *later)),
        Goal::OnFailure { service, handler: id, then } => {
            handler(*service, *id).is_some_and(|handler| same_policy(&handler.on_failure, then))
        }
        _ => return None,
    })
}

fn has_form(handler: &HandlerDoc, pattern: Pattern) -> bool {
    let forms = pattern_of(handler);
    match pattern {
        Pattern::IfAgain(_, form) => forms.if_again == Some(form),
        Pattern::Acknowledges(_, form) => forms.acknowledges == Some(form),
        Pattern::Publishes(_, form) => forms.publishes == Some(form),
    }
}

/// Whether two lines do the same. What a write was before it became what it is makes no difference.
fn same(one: &Do, other: &Do) -> bool {
    let plain = |write: &WriteDoc| WriteDoc { instead_of: None, ..write.clone() };
    match (one, other) {
        (Do::Write(one), Do::Write(other)) => plain(one) == plain(other),
        _ => one == other,
    }
}

fn stands_before(node: &ServiceNode, line: LineId, later: LineId) -> bool {
    node.programs().any(|(_, lines)| {
        let place = |id| lines.iter().position(|line| line.id == id);
        place(line).zip(place(later)).is_some_and(|(first, second)| first < second)
    })
}

fn same_policy(one: &OnFailure, other: &OnFailure) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}
