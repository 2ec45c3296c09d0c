//! The command line as a program: what it prints and how it exits.

use std::process::{Command, Output};

use crosstalk::board::ProcessDoes;

use crate::support::{PAYMENTS, board_path, instance, process, seconds, session};

fn crosstalk(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crosstalk")).args(words).output().expect("the program starts")
}

fn path(name: &str) -> String {
    board_path(name).to_string_lossy().into_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_clean_run_exits_with_0_and_prints_checks_effects_and_throughput() {
    let output = crosstalk(&["run", &path("orders"), "--for", "30s"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    for part in [
        "Orders through an outbox · seed 1 · 30 s",
        "Lost",
        "Done twice",
        "Row, no message",
        "expected",
        "facts a second",
        "hash",
    ] {
        assert!(printed.contains(part), "\"{part}\" in {printed}");
    }
}

#[test]
fn a_violated_check_exits_with_1_and_says_what_happened() {
    let output = crosstalk(&["run", &path("delivered-twice")]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("charged twice"), "{printed}");
}

#[test]
fn json_says_the_same_to_programs() {
    let output = crosstalk(&["run", &path("dual-write"), "--json", "--seed", "1"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["violated"], true);
    assert_eq!(report["checks"][2]["violations"], 1);
    assert_eq!(report["hash"], text(&crosstalk(&["hash", &path("dual-write"), "--seed", "1"]).stdout).trim());
}

#[test]
fn every_fact_is_written_as_a_line_of_json() {
    let file = std::env::temp_dir().join(format!("crosstalk-facts-{}.jsonl", std::process::id()));
    let name = file.to_string_lossy().into_owned();
    let output = crosstalk(&["run", &path("orders"), "--for", "10s", "--facts", &name, "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let written = std::fs::read_to_string(&file).expect("the facts are written");
    std::fs::remove_file(&file).expect("it is ours");
    let lines: Vec<serde_json::Value> = written.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(report["facts"], lines.len());
    assert!(lines.iter().all(|line| line["trigger"].as_u64() <= line["fact"].as_u64()), "a cause comes before its effect");
    assert!(lines.iter().all(|line| !line["words"].as_str().unwrap_or_default().is_empty()), "every fact has words");
}

#[test]
fn the_seed_changes_the_hash_and_the_same_seed_does_not() {
    let hash = |seed| text(&crosstalk(&["hash", &path("orders"), "--seed", seed]).stdout);
    assert_eq!(hash("5"), hash("5"));
    assert_ne!(hash("5"), hash("6"));
    assert_eq!(hash("5").trim().len(), 16);
}

#[test]
fn bad_input_exits_with_2_and_a_sentence_that_names_the_place() {
    let folder = std::env::temp_dir().join(format!("crosstalk-bad-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    for (name, content, named) in [
        ("empty.json", Vec::new(), "empty"),
        ("short.json", br#"{"schema": 1, "title": "x""#.to_vec(), "line 1"),
        ("deep.json", "[".repeat(100_000).into_bytes(), "line 1"),
        ("newer.json", br#"{"schema": 2}"#.to_vec(), "version 2"),
        ("type.json", br#"{"schema": 1, "title": 3}"#.to_vec(), "title"),
        ("binary.json", vec![0xff, 0xfe, 0], "byte 0"),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, content).expect("a file of our own");
        let output = crosstalk(&["run", &file.to_string_lossy()]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.starts_with("crosstalk: ") && said.contains(name) && said.contains(named), "{name}: {said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
    std::fs::remove_dir_all(&folder).expect("it is ours");
    for words in [&["run", "nowhere.json"][..], &["run"], &["fly"], &["run", "a.json", "--for", "now"]] {
        assert_eq!(crosstalk(words).status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn the_hash_that_is_printed_is_the_fingerprint_of_a_session() {
    let mut session = crate::support::session("orders");
    session.seek(crate::support::seconds(20));
    let output = crosstalk(&["hash", &path("orders"), "--for", "20s"]);
    assert_eq!(text(&output.stdout).trim(), session.fingerprint().to_string());
}

#[test]
fn a_run_that_was_saved_is_run_as_far_as_it_went_and_gives_the_same_hash() {
    let mut session = session("orders");
    session.seek(seconds(9));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("payments-2 runs");
    session.play_until(seconds(21), u32::MAX);
    let file = std::env::temp_dir().join(format!("crosstalk-run-{}.json", std::process::id()));
    std::fs::write(&file, session.repro().to_json().expect("it can be written")).expect("there is room");
    let name = file.to_string_lossy().into_owned();
    let (hash, run) = (crosstalk(&["hash", &name]), crosstalk(&["run", &name]));
    std::fs::remove_file(&file).expect("it is ours");
    assert_eq!(text(&hash.stdout).trim(), session.fingerprint().to_string());
    assert!(text(&run.stdout).contains("· 21 s of virtual time"), "{}", text(&run.stdout));
}
