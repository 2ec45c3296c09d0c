//! A coordinator with a clock, timers and people who talk to it: what the recorded scenarios run on.
//!
//! Kafka was recorded with a clock that moved in ticks of 50 ms, so timers are served at the next tick here too. The
//! recorder knew each member's id at once, even while its join was parked; so does this one, from the group's view.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crosstalk::broker::coordinator::{Coordinator, GroupConfig, GroupInput, GroupView};
use crosstalk::broker::protocol::{
    BrokerCargo, ErrorCode, Identity, Join, MemberId, Opaque, ReplyTo, Request, RequestId, Response,
};
use crosstalk::broker::{BrokerFact, BrokerTimer, GroupTimer};
use crosstalk::net::{ConnId, Post};
use crosstalk::sim::{Actor, Cause, Cx, Draw, Effects, FactId, GroupId, NodeId, Role, Span, Time, TopicId};
use serde_json::{Value, json};

use crate::{number, text};

const GROUP: GroupId = GroupId(0);
const TOPIC: TopicId = TopicId(0);
const TICK: Span = Span::ms(50);

pub struct Rig {
    coordinator: Coordinator,
    pub now: Time,
    out: Effects<BrokerFact, Post<BrokerCargo>, BrokerTimer>,
    /// Timers by key: when they are due, and the order in which they were set.
    timers: BTreeMap<GroupTimer, (Time, u64)>,
    timers_set: u64,
    /// What each person's actor is, in the order in which they first spoke.
    actors: BTreeMap<String, Actor>,
    /// The id that each person uses.
    ids: BTreeMap<String, MemberId>,
    /// Whom an id was given to.
    names: BTreeMap<MemberId, String>,
    /// Requests without an answer: what kind, and who asked.
    open: BTreeMap<u32, (&'static str, Option<String>)>,
    requests: u32,
    /// Answers since they were last taken, as the vectors write them.
    answers: Vec<Value>,
}

impl Rig {
    pub fn new(config: &Value) -> Rig {
        let config = GroupConfig {
            initial_rebalance_delay: ms(config, "initial_rebalance_delay_ms", 3_000),
            max_size: config["max_size"].as_u64().map_or(GroupConfig::default().max_size, |max| max as u32),
            new_member_join_timeout: ms(config, "new_member_join_timeout_ms", 300_000),
            // The recorded class sits below the check of session timeouts.
            min_session_timeout: Span::ZERO,
            ..GroupConfig::default()
        };
        Rig {
            coordinator: Coordinator::new(config),
            now: Time::ZERO,
            out: Effects::default(),
            timers: BTreeMap::new(),
            timers_set: 0,
            actors: BTreeMap::new(),
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            open: BTreeMap::new(),
            requests: 0,
            answers: Vec::new(),
        }
    }

    /// Does one operation that is not `advance`.
    pub fn act(&mut self, op: &Value) {
        self.requests += 1;
        let who = op["as"].as_str().map(str::to_string);
        let kind = ["join", "sync", "hb", "leave", "commit", "fetch_offset"]
            .into_iter()
            .find(|kind| *kind == text(op, "op"))
            .unwrap_or_else(|| panic!("unknown operation {op}"));
        let request = self.request(op, kind, who.as_deref());
        self.open.insert(self.requests, (kind, who.clone()));
        let nobody = self.actors.len() as u32 + 1;
        let actor = who.map(|name| *self.actors.entry(name).or_insert(Actor::new(NodeId(nobody), Role::Instance, 0)));
        let client = actor.unwrap_or(Actor::new(NodeId(0), Role::Instance, 0));
        let conn = ConnId { client, port: self.requests, nth: 0 };
        let from = ReplyTo { conn, id: RequestId(self.requests) };
        self.handle(GroupInput::Request { from, request });
    }

    fn request(&mut self, op: &Value, kind: &str, who: Option<&str>) -> Request {
        let unknown = op["unknown"].as_bool().unwrap_or(false);
        if let (Some(raw), Some(who)) = (op["raw_member_id"].as_str(), who) {
            self.ids.insert(who.to_string(), raw.into());
            self.names.insert(raw.into(), who.to_string());
        }
        let known = who.and_then(|who| self.ids.get(who)).filter(|_| !unknown);
        let member = known.cloned().unwrap_or_else(|| Arc::from(""));
        let removed = op["remove_instance"].as_str();
        let instance = op["instance"].as_str().or(removed).map(Arc::from);
        let generation = op["gen"].as_i64().unwrap_or(-1) as i32;
        let identity = Identity { group: GROUP, member: member.clone(), instance: instance.clone(), generation };
        match kind {
            "join" => Request::Join(Join {
                group: GROUP,
                member,
                client_id: who.unwrap_or("client").into(),
                instance,
                session_timeout: ms(op, "session_ms", 10_000),
                rebalance_timeout: ms(op, "rebalance_ms", 60_000),
                protocols: protocols(op),
                known_member_id: op["require_known_member_id"].as_bool().unwrap_or(true),
                skip_assignment: op["require_known_member_id"].as_bool().unwrap_or(true),
            }),
            "sync" => {
                let assign = op["assign"].as_object().into_iter().flatten();
                let assignments = assign.map(|(name, bytes)| {
                    let id = self.ids.get(name).cloned().unwrap_or_else(|| name.as_str().into());
                    (id, bytes.as_str().unwrap_or("").as_bytes().into())
                });
                Request::Sync { assignments: assignments.collect(), who: identity }
            }
            "hb" => Request::Heartbeat(identity),
            "leave" => Request::Leave(identity),
            "commit" => {
                let offsets = [(TOPIC, number(op, "p") as u16, number(op, "offset") as u32)];
                Request::OffsetCommit { who: identity, offsets: offsets.into() }
            }
            _ => Request::OffsetFetch { group: GROUP, partitions: [(TOPIC, number(op, "p") as u16)].into() },
        }
    }

