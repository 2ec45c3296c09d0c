//! The coordinator by itself: a small world of two clients, and what it must do in each state.

#[cfg(not(target_arch = "wasm32"))]
mod modern;
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod restart;
mod transitions;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::broker::protocol::{BrokerCargo, Identity, Joined, MemberId, RequestId};
use crate::broker::{BrokerTimer, GroupState};
use crate::net::{ConnId, Post};
use crate::sim::{Actor, Cause, Draw, Effects, NodeId, Role, Span, Time};

const GROUP: GroupId = GroupId(3);

/// A coordinator with a clock and timers, and the answers that have come so far.
struct Rig {
    coordinator: Coordinator,
    now: Time,
    out: Effects<BrokerFact, Post<BrokerCargo>, BrokerTimer>,
    timers: BTreeMap<GroupTimer, Time>,
    answers: BTreeMap<u32, Response>,
    requests: u32,
}

impl Rig {
    fn new() -> Rig {
        let config = GroupConfig { initial_rebalance_delay: Span::ZERO, ..GroupConfig::default() };
        Rig {
            coordinator: Coordinator::new(config),
            now: Time::ZERO,
            out: Effects::default(),
            timers: BTreeMap::new(),
            answers: BTreeMap::new(),
            requests: 0,
        }
    }

    fn cx(&self) -> Cx {
        let cause = Cause::by(self.out.next_fact());
        Cx { now: self.now, me: Actor::new(NodeId(9), Role::Broker, 0), draw: Draw::new(7), cause }
    }

    fn handle(&mut self, input: GroupInput) {
        self.coordinator.handle(&self.cx(), input, &mut self.out);
        self.collect();
    }

    fn restart(&mut self) {
        self.coordinator.restart(&self.cx(), &mut self.out);
        self.collect();
    }

    fn collect(&mut self) {
        for ask in self.out.timers.drain(..) {
            let BrokerTimer::Group(key) = ask.key else { panic!("not a group's timer") };
            match ask.at {
                Some(at) => drop(self.timers.insert(key, at)),
                None => drop(self.timers.remove(&key)),
            }
        }
        for (send, _) in self.out.sends.drain(..) {
            let Post::Send { cargo: BrokerCargo::Response(id, response), .. } = send else { panic!("not an answer") };
            assert!(self.answers.insert(id.0, response).is_none(), "answered twice: {id:?}");
        }
    }

    /// Sends a request of a client's process; gives the request's number.
    fn send(&mut self, client: u16, request: Request) -> u32 {
        self.requests += 1;
        let conn = ConnId { client: actor(client), port: self.requests, nth: 0 };
        let from = ReplyTo { conn, id: RequestId(self.requests) };
        self.handle(GroupInput::Request { from, request });
        self.requests
    }

    /// Serves all timers that are due until then, by time.
    fn run_until(&mut self, until: Time) {
        while let Some((key, at)) = self.timers.iter().map(|(key, at)| (*key, *at)).min_by_key(|(key, at)| (*at, *key)) {
            if at > until {
                break;
            }
            self.timers.remove(&key);
            self.now = at;
            self.handle(GroupInput::Timer(key));
        }
        self.now = until;
    }

    fn joined(&self, request: u32) -> &Joined {
        match self.answers.get(&request) {
            Some(Response::Join(joined)) => joined,
            other => panic!("request {request}: {other:?}"),
        }
    }

    /// A first join and the second one with the id that was given; gives the id and the parked request.
    fn come(&mut self, client: u16) -> (MemberId, u32) {
        let asked = self.send(client, Request::from(join("", "range")));
        let id = self.joined(asked).member.clone();
        let parked = self.send(client, Request::from(join(&id, "range")));
        (id, parked)
    }

    fn view(&self) -> GroupView {
        self.coordinator.group(GROUP).unwrap_or_else(|| panic!("no group"))
    }

    fn who(&self, member: &MemberId) -> Identity {
        who(member, self.view().generation)
    }

    /// A stable group of two.
    fn stable() -> (Rig, MemberId, MemberId) {
        let mut rig = Rig::new();
        let (a, b) = rig.form();
        (rig, a, b)
    }

    /// Two come and form a stable group.
    fn form(&mut self) -> (MemberId, MemberId) {
        let (a, _) = self.come(0);
        let (b, _) = self.come(1);
        self.run_until(self.now);
        self.assign(&a, &[(&a, b"1"), (&b, b"2")]);
        self.send(1, Request::Sync { who: self.who(&b), assignments: Arc::from([]) });
        assert_eq!(self.view().state, GroupState::Stable);
        (a, b)
    }

    fn assign(&mut self, leader: &MemberId, to: &[(&MemberId, &[u8])]) -> u32 {
        let assignments = to.iter().map(|(id, bytes)| ((*id).clone(), Arc::from(*bytes))).collect();
        self.send(0, Request::Sync { who: self.who(leader), assignments })
    }
}

fn actor(client: u16) -> Actor {
    Actor::new(NodeId(1), Role::Instance, client)
}

fn who(member: &MemberId, generation: u32) -> Identity {
    Identity { group: GROUP, member: member.clone(), instance: None, generation: generation.cast_signed() }
}

/// A join of a dynamic member that lists one assignor.
fn join(member: &str, protocol: &str) -> Join {
    Join {
        group: GROUP,
        member: member.into(),
        client_id: "n1-0".into(),
        instance: None,
        session_timeout: Span::secs(10),
        rebalance_timeout: Span::secs(60),
        protocols: Arc::from([(Arc::from(protocol), Arc::from(*b"t"))]),
        known_member_id: true,
        skip_assignment: true,
    }
}
