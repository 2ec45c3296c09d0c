//! The interface's words: what settings, states and patterns are called.

use crate::board::{Applies, Pattern};
use crate::net::Key;
use crate::view::ProcessState;

/// What a form of a pattern makes of a service, after its name: `acknowledges after handling`.
pub fn form_clause(pattern: Pattern) -> String {
    let verb = match pattern {
        Pattern::IfAgain(..) => "",
        Pattern::Acknowledges(..) => "acknowledges ",
        Pattern::Publishes(..) => "publishes ",
    };
    format!("{verb}{}", pattern.words())
}

/// When a changed setting takes effect.
pub fn applies(when: Applies) -> &'static str {
    match when {
        Applies::Now => "applies at once",
        Applies::NextJoin => "applies when a consumer next joins its group",
        Applies::NextActivation => "applies to the next message",
        Applies::OnReset => "applies when the run is started again",
    }
}

/// A state of a process, and its class.
pub fn state_name(state: ProcessState) -> &'static str {
    match state {
        ProcessState::Up => "up",
        ProcessState::Crashed => "crashed",
        ProcessState::Paused => "paused",
    }
}

/// The class of a key's colour.
pub fn key_class(key: Option<Key>) -> &'static str {
    const CLASSES: [&str; 8] = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];
    match key {
        Some(Key::Letter(n) | Key::Number(n)) => CLASSES[(n % 8) as usize],
        None => "k7",
    }
}
