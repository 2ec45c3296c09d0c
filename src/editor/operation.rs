//! What can be done to the document from a panel, as values: a panel says what, and the desk makes it.

use crate::board::{Action, ActionError, Board, BoardError, PlanId, RelayPreset, Storm, Timings};
use crate::sim::{NodeId, Time, WireId};
use crate::store::RelayKind;

use super::arrange::{Axis, Line, align, distribute};
use super::clipboard::{BESIDE, duplicate};
use super::delete::delete;
use super::draft::{Draft, Edited, Item};
use super::error::EditError;
use super::geometry::Card;
use super::ids::Ids;
use super::planning::{plan, plan_storm, replan, unplan};
use super::program::{ProgramEdit, edit_program};
use super::relays::{relay_like, relay_reads};
use super::rename::{rename_board, rename_group, rename_node, rename_topic};
use super::tidy::tidy;

/// Something that can be done to the document.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Gives the board another title.
    RenameBoard(String),
    /// Gives a node another title.
    RenameNode(NodeId, String),
    /// Gives a topic another name: the old one, the new one.
    RenameTopic(String, String),
    /// Gives the consumer group of a reading wire another name.
    RenameGroup(WireId, String),
    /// Lets a client send messages of another type.
    Sends(NodeId, String),
    /// Gives the settings other defaults.
    Timings(Timings),
    /// Deletes things, with what goes with them.
    Delete(Vec<Item>),
    /// Puts copies of nodes beside them.
    Duplicate(Vec<NodeId>),
    /// Lines up the cards of nodes.
    Align(Vec<NodeId>, Line),
    /// Spreads the cards of nodes evenly.
    Distribute(Vec<NodeId>, Axis),
    /// Puts all cards in layers from left to right.
    Tidy,
    /// Has the relay of a service read in another way.
    RelayReads(NodeId, RelayKind),
    /// Makes the relay of a service like a real one.
    RelayLike(NodeId, RelayPreset),
    /// Changes the programs of a service.
    Program(NodeId, ProgramEdit),
    /// Plans an action for a time.
    Plan(Time, Action),
    /// Gives entries of the plan other times.
    Replan(Vec<(PlanId, Time)>),
    /// Takes entries out of the plan.
    Unplan(Vec<PlanId>),
    /// Plans a storm from a time on.
    Storm(Storm, Time),
}

impl Operation {
    /// Makes it, on a board whose cards are these.
    ///
    /// # Errors
    /// Those of the operation; the board is then as it was.
    pub fn make(self, board: &Board, ids: &Ids, cards: &[Card]) -> Result<Edited, EditError> {
        let of = |nodes: &[NodeId]| -> Vec<Card> { cards.iter().filter(|card| nodes.contains(&card.node)).copied().collect() };
        match self {
            Operation::RenameBoard(title) => rename_board(board, ids, &title),
            Operation::RenameNode(node, title) => rename_node(board, ids, node, &title).map_err(of_a_name),
            Operation::RenameTopic(old, new) => rename_topic(board, ids, &old, &new).map_err(of_a_name),
            Operation::RenameGroup(wire, group) => rename_group(board, ids, wire, &group).map_err(of_a_name),
            Operation::Sends(client, message) => change_sends(board, ids, client, &message),
            Operation::Timings(timings) => change_timings(board, ids, timings),
            Operation::Delete(items) => delete(board, ids, &items),
            Operation::Duplicate(nodes) => duplicate(board, ids, &nodes, BESIDE),
            Operation::Align(nodes, line) => align(board, ids, &of(&nodes), line),
            Operation::Distribute(nodes, axis) => distribute(board, ids, &of(&nodes), axis),
            Operation::Tidy => tidy(board, ids, cards),
            Operation::RelayReads(service, kind) => relay_reads(board, ids, service, kind),
            Operation::RelayLike(service, preset) => relay_like(board, ids, service, preset),
            Operation::Program(service, change) => edit_program(board, ids, service, change),
            Operation::Plan(at, action) => plan(board, ids, at, action),
            Operation::Replan(moved) => replan(board, ids, &moved),
            Operation::Unplan(gone) => unplan(board, ids, &gone),
            Operation::Storm(storm, from) => plan_storm(board, ids, storm, from),
        }
    }
}

