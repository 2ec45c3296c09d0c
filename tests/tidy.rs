//! Holds the project to `src/architecture.md`. The rules are in `tidy/rules.rs`; `tidy/proofs.rs` shows that each finds what it is for.
#![cfg(not(target_arch = "wasm32"))]

#[path = "tidy/proofs.rs"]
mod proofs;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;

use source::{read, read_file};
use std::{fs, path::Path};

/// Fails with all faults, one a line.
#[track_caller]
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} to mend:\n  {}\n", faults.len(), faults.join("\n  "));
}

fn entries(folder: &str) -> Vec<String> {
    let found = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("the folder can be read");
    found.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_module_uses_only_those_above_it() {
    none(rules::order(&read(&["src"])));
}

#[test]
fn no_file_is_too_long() {
    none(rules::length(&read(&["src", "style", "tests"]), rules::LONG));
}

#[test]
fn every_file_says_what_it_is_for() {
    none(rules::purpose(&read(&["src", "tests"])));
}

#[test]
fn nothing_is_marked_unfinished() {
    none(rules::finished(&read(&["src", "style", "scripts"])));
}

#[test]
fn the_core_is_portable() {
    none(rules::portable(&read(&["src"])));
}

#[test]
fn only_the_page_knows_the_browser() {
    none(rules::browserless(&read(&["src"])));
}

#[test]
fn every_file_is_compiled() {
    none(rules::reached(&read(&["src"])));
}

#[test]
fn the_top_holds_only_what_belongs_there() {
    none(rules::top(&entries(".")));
}

#[test]
fn the_documentation_lists_every_module_in_order() {
    none(rules::documented(&read_file("src/architecture.md"), &read(&["src"])));
}

#[test]
fn the_readme_shows_commands_that_exist() {
    let scripts: Vec<String> = entries("scripts").iter().map(|name| format!("scripts/{name}")).collect();
    let cli: String = read(&["src/cli"]).into_iter().map(|file| file.text).collect();
    none(rules::commands(&read_file("README.md"), &scripts, &cli));
}

#[test]
fn the_lock_file_of_the_browser_tests_names_no_server() {
    let lock = read_file("tests/e2e/package-lock.json");
    assert!(lock.text.contains("playwright-core"), "{} was not read", lock.path);
    none(rules::serverless(&lock));
}
