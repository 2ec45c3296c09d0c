//! The classic group coordinator: whole scenarios, step by step.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::classic_rig::{Op, Rig, Settings};
use super::clock::TICK_MS;
use super::outcome::{Outcome, same};

/// `kafka-classic-group-coordinator/1`.
#[derive(Deserialize)]
pub struct Scenarios {
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    id: String,
    config: Settings,
    steps: Vec<Step>,
    /// Requests that have no answer at the end.
    still_pending: Vec<String>,
}

/// What was done, or what a timer did, and what came of it.
#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    timer: bool,
    op: Option<Op>,
    /// Milliseconds since the start.
    t: u64,
    responses: Vec<BTreeMap<String, Value>>,
    /// The group's state, generation, members, leader and protocol.
    #[serde(flatten)]
    group: BTreeMap<String, Value>,
}

/// Every answer, the group after every step, and what is left without an answer.
pub fn scenarios(file: &Scenarios) -> Outcome {
    Outcome::of(&file.scenarios, |scenario| &scenario.id, replay)
}

fn replay(scenario: &Scenario) -> Result<(), String> {
    let mut rig = Rig::new(&scenario.config);
    // Steps that timers made stand before the `advance` in which they happened.
    let mut timers: Vec<&Step> = Vec::new();
    for (at, step) in scenario.steps.iter().enumerate() {
        let fail = |error: String| format!("step {at} {:?}: {error}", step.op);
        match &step.op {
            _ if step.timer => timers.push(step),
            Some(Op::Advance { ms }) => advance(&mut rig, *ms, step, &std::mem::take(&mut timers)).map_err(fail)?,
            Some(op) => {
                rig.act(op).map_err(fail)?;
                compare(&mut rig, step).map_err(fail)?;
            }
            None => return Err(fail("it says neither what was done nor that a timer did it".into())),
        }
    }
    let mut pending = scenario.still_pending.clone();
    pending.sort_by_key(|request| request_number(request));
    same("what is left without an answer", &rig.still_open(), &pending)
}

/// Ticks through an `advance`; each tick in which something shows must be the next expected step.
fn advance(rig: &mut Rig, ms: u64, step: &Step, timers: &[&Step]) -> Result<(), String> {
    let mut expected = timers.iter();
    for _ in 0..ms / TICK_MS {
        let before = rig.seen();
        rig.tick()?;
        let after = rig.seen();
        let answers = rig.take_answers();
        if before == after && answers.is_empty() {
            continue;
        }
        let Some(timer) = expected.next() else {
            return Err(format!("at {} unexpectedly {after} {answers:?}", rig.now()));
        };
        check(rig, timer, answers)?;
    }
    match expected.next() {
        Some(timer) => Err(format!("what should have happened at {} ms did not", timer.t)),
        None => compare(rig, step),
    }
}

fn compare(rig: &mut Rig, step: &Step) -> Result<(), String> {
    let answers = rig.take_answers();
    check(rig, step, answers)
}

fn check(rig: &Rig, step: &Step, mut answers: Vec<Value>) -> Result<(), String> {
    same("the time in ms", &(rig.now().0 / 1_000), &step.t)?;
    let seen = rig.seen();
    for (key, came) in seen.as_object().into_iter().flatten() {
        let expected = step.group.get(key).unwrap_or(&Value::Null);
        if !agrees(expected, came) {
            return Err(format!("{key} is {came}, expected {expected}; answers {answers:?}"));
        }
    }
    let number = |request: Option<&Value>| request_number(request.and_then(Value::as_str).unwrap_or_default());
    let mut expected: Vec<&BTreeMap<String, Value>> = step.responses.iter().collect();
    expected.sort_by_key(|answer| number(answer.get("req")));
    answers.sort_by_key(|answer| number(answer.get("req")));
    let all_agree = expected.len() == answers.len()
        && expected
            .iter()
            .zip(&answers)
            .all(|(expected, came)| expected.iter().all(|(key, value)| agrees(value, came.get(key).unwrap_or(&Value::Null))));
    if all_agree { Ok(()) } else { Err(format!("answers {answers:?}, expected {expected:?}")) }
}

/// Equal, or one of `any_of` where Kafka itself differs from run to run.
fn agrees(expected: &Value, came: &Value) -> bool {
    match expected.get("any_of").and_then(Value::as_array) {
        Some(accepted) => accepted.contains(came),
        None => expected == came,
    }
}

/// The number of a request such as `r12:join:A`; 0 for what is none.
fn request_number(request: &str) -> u32 {
    let digits = request.trim_start_matches('r').split(':').next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
