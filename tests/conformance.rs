//! What the real systems' own code did, replayed by the command that everybody can run.
//!
//! The files lie in `tests/vectors`; `CROSSTALK_VECTORS` names another folder with files of the same formats.
#![cfg(not(target_arch = "wasm32"))]

use std::path::PathBuf;
use std::process::{Command, Output};

fn folder() -> PathBuf {
    std::env::var_os("CROSSTALK_VECTORS")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors").into(), PathBuf::from)
}

fn conformance(files: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crosstalk")).arg("conformance").args(files).output().expect("the program runs")
}

fn printed(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of the given text, in a folder of this process's own.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("a file can be written");
    path
}

#[test]
fn every_file_of_vectors_passes_as_a_whole() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).expect("the folder is there").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let output = conformance(&files);
    let out = printed(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}{}", printed(&output.stderr));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), files.len(), "one line a file: {out}");
    for (line, file) in lines.iter().zip(&files) {
        let name = file.file_name().expect("a file has a name").to_string_lossy();
        let text = std::fs::read_to_string(file).expect("it can be read");
        let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(*line, format!("{name}: passed {}, failed 0", json["count"]));
    }
}

#[test]
fn a_wrong_expectation_is_shown_with_its_case_and_what_came_instead() {
    let wrong = r#"{"format": "kafka-assignor/1", "cases": [
        {"id": "right", "topics": {"t": 2}, "members": [{"id": "a", "topics": ["t"]}],
         "expected": {"range": {"a": [["t", 0], ["t", 1]]}}},
        {"id": "wrong", "topics": {"t": 1}, "members": [{"id": "a", "topics": ["t"]}],
         "expected": {"roundrobin": {"a": []}}}]}"#;
    let file = file("wrong.json", wrong);
    let output = conformance(std::slice::from_ref(&file));
    let name = file.file_name().expect("a file has a name").to_string_lossy().into_owned();
    assert_eq!(output.status.code(), Some(1));
    let expected =
        format!("{name}: wrong: roundrobin is {{\"a\": {{(\"t\", 0)}}}}, expected {{\"a\": {{}}}}\n{name}: passed 1, failed 1\n");
    assert_eq!(printed(&output.stdout), expected);
}

#[test]
fn an_unknown_format_and_a_broken_file_are_named_and_nothing_is_replayed() {
    let good = folder().join("librdkafka_live_groups.json");
    for (name, text, named) in [
        ("unknown.json", r#"{"format": "tides/1"}"#, "\"tides/1\""),
        ("formless.json", "{}", "missing field `format`"),
        ("cut.json", r#"{"format": "kafka-assignor/1""#, "line 1"),
        ("idless.json", r#"{"format": "kafka-assignor/1", "cases": [{"topics": {}}]}"#, "missing field"),
        ("odd.json", r#"{"format": "kafka-key-partitioner/1", "vectors": [{"id": "a", "key_hex": "abc"}]}"#, "\"abc\""),
    ] {
        let bad = file(name, text);
        let output = conformance(&[good.clone(), bad.clone()]);
        let problem = printed(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(printed(&output.stdout), "", "{name}");
        assert!(problem.contains(named) && problem.contains(&*bad.to_string_lossy()), "{name}: {problem}");
    }
    let missing = conformance(&["nowhere.json".into()]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(printed(&missing.stderr).contains("nowhere.json"));
}