/// What is wrong with a name, without the place in the document: it was typed where the reason is read.
fn of_a_name(error: EditError) -> EditError {
    match error {
        EditError::Board(BoardError::Malformed { place, problem })
            if ["name", "title", "group"].iter().any(|end| place.ends_with(end)) =>
        {
            let whose = if problem.starts_with("is ") { "the name " } else { "" };
            EditError::Run(ActionError::Refused(format!("{whose}{problem}")))
        }
        other => other,
    }
}

/// Lets a client send messages of another type.
///
/// # Errors
/// A client or a message type that is not there, and a type that nobody whom it calls handles.
fn change_sends(board: &Board, ids: &Ids, client: NodeId, message: &str) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    draft.message(message)?;
    let known = draft.board.clients.iter_mut().find(|known| known.id == client);
    let known = known.ok_or_else(|| EditError::Missing(format!("client with id {}", client.0)))?;
    message.clone_into(&mut known.sends);
    draft.finish(format!("let {} send {message}", board.title_of(client)))
}

/// Gives the settings that have no value of their own other defaults.
///
/// # Errors
/// If settings of the board's own do not go with the other defaults.
fn change_timings(board: &Board, ids: &Ids, timings: Timings) -> Result<Edited, EditError> {
    let mut draft = Draft::of(board, ids);
    draft.board.timings = timings;
    draft.finish(match timings {
        Timings::Classroom => "take classroom timings",
        Timings::Real => "take real timings",
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Rect, Selection};
    use super::*;
    use crate::board::from_json;

    fn orders() -> Board {
        from_json(include_str!("../../public/boards/orders.json")).expect("a board")
    }

    fn cards(board: &Board) -> Vec<Card> {
        let nodes = Selection::all(board).nodes();
        let rect = |node: NodeId| Rect { x: 10.0 * node.0 as f32, y: 37.0 * node.0 as f32, w: 160.0, h: 80.0 };
        nodes.into_iter().map(|node| Card { node, rect: rect(node) }).collect()
    }

    fn done(operation: Operation) -> Result<Edited, String> {
        let board = orders();
        operation.make(&board, &Ids::of(&board), &cards(&board)).map_err(|error| error.to_string())
    }

    #[test]
    fn timings_change_and_say_so() {
        let edited = done(Operation::Timings(Timings::Real)).expect("it can have them");
        assert_eq!((edited.board.timings, edited.label.as_str()), (Timings::Real, "take real timings"));
        assert_eq!(Board { timings: Timings::Classroom, ..edited.board }, orders(), "nothing else changes");
    }

    #[test]
    fn a_client_sends_another_type_only_where_it_is_known_and_handled() {
        assert!(done(Operation::Sends(NodeId(1), "Nonsense".to_owned())).expect_err("unknown").contains("Nonsense"));
        assert!(done(Operation::Sends(NodeId(9), "PlaceOrder".to_owned())).expect_err("no client").contains("id 9"));
        let same = done(Operation::Sends(NodeId(1), "PlaceOrder".to_owned())).expect("it does so already");
        assert_eq!(same.board, orders());
    }

    #[test]
    fn a_name_that_is_refused_says_why_without_the_place_in_the_document() {
        let node = |title: &str| done(Operation::RenameNode(NodeId(2), title.to_owned())).expect_err("it is refused");
        assert_eq!(node(" "), "the name is empty: give it a name");
        assert!(node(&"x".repeat(300)).starts_with("the name is longer than"));
        let taken = Operation::RenameTopic("order-events".to_owned(), String::new());
        assert_eq!(done(taken).expect_err("it is refused"), "the name is empty: give it a name");
    }

    #[test]
    fn only_the_cards_of_the_named_nodes_are_lined_up() {
        let edited = done(Operation::Align(vec![NodeId(2), NodeId(4)], Line::Left)).expect("there are two");
        let x = |node| edited.board.service(NodeId(node)).map(|service| service.x);
        assert_eq!((x(2), x(4)), (Some(20), Some(20)));
        assert_eq!(edited.board.brokers, orders().brokers);
        assert!(done(Operation::Distribute(vec![NodeId(2), NodeId(4)], Axis::Down)).is_err(), "two have one gap");
    }

    #[test]
    fn what_is_deleted_goes_and_what_is_duplicated_is_there_twice() {
        let gone = done(Operation::Delete(vec![Item::Node(NodeId(4))])).expect("it is there").board;
        assert!(gone.service(NodeId(4)).is_none());
        let twice = done(Operation::Duplicate(vec![NodeId(4)])).expect("it is there");
        assert_eq!(twice.board.services.len(), orders().services.len() + 1);
        assert_eq!(twice.made.len(), 1);
    }
}
