//! Breakpoints: what play stops for. They are no part of the run, and nothing that happens depends on them.

use crate::board::{Check, WireKind};
use crate::broker::{BrokerFact, GroupState};
use crate::service::{ServiceFact, key_of};
use crate::sim::{Actor, FactId, LineId, MessageId, NodeId, Time};
use crate::world::{Entry, Fact, ProcessFact, World};

use super::Session;
use super::playback::Progress;
use super::tree::Tally;

/// What play stops for, exactly where it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breakpoint {
    /// A check is violated: this one, or any.
    Violated(Option<Check>),
    /// A consumer group begins to rebalance: the one of this name, or any.
    Rebalances(Option<String>),
    /// A consumer group falls behind by more than so many records, all its partitions together.
    Lag {
        /// The group's name.
        group: String,
        /// How many records it may be behind.
        above: u64,
    },
    /// A message with a key comes to a line.
    KeyReaches {
        /// The service.
        service: NodeId,
        /// One of the lines of its handlers.
        line: LineId,
        /// The key's number, from 0: as of a pin, that of the record, or the first of the message's fields that is one.
        key: u32,
    },
    /// A process crashes: one of this node, or any.
    Crashes(Option<NodeId>),
}

impl Breakpoint {
    /// Whether a fact may be what it waits for; the world behind it tells.
    fn wakes(&self, entry: &Entry) -> bool {
        match (self, &entry.fact) {
            (Breakpoint::Rebalances(_), Fact::Broker(BrokerFact::GroupBecame { state, .. })) => {
                *state == GroupState::PreparingRebalance
            }
            (Breakpoint::Lag { .. }, Fact::Broker(BrokerFact::Appended { .. })) => true,
            (
                Breakpoint::KeyReaches { service, .. },
                Fact::Service(ServiceFact::Started { .. } | ServiceFact::LineDone { .. }),
            ) => entry.who.node == *service,
            (Breakpoint::Crashes(node), Fact::Process(ProcessFact::Crashed)) => node.is_none_or(|node| node == entry.who.node),
            _ => false,
        }
    }

    fn is_reached(&self, entry: &Entry, world: &World) -> bool {
        match (self, &entry.fact) {
            (Breakpoint::Rebalances(name), Fact::Broker(BrokerFact::GroupBecame { group, .. })) => {
                name.as_ref().is_none_or(|name| name == world.names().group(*group))
            }
            (
                Breakpoint::KeyReaches { line, key, .. },
                Fact::Service(ServiceFact::Started { message, .. } | ServiceFact::LineDone { message, .. }),
            ) => is_at(world, entry.who, *message, *line, *key),
            (Breakpoint::Crashes(_), _) => true,
            _ => false,
        }
    }
}

/// Whether a process has come to a line with a message of a key.
fn is_at(world: &World, who: Actor, message: MessageId, line: LineId, key: u32) -> bool {
    let instance = world.service(who.node).and_then(|service| service.instances.get(&who.ordinal));
    let mut activations = instance.into_iter().flat_map(|instance| instance.activations.values());
    activations.any(|activation| {
        let there = activation.program.lines.get(activation.at).is_some_and(|at| at.id == line);
        there && activation.message.id == message && key_of(&activation.message) == Some(key)
    })
}

/// How many records a group is behind, over all topics that it reads.
fn lag(world: &World, name: &str) -> u64 {
    let (board, names) = (world.board(), world.names());
    let Some(group) = names.group_id(name) else { return 0 };
    let read = board.wires.iter().filter_map(|wire| match &wire.is {
        WireKind::Consume { topic, group, .. } if group == name => Some(topic),
        _ => None,
    });
    let mut topics: Vec<&String> = read.collect();
    topics.sort_unstable();
    topics.dedup();
    let of_topic = |topic: &String| {
        let (broker, described) = board.topic(topic)?;
        let (broker, id) = (world.broker(broker.id)?, names.topic_id(topic)?);
        let partitions = 0..described.partitions;
        Some(partitions.filter_map(|partition| broker.lag(group, id, partition)).map(u64::from).sum::<u64>())
    };
    topics.into_iter().filter_map(of_topic).sum()
}

/// What a world that runs is to be stopped for.
#[derive(Clone, Debug, Default)]
pub(super) enum Watch {
    /// Nothing.
    #[default]
    Nothing,
    /// A fact of this index or a later one.
    Fact(usize),
    /// Facts that one of these may wait for.
    Points(Vec<Breakpoint>),
}

