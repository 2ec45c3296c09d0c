//! The branches of a run as rows, and two of them side by side.

use crate::board::Check;
use crate::session::{BranchId, Comparison, Session, Tally};
use crate::sim::{InOrder, NodeId, Time, WireId};

use super::cards::{BrokerCard, ClientCard, Frame, ProcessState, ServiceCard, TopicView};
use super::naming::sentence;
use super::words::describe;

/// A branch in the list of all.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchRow {
    /// Its number.
    pub id: BranchId,
    /// How deep it stands in the tree; 0 for the first run.
    pub depth: usize,
    /// Its name.
    pub name: String,
    /// It is the one that is shown.
    pub shown: bool,
    /// When it departs, and how far it has got: `0:12.000 to 0:40.000`.
    pub time: String,
    /// What the checks say at its end: `Done twice 2`, `no violations`.
    pub outcome: String,
    /// Any check is violated.
    pub violated: bool,
}

/// A card, or a topic, in two branches.
#[derive(Clone, Debug, PartialEq)]
pub struct BesideRow {
    /// The card, or the topic on it.
    pub name: String,
    /// Its state in the branch that is shown; empty where it is not there.
    pub here: String,
    /// Its state in the other one.
    pub there: String,
}

impl BesideRow {
    /// Whether both are not the same.
    pub fn differs(&self) -> bool {
        self.here != self.there
    }
}

/// What does not look the same on the boards of two branches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    /// Clients and services whose states differ, or that only one of the boards has.
    pub nodes: Vec<NodeId>,
    /// Topics, by name.
    pub topics: Vec<String>,
    /// Wires that are worse on one of the boards, or are only on one.
    pub wires: Vec<WireId>,
}

impl Differing {
    /// How many things do.
    pub fn count(&self) -> usize {
        self.nodes.len() + self.topics.len() + self.wires.len()
    }

    /// Of two frames of the same time.
    fn of(here: &Frame, there: &Frame) -> Differing {
        let mut differing = Differing::default();
        let (ours, theirs) = (states(here), states(there));
        let unlike = |ours: &[State], theirs: &[State]| -> Vec<What> {
            ours.iter().filter(|(what, state)| find(theirs, what) != Some(state.as_str())).map(|(what, _)| what.clone()).collect()
        };
        let mut what = unlike(&ours, &theirs);
        what.extend(unlike(&theirs, &ours));
        what.in_order();
        what.dedup();
        for what in what {
            match what {
                What::Card(node, _) => differing.nodes.push(node),
                What::Topic(_, _, name) => differing.topics.push(name),
            }
        }
        let wires = |frame: &Frame| {
            frame.wires.iter().map(|wire| (wire.id, wire.cut, wire.slow, wire.loss, wire.unread)).collect::<Vec<_>>()
        };
        let (ours, theirs) = (wires(here), wires(there));
        let only = ours.iter().filter(|wire| !theirs.contains(wire)).chain(theirs.iter().filter(|wire| !ours.contains(wire)));
        differing.wires = only.map(|wire| wire.0).collect();
        differing.wires.in_order();
        differing.wires.dedup();
        differing
    }
}

/// Another branch beside the one that is shown, at the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct SideBySide {
    /// The name of the branch that is shown.
    pub here: String,
    /// The name of the other one.
    pub there: String,
    /// When the first thing happened in one of them that did not happen in the other.
    pub first: Option<Time>,
    /// What happened then in the branch that is shown, and what in the other; empty where nothing did.
    pub what: (String, String),
    /// How far the other one has got, where the cursor is beyond it.
    pub short: Option<Time>,
    /// Checks that are violated in either at the cursor: name, violations here and there.
    pub checks: Vec<(&'static str, u64, u64)>,
    /// Cards and topics.
    pub rows: Vec<BesideRow>,
    /// Which of them differ, and which wires.
    pub differing: Differing,
}

impl Session {
    /// All branches, each behind what it grew out of.
    pub fn branch_rows(&self) -> Vec<BranchRow> {
        let shown = self.branch().id;
        let row = |(depth, branch): (usize, crate::session::Branch)| BranchRow {
            id: branch.id,
            depth,
            shown: branch.id == shown,
            time: format!("{} to {}", branch.departs, branch.frontier),
            outcome: outcome(&branch.tally),
            violated: branch.tally.total() > 0,
            name: branch.name,
        };
        self.tree().into_iter().map(row).collect()
    }
}

