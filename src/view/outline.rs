//! The board as a tree of sentences: what each thing on it is doing now.

use crate::sim::InOrder;
use std::collections::BTreeMap;

use crate::board::{Process, Wire};
use crate::broker::BrokerFact;
use crate::net::Cut;
use crate::service::Activation;
use crate::session::Session;
use crate::sim::{Actor, FactId, NodeId, Span, TopicId, WireId};
use crate::world::{Condition, Entry, Fact};

use super::cards::{BrokerCard, ClientCard, Frame, InstanceRow, Lane, ProcessState, ServiceCard};
use super::inspect::Selection;
use super::naming::{in_words, intent_name, line_text, process_name, wire_name};

/// How many facts on either side of a crash are searched for what it did to partitions.
const SEARCHED: usize = 50_000;

/// A line of the outline.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineRow {
    /// How deep it lies in the tree: 1 for what is on the board itself.
    pub level: u8,
    /// What it is: `payments-2`.
    pub name: String,
    /// What it does: `crashed 3 seconds ago; its partitions went to payments-3`.
    pub does: String,
    /// Where it leads.
    pub leads: Selection,
    /// Something of it does not run.
    pub down: bool,
}

impl Session {
    /// The board as a tree, in the order of a walk through it: clients, services with their instances, brokers with their
    /// partitions, wires that are cut.
    pub fn outline(&self) -> Vec<OutlineRow> {
        let frame = self.frame(Selection::Nothing);
        let mut rows: Vec<OutlineRow> = frame.clients.iter().map(client).collect();
        frame.services.iter().for_each(|card| self.service(card, &mut rows));
        frame.brokers.iter().for_each(|card| broker(card, &mut rows));
        rows.extend(self.cut_wires(&frame));
        rows
    }

    fn service(&self, card: &ServiceCard, rows: &mut Vec<OutlineRow>) {
        let leads = Selection::Node(card.id);
        let down = card.instances.iter().any(|row| row.state != ProcessState::Up);
        let does = std::iter::once(&card.note).chain(&card.foot).map(String::as_str).collect::<Vec<_>>().join(", ");
        rows.push(OutlineRow { level: 1, name: card.title.clone(), does, leads, down });
        let row = |name: String, does: String, down: bool| OutlineRow { level: 2, name, does, leads, down };
        let instances = card.instances.iter();
        rows.extend(instances.map(|one| row(one.name.clone(), self.instance(card.id, one), one.state != ProcessState::Up)));
        rows.extend(card.rest.iter().map(|rest| row("all instances".to_owned(), rest.text.clone(), false)));
        rows.extend(
            card.tray.iter().map(|tray| {
                row("outbox".to_owned(), tray.words(), tray.relays.iter().any(|relay| relay.state != ProcessState::Up))
            }),
        );
    }

    fn instance(&self, node: NodeId, row: &InstanceRow) -> String {
        let stopped = |how: &str| self.stopped(row.process, how);
        match row.state {
            ProcessState::Crashed | ProcessState::NoPower => stopped("crashed"),
            ProcessState::Paused => stopped("paused"),
            ProcessState::Up => {
                let instance = self.world().service(node).and_then(|service| service.instances.get(&row.process.ordinal));
                let first = instance.and_then(|instance| instance.activations.values().next());
                first.map_or_else(|| row.doing.clone(), |first| self.handling(node, first))
            }
        }
    }

    /// `line 4, write accounts[customer] −= amount; order 27`.
    fn handling(&self, node: NodeId, activation: &Activation) -> String {
        let intent = intent_name(activation.message.id.intent, self.board());
        match activation.program.lines.get(activation.at) {
            // The heading is line 1.
            Some(line) => format!("line {}, {}; {intent}", activation.at + 2, line_text(node, line.id, self.board())),
            None => intent,
        }
    }

    /// Since when a process does not run, and who has its partitions.
    fn stopped(&self, process: Process, how: &str) -> String {
        let record = self.world().process(process);
        let Some((record, entry)) = record.and_then(|record| Some((record, self.notable_fact(record.since)?))) else {
            return how.to_owned();
        };
        let ago = format!("{how} {} ago", in_words(whole_seconds(self.now().since(entry.at))));
        let crashed = matches!(record.condition, Condition::Down { .. });
        match self.heirs(record.actor, record.since).filter(|_| crashed) {
            Some(heirs) => format!("{ago}; its partitions went to {heirs}"),
            None => ago,
        }
    }

