//! Groups of the consumer protocol: any heartbeats in any order, and what is promised all the same.

use proptest::prelude::*;

use super::*;
use crate::broker::assignor::ServerAssignor;
use crate::broker::coordinator::modern::{MemberState, ModernView};
use crate::broker::protocol::{ConsumerHeartbeat, ConsumerHeartbeatAnswer};

const TOPIC: TopicId = TopicId(0);
const OTHER: TopicId = TopicId(1);
type Owned = std::collections::BTreeSet<(TopicId, u16)>;

/// A client of the protocol: what it believes.
#[derive(Clone, Debug, Default)]
struct Client {
    epoch: i32,
    owned: Owned,
    /// Its last answer was lost: it says all again, as Kafka's client does after an error.
    says_all: bool,
    reads_one: bool,
}

/// A coordinator with two topics, and three clients.
struct Group {
    rig: Rig,
    clients: [Client; 3],
}

#[derive(Clone, Debug)]
enum Event {
    /// Joins, or beats with what it owns; the answer is taken, or lost.
    Beat {
        client: u16,
        takes: bool,
        instance: bool,
    },
    /// Leaves, for good or for a while.
    Leave {
        client: u16,
        away: bool,
    },
    /// Commits as it believes to be, or as it was before.
    Commit {
        client: u16,
        behind: i32,
    },
    /// Reads both topics from now on, or only the first.
    Subscribe {
        client: u16,
        both: bool,
    },
    /// A topic gets more partitions.
    Grow(u16),
    Wait(u16),
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => (0..3u16, prop::bool::weighted(0.8), any::<bool>())
            .prop_map(|(client, takes, instance)| Event::Beat { client, takes, instance }),
        1 => (0..3u16, any::<bool>()).prop_map(|(client, away)| Event::Leave { client, away }),
        2 => (0..3u16, 0..3).prop_map(|(client, behind)| Event::Commit { client, behind }),
        1 => (0..3u16, any::<bool>()).prop_map(|(client, both)| Event::Subscribe { client, both }),
        1 => (1..9u16).prop_map(Event::Grow),
        3 => (0..30_000u16).prop_map(Event::Wait),
        1 => Just(Event::Restart),
    ]
}

impl Group {
    fn new(assignor: ServerAssignor) -> Group {
        let mut rig = Rig::new();
        rig.coordinator = Coordinator::new(GroupConfig { consumer_assignor: assignor, ..GroupConfig::default() });
        rig.coordinator.set_topic(TOPIC, "t".into(), 4);
        rig.coordinator.set_topic(OTHER, "u".into(), 3);
        Group { rig, clients: std::array::from_fn(|_| Client::default()) }
    }

    fn view(&self) -> Option<ModernView> {
        self.rig.coordinator.modern_group(GROUP)
    }

    fn send(&mut self, client: u16, beat: ConsumerHeartbeat) -> ConsumerHeartbeatAnswer {
        let sent = self.rig.send(client, Request::from(beat));
        match self.rig.answers.get(&sent) {
            Some(Response::ConsumerHeartbeat(answer)) => answer.clone(),
            other => panic!("every heartbeat is answered at once: {other:?}"),
        }
    }

    fn beat(&mut self, client: u16, topics: Option<&[&str]>, takes: bool, instance: bool) {
        let me = &mut self.clients[usize::from(client)];
        me.reads_one = topics.map_or(me.reads_one, |topics| topics.len() == 1);
        let me = me.clone();
        let is_full = me.epoch == 0 || me.says_all;
        let reads: &[&str] = if me.reads_one { &["t"] } else { &["t", "u"] };
        let topics = topics.or(is_full.then_some(reads));
        let answer = self.send(
            client,
            ConsumerHeartbeat {
                epoch: me.epoch,
                instance: instance.then(|| format!("i{client}").into()),
                rebalance_timeout: is_full.then_some(Span::secs(60)),
                topics: topics.map(|topics| topics.iter().map(|topic| Arc::from(*topic)).collect()),
                owned: Some(me.owned.iter().copied().collect()),
                ..beat(client)
            },
        );
        let me = &mut self.clients[usize::from(client)];
        me.says_all = !takes;
        if !takes {
            return;
        }
        match answer.error {
            ErrorCode::None => {
                me.epoch = answer.epoch;
                if let Some(assignment) = answer.assignment {
                    me.owned = assignment.iter().copied().collect();
                }
            }
            _ => *me = Client { reads_one: me.reads_one, ..Client::default() },
        }
    }

    fn leave(&mut self, client: u16, away: bool) {
        let epoch = if away { -2 } else { -1 };
        let instance = away.then(|| Arc::from(format!("i{client}")));
        self.send(client, ConsumerHeartbeat { epoch, instance, ..beat(client) });
        self.clients[usize::from(client)] = Client::default();
    }

