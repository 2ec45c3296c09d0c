//! The interface's words: what each means, and what settings, states and patterns are called.

use crate::board::{Applies, Pattern};
use crate::net::Key;
use crate::view::ProcessState;

/// What a word of a program or of a table's heading means; empty where it speaks for itself.
pub fn meaning(word: &str) -> &'static str {
    match word {
        "on" => "The type of message that starts this program.",
        "from" => "The topic that the message is read from.",
        "as" => "The consumer group that the instances join.",
        "work" => "Holds a worker for this long.",
        "begin" => "Begins a transaction in the service's own database. A crash before its commit leaves nothing of it.",
        "commit" => "Commits the database transaction: all of its writes, or none. It has nothing to do with offsets.",
        "write" => "Writes a row of the service's own database.",
        "track" => {
            "Inserts the message's id into processed_messages, in the same transaction. If the id is there already, the \
             transaction is rolled back and the message is acknowledged."
        }
        "outbox" => "Inserts the message into the outbox, in the same transaction. The relay publishes it later.",
        "publish" => "Hands the message to the broker and waits as the setting acks says.",
        "reply" => "Answers the request.",
        "ack" => "Commits the offset: the group will not read this record again. Its place in the program is the guarantee.",
        "poll" => "Reads rows of the outbox that are not marked as published.",
        "mark" => "Marks those rows as published.",
        "committed" => "The committed offset: where the group starts to read again after a crash.",
        "position" => "The offset that the partition's owner reads next. A crash forgets it.",
        "end" => "The offset that the next record will get.",
        "lag" => "End − committed offset.",
        "owner" => "The member that the partition is assigned to.",
        "generation" => "One more at each rebalance. A request with an older one is refused.",
        "leader" => "The member that assigns the partitions.",
        _ => "",
    }
}

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