    /// Who was given the partitions that a process had when it crashed; nothing as long as nobody was.
    fn heirs(&self, who: Actor, crashed: FactId) -> Option<String> {
        let near = |id: FactId| id.index().abs_diff(crashed.index()) <= SEARCHED && id.index() < self.facts().len();
        let (before, after) = self.notable().split_at(self.notable().partition_point(|(id, _)| *id < crashed));
        let mut had: BTreeMap<(TopicId, u16), Option<Actor>> = BTreeMap::new();
        let recent = before.iter().filter(|(id, _)| near(*id)).map(|(_, entry)| entry);
        recent.filter(|entry| entry.who == who).for_each(|entry| match entry.fact {
            Fact::Broker(BrokerFact::Assigned { topic, partition, .. }) => {
                had.insert((topic, partition), None);
            }
            Fact::Broker(BrokerFact::Revoked { topic, partition, .. }) => {
                had.remove(&(topic, partition));
            }
            _ => {}
        });
        if had.is_empty() {
            return None;
        }
        let assigned = |entry: &Entry| match entry.fact {
            Fact::Broker(BrokerFact::Assigned { topic, partition, .. }) => Some(((topic, partition), entry.who)),
            _ => None,
        };
        for (place, heir) in after.iter().filter(|(id, _)| near(*id)).map(|(_, entry)| entry).filter_map(assigned) {
            if heir.node == who.node
                && let Some(known) = had.get_mut(&place)
            {
                *known = Some(heir);
            }
        }
        let mut names: Vec<String> = had.into_values().flatten().map(|heir| process_name(heir, self.board())).collect();
        names.in_order();
        names.dedup();
        (!names.is_empty()).then(|| names.join(" and "))
    }

    fn cut_wires(&self, frame: &Frame) -> Vec<OutlineRow> {
        let way = |cut| match cut {
            Cut::None => None,
            Cut::Both => Some("cut both ways"),
            Cut::ToServer => Some("cut for requests"),
            Cut::ToClient => Some("cut for responses"),
        };
        let on_board = |wire: WireId| self.board().wires.iter().any(|known: &Wire| known.id == wire);
        let cut = frame.wires.iter().filter(|wire| on_board(wire.id)).filter_map(|wire| Some((wire.id, way(wire.cut)?)));
        let row = |(wire, does): (WireId, &str)| OutlineRow {
            level: 1,
            name: format!("wire {}", wire_name(wire, self.board())),
            does: does.to_owned(),
            leads: Selection::Wire(wire),
            down: true,
        };
        cut.map(row).collect()
    }
}

/// From a second on a length of time counts in whole seconds: tenths would never stand still.
fn whole_seconds(span: Span) -> Span {
    if span < Span::secs(1) { span } else { Span::secs(span.as_ms() / 1_000) }
}

fn client(card: &ClientCard) -> OutlineRow {
    let state = (card.state != ProcessState::Up).then(|| card.state.name());
    let does = state.into_iter().chain(card.lines.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
    OutlineRow { level: 1, name: card.title.clone(), does, leads: Selection::Node(card.id), down: state.is_some() }
}

fn broker(card: &BrokerCard, rows: &mut Vec<OutlineRow>) {
    let (leads, down) = (Selection::Node(card.id), card.state != ProcessState::Up);
    rows.push(OutlineRow { level: 1, name: card.title.clone(), does: card.note.clone(), leads, down });
    for topic in &card.topics {
        rows.push(OutlineRow { level: 2, name: topic.name.clone(), does: topic.note.clone(), leads, down: false });
        let lane = |lane: &Lane| OutlineRow {
            level: 3,
            name: format!("{} {}", topic.name, lane.partition),
            does: lane_does(lane),
            leads,
            down: false,
        };
        rows.extend(topic.lanes.iter().map(lane));
    }
}

/// `14 records, payments 2 behind`.
fn lane_does(lane: &Lane) -> String {
    let records = if lane.end == 1 { "1 record".to_owned() } else { format!("{} records", lane.end) };
    let behind = lane.groups.iter().map(|group| match group.lag {
        0 => format!("{} has read all", group.name),
        lag => format!("{} {lag} behind", group.name),
    });
    std::iter::once(records).chain(behind.filter(|_| lane.end > 0)).collect::<Vec<_>>().join(", ")
}