    /// Moves the clock by one tick and serves the timers that are due.
    pub fn tick(&mut self) {
        self.now += TICK;
        loop {
            let due = self.timers.iter().filter(|(_, (at, _))| *at <= self.now).min_by_key(|(_, order)| **order);
            let Some(key) = due.map(|(key, _)| *key) else { return };
            self.timers.remove(&key);
            self.handle(GroupInput::Timer(key));
        }
    }

    fn handle(&mut self, input: GroupInput) {
        let me = Actor::new(NodeId(99), Role::Broker, 0);
        let cx = Cx { now: self.now, me, draw: Draw::new(1), cause: Cause::by(FactId::FIRST) };
        self.coordinator.handle(&cx, input, &mut self.out);
        for ask in std::mem::take(&mut self.out.timers) {
            let BrokerTimer::Group(key) = ask.key else { panic!("not a group's timer: {ask:?}") };
            self.timers.remove(&key);
            if let Some(at) = ask.at {
                self.timers_set += 1;
                self.timers.insert(key, (at, self.timers_set));
            }
        }
        self.learn_ids();
        for (send, _) in std::mem::take(&mut self.out.sends) {
            let Post::Send { cargo: BrokerCargo::Response(RequestId(n), response), .. } = send else {
                panic!("not an answer: {send:?}")
            };
            let (kind, who) = self.open.remove(&n).unwrap_or_else(|| panic!("r{n} answered twice"));
            let answer = self.answer(n, kind, who, &response);
            self.answers.push(answer);
        }
    }

    /// A member's id belongs to whoever is behind the member.
    fn learn_ids(&mut self) {
        let members = self.view().map(|view| view.members).unwrap_or_default();
        for member in members {
            let holder = self.actors.iter().find(|(_, actor)| **actor == member.actor);
            if let Some(name) = holder.map(|(name, _)| name.clone()) {
                self.ids.insert(name.clone(), member.id.clone());
                self.names.insert(member.id, name);
            }
        }
    }

    fn answer(&mut self, n: u32, kind: &str, who: Option<String>, response: &Response) -> Value {
        let mut answer = json!({ "req": format!("r{n}"), "kind": kind });
        if let Some(who) = who.as_ref().filter(|_| kind != "leave") {
            answer["to"] = json!(who);
        }
        let error = match response {
            Response::Join(joined) => {
                if !joined.member.is_empty() {
                    let who = who.unwrap_or_default();
                    self.names.entry(joined.member.clone()).or_insert_with(|| who.clone());
                    self.ids.entry(who).or_insert_with(|| joined.member.clone());
                }
                answer["member"] = json!(self.name(&joined.member));
                if joined.error == ErrorCode::None {
                    answer["generation"] = json!(joined.generation);
                    answer["protocol"] = json!(joined.protocol.as_deref());
                    answer["leader"] = json!(self.name(&joined.leader));
                    answer["is_leader"] = json!(joined.leader == joined.member);
                    let names: BTreeSet<String> = joined.members.iter().map(|(id, _, _)| self.name(id)).collect();
                    answer["member_list"] = json!(names);
                    answer["skip_assignment"] = json!(joined.skip_assignment);
                }
                joined.error
            }
            Response::Sync { error, assignment } => {
                if *error == ErrorCode::None {
                    answer["assignment"] = json!(String::from_utf8_lossy(assignment));
                }
                *error
            }
            Response::Leave(error) => {
                answer["member_errors"] = json!([*error.name()]);
                ErrorCode::None
            }
            Response::OffsetFetch(found) => {
                answer["committed"] = json!(found.first().and_then(|(_, _, offset)| *offset).map_or(-1, i64::from));
                ErrorCode::None
            }
            Response::Heartbeat(error) | Response::OffsetCommit(error) => *error,
            other => panic!("no group's answer: {other:?}"),
        };
        answer["error"] = json!(error.name());
        answer
    }

    fn name(&self, id: &MemberId) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    pub fn view(&self) -> Option<GroupView> {
        self.coordinator.group(GROUP)
    }

    /// The group as the vectors write it.
    pub fn seen(&self) -> Value {
        let Some(view) = self.view() else { return json!({ "state": "(no group)" }) };
        let members: BTreeSet<String> = view.members.iter().map(|member| self.name(&member.id)).collect();
        json!({
            "state": format!("{:?}", view.state),
            "generation": view.generation,
            "members": members,
            "leader": view.leader.as_ref().map(|leader| self.name(leader)),
            "protocol": view.protocol.as_deref(),
        })
    }

    pub fn take_answers(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.answers)
    }

    /// Requests without an answer, as the vectors write them.
    pub fn still_open(&self) -> Vec<String> {
        let open = self.open.iter().map(|(n, (kind, who))| format!("r{n}:{kind}:{}", who.as_deref().unwrap_or("")));
        open.collect()
    }
}

/// Assignors with the subscription as opaque bytes: the topics, as they are listed.
fn protocols(op: &Value) -> Arc<[(Arc<str>, Opaque)]> {
    let listed = |key: &str, default: &str| -> Vec<String> {
        match op[key].as_array() {
            Some(list) => list.iter().filter_map(Value::as_str).map(str::to_string).collect(),
            None => vec![default.to_string()],
        }
    };
    let subscription: Opaque = listed("topics", "t").join(",").into_bytes().into();
    listed("protocols", "range").into_iter().map(|name| (name.into(), subscription.clone())).collect()
}

fn ms(value: &Value, key: &str, default: u64) -> Span {
    Span::ms(value[key].as_u64().unwrap_or(default))
}
