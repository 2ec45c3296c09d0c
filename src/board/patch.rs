//! What changes from one document to another, part by part: the unit of structural edits and of undo.

use crate::sim::{Gather, InOrder};
use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sim::{NodeId, WireId};

use super::action::Pin;
use super::document::{Board, BrokerNode, ClientNode, KeySet, MessageType, ServiceNode, Wire};
use super::error::ActionError;
use super::planned::{PlanId, Planned};
use super::program::Gap;
use super::settings::Timings;

/// One part of a document, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A key set.
    Keys(KeySet),
    /// A message type.
    Message(MessageType),
    /// A client.
    Client(ClientNode),
    /// A service.
    Service(ServiceNode),
    /// A broker.
    Broker(BrokerNode),
    /// A wire.
    Wire(Wire),
    /// A pin.
    Pin(Pin),
    /// An entry of the plan.
    Planned(Planned),
    /// Which defaults the settings have.
    Timings(Timings),
    /// The board's title.
    Title(String),
}

/// Which part of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PartId {
    /// The key set of that name.
    Keys(String),
    /// The message type of that name.
    Message(String),
    /// The client of that id.
    Client(NodeId),
    /// The service of that id.
    Service(NodeId),
    /// The broker of that id.
    Broker(NodeId),
    /// The wire of that id.
    Wire(WireId),
    /// The pin in that gap.
    Pin {
        /// The service.
        service: NodeId,
        /// Where.
        gap: Gap,
    },
    /// The entry of the plan of that id.
    Planned(PlanId),
    /// Which defaults the settings have. Every board has them: they change and never go.
    Timings,
    /// The board's title. Every board has one: it changes and never goes.
    Title,
}

/// A part with its place in its list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Put {
    /// Its place in its list, from 0; the last where the list is shorter. Without meaning for timings and title.
    #[serde(default)]
    pub at: u32,
    /// The part as it is from now on.
    pub part: Part,
}

/// What changes from one document to another: parts that go, then parts that come or change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// The parts that go.
    #[serde(default)]
    pub gone: Vec<PartId>,
    /// The parts that come, and those that change, which take the place of what has the same id.
    #[serde(default)]
    pub put: Vec<Put>,
}

impl Patch {
    /// What has to change for one document to become another. `schema`, `seed`, `about` and `tries` are left out: they are
    /// no parts.
    pub fn between(before: &Board, after: &Board) -> Patch {
        let mut patch = Patch::default();
        patch.compare::<KeySet>(before, after);
        patch.compare::<MessageType>(before, after);
        patch.compare::<ClientNode>(before, after);
        patch.compare::<ServiceNode>(before, after);
        patch.compare::<BrokerNode>(before, after);
        patch.compare::<Wire>(before, after);
        patch.compare::<Pin>(before, after);
        patch.compare::<Planned>(before, after);
        if before.timings != after.timings {
            patch.put.push(Put { at: 0, part: Part::Timings(after.timings) });
        }
        if before.title != after.title {
            patch.put.push(Put { at: 0, part: Part::Title(after.title.clone()) });
        }
        patch
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.put.is_empty()
    }

    /// Whether it only changes the board's title and the titles and places of nodes that are there: no part of the run.
    pub fn is_layout(&self, board: &Board) -> bool {
        self.gone.is_empty()
            && self.put.iter().all(|Put { at, part }| match part {
                Part::Title(_) => true,
                Part::Client(node) => same_but_looks(node, &board.clients, *at),
                Part::Service(node) => same_but_looks(node, &board.services, *at),
                Part::Broker(node) => same_but_looks(node, &board.brokers, *at),
                Part::Keys(_) | Part::Message(_) | Part::Wire(_) | Part::Pin(_) | Part::Planned(_) | Part::Timings(_) => false,
            })
    }

    /// The one thing that it is about, where there is one: a node with its wires and pins, or else a single part.
    pub fn main(&self) -> Option<PartId> {
        let all: BTreeSet<PartId> = self.gone.iter().cloned().chain(self.put.iter().map(|put| put.part.id())).into_set();
        let node = |id: &PartId| match *id {
            PartId::Client(_) | PartId::Service(_) | PartId::Broker(_) => Some(id.clone()),
            PartId::Pin { service, .. } => Some(PartId::Service(service)),
            PartId::Keys(_) | PartId::Message(_) | PartId::Wire(_) | PartId::Planned(_) | PartId::Timings | PartId::Title => None,
        };
        let nodes: BTreeSet<PartId> = all.iter().filter_map(node).into_set();
        let mut named = if nodes.is_empty() { all } else { nodes };
        if named.len() == 1 { named.pop_first() } else { None }
    }

