//! Titles and places: what of a document is no part of the run.

use std::collections::BTreeMap;

use crate::sim::NodeId;

use super::document::Board;
use super::patch::{Part, Patch};

/// Titles and places that were changed while a board ran. They are kept beside the run and put onto its board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    title: Option<String>,
    titles: BTreeMap<NodeId, String>,
    places: BTreeMap<NodeId, (i32, i32)>,
}

impl Looks {
    /// Takes over the title and all titles and places of nodes that a patch puts.
    pub fn take(&mut self, patch: &Patch) {
        for put in &patch.put {
            let (id, title, place) = match &put.part {
                Part::Client(node) => (node.id, &node.title, (node.x, node.y)),
                Part::Service(node) => (node.id, &node.title, (node.x, node.y)),
                Part::Broker(node) => (node.id, &node.title, (node.x, node.y)),
                Part::Title(title) => {
                    self.title = Some(title.clone());
                    continue;
                }
                Part::Keys(_) | Part::Message(_) | Part::Wire(_) | Part::Pin(_) | Part::Planned(_) | Part::Timings(_) => continue,
            };
            self.titles.insert(id, title.clone());
            self.places.insert(id, place);
        }
    }

    /// Moves a node.
    pub fn place(&mut self, node: NodeId, x: i32, y: i32) {
        self.places.insert(node, (x, y));
    }

    /// Gives a board these titles and places, as far as it has the nodes.
    pub fn put_on(&self, board: &mut Board) {
        if let Some(title) = &self.title {
            board.title.clone_from(title);
        }
        let clients = board.clients.iter_mut().map(|node| (node.id, &mut node.title, &mut node.x, &mut node.y));
        let services = board.services.iter_mut().map(|node| (node.id, &mut node.title, &mut node.x, &mut node.y));
        let brokers = board.brokers.iter_mut().map(|node| (node.id, &mut node.title, &mut node.x, &mut node.y));
        for (id, title, x, y) in clients.chain(services).chain(brokers) {
            if let Some(new) = self.titles.get(&id) {
                title.clone_from(new);
            }
            if let Some(place) = self.places.get(&id) {
                (*x, *y) = *place;
            }
        }
    }

    /// Whether a board has them already.
    pub fn are_on(&self, board: &Board) -> bool {
        let clients = board.clients.iter().map(|node| (node.id, &node.title, (node.x, node.y)));
        let services = board.services.iter().map(|node| (node.id, &node.title, (node.x, node.y)));
        let brokers = board.brokers.iter().map(|node| (node.id, &node.title, (node.x, node.y)));
        self.title.as_ref().is_none_or(|title| *title == board.title)
            && clients.chain(services).chain(brokers).all(|(id, title, place)| {
                self.titles.get(&id).is_none_or(|new| new == title) && self.places.get(&id).is_none_or(|new| *new == place)
            })
    }
}
