//! A coordinator with a clock, timers and people who talk to it: what the recorded scenarios run on.
//!
//! Kafka was recorded with a clock that moved in ticks of 50 ms, so timers are served at the next tick here too. The
//! recorder knew each member's id at once, even while its join was parked; so does this one, from the group's view.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::broker::coordinator::{GroupConfig, GroupView};
use crate::broker::protocol::{ErrorCode, Identity, Join, MemberId, Opaque, Request, RequestId, Response};
use crate::sim::{Actor, GroupId, NodeId, Role, Span, Time, TopicId};

use super::clock::{Answers, Clocked};

const GROUP: GroupId = GroupId(0);
const TOPIC: TopicId = TopicId(0);

/// The coordinator's settings, where they are not the recorder's defaults.
#[derive(Deserialize)]
pub struct Settings {
    initial_rebalance_delay_ms: Option<u64>,
    max_size: Option<u32>,
    new_member_join_timeout_ms: Option<u64>,
}

/// What somebody does; `as` is who.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Op {
    Join {
        #[serde(rename = "as")]
        who: String,
        instance: Option<Arc<str>>,
        session_ms: Option<u64>,
        rebalance_ms: Option<u64>,
        protocols: Option<Vec<String>>,
        topics: Option<Vec<String>>,
        /// Sends no member id, even if it has one.
        #[serde(default)]
        unknown: bool,
        /// Sends this member id.
        raw_member_id: Option<Arc<str>>,
        /// False of clients before JoinGroup version 4.
        require_known_member_id: Option<bool>,
    },
    Sync {
        #[serde(flatten)]
        who: Speaker,
        #[serde(default)]
        assign: BTreeMap<String, String>,
    },
    Hb {
        #[serde(flatten)]
        who: Speaker,
    },
    Leave {
        #[serde(flatten)]
        who: Speaker,
        remove_instance: Option<Arc<str>>,
    },
    Commit {
        #[serde(flatten)]
        who: Speaker,
        p: u16,
        offset: u32,
    },
    FetchOffset {
        p: u16,
    },
    Advance {
        ms: u64,
    },
}

/// Who speaks, and as what.
#[derive(Clone, Debug, Deserialize)]
pub struct Speaker {
    #[serde(rename = "as")]
    name: Option<String>,
    instance: Option<Arc<str>>,
    #[serde(rename = "gen")]
    generation: Option<i32>,
    #[serde(default)]
    unknown: bool,
}

pub struct Rig {
    clocked: Clocked,
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
    pub fn new(settings: &Settings) -> Rig {
        let ms = |setting: Option<u64>, default: Span| setting.map_or(default, Span::ms);
        let kafka = GroupConfig::default();
        let config = GroupConfig {
            initial_rebalance_delay: ms(settings.initial_rebalance_delay_ms, kafka.initial_rebalance_delay),
            max_size: settings.max_size.unwrap_or(kafka.max_size),
            new_member_join_timeout: ms(settings.new_member_join_timeout_ms, kafka.new_member_join_timeout),
            // The recorded class sits below the check of session timeouts.
            min_session_timeout: Span::ZERO,
            ..kafka
        };
        Rig {
            clocked: Clocked::new(config),
            actors: BTreeMap::new(),
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            open: BTreeMap::new(),
            requests: 0,
            answers: Vec::new(),
        }
    }

    /// Does one operation that is not `advance`.
    pub fn act(&mut self, op: &Op) -> Result<(), String> {
        self.requests += 1;
        let (kind, who, request) = self.request(op)?;
        self.open.insert(self.requests, (kind, who.clone()));
        let nobody = self.actors.len() as u32 + 1;
        let actor = who.map(|name| *self.actors.entry(name).or_insert(Actor::new(NodeId(nobody), Role::Instance, 0)));
        let client = actor.unwrap_or(Actor::new(NodeId(0), Role::Instance, 0));
        let answers = self.clocked.ask(client, self.requests, request)?;
        self.take(answers)
    }

