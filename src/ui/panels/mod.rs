//! The panels around the board: inspector, verdict, violation, strip of time, failures. Each takes plain views and hands back
//! what a person wants; `connect` alone knows the page's state.

pub mod breaking;
mod connect;
pub mod failing;
mod fit;
pub mod gloss;
pub mod glossary;
pub mod hands;
pub mod hint;
pub mod hold;
pub mod inspector;
pub mod keys;
pub mod plan;
pub mod program;
pub mod reruns;
pub mod segments;
mod sql;
pub mod strip;
pub mod tabs;
pub mod verdict;
pub mod words;

pub use connect::{BreakPanel, HintCard, Inspector, TimeStrip, Verdict, WordsPanel};
