//! What would prevent a violation, in words: the switch or setting, its position, and why.

use crate::board::{Acknowledges, Board, Do, Edit, IfAgain, Mend, OnFailure, Pattern, Place, Publishes, Setting};
use crate::sim::NodeId;
use crate::store::RelayKind;

/// What would prevent it, in a sentence.
pub fn prevent(edit: &Edit, board: &Board) -> String {
    match edit {
        Edit::Pattern { service, pattern } => switch(*pattern, board.title_of(*service)),
        Edit::Relay { service, kind } => relay(*kind, board.title_of(*service)),
        Edit::Set { place: Place::Node(node), setting, value: Some(value) } => set(*node, *setting, *value, board),
        Edit::Mend { service, mend: wanted } => mend(*service, wanted, board),
        Edit::Partitions { topic, partitions } => {
            format!("Give {topic} its {partitions} partitions before anything is sent: then no key moves to another one.")
        }
        Edit::Set { .. } | Edit::Change(_) => String::new(),
    }
}

/// What a small change of a service's programs comes to: another policy for failures, another key, or a condition less.
fn mend(service: NodeId, mend: &Mend, board: &Board) -> String {
    let place = board.title_of(service);
    let lines = || board.service(service).into_iter().flat_map(|node| node.handlers.iter().flat_map(|handler| &handler.lines));
    let policy = match mend {
        Mend::KeyedBy { line, field } => {
            let message = lines().find(|known| known.id == *line).and_then(|line| match &line.does {
                Do::Publish { message, .. } | Do::Outbox { message, .. } => Some(message),
                _ => None,
            });
            return message.map_or_else(String::new, |message| {
                format!(
                    "Have {place} key {message} by {field}: those of the same {field} then lie in one partition, in their order."
                )
            });
        }
        Mend::Without(line) => {
            let gone = lines().find(|known| known.id == *line);
            return gone.map_or_else(String::new, |line| {
                format!("Take “{} {}” out of {place}, so that the message can be handled.", line.does.word(), line.does.rest())
            });
        }
        Mend::OnFailure(_, policy) => policy,
    };
    let why = match policy {
        OnFailure::Retry => "no message is given up".to_owned(),
        OnFailure::RetryThenSkip(_) | OnFailure::Skip => {
            "what is behind it goes on; the message itself is lost, and this is told".to_owned()
        }
        OnFailure::RetryThenDeadLetter(to) => {
            format!("what is behind it goes on, and {} keeps the message until somebody handles it", to.topic)
        }
        OnFailure::Stop => "nothing behind it is handled either".to_owned(),
    };
    format!("If a message fails in {place}, have it be one that {}: {why}.", policy.words())
}

fn switch(pattern: Pattern, place: &str) -> String {
    match pattern {
        Pattern::IfAgain(_, IfAgain::TracksIds) => format!(
            "Switch “If a message comes again” of {place} to “tracks ids”: the second time finds the message's id in processed_messages, and is rolled back."
        ),
        Pattern::IfAgain(_, IfAgain::IsIdempotent) => format!(
            "Switch “If a message comes again” of {place} to “is idempotent”: the second write finds its row and changes nothing."
        ),
        Pattern::IfAgain(..) => format!("Switch “If a message comes again” of {place} to “{}”.", pattern.words()),
        Pattern::Acknowledges(_, Acknowledges::AfterHandling) => format!(
            "Switch “When it acknowledges” of {place} to “after handling”: the offset is committed when the work is done, so that a crash before brings the record again."
        ),
        Pattern::Acknowledges(_, Acknowledges::BeforeHandling) => {
            format!("Switch “When it acknowledges” of {place} to “before handling”.")
        }
        Pattern::Publishes(_, Publishes::ThroughOutbox) => format!(
            "Switch “How it publishes” of {place} to “through an outbox”: the message is a row of the same transaction, and a relay publishes it."
        ),
        Pattern::Publishes(_, Publishes::AfterCommit) => format!("Switch “How it publishes” of {place} to “after the commit”."),
        Pattern::Publishes(_, Publishes::BeforeCommit) => format!("Switch “How it publishes” of {place} to “before the commit”."),
    }
}

fn relay(kind: RelayKind, place: &str) -> String {
    let why = match kind {
        RelayKind::Tail => "it reads the log of commits, which has every row in the order in which it committed",
        RelayKind::Flag => "it finds every row that is not marked, whatever its id",
        RelayKind::Cursor => "it reads rows by their ids",
    };
    format!("Have the relay of {place} be one that {}: {why}.", kind.words())
}

fn set(node: NodeId, setting: Setting, value: u64, board: &Board) -> String {
    let why = match setting {
        Setting::Instances => "another instance takes over what one leaves",
        Setting::ConcurrentHandling => "messages of one partition are handled one after the other",
        Setting::RelayInstances => "another relay takes over when the lease of one that is gone has run out",
        Setting::RelayBatch => "the relay waits for one round of acks for more rows",
        Setting::StoreConnections => "there is one for each worker and each relay",
        Setting::StoreIdleTimeout => "the store then rolls back what stands still in a transaction, and others get its locks",
        Setting::MaxPollInterval => "a member may work that long between two polls, and the group waits for it",
        Setting::OutboxKeep => "the relay deletes published rows that are older",
        Setting::MaxPollRecords => "a member has less to do until its next poll",
        Setting::SessionTimeout | Setting::ConsumerSession => "a member may be silent that long",
        Setting::AssignmentStrategy if value == 4 => "members go on reading what they keep while the group rebalances",
        Setting::AutoCommit if value == 0 => "a record is then committed where its program says ack, when its work is done",
        Setting::Workers if value == 1 => "a poll then comes only when all that was handed out is done",
        Setting::Partitioner if value == 2 => "it puts each key into the partition where Java's clients put it",
        Setting::OffsetReset if value == 0 => "a group that has committed nothing then begins with the first record",
        Setting::AckOf if value == 0 => "no acknowledgement passes what is unfinished",
        Setting::LogFlush => "nothing is acknowledged that is not on disk, which costs time in life",
        Setting::ProcessedKeep => "ids stay in processed_messages",
        Setting::LogKeep => "the log of commits is kept until everything has been read",
        _ => return format!("Set {} of {} to {}.", setting.info().name, board.title_of(node), setting.text(value)),
    };
    // Nothing that is kept for no time at all is a setting: 0 stands for all time.
    let text = if matches!(setting, Setting::LogKeep | Setting::ProcessedKeep) && value == 0 {
        "0 (for ever)".to_owned()
    } else {
        setting.text(value)
    };
    format!("Set {} of {} to {text}: {why}.", setting.info().name, board.title_of(node))
}
