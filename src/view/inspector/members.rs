//! The members of a group of either protocol: what each has, what it does in a rebalance, and which timers run for it.

use std::sync::Arc;

use crate::board::Process;
use crate::broker::client::{Consumer, decode_assignment};
use crate::broker::coordinator::modern::{MemberState, ModernMemberView, ModernView};
use crate::broker::coordinator::{GroupConfig, GroupView, MemberView};
use crate::broker::protocol::ErrorCode;
use crate::broker::{BrokerTimer, ClientTimer, GroupState, GroupTimer, RebalanceWhy};
use crate::sim::{Actor, GroupId, InOrder, NodeId, Role, Span, TopicId};
use crate::world::World;

use super::super::inspect::Countdown;
use super::super::rows::tenths;

pub(super) type Place = (TopicId, u16);

/// A member, or a process that takes itself for one.
pub(super) struct Known {
    pub actor: Actor,
    pub id: String,
    pub instance: Option<String>,
    pub leader: bool,
    /// What the coordinator has dealt to it, and while a classic group deals anew, what it still reads; of an outsider, what
    /// it still takes for its own.
    pub assigned: Vec<Place>,
    pub gives_up: Vec<Place>,
    pub does: &'static str,
    pub outside: bool,
    pub timers: Vec<Countdown>,
}

/// A group of either protocol.
pub(super) struct Roster {
    pub state: GroupState,
    /// The generation or the epoch, and which of the two it is.
    pub generation: (u32, &'static str),
    pub how: String,
    pub why: Option<RebalanceWhy>,
    pub timers: Vec<Countdown>,
    pub members: Vec<Known>,
}

impl Roster {
    /// A group as its coordinator has it, and those who think that they belong to it; none before anybody has asked for it.
    pub fn of(world: &World, broker: NodeId, id: GroupId) -> Option<Roster> {
        let coordinator = world.broker(broker)?.coordinator();
        let reader = Reader { world, broker, id, config: coordinator.config() };
        let mut roster = match coordinator.modern_group(id) {
            Some(view) => reader.modern(&view),
            None => reader.classic(&coordinator.group(id)?),
        };
        let outsiders = reader.outsiders(&roster.members);
        roster.members.extend(outsiders);
        Some(roster)
    }
}

struct Reader<'a> {
    world: &'a World,
    broker: NodeId,
    id: GroupId,
    config: &'a GroupConfig,
}

