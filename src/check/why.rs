//! Why something happened that is no violation: a rebalance, a retry, whatever a fact tells of. The answer is a chain of
//! facts, each a reason of the next, and the setting that would have prevented it where there is one.

use crate::board::{Board, Edit, Setting};
use crate::broker::{BrokerFact, GroupState, RebalanceWhy};
use crate::net::{Cut, NetFact};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, GroupId, InOrder, MessageId, NodeId, Role, Time};
use crate::store::{Rollback, StoreFact, TxId};
use crate::world::{Entry, Fact, Facts, ProcessFact};

use super::explain::{set, users_of};
use super::trace::Trace;

/// How many facts an answer has at most.
const MOST: usize = 9;
/// How many reasons are walked through for them.
const WALK: usize = 400;
/// A timeout that is offered is a multiple of this, and longer than what was measured by at least as much.
const STEP: u64 = 500;

/// Why something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// The facts that led to it, in their order; it is the last.
    pub steps: Vec<FactId>,
    /// The fact at which an answer ends: nothing on the board is a reason of it.
    pub root: FactId,
    /// The edit of the board that would have prevented it.
    pub prevent: Option<Edit>,
}

/// Why a fact happened, by the facts of its run from the first one on, and the board as it is.
pub fn why(of: FactId, facts: Facts<'_>, board: &Board) -> Option<Reasons> {
    let asking = Asking { trace: Trace(facts), board };
    let entry = asking.trace.get(of)?;
    let mut steps = vec![of];
    let mut at = of;
    for _ in 0..WALK {
        let Some(next) = asking.reason(at) else { break };
        at = next;
        let told = asking.trace.get(at).is_some_and(is_told);
        if told {
            steps.push(at);
        }
        if steps.len() >= MOST || asking.is_root(at) {
            break;
        }
    }
    let root = *steps.last()?;
    let (prevent, since) = asking.prevent(of, entry);
    steps.extend(since);
    steps.in_order_by_key(|id| *id);
    steps.dedup();
    Some(Reasons { steps, root, prevent })
}

/// Whether a fact is one that can be asked about with more to learn than its trigger: a rebalance, a retry, a failure.
pub fn is_worth_asking(entry: &Entry) -> bool {
    matches!(
        entry.fact,
        Fact::Broker(
            BrokerFact::GroupBecame { state: GroupState::PreparingRebalance, .. }
                | BrokerFact::MemberRemoved { .. }
                | BrokerFact::ProduceRetried { .. }
                | BrokerFact::ProduceFailed { .. }
                | BrokerFact::OffsetCommitRefused { .. }
                | BrokerFact::Revoked { .. }
        ) | Fact::Rpc(
            RpcFact::AttemptFailed { .. }
                | RpcFact::ErrorAnswered { .. }
                | RpcFact::GaveUp { .. }
                | RpcFact::Called { attempt: 2.., .. }
        ) | Fact::Store(
            StoreFact::DuplicateFound { .. }
                | StoreFact::FencedOff { .. }
                | StoreFact::RolledBack { .. }
                | StoreFact::ConnectionTimedOut
        ) | Fact::Service(
            ServiceFact::Failed { .. }
                | ServiceFact::Aborted { .. }
                | ServiceFact::AckFailed { .. }
                | ServiceFact::Skipped { .. }
                | ServiceFact::StoppedReading { .. }
                | ServiceFact::Started { nth: 1.., .. }
        )
    )
}

/// Whether a reason is told: packets, lines that were done and the steps of a transaction are passed over.
fn is_told(entry: &Entry) -> bool {
    !matches!(
        entry.fact,
        Fact::Net(NetFact::Sent { .. } | NetFact::Carries { .. } | NetFact::Arrived { .. } | NetFact::Discarded { .. })
            | Fact::Service(ServiceFact::LineDone { .. } | ServiceFact::RowsRead { .. })
            | Fact::Store(StoreFact::Began { .. } | StoreFact::Wrote { .. })
    )
}

struct Asking<'a> {
    trace: Trace<'a>,
    board: &'a Board,
}