    /// A commit lands only from a member that is in the epoch that the group knows.
    fn commit(&mut self, client: u16, behind: i32) {
        let generation = self.clients[usize::from(client)].epoch - behind;
        let view = self.view();
        let member = view.as_ref().and_then(|view| view.members.iter().find(|known| *known.id == *name(client)));
        let is_current = member.is_some_and(|member| member.epoch == generation);
        let is_nobody_s = generation < 0 && view.as_ref().is_none_or(|view| view.members.is_empty());
        let before = self.rig.coordinator.committed(GROUP, TOPIC, 0);
        let offset = before.unwrap_or(0) + 1;
        let who = Identity { group: GROUP, member: name(client), instance: None, generation };
        self.rig.send(client, Request::OffsetCommit { who, offsets: [(TOPIC, 0, offset)].into() });
        let landed = self.rig.coordinator.committed(GROUP, TOPIC, 0) != before;
        assert_eq!(landed, is_current || is_nobody_s, "{client} in {generation}: {view:?}");
    }

    fn act(&mut self, event: &Event) {
        match event {
            Event::Beat { client, takes, instance } => self.beat(*client, None, *takes, *instance),
            Event::Leave { client, away } => self.leave(*client, *away),
            Event::Commit { client, behind } => self.commit(*client, *behind),
            Event::Subscribe { client, both } => {
                self.beat(*client, Some(if *both { &["t", "u"] } else { &["t"] }), true, false);
            }
            Event::Grow(count) => self.rig.coordinator.set_topic(TOPIC, "t".into(), 4.max(*count)),
            Event::Wait(ms) => self.rig.run_until(self.rig.now + Span::ms(u64::from(*ms))),
            Event::Restart => self.rig.restart(),
        }
        self.check();
    }

    fn check(&self) {
        let Some(view) = self.view() else { return };
        let mut owners: BTreeMap<(TopicId, u16), &str> = BTreeMap::new();
        for member in &view.members {
            for place in member.assigned.iter().chain(&member.to_revoke) {
                let other = owners.insert(*place, &member.id);
                assert_eq!(other, None, "{place:?} is of {} as well: {view:?}", member.id);
            }
            assert!(i64::from(member.epoch) <= i64::from(view.epoch), "{view:?}");
        }
        assert!(view.assignment_epoch <= view.epoch);
    }

    /// Everybody who is there beats until nothing changes any more.
    fn settle(&mut self) {
        let here = |client: &Client| client.epoch > 0;
        for _ in 0..8 {
            for client in 0..3u16 {
                if here(&self.clients[usize::from(client)]) {
                    self.beat(client, None, true, false);
                    self.check();
                }
            }
        }
    }
}

fn name(client: u16) -> MemberId {
    format!("m{client}").into()
}

fn beat(client: u16) -> ConsumerHeartbeat {
    ConsumerHeartbeat::alive(GROUP, name(client), 0)
}

proptest! {
    #[test]
    fn no_partition_has_two_owners_and_no_fenced_member_s_commit_lands(
        events in prop::collection::vec(event(), 1..60),
        range in any::<bool>(),
    ) {
        let mut group = Group::new(if range { ServerAssignor::Range } else { ServerAssignor::Uniform });
        for event in &events {
            group.act(event);
        }
    }

    #[test]
    fn members_that_go_on_beating_come_to_own_every_partition_that_they_read(
        events in prop::collection::vec(event(), 1..40),
        range in any::<bool>(),
    ) {
        let mut group = Group::new(if range { ServerAssignor::Range } else { ServerAssignor::Uniform });
        for event in &events {
            group.act(event);
        }
        // Whoever has gone without a word is given up after its session; the others beat meanwhile.
        for _ in 0..6 {
            group.settle();
            group.rig.run_until(group.rig.now + Span::secs(10));
        }
        group.beat(0, Some(&["t", "u"]), true, false);
        group.beat(0, Some(&["t", "u"]), true, false);
        group.settle();
        let Some(view) = group.view() else { panic!("client 0 is there") };
        prop_assert_eq!(view.state, GroupState::Stable, "{:?}", view);
        prop_assert!(view.members.iter().all(|member| member.state == MemberState::Stable));
        let owned: Owned = view.members.iter().flat_map(|member| member.assigned.iter().copied()).collect();
        let believed: Owned = group.clients.iter().flat_map(|client| client.owned.iter().copied()).collect();
        prop_assert_eq!(&owned, &believed);
        prop_assert!((0..4).all(|partition| owned.contains(&(TOPIC, partition))), "{:?}", view);
        prop_assert!((0..3).all(|partition| owned.contains(&(OTHER, partition))), "{:?}", view);
    }
}
