//! Groups of the consumer protocol (KIP-848): whole scenarios, heartbeat by heartbeat.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::broker::assignor::ServerAssignor;
use crate::broker::coordinator::GroupConfig;
use crate::broker::coordinator::modern::ModernView;
use crate::broker::protocol::{ConsumerHeartbeat, ConsumerHeartbeatAnswer, ErrorCode, Request, Response};
use crate::sim::{Actor, GroupId, NodeId, Role, Span, TopicId};

use super::clock::{Answers, Clocked, TICK_MS};
use super::outcome::{Outcome, same};

const GROUP: GroupId = GroupId(0);

/// `kafka-consumer-group-kip848/1`.
#[derive(Deserialize)]
pub struct Scenarios {
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    id: String,
    /// Partition counts by topic.
    topics: BTreeMap<Arc<str>, u16>,
    assignor: ServerAssignor,
    steps: Vec<Step>,
}

/// What was done, or what a timer did, and what came of it.
#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    timer: bool,
    op: Option<Op>,
    /// Milliseconds since the start.
    t: u64,
    response: Option<BTreeMap<String, Value>>,
    /// The group's state, epochs and members.
    #[serde(flatten)]
    group: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Op {
    /// A heartbeat; what is left out has not changed.
    Hb {
        #[serde(rename = "as")]
        who: Arc<str>,
        epoch: i32,
        instance: Option<Arc<str>>,
        rebalance_ms: Option<u64>,
        topics: Option<Vec<Arc<str>>>,
        owned: Option<Vec<(Arc<str>, u16)>>,
    },
    Advance {
        ms: u64,
    },
}

/// Every answer, and the group after every step. With the uniform assignor Kafka's result depends on the order of its hash
/// maps; ours is that of sorted members.
pub fn scenarios(file: &Scenarios) -> Outcome {
    Outcome::of(&file.scenarios, |scenario| &scenario.id, replay)
}

fn replay(scenario: &Scenario) -> Result<(), String> {
    let mut rig = Rig::new(scenario);
    let mut timers: Vec<&Step> = Vec::new();
    for (at, step) in scenario.steps.iter().enumerate() {
        let fail = |error: String| format!("step {at} {:?}: {error}", step.op);
        match &step.op {
            _ if step.timer => timers.push(step),
            Some(Op::Advance { ms }) => {
                rig.advance(*ms, &std::mem::take(&mut timers)).and_then(|()| rig.compare(step)).map_err(fail)?;
            }
            Some(op) => {
                rig.act(op).map_err(fail)?;
                rig.compare(step).map_err(fail)?;
            }
            None => return Err(fail("it says neither what was done nor that a timer did it".into())),
        }
    }
    Ok(())
}

/// A coordinator, the topics that it knows, and its last answer.
struct Rig {
    clocked: Clocked,
    names: Vec<Arc<str>>,
    requests: u32,
    answer: Option<ConsumerHeartbeatAnswer>,
}

impl Rig {
    fn new(scenario: &Scenario) -> Rig {
        let mut clocked = Clocked::new(GroupConfig { consumer_assignor: scenario.assignor, ..GroupConfig::default() });
        let names: Vec<Arc<str>> = scenario.topics.keys().cloned().collect();
        for (number, (name, count)) in (0..).zip(&scenario.topics) {
            clocked.coordinator.set_topic(TopicId(number), name.clone(), *count);
        }
        Rig { clocked, names, requests: 0, answer: None }
    }