impl Asking<'_> {
    /// The facts after one.
    fn after(&self, id: FactId) -> impl Iterator<Item = (FactId, &Entry)> {
        self.trace.between(id, FactId::at(self.trace.0.len()))
    }

    /// What a person or a plan did, and the beginning of a run, have no reason on the board.
    fn is_root(&self, id: FactId) -> bool {
        self.trace.get(id).is_none_or(|entry| matches!(entry.fact, Fact::Acted(_)))
    }

    /// The reason of a fact: what kept somebody from answering where time ran out, or else what it names itself.
    fn reason(&self, id: FactId) -> Option<FactId> {
        let entry = self.trace.get(id)?;
        let silent = match entry.fact {
            Fact::Broker(BrokerFact::MemberRemoved {
                member,
                why: RebalanceWhy::SessionExpired | RebalanceWhy::RebalanceTimeout,
                ..
            }) => self.silence(id, |who| who == member),
            Fact::Broker(BrokerFact::GroupBecame {
                group,
                state: GroupState::PreparingRebalance,
                why: RebalanceWhy::SessionExpired,
                ..
            }) => self.removed(id, |known| known == group),
            Fact::Broker(BrokerFact::MemberRemoved { why: RebalanceWhy::Left, .. }) => {
                self.late_poll(id).and_then(|left| self.at_work(left))
            }
            Fact::Broker(BrokerFact::ProduceRetried { .. }) => self.silence(id, |who| who.role == Role::Broker),
            Fact::Rpc(RpcFact::AttemptFailed { message, .. }) => {
                let asked = self.asked(message, id);
                self.silence(id, |who| asked.contains(&who))
            }
            Fact::Store(StoreFact::RolledBack { tx, why: Rollback::LockTimeout }) => {
                let holder = self.waited(id, tx).map(|(_, holder)| holder.owner);
                self.trace.down(id, |who| Some(who) == holder).pop().map(|(id, _)| id)
            }
            _ => None,
        };
        let named = entry.cause.because.iter().flatten().copied().max();
        silent.or(named).or(Some(entry.cause.trigger)).filter(|reason| *reason < id)
    }

    /// The removal of a member from a group that set off its rebalance.
    fn removed(&self, before: FactId, of: impl Fn(GroupId) -> bool) -> Option<FactId> {
        let removed = |entry: &Entry| matches!(entry.fact, Fact::Broker(BrokerFact::MemberRemoved { group, .. }) if of(group));
        let mut latest = self.trace.between(FactId::FIRST, before).rev().take(64);
        latest.find(|(_, entry)| removed(entry)).map(|(id, _)| id)
    }

    /// What keeps a process from answering when a fact happens: its crash or pause, or else a wire that is cut.
    fn silence(&self, before: FactId, of: impl Fn(Actor) -> bool) -> Option<FactId> {
        let down = self.trace.down(before, &of).pop().map(|(id, _)| id);
        down.or_else(|| {
            let mut cut = None;
            for (id, entry) in self.trace.between(FactId::FIRST, before) {
                match entry.fact {
                    Fact::Net(NetFact::WireCut { cut: Cut::None, .. }) => cut = None,
                    Fact::Net(NetFact::WireCut { .. }) => cut = Some(id),
                    _ => {}
                }
            }
            cut
        })
    }

    /// Who has begun to handle a message before a fact.
    fn asked(&self, message: MessageId, before: FactId) -> Vec<Actor> {
        let started =
            |entry: &Entry| matches!(entry.fact, Fact::Service(ServiceFact::Started { message: of, .. }) if of == message);
        self.trace.between(FactId::FIRST, before).filter(|(_, entry)| started(entry)).map(|(_, entry)| entry.who).collect()
    }

    /// The edit that would have prevented it, with the fact before which it has to be made.
    fn prevent(&self, of: FactId, entry: &Entry) -> (Option<Edit>, Option<FactId>) {
        let found = match entry.fact {
            Fact::Broker(BrokerFact::GroupBecame {
                group,
                state: GroupState::PreparingRebalance,
                why: RebalanceWhy::SessionExpired,
                ..
            }) => self.removed(of, |known| known == group).and_then(|removed| self.longer_session(removed)),
            Fact::Broker(BrokerFact::MemberRemoved { why: RebalanceWhy::SessionExpired, .. }) => self.longer_session(of),
            Fact::Broker(BrokerFact::GroupBecame {
                group,
                state: GroupState::PreparingRebalance,
                why: RebalanceWhy::Left | RebalanceWhy::RebalanceTimeout,
                ..
            }) => self.removed(of, |known| known == group).and_then(|removed| self.longer_poll(removed)),
            Fact::Broker(BrokerFact::MemberRemoved { why: RebalanceWhy::Left | RebalanceWhy::RebalanceTimeout, .. }) => {
                self.longer_poll(of)
            }
            Fact::Rpc(RpcFact::AttemptFailed { message, attempt, timed_out: true }) => self.longer_call(of, message, attempt),
            Fact::Rpc(RpcFact::Called { message, attempt: attempt @ 2.. }) => {
                let failed = self.trace.between(FactId::FIRST, of).rev().find(|(_, entry)| {
                    matches!(entry.fact, Fact::Rpc(RpcFact::AttemptFailed { message: m, attempt: a, timed_out: true }) if (m, a + 1) == (message, attempt))
                });
                failed.and_then(|(id, _)| self.longer_call(id, message, attempt - 1))
            }
            Fact::Store(StoreFact::RolledBack { tx, why: Rollback::LockTimeout }) => self.longer_lock(of, tx),
            Fact::Store(StoreFact::ConnectionTimedOut) => self.more_connections(of),
            _ => None,
        };
        found.map_or((None, None), |(edit, since)| (Some(edit), Some(since)))
    }

    /// A session that outlasts the pause of a member which the group removed: from when the member's process started on.
    fn longer_session(&self, removed: FactId) -> Option<(Edit, FactId)> {
        let Fact::Broker(BrokerFact::MemberRemoved { member, .. }) = self.trace.get(removed)?.fact else { return None };
        let own = |entry: &Entry, fact: ProcessFact| entry.who == member && entry.fact == Fact::Process(fact);
        let (_, paused) = self.trace.between(FactId::FIRST, removed).rev().find(|(_, entry)| own(entry, ProcessFact::Paused))?;
        let (_, resumed) = self.after(removed).find(|(_, entry)| own(entry, ProcessFact::Resumed))?;
        let (started, _) = self.trace.between(FactId::FIRST, removed).find(|(_, entry)| own(entry, ProcessFact::Started))?;
        let settings = &self.board.service(member.node)?.settings;
        // Under the consumer protocol the broker says how long a session is.
        let is_modern = settings.get(Setting::GroupProtocol, self.board.timings) == 1;
        let coordinator = self.trace.get(removed)?.who.node;
        let broker = self.board.brokers.iter().find(|broker| broker.id == coordinator).filter(|_| is_modern);
        let heartbeat = match broker {
            Some(broker) => broker.settings.get(Setting::ConsumerHeartbeat, self.board.timings),
            None => settings.get(Setting::HeartbeatInterval, self.board.timings),
        };
        // The last heartbeat before the pause may be as old as their interval, and the first one after it has its way to go.
        let silent = resumed.at.since(paused.at).as_ms() + 2 * heartbeat;
        let longer = match broker {
            Some(broker) => offer(broker.id, Setting::ConsumerSession, silent),
            None => offer(member.node, Setting::SessionTimeout, silent),
        };
        Some((longer?, started))
    }

    /// That a member said that it leaves since it had not polled for too long: it loses what it read in the same moment. One that
    /// leaves in good order gives that up.
    fn late_poll(&self, removed: FactId) -> Option<FactId> {
        let Fact::Broker(BrokerFact::MemberRemoved { member, why: RebalanceWhy::Left, .. }) = self.trace.get(removed)?.fact
        else {
            return None;
        };
        let sends = |entry: &Entry| entry.who == member && matches!(entry.fact, Fact::Net(NetFact::Sent { .. }));
        let (sent, leaves) = self.trace.back(removed).find(|(_, entry)| sends(entry))?;
        let mut at_once = self.trace.between(FactId::FIRST, sent).rev().take_while(|(_, entry)| entry.at == leaves.at);
        let lost =
            |entry: &Entry| entry.who == member && matches!(entry.fact, Fact::Broker(BrokerFact::Revoked { lost: true, .. }));
        at_once.any(|(_, entry)| lost(entry)).then_some(sent)
    }

    /// What the process of a fact had begun last to handle by then.
    fn at_work(&self, at: FactId) -> Option<FactId> {
        let who = self.trace.get(at)?.who;
        let mut own = self.trace.between(FactId::FIRST, at).rev().filter(|(_, entry)| entry.who == who);
        own.find(|(_, entry)| matches!(entry.fact, Fact::Service(ServiceFact::Started { .. }))).map(|(id, _)| id)
    }

    /// A time between two polls that outlasts the work of a member which was late: from when the member's process started on.
    fn longer_poll(&self, removed: FactId) -> Option<(Edit, FactId)> {
        let entry = self.trace.get(removed)?;
        let Fact::Broker(BrokerFact::MemberRemoved { group, member, why }) = entry.fact else { return None };
        let ended = match why {
            RebalanceWhy::Left => self.trace.get(self.late_poll(removed)?)?.at,
            _ => entry.at,
        };
        let comes_back = |entry: &Entry| entry.fact == Fact::Broker(BrokerFact::MemberAdded { group, member });
        let (_, back) = self.after(removed).find(|(_, entry)| comes_back(entry))?;
        let started = |entry: &Entry| entry.who == member && entry.fact == Fact::Process(ProcessFact::Started);
        let (started, _) = self.trace.between(FactId::FIRST, removed).find(|(_, entry)| started(entry))?;
        let allowed = self.board.service(member.node)?.settings.get(Setting::MaxPollInterval, self.board.timings);
        Some((offer(member.node, Setting::MaxPollInterval, back.at.since(ended).as_ms() + allowed)?, started))
    }

    /// When a transaction began to wait for the lock that it was rolled back for, and who had it.
    fn waited(&self, given_up: FactId, tx: u32) -> Option<(FactId, TxId)> {
        let who = self.trace.get(given_up)?.who;
        let own = self.trace.between(FactId::FIRST, given_up).rev().filter(|(_, entry)| entry.who == who);
        own.into_iter().find_map(|(id, entry)| match entry.fact {
            Fact::Store(StoreFact::Waited { tx: known, holder }) if known == tx => Some((id, holder)),
            _ => None,
        })
    }

    /// A wait that outlasts the transaction which had the lock: from when the message began to be handled.
    fn longer_lock(&self, given_up: FactId, tx: u32) -> Option<(Edit, FactId)> {
        let (waited, holder) = self.waited(given_up, tx)?;
        let ends = |entry: &Entry| {
            let mine = matches!(entry.fact, Fact::Store(StoreFact::Committed { tx } | StoreFact::RolledBack { tx, .. }) if tx == holder.n);
            mine && entry.who == holder.owner
        };
        let (_, ended) = self.after(waited).find(|(_, entry)| ends(entry))?;
        let (began, who) = (self.trace.get(waited)?.at, self.trace.get(given_up)?.who);
        let started = self.trace.run(waited)?.id;
        Some((offer(who.node, Setting::StoreLockTimeout, ended.at.since(began).as_ms())?, started))
    }

    /// A connection for everybody who may want one, where there are fewer: from when the one was waited for.
    fn more_connections(&self, given_up: FactId) -> Option<(Edit, FactId)> {
        let who = self.trace.get(given_up)?.who;
        let mut own = self.trace.between(FactId::FIRST, given_up).rev().filter(|(_, entry)| entry.who == who);
        let waited = |entry: &Entry| matches!(entry.fact, Fact::Store(StoreFact::ConnectionAwaited { .. }));
        let (waited, _) = own.find(|(_, entry)| waited(entry))?;
        let users = users_of(self.board, who.node);
        let now = self.board.service(who.node)?.settings.get(Setting::StoreConnections, self.board.timings);
        Setting::StoreConnections.check(users).ok().filter(|()| now < users)?;
        Some((set(who.node, Setting::StoreConnections, users)?, waited))
    }

    /// A timeout that outlasts the answer which came too late: from when the request was sent first.
    fn longer_call(&self, failed: FactId, message: MessageId, attempt: u32) -> Option<(Edit, FactId)> {
        let client = self.trace.get(failed)?.who;
        let sent = |entry: &Entry, nth: u32| matches!(entry.fact, Fact::Rpc(RpcFact::Called { message: m, attempt: a }) if (m, a) == (message, nth));
        let (_, called) = self.trace.between(FactId::FIRST, failed).rev().find(|(_, entry)| sent(entry, attempt))?;
        let (first, _) = self.trace.between(FactId::FIRST, failed).find(|(_, entry)| sent(entry, 1))?;
        let answered = self.answer(failed, message)?;
        let waited = answered.since(called.at);
        Some((offer(client.node, Setting::CallTimeout, waited.as_ms())?, first))
    }

    /// When the answer to a request would have come, although nobody waited for it any more.
    fn answer(&self, failed: FactId, message: MessageId) -> Option<Time> {
        let later = self.after(failed);
        let mut packets = Vec::new();
        for (_, entry) in self.trace.between(FactId::FIRST, failed).chain(later) {
            match entry.fact {
                Fact::Net(NetFact::Carries { packet, message: of }) if of == message && entry.who.role == Role::Instance => {
                    packets.push(packet);
                }
                Fact::Net(NetFact::Arrived { packet, .. } | NetFact::Discarded { packet, .. }) if packets.contains(&packet) => {
                    return Some(entry.at);
                }
                _ => {}
            }
        }
        None
    }
}

/// A timeout that is longer than what was measured, in milliseconds, if the setting can be as long.
fn offer(node: NodeId, setting: Setting, measured: u64) -> Option<Edit> {
    let value = (measured + STEP).div_ceil(STEP) * STEP;
    setting.check(value).ok().and_then(|()| set(node, setting, value))
}
