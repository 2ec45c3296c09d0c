//! What a run is judged by: the names that boards, checks and the interface have for it.

use serde::{Deserialize, Serialize};

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident, $name:literal, $sentence:literal, $question:literal, $pending:literal;)*) => {
        /// A check.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Check {
            $($(#[$doc])* $variant,)*
        }

        impl Check {
            /// All checks, in the order in which they are shown.
            pub const ALL: [Check; [$(Check::$variant),*].len()] = [$(Check::$variant),*];

            /// Its name, short enough for a chip.
            pub const fn name(self) -> &'static str {
                match self { $(Check::$variant => $name,)* }
            }

            /// What it checks: what holds as long as it is not violated.
            pub const fn sentence(self) -> &'static str {
                match self { $(Check::$variant => $sentence,)* }
            }

            /// What somebody asks who comes upon a violation of it.
            pub const fn question(self) -> &'static str {
                match self { $(Check::$variant => $question,)* }
            }

            /// What it means that something is pending; empty where nothing ever is.
            pub const fn pending(self) -> &'static str {
                match self { $(Check::$variant => $pending,)* }
            }
        }
    };
}

checks! {
    /// An accepted intent never had an effect that it should have had.
    Lost, "Lost",
        "Every request that was answered has each of its effects.",
        "Why did it never happen?",
        "It has not happened yet, and something that is alive may still bring it.";
    /// An intent had the same effect twice.
    DoneTwice, "Done twice",
        "No effect of a request happens twice.",
        "Why did it happen twice?",
        "";
    /// A row was committed, and the message about it reached no log.
    RowWithoutMessage, "Row, no message",
        "Every committed row that has a message to tell of it is told of.",
        "Why was nobody told?",
        "The message is in no log yet, and something that is alive may still send it.";
    /// A message reached a log, and the row that it tells of was never committed.
    MessageWithoutRow, "Message, no row",
        "Every message tells of a row that was committed.",
        "Why does it tell of a row that is not there?",
        "The row is not committed yet, and something that is alive may still commit it.";
    /// A message had its effect on a row after a later one for the same row.
    OutOfOrder, "Out of order",
        "Messages change a row in the order in which they were produced.",
        "Why did the older one come later?",
        "";
    /// An outbox's relay passed a committed row, and will never publish it.
    SkippedRow, "Skipped row",
        "No relay passes a committed row of its outbox.",
        "Why did the relay miss it?",
        "The relay has passed the row, and something that is alive may still send its message.";
    /// An outbox has grown for a long time.
    OutboxGrowing, "Outbox grows",
        "No outbox grows all the time.",
        "Why does it grow?",
        "";
    /// A handler that tracks messages did one twice or never, since its tracking has a hole.
    DedupHole, "Dedup hole",
        "A handler that tracks messages does each of them once.",
        "Why did tracking not prevent it?",
        "";
    /// Something has work and has got nowhere with it for a long time.
    Stuck, "Stuck",
        "Whatever has work gets on with it.",
        "What does it wait for?",
        "";
    /// The handling of one message has failed again and again, or was given up.
    Poison, "Poison",
        "No message fails so often that others wait behind it, and none is given up.",
        "Why can it not be handled?",
        "Its handling has failed, and is tried again.";
    /// Somebody waits for a connection to a store nearly all the time.
    PoolDry, "Pool dry",
        "Whoever needs a connection to a store gets one before long.",
        "Who has the connections?",
        "";
    /// A member of a group had an effect that another one had as well, since the partition was no longer its own.
    Zombie, "Zombie",
        "No member of a group does what another does as well, since the partition is no longer its own.",
        "Why did two members do it?",
        "";
    /// The offset of a record was committed, and the record was never handled.
    CommittedEarly, "Committed early",
        "No offset is committed past a record that is never handled.",
        "Why does nobody read it again?",
        "";
    /// A group began to read behind records that it was to handle.
    PassedOver, "Passed over",
        "No group begins to read behind records that are there for it.",
        "Why were they never read?",
        "";
    /// Members of a group are removed and come back again and again.
    RebalanceStorm, "Rebalance storm",
        "No group rebalances again and again.",
        "Why does it rebalance all the time?",
        "";
    /// A partition gets more than the others, and more than is read of it.
    HotPartition, "Hot partition",
        "No partition gets so much that its reader alone falls behind.",
        "Why does one partition get so much?",
        "";
    /// A group that rebalances has records to read, and nobody is handed any for a long time.
    StuckGroup, "Stuck group",
        "No rebalance keeps a whole group from reading for long.",
        "Whom does the group wait for?",
        "";
}

/// What a person can ask about a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// How did it happen?
    How,
    /// What would prevent it?
    Prevent,
}

impl Check {
    /// Whether it is of use on any board: those of the first row, which are always in sight.
    pub const fn is_usual(self) -> bool {
        matches!(self, Check::Lost | Check::DoneTwice | Check::RowWithoutMessage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_words_of_its_own_and_a_place_by_which_it_is_counted() {
        for (place, check) in Check::ALL.into_iter().enumerate() {
            assert_eq!(check as usize, place);
            assert!(check.name().len() <= 16, "{}: too long for a chip", check.name());
            assert!(check.sentence().ends_with('.') && check.question().ends_with('?'), "{}", check.name());
            let same = |other: &Check| other.name() == check.name() || other.sentence() == check.sentence();
            assert_eq!(Check::ALL.iter().filter(|other| same(other)).count(), 1, "{}", check.name());
        }
    }
}
