//! Component tests: what a person sees, mounted in a real browser.
#![cfg(target_arch = "wasm32")]

#[path = "web/breaking.rs"]
mod breaking;
#[path = "web/edit.rs"]
mod edit;
#[path = "web/fixtures.rs"]
mod fixtures;
#[path = "web/inspector.rs"]
mod inspector;
#[path = "web/mounted.rs"]
mod mounted;
#[path = "web/program.rs"]
mod program;
#[path = "web/program_fixtures.rs"]
mod program_fixtures;
#[path = "web/settings.rs"]
mod settings;
#[path = "web/time.rs"]
mod time;
#[path = "web/verdict.rs"]
mod verdict;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