impl Reader<'_> {
    fn classic(&self, view: &GroupView) -> Roster {
        let whole =
            view.members.iter().filter_map(|member| self.consumer(member.actor)).map(|one| one.config().max_poll_interval);
        let whole = whole.max().unwrap_or_default();
        let delay = self.config.initial_rebalance_delay;
        let group = if view.in_initial_delay {
            self.at_the_broker(GroupTimer::Join(self.id), delay, "more members are waited for")
        } else {
            let join = self.at_the_broker(GroupTimer::Join(self.id), whole, "who has not joined by then is thrown out");
            join.or_else(|| self.at_the_broker(GroupTimer::Sync(self.id), whole, "who has not synced by then is thrown out"))
        };
        let members = view.members.iter().map(|member| self.classic_member(view, member)).collect();
        let eager = "all stop while it rebalances";
        let how = match view.protocol.as_deref() {
            Some("cooperative-sticky") => "cooperative-sticky: who keeps a partition reads on while it rebalances".to_owned(),
            Some(assignor) => format!("{assignor}: {eager}"),
            None => String::new(),
        };
        Roster {
            state: view.state,
            generation: (view.generation, "generation"),
            how,
            why: view.state.is_rebalancing().then_some(view.why),
            timers: group.into_iter().collect(),
            members,
        }
    }

    fn classic_member(&self, view: &GroupView, member: &MemberView) -> Known {
        let leader = view.leader.as_ref() == Some(&member.id);
        let does = match (view.state, member.parked_in_join, member.parked_in_sync) {
            (GroupState::PreparingRebalance, true, _) => "has joined",
            (GroupState::PreparingRebalance, false, _) => "is still to join",
            (GroupState::CompletingRebalance, _, true) => "waits for its partitions",
            (GroupState::CompletingRebalance, _, false) if leader => "deals the partitions",
            (GroupState::CompletingRebalance, _, false) => "is still to sync",
            _ => "",
        };
        let topic = |(name, partition): (Arc<str>, u16)| Some((self.world.names().topic_id(&name)?, partition));
        let dealt = decode_assignment(&member.assignment).unwrap_or_default().into_iter().filter_map(topic);
        let session = member.timer.and_then(|timer| self.at_the_broker(timer, member.session_timeout, SESSION));
        Known {
            actor: member.actor,
            id: member.id.to_string(),
            instance: member.instance.as_deref().map(str::to_owned),
            leader,
            assigned: if view.state.is_rebalancing() { self.read_by(member.actor) } else { dealt.collect() },
            gives_up: self.consumer(member.actor).map_or_else(Vec::new, |one| one.gives_up().to_vec()),
            does,
            outside: false,
            timers: session.into_iter().chain(self.poll(member.actor)).collect(),
        }
    }

    fn modern(&self, view: &ModernView) -> Roster {
        Roster {
            state: view.state,
            generation: (view.epoch, "epoch"),
            how: "the broker deals: who keeps a partition reads on while it rebalances".to_owned(),
            why: view.state.is_rebalancing().then_some(view.why),
            timers: Vec::new(),
            members: view.members.iter().map(|member| self.modern_member(member)).collect(),
        }
    }

    fn modern_member(&self, member: &ModernMemberView) -> Known {
        let session = GroupTimer::Session(self.id, member.number);
        let revoke = GroupTimer::Revoke(self.id, member.number);
        let session = self.at_the_broker(session, self.config.consumer_session_timeout, SESSION);
        let revoke = self.at_the_broker(revoke, member.rebalance_timeout, "is thrown out, unless it has given them up");
        Known {
            actor: member.actor,
            id: member.id.to_string(),
            instance: member.instance.as_deref().map(str::to_owned),
            leader: false,
            assigned: member.assigned.clone(),
            gives_up: member.to_revoke.clone(),
            does: match member.state {
                MemberState::Stable => "",
                MemberState::UnrevokedPartitions => "finishes what it is to give up",
                MemberState::UnreleasedPartitions => "waits for what others give up",
            },
            outside: false,
            timers: revoke.into_iter().chain(session).chain(self.poll(member.actor)).collect(),
        }
    }

    /// Processes that read on for this group although its coordinator does not have them any more.
    fn outsiders(&self, members: &[Known]) -> Vec<Known> {
        let services = self.world.board().services.iter().filter_map(|node| self.world.service(node.id));
        let instances = services.flat_map(|service| service.instances.values());
        let consumers = instances.flat_map(|instance| {
            let mine = instance.consumers.values().filter(|consumer| consumer.config().group == self.id);
            mine.map(|consumer| (instance.actor, consumer))
        });
        let known = |consumer: &Consumer| members.iter().any(|member| member.id == **consumer.member());
        let outside = |(actor, consumer): (Actor, &Consumer)| {
            let mut assigned: Vec<Place> = consumer.positions().map(|(topic, partition, _)| (topic, partition)).collect();
            assigned.in_order();
            let does = match consumer.failed() {
                Some(error) => refusal(error),
                None if assigned.is_empty() || known(consumer) => return None,
                None => "is no member any more, and does not know it",
            };
            Some(Known {
                actor,
                id: consumer.member().to_string(),
                instance: None,
                leader: false,
                assigned,
                gives_up: consumer.gives_up().to_vec(),
                does,
                outside: true,
                timers: self.poll(actor).into_iter().collect(),
            })
        };
        consumers.filter_map(outside).collect()
    }

    /// What a process reads, whatever was dealt to it.
    fn read_by(&self, actor: Actor) -> Vec<Place> {
        let positions = self.consumer(actor).into_iter().flat_map(Consumer::positions);
        let mut read: Vec<Place> = positions.map(|(topic, partition, _)| (topic, partition)).collect();
        read.in_order();
        read
    }

    /// The consumer of a process, if it still lives.
    fn consumer(&self, actor: Actor) -> Option<&Consumer> {
        let instance = self.world.service(actor.node)?.instances.get(&actor.ordinal)?;
        let mut consumers = instance.consumers.values().filter(|consumer| consumer.config().group == self.id);
        consumers.next().filter(|_| instance.actor == actor)
    }

    fn at_the_broker(&self, timer: GroupTimer, whole: Span, what: &'static str) -> Option<Countdown> {
        let broker = Process { node: self.broker, role: Role::Broker, ordinal: 0 };
        self.countdown(broker, BrokerTimer::Group(timer), whole, what)
    }

    /// How long a member may still take until its next poll.
    fn poll(&self, actor: Actor) -> Option<Countdown> {
        let config = self.consumer(actor)?.config();
        let timer = BrokerTimer::Client(ClientTimer::Poll(config.port));
        self.countdown(Process::of(actor), timer, config.max_poll_interval, "leaves, unless it polls")
    }

    fn countdown(&self, who: Process, timer: BrokerTimer, whole: Span, what: &'static str) -> Option<Countdown> {
        let left = self.world.due_at(who, timer)?.since(self.world.now());
        let share = if whole.0 == 0 { 0.0 } else { (left.0 as f32 / whole.0 as f32).min(1.0) };
        Some(Countdown { what, left: tenths(left), share })
    }
}

/// Why a consumer is out of its group for good.
const fn refusal(error: ErrorCode) -> &'static str {
    match error {
        ErrorCode::GroupMaxSizeReached => "was refused, since the group is full, until it is started again",
        ErrorCode::InvalidSessionTimeout => "was refused for its session timeout, until it is started again",
        ErrorCode::InconsistentGroupProtocol => "was refused for its assignors, until it is started again",
        ErrorCode::FencedInstanceId => "was refused, since another one has its place, until it is started again",
        _ => "was refused, until it is started again",
    }
}

const SESSION: &str = "is thrown out, unless it is heard";
