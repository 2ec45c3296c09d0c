//! Tests of the whole core through its public face: boards, sessions, properties, bad input, the command line.
#![cfg(not(target_arch = "wasm32"))]

mod bad_input;
mod boards;
mod branches;
mod breaking;
mod breakpoints;
mod by_hand;
mod command_line;
mod dead_letters;
mod documents;
mod edit_properties;
mod editing;
mod editing_history;
mod edits;
mod failures;
mod gesture_properties;
mod gestures;
mod hazards;
mod idle;
mod inspector;
mod metrics;
mod outline;
mod person;
mod plans;
mod program_edits;
mod program_properties;
mod programs;
mod properties;
mod relays;
mod repro;
mod sessions;
mod settings;
mod stepping;
mod steps;
mod support;
mod time_properties;
