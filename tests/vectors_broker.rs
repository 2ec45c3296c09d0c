//! What real Kafka did, replayed: partitioners, the range assignor and the group coordinator against recorded vectors.
//!
//! The files lie in `tests/vectors`; `CROSSTALK_VECTORS` names another folder with files of the same names.
#![cfg(not(target_arch = "wasm32"))]

#[path = "vectors_broker/groups.rs"]
mod groups;
#[path = "vectors_broker/placement.rs"]
mod placement;
#[path = "vectors_broker/rig.rs"]
mod rig;

/// A file of vectors, parsed.
fn load(name: &str) -> serde_json::Value {
    let folder =
        std::env::var("CROSSTALK_VECTORS").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors").to_string());
    let path = format!("{folder}/{name}.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The list under a key.
fn list<'a>(value: &'a serde_json::Value, key: &str) -> &'a [serde_json::Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no list `{key}`"))
}

/// The text under a key.
fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

/// The number under a key.
fn number(value: &serde_json::Value, key: &str) -> i64 {
    value[key].as_i64().unwrap_or_else(|| panic!("no number `{key}` in {value}"))
}