    fn act(&mut self, op: &Op) -> Result<(), String> {
        let Op::Hb { who, epoch, instance, rebalance_ms, topics, owned } = op else {
            return Err("time is no request".into());
        };
        let number = |name: &Arc<str>| self.names.iter().position(|known| known == name).ok_or(format!("no topic {name}"));
        let owned = owned.as_ref().map(|owned| {
            let places = owned.iter().map(|(name, partition)| Ok((TopicId(number(name)? as u16), *partition)));
            places.collect::<Result<Arc<[_]>, String>>()
        });
        let request = ConsumerHeartbeat {
            group: GROUP,
            member: who.clone(),
            epoch: *epoch,
            instance: instance.clone(),
            rack: None,
            rebalance_timeout: rebalance_ms.map(Span::ms),
            topics: topics.as_ref().map(|topics| topics.iter().cloned().collect()),
            assignor: None,
            owned: owned.transpose()?,
        };
        self.requests += 1;
        let client = Actor::new(NodeId(1), Role::Instance, 0);
        let answers = self.clocked.ask(client, self.requests, Request::from(request))?;
        self.take(answers)
    }

    /// Ticks on; each tick in which the group changes must be the next expected step.
    fn advance(&mut self, ms: u64, timers: &[&Step]) -> Result<(), String> {
        let mut expected = timers.iter();
        for _ in 0..ms / TICK_MS {
            let before = self.seen();
            self.clocked.tick();
            while let Some(answers) = self.clocked.serve()? {
                self.take(answers)?;
            }
            if self.seen() == before {
                continue;
            }
            match expected.next() {
                Some(timer) => self.compare(timer)?,
                None => return Err(format!("at {} unexpectedly {:?}", self.clocked.now, self.seen())),
            }
        }
        match expected.next() {
            Some(timer) => Err(format!("what should have happened at {} ms did not", timer.t)),
            None => Ok(()),
        }
    }

    fn take(&mut self, answers: Answers) -> Result<(), String> {
        for (_, response) in answers {
            let Response::ConsumerHeartbeat(answer) = response else {
                return Err(format!("not an answer to a heartbeat: {response:?}"));
            };
            self.answer = Some(answer);
        }
        Ok(())
    }

    fn compare(&mut self, step: &Step) -> Result<(), String> {
        same("the time in ms", &(self.clocked.now.0 / 1_000), &step.t)?;
        let answer = self.answer.take().map(|answer| self.answered(&answer));
        for (key, expected) in step.response.iter().flatten() {
            let came = answer.as_ref().and_then(|answer| answer.get(&**key)).unwrap_or(&Value::Null);
            same(&format!("the answer's {key}"), came, expected)?;
        }
        for (key, came) in self.seen() {
            same(key, &came, step.group.get(key).unwrap_or(&Value::Null))?;
        }
        Ok(())
    }

    /// An answer as the vectors write it.
    fn answered(&self, answer: &ConsumerHeartbeatAnswer) -> BTreeMap<&'static str, Value> {
        let mut written = BTreeMap::from([("error", json!(answer.error.name()))]);
        if answer.error == ErrorCode::None {
            let place = |(topic, partition): &(TopicId, u16)| (self.names.get(usize::from(topic.0)).cloned(), *partition);
            let assignment: Option<BTreeSet<(Option<Arc<str>>, u16)>> =
                answer.assignment.as_ref().map(|assignment| assignment.iter().map(place).collect());
            written.insert("member_epoch", json!(answer.epoch));
            written.insert("heartbeat_interval_ms", json!(answer.interval.0 / 1_000));
            written.insert("assignment", json!(assignment));
        }
        written
    }

    /// The group as the vectors write it.
    fn seen(&self) -> BTreeMap<&'static str, Value> {
        let Some(group) = self.clocked.coordinator.modern_group(GROUP) else {
            return BTreeMap::from([("state", json!("(no group)"))]);
        };
        BTreeMap::from([
            ("state", json!(format!("{:?}", group.state))),
            ("group_epoch", json!(group.epoch)),
            ("assignment_epoch", json!(group.assignment_epoch)),
            ("members", members(&group)),
        ])
    }
}

fn members(group: &ModernView) -> Value {
    let written = group
        .members
        .iter()
        .map(|member| (member.id.to_string(), json!({ "epoch": member.epoch, "state": member.state.name() })));
    written.collect::<BTreeMap<_, _>>().into_iter().collect::<serde_json::Map<_, _>>().into()
}