impl Comparison {
    /// Both branches in words, where the one that is shown is given, with the boards of both at this time.
    pub fn side_by_side(&self, shown: &Session, (here, there): (&Frame, &Frame)) -> SideBySide {
        let first = self.difference();
        let told = |session: &Session, index: Option<usize>| {
            let facts = session.all_facts();
            let entry = index.and_then(|index| facts.get(index));
            entry.map_or_else(String::new, |entry| sentence(&describe(entry, session.world().names(), session.board())))
        };
        let what = (told(shown, first.and_then(|first| first.here)), told(self.beside(), first.and_then(|first| first.there)));
        SideBySide {
            here: shown.branch().name,
            there: shown
                .branches()
                .into_iter()
                .find(|branch| branch.id == self.branch().id)
                .unwrap_or(self.branch())
                .name
                .clone(),
            first: first.map(|first| first.at),
            what,
            short: (self.beside().now() < shown.now()).then(|| self.beside().now()),
            checks: self.verdicts(shown).into_iter().map(|(check, here, there)| (check.name(), here, there)).collect(),
            rows: rows(here, there),
            differing: Differing::of(here, there),
        }
    }
}

fn outcome(tally: &Tally) -> String {
    let violated = Check::ALL.into_iter().filter(|check| tally.of(*check) > 0);
    let words: Vec<String> = violated.map(|check| format!("{} {}", check.name(), tally.of(check))).collect();
    if words.is_empty() { "no violations".to_owned() } else { words.join(", ") }
}

/// A card, or a topic on one, as it is known by its title.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Card(NodeId, String),
    Topic(NodeId, String, String),
}

impl What {
    fn name(&self) -> String {
        match self {
            What::Card(_, title) => title.clone(),
            What::Topic(_, title, topic) => format!("{title}: {topic}"),
        }
    }
}

/// A card, or a topic on it, and its state.
type State = (What, String);

fn find<'a>(states: &'a [State], what: &What) -> Option<&'a str> {
    states.iter().find(|(known, _)| known == what).map(|(_, state)| state.as_str())
}

fn rows(here: &Frame, there: &Frame) -> Vec<BesideRow> {
    let (ours, theirs) = (states(here), states(there));
    let other = |what: &What| find(&theirs, what).unwrap_or_default().to_owned();
    let both = ours.iter().map(|(what, state)| BesideRow { name: what.name(), here: state.clone(), there: other(what) });
    let only_there = theirs.iter().filter(|(what, _)| find(&ours, what).is_none());
    both.chain(only_there.map(|(what, state)| BesideRow { name: what.name(), here: String::new(), there: state.clone() }))
        .collect()
}

fn states(frame: &Frame) -> Vec<State> {
    let client = |card: &ClientCard| (What::Card(card.id, card.title.clone()), card.lines.join(" · "));
    let service = |card: &ServiceCard| (What::Card(card.id, card.title.clone()), service_state(card));
    let clients = frame.clients.iter().map(client);
    let topics = frame.brokers.iter().flat_map(|card: &BrokerCard| {
        let of = |topic: &TopicView| (What::Topic(card.id, card.title.clone(), topic.name.clone()), topic_state(card, topic));
        card.topics.iter().map(of).collect::<Vec<_>>()
    });
    clients.chain(frame.services.iter().map(service)).chain(topics).collect()
}

/// What stands on the card's foot, and which of its processes do not run.
fn service_state(card: &ServiceCard) -> String {
    let mut words = card.foot.clone();
    words.extend(card.rest.as_ref().map(|rest| rest.text.clone()));
    let down = card.instances.iter().filter(|row| row.state != ProcessState::Up);
    words.extend(down.map(|row| format!("{} {}", row.name, row.state.name())));
    words.extend(card.tray.as_ref().map(|tray| format!("outbox: {} to publish", tray.waiting)));
    words.join(" · ")
}

fn topic_state(card: &BrokerCard, topic: &TopicView) -> String {
    let records: u32 = topic.lanes.iter().map(|lane| lane.end).sum();
    let mut words = vec![format!("{records} records")];
    for group in topic.lanes.first().map_or(&[][..], |lane| &lane.groups) {
        let lag: u32 = topic.lanes.iter().flat_map(|lane| &lane.groups).filter(|of| of.name == group.name).map(|of| of.lag).sum();
        words.push(format!("{} {lag} behind", group.name));
    }
    if card.state != ProcessState::Up {
        words.push(card.state.name().to_owned());
    }
    words.join(" · ")
}