    /// What kind of request it is, who sends it, and the request.
    fn request(&mut self, op: &Op) -> Result<(&'static str, Option<String>, Request), String> {
        Ok(match op {
            Op::Join { who, raw_member_id, unknown, .. } => {
                if let Some(raw) = raw_member_id {
                    self.ids.insert(who.clone(), raw.clone());
                    self.names.insert(raw.clone(), who.clone());
                }
                let known = self.ids.get(who).filter(|_| !unknown).cloned();
                ("join", Some(who.clone()), Request::from(join(op, who, known)))
            }
            Op::Sync { who, assign } => {
                let assignments = assign.iter().map(|(name, bytes)| {
                    let id = self.ids.get(name).cloned().unwrap_or_else(|| name.as_str().into());
                    (id, bytes.as_bytes().into())
                });
                ("sync", who.name.clone(), Request::Sync { assignments: assignments.collect(), who: self.identity(who, None) })
            }
            Op::Hb { who } => ("hb", who.name.clone(), Request::Heartbeat(self.identity(who, None))),
            Op::Leave { who, remove_instance } => {
                ("leave", who.name.clone(), Request::Leave(self.identity(who, remove_instance.clone())))
            }
            Op::Commit { who, p, offset } => {
                let who_speaks = self.identity(who, None);
                ("commit", who.name.clone(), Request::OffsetCommit { who: who_speaks, offsets: [(TOPIC, *p, *offset)].into() })
            }
            Op::FetchOffset { p } => {
                ("fetch_offset", None, Request::OffsetFetch { group: GROUP, partitions: [(TOPIC, *p)].into() })
            }
            Op::Advance { .. } => return Err("time is no request".into()),
        })
    }

    fn identity(&self, who: &Speaker, removes: Option<Arc<str>>) -> Identity {
        let known = who.name.as_ref().and_then(|name| self.ids.get(name)).filter(|_| !who.unknown);
        Identity {
            group: GROUP,
            member: known.cloned().unwrap_or_else(|| Arc::from("")),
            instance: who.instance.clone().or(removes),
            generation: who.generation.unwrap_or(-1),
        }
    }

    /// Moves the clock by one tick and serves the timers that are due.
    pub fn tick(&mut self) -> Result<(), String> {
        self.clocked.tick();
        while let Some(answers) = self.clocked.serve()? {
            self.take(answers)?;
        }
        Ok(())
    }

    /// The time of the clock.
    pub fn now(&self) -> Time {
        self.clocked.now
    }

    fn take(&mut self, answers: Answers) -> Result<(), String> {
        self.learn_ids();
        for (RequestId(n), response) in answers {
            let (kind, who) = self.open.remove(&n).ok_or_else(|| format!("r{n} is answered twice"))?;
            let answer = self.answer(n, kind, who, &response)?;
            self.answers.push(answer);
        }
        Ok(())
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

    fn answer(&mut self, n: u32, kind: &str, who: Option<String>, response: &Response) -> Result<Value, String> {
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
            other => return Err(format!("no group's answer: {other:?}")),
        };
        answer["error"] = json!(error.name());
        Ok(answer)
    }

    fn name(&self, id: &MemberId) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    pub fn view(&self) -> Option<GroupView> {
        self.clocked.coordinator.group(GROUP)
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

/// A join; what it does not say is as the recorder had it. The subscription is opaque: the topics, as they are listed.
fn join(op: &Op, who: &str, known: Option<MemberId>) -> Join {
    let Op::Join { instance, session_ms, rebalance_ms, protocols, topics, require_known_member_id, .. } = op else {
        unreachable!("only joins come here")
    };
    let listed = |list: &Option<Vec<String>>, default: &str| list.clone().unwrap_or_else(|| vec![default.to_string()]);
    let subscription: Opaque = listed(topics, "t").join(",").into_bytes().into();
    let is_new_client = require_known_member_id.unwrap_or(true);
    Join {
        group: GROUP,
        member: known.unwrap_or_else(|| Arc::from("")),
        client_id: who.into(),
        instance: instance.clone(),
        session_timeout: Span::ms(session_ms.unwrap_or(10_000)),
        rebalance_timeout: Span::ms(rebalance_ms.unwrap_or(60_000)),
        protocols: listed(protocols, "range").into_iter().map(|name| (name.into(), subscription.clone())).collect(),
        known_member_id: is_new_client,
        skip_assignment: is_new_client,
    }
}