    /// What it does, in a few words: "an edit of Payments", "the removal of a wire". Nodes that it does not put are called
    /// by their titles on the board.
    pub fn words(&self, board: &Board) -> String {
        let Some(main) = self.main() else {
            let all = || self.gone.iter().cloned().chain(self.put.iter().map(|put| put.part.id()));
            let of_the_plan = all().all(|id| matches!(id, PartId::Planned(_)));
            return if of_the_plan { "an edit of the plan" } else { "an edit of the board" }.to_owned();
        };
        if let PartId::Planned(_) = main {
            return "an edit of the plan".to_owned();
        }
        let what = match &main {
            PartId::Client(id) | PartId::Service(id) | PartId::Broker(id) => self.title_of(*id, board),
            PartId::Wire(_) => "a wire".to_owned(),
            PartId::Keys(name) => format!("the key set {name}"),
            PartId::Message(name) => format!("the message type {name}"),
            PartId::Pin { .. } => "a pin".to_owned(),
            PartId::Planned(_) => "the plan".to_owned(),
            PartId::Timings => "the timings".to_owned(),
            PartId::Title => "the title".to_owned(),
        };
        format!("{} of {what}", if self.gone.contains(&main) { "the removal" } else { "an edit" })
    }

    fn title_of(&self, id: NodeId, board: &Board) -> String {
        let title = |put: &Put| match &put.part {
            Part::Client(node) => (node.id == id).then(|| node.title.clone()),
            Part::Service(node) => (node.id == id).then(|| node.title.clone()),
            Part::Broker(node) => (node.id == id).then(|| node.title.clone()),
            _ => None,
        };
        let known = board.has_node(id).then(|| board.title_of(id).to_owned());
        known.or_else(|| self.put.iter().find_map(title)).unwrap_or_else(|| format!("node {}", id.0))
    }

    /// Changes a document. Whether what comes out fits together is for [`validate`](super::validate()) to say.
    ///
    /// # Errors
    /// Names a part that should go and is not there; the document is then as it was.
    pub fn apply(&self, board: &mut Board) -> Result<(), ActionError> {
        let there: BTreeSet<PartId> = part_ids(board);
        let mut going = BTreeSet::new();
        for id in &self.gone {
            if !there.contains(id) || !going.insert(id.clone()) {
                return Err(ActionError::Missing(id.to_string()));
            }
        }
        going.extend(self.put.iter().map(|put| put.part.id()));
        self.renew::<KeySet>(board, &going);
        self.renew::<MessageType>(board, &going);
        self.renew::<ClientNode>(board, &going);
        self.renew::<ServiceNode>(board, &going);
        self.renew::<BrokerNode>(board, &going);
        self.renew::<Wire>(board, &going);
        self.renew::<Pin>(board, &going);
        self.renew::<Planned>(board, &going);
        for put in &self.put {
            match &put.part {
                Part::Timings(timings) => board.timings = *timings,
                Part::Title(title) => board.title.clone_from(title),
                _ => {}
            }
        }
        Ok(())
    }

    /// Compares one list. Everything that is not common to both, in the same order, goes or is put.
    fn compare<L: Listed>(&mut self, before: &Board, after: &Board) {
        let (before, after) = (L::list(before), L::list(after));
        let (stays_before, stays_after) = common(before, after);
        let left = |items: &[L], stays: &[bool]| -> BTreeSet<PartId> {
            items.iter().zip(stays).filter(|(_, stays)| !**stays).map(|(item, _)| item.id()).into_set()
        };
        // Where one of several parts of the same id changes, all of them are put anew.
        let old = left(before, &stays_before);
        let new: BTreeSet<PartId> = after.iter().map(Listed::id).into_set();
        let touched: BTreeSet<PartId> = old.union(&left(after, &stays_after)).cloned().into_set();
        self.gone.extend(old.into_iter().filter(|id| !new.contains(id)));
        let places = (0..).zip(after).filter(|(_, item)| touched.contains(&item.id()));
        self.put.extend(places.map(|(at, item)| Put { at, part: item.clone().part() }));
    }

    /// Takes out of one list what goes or changes, and puts in what comes, in the order of the places: those before
    /// each are then there already.
    fn renew<L: Listed>(&self, board: &mut Board, going: &BTreeSet<PartId>) {
        let list = L::list_mut(board);
        list.retain(|item| !going.contains(&item.id()));
        let mut coming: Vec<(u32, &L)> = self.put.iter().filter_map(|put| Some((put.at, L::of(&put.part)?))).collect();
        coming.in_order_by_key(|(at, _)| *at);
        for (at, item) in coming {
            let at = usize::try_from(at).unwrap_or(usize::MAX).min(list.len());
            list.insert(at, item.clone());
        }
    }
}

impl Part {
    /// Which part it is.
    pub fn id(&self) -> PartId {
        match self {
            Part::Keys(keys) => keys.id(),
            Part::Message(kind) => kind.id(),
            Part::Client(node) => node.id(),
            Part::Service(node) => node.id(),
            Part::Broker(node) => node.id(),
            Part::Wire(wire) => wire.id(),
            Part::Pin(pin) => pin.id(),
            Part::Planned(planned) => planned.id(),
            Part::Timings(_) => PartId::Timings,
            Part::Title(_) => PartId::Title,
        }
    }
}