impl Watch {
    /// Whether a fact is what the world is to be stopped for.
    pub fn wakes(&self, id: FactId, entry: &Entry) -> bool {
        match self {
            Watch::Nothing => false,
            Watch::Fact(index) => id.index() >= *index,
            Watch::Points(points) => points.iter().any(|point| point.wakes(entry)),
        }
    }
}

impl Session {
    /// What [`Session::play`] stops for.
    pub fn breakpoints(&self) -> &[Breakpoint] {
        &self.breakpoints
    }

    /// Has [`Session::play`] stop for these from now on. The page's own: no run or file knows of them.
    pub fn set_breakpoints(&mut self, breakpoints: Vec<Breakpoint>) {
        self.breakpoints = breakpoints;
    }

    /// Runs on as [`Session::play_until`] does, and stops where a breakpoint is reached: right behind the due item that
    /// reaches it, or at the moment from which a violation is certain. Going on from there does not stop for the same again.
    pub fn play(&mut self, until: Time, most: u32) -> Progress {
        if self.breakpoints.is_empty() {
            return self.play_until(until, most);
        }
        let judged = self.breakpoints.iter().any(|point| matches!(point, Breakpoint::Violated(_)));
        let mut behind = self.too_far_behind();
        self.record.watch = Watch::Points(self.breakpoints.clone());
        let mut items = 0;
        let hit = loop {
            let goal = if judged { self.next_due(until) } else { until };
            let before = Tally::of_checks(self.checks());
            let from = (self.now(), self.next_action());
            let progress = self.advance(goal, most - items);
            items += progress.items;
            let reached = self.reached(&mut behind).or_else(|| self.newly_violated(&before));
            let over = self.record.woken.is_empty() && self.now() >= until;
            // A full record does not run on.
            let stands = progress.items == 0 && from == (self.now(), self.next_action());
            if reached.is_some() || items >= most || over || stands {
                break reached;
            }
            self.record.woken.clear();
        };
        self.record.stop_watching();
        self.settle();
        Progress { reached: self.now(), items, hit }
    }

    /// The time up to which nothing is due, or that of what is due next; never beyond a time.
    fn next_due(&mut self, until: Time) -> Time {
        let action = self.next_action();
        let Some(next) = self.world.next_time().into_iter().chain(action).min() else { return until };
        let quiet = Time(next.0.saturating_sub(1));
        if quiet > self.now() { quiet.min(until) } else { next.max(self.now()).min(until) }
    }

    /// Which of the groups that are watched are behind as far as they may not be.
    fn too_far_behind(&self) -> Vec<bool> {
        let is_behind = |point: &Breakpoint| match point {
            Breakpoint::Lag { group, above } => lag(&self.world, group) > *above,
            _ => false,
        };
        self.breakpoints.iter().map(is_behind).collect()
    }

    fn reached(&self, behind: &mut Vec<bool>) -> Option<usize> {
        if self.record.woken.is_empty() {
            return None;
        }
        let (was, woken) = (std::mem::replace(behind, self.too_far_behind()), &self.record.woken);
        let mut points = self.breakpoints.iter().zip(was.iter().zip(behind.iter()));
        points.position(|(point, (was, is))| {
            (*is && !was) || woken.iter().any(|entry| point.wakes(entry) && point.is_reached(entry, &self.world))
        })
    }

    /// The breakpoint of a check that has been violated since; the cursor then stands at the moment from which that is certain.
    fn newly_violated(&mut self, before: &Tally) -> Option<usize> {
        let new = |check: &Check| self.checks().count(*check) > before.of(*check);
        let found = |point: &Breakpoint| match point {
            Breakpoint::Violated(Some(check)) => new(check).then_some(*check),
            Breakpoint::Violated(None) => Check::ALL.into_iter().find(new),
            _ => None,
        };
        let (hit, check) = self.breakpoints.iter().enumerate().find_map(|(nth, point)| Some((nth, found(point)?)))?;
        let known = self.checks().violations().iter().rev().find(|violation| violation.check == check);
        if let Some(at) = known.map(|violation| violation.at).filter(|at| *at < self.now()) {
            self.record.stop_watching();
            self.seek(at);
        }
        Some(hit)
    }
}
