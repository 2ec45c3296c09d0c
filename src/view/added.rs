//! What an edit would add to programs, in lines as they are read: for whoever asks before it is made.

use crate::sim::Gather;
use std::collections::BTreeSet;

use crate::board::Board;
use crate::sim::NodeId;

use super::naming::line_text;

/// The lines that one board has and the other has not, each under the service and the program that it is in:
/// `Orders, on PlaceOrder` and `outbox OrderPlaced → order-events`.
pub fn lines_added(before: &Board, after: &Board) -> Vec<(String, Vec<String>)> {
    let known: BTreeSet<_> = before.services.iter().flat_map(|service| lines_of(before, service.id)).into_set();
    let mut all = Vec::new();
    for service in &after.services {
        for (program, lines) in service.programs() {
            let new = lines.iter().map(|line| (service.id, line_text(service.id, line.id, after)));
            let mut seen = known.clone();
            let new: Vec<String> = new.filter(|line| !seen.remove(line)).map(|(_, text)| text).collect();
            let handler = service.handlers.iter().find(|handler| handler.id == program);
            let name = handler.map_or_else(
                || format!("{}, relay", service.title),
                |handler| match &handler.from {
                    Some(topic) => format!("{}, on {} from {topic}", service.title, handler.on),
                    None => format!("{}, on {}", service.title, handler.on),
                },
            );
            if !new.is_empty() {
                all.push((name, new));
            }
        }
    }
    all
}

fn lines_of(board: &Board, service: NodeId) -> Vec<(NodeId, String)> {
    let programs = board.service(service).into_iter().flat_map(|service| service.programs());
    programs.flat_map(|(_, lines)| lines).map(|line| (service, line_text(service, line.id, board))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::{End, Ids, Preset, Starter, Way, add, empty_board, offers, wire};

    #[test]
    fn the_outbox_adds_its_line_and_a_relay_and_nothing_else() {
        let mut board = empty_board();
        for starter in [Starter::Client, Starter::Service(Preset::Orders), Starter::Topic] {
            board = add(&board, &Ids::of(&board), starter, (0, 0)).expect("there is room").board;
        }
        let ways = offers(&board, &End::Node(NodeId(2)), &End::Topic("order-events".to_owned())).expect("they can be wired");
        let outbox = ways.into_iter().find(|offer| matches!(offer.way, Way::Outbox { .. })).expect("it is offered");
        let after = wire(&board, &Ids::of(&board), &outbox).expect("it can be done").board;
        let added = lines_added(&board, &after);
        assert_eq!(added.iter().map(|(_, lines)| lines.len()).collect::<Vec<_>>(), [1, 3], "{added:?}");
        assert!(added[0].1[0].starts_with("outbox OrderPlaced"), "{added:?}");
        assert!(lines_added(&after, &after).is_empty());
    }
}
