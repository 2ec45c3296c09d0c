//! The group coordinator: whole scenarios, step by step.

use serde_json::Value;

use crate::rig::Rig;
use crate::{list, load, number, text};

#[test]
fn groups_do_what_kafka_s_coordinator_did() {
    let file = load("group_coordinator");
    let scenarios = list(&file, "scenarios");
    let failures: Vec<String> = scenarios.iter().filter_map(|scenario| replay(scenario).err()).collect();
    let passed = scenarios.len() - failures.len();
    println!("group_coordinator: {passed} of {} scenarios", scenarios.len());
    assert!(failures.is_empty(), "{passed} of {} pass\n{}", scenarios.len(), failures.join("\n"));
    assert_eq!(scenarios.len() as i64, number(&file, "count"));
}

/// Plays one scenario; the error says which step went otherwise.
fn replay(scenario: &Value) -> Result<(), String> {
    let mut rig = Rig::new(&scenario["config"]);
    // Steps that timers made stand before the `advance` in which they happened.
    let mut timers: Vec<&Value> = Vec::new();
    for (at, step) in list(scenario, "steps").iter().enumerate() {
        let fail = |error: String| format!("{} step {at} {}: {error}", text(scenario, "id"), step["op"]);
        if step["timer"].as_bool().unwrap_or(false) {
            timers.push(step);
        } else if step["op"]["op"] == "advance" {
            advance(&mut rig, step, &std::mem::take(&mut timers)).map_err(fail)?;
        } else {
            rig.act(&step["op"]);
            compare(&mut rig, step).map_err(fail)?;
        }
    }
    let mut pending: Vec<&str> = list(scenario, "still_pending").iter().filter_map(Value::as_str).collect();
    pending.sort_by_key(|request| request_number(request));
    let open = rig.still_open();
    if open != pending {
        return Err(format!("{}: without an answer: {open:?}, expected {pending:?}", text(scenario, "id")));
    }
    Ok(())
}

/// Ticks through an `advance`; each tick in which something shows must be the next expected step.
fn advance(rig: &mut Rig, step: &Value, timers: &[&Value]) -> Result<(), String> {
    let mut expected = timers.iter();
    for _ in 0..number(&step["op"], "ms") / 50 {
        let before = rig.seen();
        rig.tick();
        let after = rig.seen();
        let answers = rig.take_answers();
        if before == after && answers.is_empty() {
            continue;
        }
        let Some(timer) = expected.next() else {
            return Err(format!("at {} unexpectedly {after} {answers:?}", rig.now));
        };
        check(rig, timer, answers)?;
    }
    match expected.next() {
        Some(timer) => Err(format!("never happened: {timer}")),
        None => compare(rig, step),
    }
}

fn compare(rig: &mut Rig, step: &Value) -> Result<(), String> {
    let answers = rig.take_answers();
    check(rig, step, answers)
}

fn check(rig: &Rig, step: &Value, mut answers: Vec<Value>) -> Result<(), String> {
    if rig.now.0 as i64 != number(step, "t") * 1_000 {
        return Err(format!("at {}, expected {step}", rig.now));
    }
    let seen = rig.seen();
    for (key, value) in seen.as_object().into_iter().flatten() {
        if !agrees(&step[key], value) {
            return Err(format!("{key} is {value}, expected {}; answers {answers:?}", step[key]));
        }
    }
    let mut expected = list(step, "responses").to_vec();
    expected.sort_by_key(|answer| request_number(text(answer, "req")));
    answers.sort_by_key(|answer| request_number(text(answer, "req")));
    let all_agree = expected.len() == answers.len()
        && expected.iter().zip(&answers).all(|(expected, answer)| {
            let fields = expected.as_object().expect("a response is an object");
            fields.iter().all(|(key, value)| agrees(value, &answer[key]))
        });
    if all_agree { Ok(()) } else { Err(format!("answers {answers:?}\n   expected {expected:?}")) }
}

/// Equal, or one of `any_of` where Kafka itself differs from run to run.
fn agrees(expected: &Value, actual: &Value) -> bool {
    match expected.get("any_of").and_then(Value::as_array) {
        Some(accepted) => accepted.contains(actual),
        None => expected == actual,
    }
}

fn request_number(request: &str) -> u32 {
    let digits = request.trim_start_matches('r').split(':').next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("not a request: {request}"))
}
