//! Who reads which partitions: single cases, groups through several rebalances, and live groups of another client.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use crate::broker::assignor::{Assignment, Assignor, ServerAssignor, Subscriber, Topics};

use super::outcome::{Outcome, same};

/// Partitions by member, in no order.
type Dealt = BTreeMap<Arc<str>, BTreeSet<(Arc<str>, u16)>>;

/// A member.
#[derive(Deserialize)]
struct Member {
    id: Arc<str>,
    instance: Option<Arc<str>>,
    rack: Option<Arc<str>>,
    topics: Vec<Arc<str>>,
    #[serde(default)]
    owned: Vec<(Arc<str>, u16)>,
    generation: Option<i32>,
    sub_generation: Option<i32>,
}

impl Member {
    fn subscriber(&self) -> Subscriber {
        let generation = self.generation.unwrap_or(-1);
        Subscriber {
            id: self.id.clone(),
            instance: self.instance.clone(),
            rack: self.rack.clone(),
            topics: self.topics.clone(),
            owned: self.owned.clone(),
            generation,
            subscription_generation: self.sub_generation.unwrap_or(generation),
        }
    }
}

/// A group before it is assigned.
#[derive(Deserialize)]
struct Group {
    /// Partition counts by topic.
    topics: BTreeMap<Arc<str>, u16>,
    /// The racks of the replicas, by topic and partition.
    #[serde(default, alias = "replica_racks", alias = "partition_racks")]
    racks: BTreeMap<Arc<str>, Vec<BTreeSet<Arc<str>>>>,
    members: Vec<Member>,
}

impl Group {
    /// What an assignor of that name deals out; `None` if there is none.
    fn assign(&self, assignor: &str) -> Result<Dealt, String> {
        let by_partition = |(topic, racks): (&Arc<str>, &Vec<BTreeSet<Arc<str>>>)| {
            let topic = topic.clone();
            (0u16..).zip(racks.clone()).map(move |(partition, racks)| ((topic.clone(), partition), racks)).collect::<Vec<_>>()
        };
        let racks = self.racks.iter().flat_map(by_partition).collect();
        let topics = Topics { partitions: self.topics.clone(), racks };
        let members: Vec<Subscriber> = self.members.iter().map(Member::subscriber).collect();
        let of_server = assignor.strip_prefix("kip848-").and_then(ServerAssignor::by_name);
        let assignment: Assignment = match (of_server, Assignor::by_name(assignor)) {
            (Some(server), _) => server.assign(&topics, &members),
            (None, Some(client)) => client.assign(&topics, &members),
            (None, None) => return Err(format!("there is no assignor \"{assignor}\"")),
        };
        Ok(assignment.into_iter().map(|(member, partitions)| (member, partitions.into_iter().collect())).collect())
    }
}

/// All results that Kafka gives, as the order in which its hash maps are gone through may be.
#[derive(Deserialize)]
struct Accepted {
    accept_any_of: Vec<Dealt>,
}

fn judge(what: &str, came: &Dealt, expected: &Dealt, accepted: Option<&Accepted>) -> Result<(), String> {
    if accepted.is_some_and(|accepted| accepted.accept_any_of.contains(came)) {
        return Ok(());
    }
    same(what, came, expected)
}

/// `kafka-assignor/1`.
#[derive(Deserialize)]
pub struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(flatten)]
    group: Group,
    /// By assignor.
    expected: BTreeMap<String, Dealt>,
    #[serde(default)]
    order_sensitive: BTreeMap<String, Accepted>,
}

/// What each assignor deals out.
pub fn cases(file: &Cases) -> Outcome {
    Outcome::of(
        &file.cases,
        |case| &case.id,
        |case| {
            for (assignor, expected) in &case.expected {
                judge(assignor, &case.group.assign(assignor)?, expected, case.order_sensitive.get(assignor))?;
            }
            Ok(())
        },
    )
}

/// `kafka-assignor-sequence/1`.
#[derive(Deserialize)]
pub struct Sequences {
    sequences: Vec<Sequence>,
}

#[derive(Deserialize)]
struct Sequence {
    id: String,
    assignor: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    step: u32,
    #[serde(flatten)]
    group: Group,
    expected: Dealt,
    /// What members owned and do not get, by member.
    revoked: Dealt,
    order_sensitive: Option<Accepted>,
}

/// What is dealt out at each step, and what is taken from whom.
pub fn sequences(file: &Sequences) -> Outcome {
    Outcome::of(
        &file.sequences,
        |sequence| &sequence.id,
        |sequence| {
            let mut before = Dealt::new();
            for step in &sequence.steps {
                let at = format!("{} at step {}", sequence.assignor, step.step);
                let came = step.group.assign(&sequence.assignor)?;
                judge(&at, &came, &step.expected, step.order_sensitive.as_ref())?;
                if came == step.expected {
                    same(&format!("what is revoked by {at}"), &revoked(&step.group, &before, &came), &step.revoked)?;
                }
                before = came;
            }
            Ok(())
        },
    )
}

/// What members owned before and do not get. Those of range and round robin do not say what they own: it is what they were
/// dealt before.
fn revoked(group: &Group, before: &Dealt, came: &Dealt) -> Dealt {
    let nothing = BTreeSet::new();
    let taken = |member: &Member| {
        let said: BTreeSet<(Arc<str>, u16)> = member.owned.iter().cloned().collect();
        let owned = if member.generation.is_some() { &said } else { before.get(&member.id).unwrap_or(&nothing) };
        let kept = came.get(&member.id).unwrap_or(&nothing);
        (member.id.clone(), owned.difference(kept).cloned().collect::<BTreeSet<_>>())
    };
    group.members.iter().map(taken).filter(|(_, taken)| !taken.is_empty()).collect()
}

/// `librdkafka-live-group/1`.
#[derive(Deserialize)]
pub struct LiveGroups {
    cases: Vec<LiveGroup>,
}

#[derive(Deserialize)]
struct LiveGroup {
    id: String,
    assignor: String,
    #[serde(flatten)]
    group: Group,
    librdkafka: Dealt,
    java_with_member_id_equal_to_instance_id: Dealt,
    /// Whether both put every partition alike.
    same: bool,
}

/// What Java deals out, and what librdkafka's consumers had where their order of members is known; else as many.
pub fn live(file: &LiveGroups) -> Outcome {
    Outcome::of(
        &file.cases,
        |case| &case.id,
        |case| {
            let came = case.group.assign(&case.assignor)?;
            same(&case.assignor, &came, &case.java_with_member_id_equal_to_instance_id)?;
            if case.same {
                return same("what librdkafka had", &came, &case.librdkafka);
            }
            let sizes = |dealt: &Dealt| {
                let mut sizes: Vec<usize> = dealt.values().map(BTreeSet::len).collect();
                sizes.sort_unstable();
                sizes
            };
            same("how many librdkafka's had", &sizes(&came), &sizes(&case.librdkafka))
        },
    )
}
