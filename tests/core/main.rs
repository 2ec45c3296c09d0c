//! Tests of the whole core through its public face: boards, sessions, properties, bad input, the command line.
#![cfg(not(target_arch = "wasm32"))]

mod bad_input;
mod boards;
mod by_hand;
mod command_line;
mod documents;
mod edit_properties;
mod edits;
mod gestures;
mod inspector;
mod properties;
mod sessions;
mod steps;
mod support;
