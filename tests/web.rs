//! Component tests: what a person sees, mounted in a real browser.
#![cfg(target_arch = "wasm32")]

use leptos::prelude::document;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_tests_run_in_a_page() {
    assert!(document().body().is_some(), "a browser gives every page a body");
}