impl fmt::Display for PartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartId::Keys(name) => write!(f, "key set \"{name}\""),
            PartId::Message(name) => write!(f, "message type \"{name}\""),
            PartId::Client(id) => write!(f, "client with id {}", id.0),
            PartId::Service(id) => write!(f, "service with id {}", id.0),
            PartId::Broker(id) => write!(f, "broker with id {}", id.0),
            PartId::Wire(id) => write!(f, "wire with id {}", id.0),
            PartId::Pin { service, gap: Gap::Start(handler) } => {
                write!(f, "pin at the start of program {} of service {}", handler.0, service.0)
            }
            PartId::Planned(id) => write!(f, "entry {} of the plan", id.0),
            PartId::Pin { service, gap: Gap::After(line) } => write!(f, "pin after line {} of service {}", line.0, service.0),
            PartId::Timings => f.write_str("board without timings"),
            PartId::Title => f.write_str("board without a title"),
        }
    }
}

/// A part that stands in a list of the board.
trait Listed: Clone + PartialEq {
    fn id(&self) -> PartId;
    fn part(self) -> Part;
    fn of(part: &Part) -> Option<&Self>;
    fn list(board: &Board) -> &Vec<Self>;
    fn list_mut(board: &mut Board) -> &mut Vec<Self>;
}

macro_rules! listed {
    ($($part:ident($type:ty), $list:ident, |$item:ident| $id:expr;)*) => {
        $(impl Listed for $type {
            fn id(&self) -> PartId {
                let $item = self;
                $id
            }
            fn part(self) -> Part {
                Part::$part(self)
            }
            fn of(part: &Part) -> Option<&Self> {
                if let Part::$part(item) = part { Some(item) } else { None }
            }
            fn list(board: &Board) -> &Vec<Self> {
                &board.$list
            }
            fn list_mut(board: &mut Board) -> &mut Vec<Self> {
                &mut board.$list
            }
        })*

        /// The ids of all parts of a board that can go.
        fn part_ids(board: &Board) -> BTreeSet<PartId> {
            let mut ids = BTreeSet::new();
            $(ids.extend(board.$list.iter().map(Listed::id));)*
            ids
        }
    };
}

listed! {
    Keys(KeySet), keys, |keys| PartId::Keys(keys.name.clone());
    Message(MessageType), messages, |kind| PartId::Message(kind.name.clone());
    Client(ClientNode), clients, |node| PartId::Client(node.id);
    Service(ServiceNode), services, |node| PartId::Service(node.id);
    Broker(BrokerNode), brokers, |node| PartId::Broker(node.id);
    Wire(Wire), wires, |wire| PartId::Wire(wire.id);
    Pin(Pin), pins, |pin| PartId::Pin { service: pin.service, gap: pin.gap };
    Planned(Planned), planned, |planned| PartId::Planned(planned.id);
}

/// What of a node is no part of the run.
trait Looks {
    fn looks(&mut self) -> (&mut String, &mut i32, &mut i32);
}

macro_rules! looks {
    ($($node:ty),*) => {
        $(impl Looks for $node {
            fn looks(&mut self) -> (&mut String, &mut i32, &mut i32) {
                (&mut self.title, &mut self.x, &mut self.y)
            }
        })*
    };
}

looks!(ClientNode, ServiceNode, BrokerNode);

/// Whether the node at that place is the same but for its title and its place on the board.
fn same_but_looks<N: Looks + Listed>(node: &N, nodes: &[N], at: u32) -> bool {
    let Some(known) = usize::try_from(at).ok().and_then(|at| nodes.get(at)) else { return false };
    let (mut node, mut dressed) = (known.clone(), node.clone());
    let ((title, x, y), (new_title, new_x, new_y)) = (node.looks(), dressed.looks());
    title.clone_from(new_title);
    (*x, *y) = (*new_x, *new_y);
    node == dressed
}

/// Which items of two lists are the same in the same order (a longest common subsequence).
fn common<T: PartialEq>(before: &[T], after: &[T]) -> (Vec<bool>, Vec<bool>) {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (mut stays_before, mut stays_after) = (vec![true; before.len()], vec![true; after.len()]);
    let (rows, columns) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);
    // `lengths[row * width + column]`: how many items the rests of both lists have in common.
    let width = columns.len() + 1;
    let mut lengths = vec![0_u32; (rows.len() + 1) * width];
    for row in (0..rows.len()).rev() {
        for column in (0..columns.len()).rev() {
            let at = row * width + column;
            lengths[at] =
                if rows[row] == columns[column] { lengths[at + width + 1] + 1 } else { lengths[at + width].max(lengths[at + 1]) };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows.len() || column < columns.len() {
        let at = row * width + column;
        if row < rows.len() && column < columns.len() && rows[row] == columns[column] {
            (row, column) = (row + 1, column + 1);
        } else if column >= columns.len() || (row < rows.len() && lengths[at + width] >= lengths[at + 1]) {
            stays_before[head + row] = false;
            row += 1;
        } else {
            stays_after[head + column] = false;
            column += 1;
        }
    }
    (stays_before, stays_after)
}
