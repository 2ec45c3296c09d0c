//! Which facts belong to what is followed: gathered once, in their order, and added to as the run goes on.

use crate::broker::BrokerFact;
use crate::net::{NetFact, PacketId};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::session::Session;
use crate::sim::{Actor, FactId, Role};
use crate::store::StoreFact;
use crate::world::{Entry, Fact, ProcessFact};

use super::super::inspector::message_of;
use super::super::reading::Reading;
use super::Followed;

/// How many facts are kept at most: a message that is retried for ever has no end of them.
pub(super) const MOST: usize = 5_000;

/// A produce request's answer and an offset commit with its answer: they carry no message, and belong to one.
const PRODUCE_ANSWER: u8 = 17;
const OFFSET_COMMIT: u8 = 7;
const OFFSET_COMMIT_ANSWER: u8 = 23;

/// Gathers the facts of what is followed.
#[derive(Clone, Debug)]
pub struct Follower {
    followed: Followed,
    read: Reading,
    ids: Vec<FactId>,
    /// The packets that it travels in, and those that answer them.
    packets: Vec<PacketId>,
    /// The packet that left last: what it carries is told behind it.
    left: Option<(FactId, PacketId)>,
    /// Who has it in hand.
    holders: Vec<Actor>,
    left_out: usize,
}

impl Follower {
    /// Follows a message, or all that serve an intent.
    pub fn new(followed: Followed) -> Follower {
        let (ids, packets, holders) = Default::default();
        Follower { followed, read: Reading::default(), ids, packets, left: None, holders, left_out: 0 }
    }

    /// What is followed.
    pub fn followed(&self) -> Followed {
        self.followed
    }

    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Looks at the facts that have come since; at all of them again where the path of actions has changed.
    pub(super) fn catch_up(&mut self, session: &Session) {
        let facts = session.all_facts();
        if self.read.is_stale(session) {
            *self = Follower { read: Reading::of(session), ..Follower::new(self.followed) };
        }
        let (seen, rest) = (self.read.seen, facts.since(self.read.seen));
        // Pieces of the record that are not held are fetched only where they name the intent.
        if session.held().0 < facts.len() {
            rest.around(self.followed.intent()).for_each(|(place, entry)| self.see(FactId::at(seen + place), entry));
        } else {
            rest.iter().enumerate().for_each(|(place, entry)| self.see(FactId::at(seen + place), entry));
        }
        self.read.seen = facts.len();
    }

    fn see(&mut self, id: FactId, entry: &Entry) {
        if self.takes(id, entry) {
            if self.ids.len() < MOST { self.ids.push(id) } else { self.left_out += 1 }
        }
    }

    /// The facts, in order.
    pub(super) fn entries<'a>(&self, session: &'a Session) -> Vec<(FactId, &'a Entry)> {
        let facts = session.all_facts();
        self.ids.iter().filter_map(|id| Some((*id, facts.get(id.index())?))).collect()
    }

    fn takes(&mut self, id: FactId, entry: &Entry) -> bool {
        match entry.fact {
            Fact::Net(fact) => self.takes_packet(id, entry, fact),
            Fact::Broker(BrokerFact::OffsetCommitted { .. }) => {
                let mine = self.has(entry.cause.trigger);
                if mine {
                    self.let_go(entry.who);
                }
                mine
            }
            Fact::Process(ProcessFact::Crashed | ProcessFact::Paused | ProcessFact::Resumed) => self.holders.contains(&entry.who),
            Fact::Service(ServiceFact::PinHit { .. }) => self.holders.contains(&entry.who) && self.has(entry.cause.trigger),
            fact => match message_of(&fact) {
                Some(message) if self.followed.takes(message) => {
                    self.keep_books(entry);
                    true
                }
                Some(_) => false,
                None => matches!(fact, Fact::Store(fact) if self.takes_row(entry, fact)),
            },
        }
    }

    /// A packet belongs to what is followed if it carries it, or answers one that does. That is told behind its start, which
    /// is then added before it.
    fn takes_packet(&mut self, id: FactId, entry: &Entry, fact: NetFact) -> bool {
        match fact {
            NetFact::Sent { packet, api, .. } => {
                let answers =
                    matches!(api, PRODUCE_ANSWER | OFFSET_COMMIT | OFFSET_COMMIT_ANSWER) && self.has(entry.cause.trigger);
                if answers {
                    self.packets.push(packet);
                } else {
                    self.left = Some((id, packet));
                }
                answers
            }
            NetFact::Carries { packet, message } => {
                let mine = self.followed.takes(message);
                if mine && entry.who.role == Role::Relay {
                    self.hold(entry.who);
                }
                if let Some((sent, _)) = self.left.take_if(|(_, left)| mine && *left == packet) {
                    self.packets.push(packet);
                    if self.ids.len() < MOST {
                        self.ids.push(sent);
                    }
                }
                mine
            }
            NetFact::Arrived { packet, .. }
            | NetFact::Discarded { packet, .. }
            | NetFact::Retransmitted { packet, .. }
            | NetFact::Delayed { packet, .. }
            | NetFact::ConnectionBroke { packet, .. } => self.packets.binary_search(&packet).is_ok(),
            NetFact::ConnectionLost { .. } | NetFact::WireCut { .. } | NetFact::WireSlowed { .. } | NetFact::WireLossy { .. } => {
                false
            }
        }
    }

    fn takes_row(&self, entry: &Entry, fact: StoreFact) -> bool {
        match fact {
            StoreFact::Changed { intent, .. } => intent == self.followed.intent() && self.has(entry.cause.trigger),
            StoreFact::Began { .. } | StoreFact::Committed { .. } | StoreFact::RolledBack { .. } | StoreFact::Wrote { .. } => {
                self.holders.contains(&entry.who) && self.has(entry.cause.trigger)
            }
            _ => false,
        }
    }

    /// Who has the message in hand: what becomes of such a process is a part of the story.
    fn keep_books(&mut self, entry: &Entry) {
        match entry.fact {
            Fact::Service(ServiceFact::Started { .. })
            | Fact::Rpc(RpcFact::Called { .. })
            | Fact::Broker(BrokerFact::Appended { .. }) => {
                self.hold(entry.who);
            }
            Fact::Service(ServiceFact::Finished { .. } | ServiceFact::Aborted { .. } | ServiceFact::StoppedReading { .. })
            | Fact::Rpc(RpcFact::Answered { .. } | RpcFact::GaveUp { .. })
            | Fact::Store(StoreFact::Marked { .. }) => self.let_go(entry.who),
            _ => {}
        }
    }

    fn hold(&mut self, who: Actor) {
        if !self.holders.contains(&who) {
            self.holders.push(who);
        }
    }

    fn let_go(&mut self, who: Actor) {
        self.holders.retain(|holder| *holder != who);
    }

    fn has(&self, id: FactId) -> bool {
        self.ids.binary_search(&id).is_ok()
    }
}
