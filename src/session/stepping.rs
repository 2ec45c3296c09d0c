//! Stepping: to the next or the previous fact, moment worth seeing, or fact of a message.

use crate::broker::{BrokerFact, GroupState};
use crate::net::NetFact;
use crate::sim::{MessageId, Span, Time};
use crate::world::{Acted, Fact, ProcessFact};

use super::Session;
use super::breakpoints::Watch;
use super::derive::Replay;

/// How far a step looks beyond the frontier.
const LOOK_AHEAD: Span = Span::secs(120);

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stride {
    /// To where the next fact has just happened, with what happened in one with it.
    Fact,
    /// To the next moment worth seeing: a failure, a rebalance, a violation, something that a person did.
    Moment,
    /// To the next moment at which a fact names a message.
    Message(MessageId),
    /// To the next request, response or decision by which a group rebalances.
    Rebalance,
}

impl Session {
    /// Steps on, at most two minutes beyond the frontier. Gives where it went; nothing if there is nothing to go to, and then
    /// the cursor stays.
    pub fn forward(&mut self, stride: Stride) -> Option<Time> {
        match stride {
            Stride::Fact => self.forward_to_fact(),
            Stride::Moment => self.looking_ahead(Session::first_moment_after),
            Stride::Message(message) => {
                let from = self.world.facts() as usize;
                self.looking_ahead(|session, now| {
                    let mut named = session.all_facts().since(from).around(message.intent).map(|(_, entry)| entry);
                    named.find(|entry| entry.at > now && entry.fact.message() == Some(message)).map(|entry| entry.at)
                })
            }
            Stride::Rebalance => {
                let from = self.world.facts() as usize;
                self.looking_ahead(|session, now| {
                    let mut later = (from..).zip(session.all_facts().since(from));
                    later
                        .find(|(index, entry)| entry.at > now && session.is_of_a_rebalance(*index, entry))
                        .map(|(_, entry)| entry.at)
                })
            }
        }
    }

    /// Steps back. Gives where it went; nothing if there is nothing to go back to, and then the cursor stays.
    pub fn back(&mut self, stride: Stride) -> Option<Time> {
        match stride {
            Stride::Fact => self.back_to_fact(),
            Stride::Moment => {
                let at = self.last_moment_before(self.now())?;
                self.seek(at);
                Some(at)
            }
            Stride::Rebalance => {
                let now = self.now();
                let mut earlier = (0..self.facts().len()).zip(self.facts()).rev();
                let at = earlier.find(|(index, entry)| entry.at < now && self.is_of_a_rebalance(*index, entry))?.1.at;
                drop(earlier);
                self.seek(at);
                Some(at)
            }
            Stride::Message(message) => {
                let now = self.now();
                let mut named = self.facts().around(message.intent).rev();
                let at = named.find(|(_, entry)| entry.at < now && entry.fact.message() == Some(message))?.1.at;
                drop(named);
                self.seek(at);
                Some(at)
            }
        }
    }

    /// Puts the cursor right behind the due item that the recorded fact of an index came of.
    fn seek_fact(&mut self, index: usize) {
        let snapshot = self.snapshots.before_fact(index);
        if self.world.facts() as usize > index || snapshot.world.facts() > self.world.facts() {
            self.turn_to(index);
        }
        // The first facts are there as soon as the world is.
        if self.world.facts() as usize > index {
            self.settle();
        } else {
            self.advance_watching(Watch::Fact(index), self.frontier);
        }
    }

    fn forward_to_fact(&mut self) -> Option<Time> {
        let (now, facts) = (self.now(), self.world.facts());
        let until = if self.is_full() { self.frontier } else { self.frontier.max(now) + LOOK_AHEAD };
        self.advance_watching(Watch::Fact(facts as usize), until);
        if self.world.facts() > facts {
            return Some(self.now());
        }
        self.seek(now);
        None
    }

    fn back_to_fact(&mut self) -> Option<Time> {
        let last = (self.world.facts() as usize).checked_sub(1)?;
        let mut replay = Replay::of(self.snapshots.before_fact(last), &self.path);
        let mut before = replay.world.facts();
        loop {
            let seen = replay.world.facts();
            if seen as usize > last || !replay.step(&mut ()) {
                break;
            }
            before = seen;
        }
        // The first facts have no item before them: the beginning of the run is theirs.
        if before as usize > last {
            return None;
        }
        self.seek_fact((before as usize).checked_sub(1)?);
        Some(self.now())
    }

    /// Looks for something from the cursor on, running on where nothing is known yet; goes there, or stays.
    fn looking_ahead(&mut self, find: impl Fn(&Session, Time) -> Option<Time>) -> Option<Time> {
        // Nobody has seen what is only looked at in advance.
        let ticks = self.ticks.clone();
        let now = self.now();
        let limit = self.frontier.max(now) + LOOK_AHEAD;
        let mut goal = now;
        let found = loop {
            if let Some(found) = find(self, now) {
                break Some(found);
            }
            if goal >= limit || (self.is_full() && goal >= self.frontier) {
                break None;
            }
            goal = self.frontier.max(goal) + Span::secs(1);
            self.play_until(goal, u32::MAX);
        };
        self.seek(found.unwrap_or(now));
        self.ticks = ticks;
        self.tick();
        found
    }

    fn first_moment_after(&self, now: Time) -> Option<Time> {
        let notable = &self.record.notable;
        let later = &notable[notable.partition_point(|(_, entry)| entry.at <= now)..];
        let fact = later.iter().find(|(_, entry)| is_moment(&entry.fact)).map(|(_, entry)| entry.at);
        let violations = self.record.frontier_checks().violations();
        let violation = violations.iter().map(|violation| violation.at).find(|at| *at > now);
        fact.into_iter().chain(violation).min()
    }

    fn last_moment_before(&self, now: Time) -> Option<Time> {
        let notable = self.record.notable.iter().rev();
        let fact = notable.map(|(_, entry)| entry).find(|entry| entry.at < now && is_moment(&entry.fact));
        let violations = self.record.frontier_checks().violations().iter().rev();
        let violation = violations.map(|violation| violation.at).find(|at| *at < now);
        fact.map(|entry| entry.at).into_iter().chain(violation).max()
    }
}

/// Whether a fact is a moment worth seeing: a failure, a rebalance, something that a person did.
pub(super) fn is_moment(fact: &Fact) -> bool {
    match fact {
        Fact::Acted(acted) => *acted != Acted::Began,
        Fact::Process(process) => *process != ProcessFact::Started,
        Fact::Broker(BrokerFact::GroupBecame { state, .. }) => {
            matches!(state, GroupState::PreparingRebalance | GroupState::Reconciling | GroupState::Stable)
        }
        Fact::Net(net) => matches!(net, NetFact::WireCut { .. } | NetFact::WireSlowed { .. } | NetFact::WireLossy { .. }),
        _ => false,
    }
}
