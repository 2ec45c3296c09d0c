//! A board as a small picture: its cards, lanes and wires as plain shapes, drawn from the document itself.

use crate::board::{Board, BoardError};
use crate::session::Session;

use super::cards::{Path, Rect};
use super::inspect::Selection;

/// What a card in a picture stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// A client.
    Client,
    /// A service.
    Service,
    /// A broker.
    Broker,
}

/// A card in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureCard {
    /// What it is.
    pub kind: PictureKind,
    /// Its outline.
    pub rect: Rect,
    /// What lies on it: a service's instances, a broker's lanes.
    pub rows: Vec<Rect>,
}

/// A board, in board units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The smallest rectangle around all of it.
    pub bounds: Rect,
    /// Clients, services, brokers.
    pub cards: Vec<PictureCard>,
    /// Wires, below the cards.
    pub wires: Vec<Path>,
}

impl Picture {
    /// The picture of a board at rest.
    ///
    /// # Errors
    /// Those of a board that cannot be put to work.
    pub fn of(board: Board) -> Result<Picture, BoardError> {
        let frame = Session::new(board)?.frame(Selection::Nothing);
        let bare = |kind, rect| PictureCard { kind, rect, rows: Vec::new() };
        let mut cards: Vec<PictureCard> = frame.clients.iter().map(|card| bare(PictureKind::Client, card.rect)).collect();
        for card in &frame.services {
            let rows = card.instances.iter().map(|row| row.rect).chain(card.rest.iter().map(|rest| rest.rect)).collect();
            cards.push(PictureCard { rows, ..bare(PictureKind::Service, card.rect) });
        }
        for card in &frame.brokers {
            let lanes = card.topics.iter().flat_map(|topic| &topic.lanes);
            let rows = lanes.map(|lane| lane.rect).collect();
            cards.push(PictureCard { rows, ..bare(PictureKind::Broker, card.rect) });
        }
        let wires = frame.wires.iter().flat_map(|wire| wire.paths.iter().copied()).collect();
        Ok(Picture { bounds: frame.bounds, cards, wires })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::from_json;
    use crate::editor::empty_board;

    fn orders() -> Board {
        from_json(include_str!("../../public/boards/orders.json")).expect("a shipped board")
    }

    /// All shipped boards.
    fn boards() -> Vec<Board> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/public/boards");
        let files = std::fs::read_dir(folder).expect("there is a folder of boards");
        let text = |file: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(file?.path());
        files.map(|file| from_json(&text(file).expect("it can be read")).expect("a shipped board")).collect()
    }

    #[test]
    fn every_node_is_in_the_picture_and_no_two_overlap() {
        for board in boards() {
            let nodes = board.clients.len() + board.services.len() + board.brokers.len();
            let wires = board.wires.len();
            let picture = Picture::of(board).expect("it runs");
            assert_eq!(picture.cards.len(), nodes);
            assert!(picture.wires.len() >= wires);
            for (nth, card) in picture.cards.iter().enumerate() {
                assert!(picture.cards[..nth].iter().all(|other| !other.rect.touches(card.rect)), "{card:?}");
                let whole = picture.bounds;
                assert!(whole.with(card.rect) == whole && card.rows.iter().all(|row| card.rect.with(*row) == card.rect));
            }
        }
    }

    #[test]
    fn services_show_their_instances_and_brokers_their_lanes() {
        let picture = Picture::of(orders()).expect("it runs");
        let rows = |kind| picture.cards.iter().filter(|card| card.kind == kind).map(|card| card.rows.len()).sum::<usize>();
        assert_eq!((rows(PictureKind::Client), rows(PictureKind::Broker)), (0, 3));
        assert!(rows(PictureKind::Service) >= 4);
    }

    #[test]
    fn an_empty_board_has_an_empty_picture() {
        let picture = Picture::of(empty_board()).expect("it runs");
        assert!(picture.cards.is_empty() && picture.wires.is_empty());
    }
}
