//! Each fact as a sentence, in the terms of its field.

use crate::board::{Board, Names, ProcessDoes};
use crate::broker::{BrokerFact, GroupState, RebalanceWhy};
use crate::net::PacketDoes;
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::sim::{Actor, LineId, NodeId, Span};
use crate::world::{Acted, Edited, Entry, Fact, Limit, ProcessFact};

use super::naming::{gap_name, gone, in_words, line_text, line_word, message_name, process_name, record_name, wire_name};

/// Says what happened.
pub fn describe(entry: &Entry, names: &Names, board: &Board) -> String {
    let words = Words { names, board, me: entry.who };
    match entry.fact {
        Fact::Acted(fact) => words.acted(fact),
        Fact::Process(fact) => words.process(fact),
        Fact::Net(fact) => words.net(fact),
        Fact::Broker(fact) => words.broker(fact),
        Fact::Rpc(fact) => words.rpc(fact),
        Fact::Store(fact) => words.store(fact),
        Fact::Service(fact) => words.service(fact),
        Fact::Limit(Limit::RequestsWaiting) => format!("{} closed a connection unread: too many requests wait", words.me()),
        Fact::Limit(Limit::CallsOpen) => format!("{} sent nothing: too many calls are open", words.me()),
    }
}

/// What a request or response is called, by its number.
pub(super) fn api_name(api: u8) -> String {
    const KAFKA: [&str; 10] = [
        "Produce",
        "Fetch",
        "JoinGroup",
        "SyncGroup",
        "Heartbeat",
        "LeaveGroup",
        "OffsetCommit",
        "OffsetFetch",
        "ListOffsets",
        "ConsumerGroupHeartbeat",
    ];
    let name = |api: u8| KAFKA.get(usize::from(api).wrapping_sub(1)).copied();
    match api {
        33 => "a request".to_owned(),
        34 => "a response".to_owned(),
        35 => "an error".to_owned(),
        17..=32 => format!("the answer to {}", name(api - 16).unwrap_or("a request")),
        _ => name(api).unwrap_or("a packet").to_owned(),
    }
}

/// Why a group rebalances.
pub(super) fn why_words(why: RebalanceWhy) -> &'static str {
    match why {
        RebalanceWhy::Joined => "a member joined",
        RebalanceWhy::Left => "a member left",
        RebalanceWhy::SessionExpired => "a session timed out",
        RebalanceWhy::RebalanceTimeout => "a member did not come back in time",
        RebalanceWhy::Replaced => "another process took the member's place",
        RebalanceWhy::GroupFull => "the group is full",
        RebalanceWhy::BrokerRestarted => "the broker was started again",
    }
}

/// Milliseconds as a span.
pub(super) fn ms(ms: u32) -> Span {
    Span::ms(u64::from(ms))
}

/// What sentences are made with.
pub(super) struct Words<'a> {
    pub(super) names: &'a Names,
    pub(super) board: &'a Board,
    pub(super) me: Actor,
}

impl Words<'_> {
    pub(super) fn name(&self, who: Actor) -> String {
        process_name(who, self.board)
    }

    pub(super) fn me(&self) -> String {
        self.name(self.me)
    }

    pub(super) fn node(&self) -> NodeId {
        self.me.node
    }

    fn acted(&self, fact: Acted) -> String {
        match fact {
            Acted::Began => "the run began".to_owned(),
            Acted::Sent { client } => format!("{} was told to send one by hand", self.title(client).to_lowercase()),
            Acted::Did { who, does } => {
                let who = self.name(Actor::new(who.node, who.role, who.ordinal));
                let done = match does {
                    ProcessDoes::Crash => "was made to crash",
                    ProcessDoes::Restart => "was started again",
                    ProcessDoes::Pause => "was paused",
                    ProcessDoes::Resume => "was resumed",
                    ProcessDoes::PowerLoss => "lost its power",
                };
                format!("{who} {done}")
            }
            Acted::Cut { wire, cut } => self.cut(wire, cut),
            Acted::PinSet { service, after } => {
                format!("a pin was set in {} {}", self.title(service), gap_name(service, after, self.board))
            }
            Acted::PinCleared { service, after } => {
                format!("the pin in {} {} was taken away", self.title(service), gap_name(service, after, self.board))
            }
            Acted::Edited { what: Edited::Node(node) } => format!("{} was changed", self.title(node)),
            Acted::Edited { what: Edited::Wire(wire) } => format!("the wire {} was changed", wire_name(wire, self.board)),
            Acted::Edited { what: Edited::Topic(topic) } => format!("{} was given more partitions", self.names.topic(topic)),
            Acted::Edited { what: Edited::Board } => "the board was changed".to_owned(),
            Acted::Slowed { wire, slow } => self.slow(wire, slow),
            Acted::Lossy { wire, loss } => self.loss(wire, loss),
            Acted::Healed { wire } => format!("the wire {} was healed", wire_name(wire, self.board)),
            Acted::Disturbed { wire, does } => {
                let wire = wire_name(wire, self.board);
                match does {
                    PacketDoes::Break => format!("the connection of a packet on the wire {wire} was broken"),
                    PacketDoes::Delay(held_ms) => {
                        format!("a packet on the wire {wire} was held up by {}", in_words(ms(held_ms)))
                    }
                    PacketDoes::Overtake => format!("a packet on the wire {wire} was made to let the next one pass"),
                }
            }
            Acted::Reading { wire, stops } => {
                let does = if stops { "was stopped" } else { "goes on" };
                format!("reading over the wire {} {does}", wire_name(wire, self.board))
            }
            Acted::StoreSlowed { service, times: 1 } => {
                format!("the database of {} is as fast as usual again", self.title(service))
            }
            Acted::StoreSlowed { service, times } => {
                format!("the database of {} was made to take {times} × as long", self.title(service))
            }
        }
    }

    /// The title of a node, also of one that is gone.
    fn title(&self, node: NodeId) -> String {
        let title = self.board.has_node(node).then(|| self.board.title_of(node).to_owned());
        title.unwrap_or_else(|| gone(node))
    }

    fn process(&self, fact: ProcessFact) -> String {
        let done = match fact {
            ProcessFact::Started if self.me.life == 0 => "started",
            ProcessFact::Started => "started again, with an empty memory",
            ProcessFact::Crashed => "crashed",
            ProcessFact::Paused => "paused",
            ProcessFact::Resumed => "resumed",
            ProcessFact::Stopped => "stopped in good order",
        };
        format!("{} {done}", self.me())
    }

    fn broker(&self, fact: BrokerFact) -> String {
        let (me, names, board) = (self.me(), self.names, self.board);
        match fact {
            BrokerFact::Appended { record, message } => {
                format!("{me} appended {} at {}", message_name(message, board), record_name(record, names))
            }
            BrokerFact::Acked { record, message } => {
                format!("{me} got the acks for {}: {}", message_name(message, board), record_name(record, names))
            }
            BrokerFact::ProduceRetried { message, attempt } => {
                format!("{me} got no acks for {}, attempt {attempt}, and will send it again", message_name(message, board))
            }
            BrokerFact::ProduceFailed { message } => {
                format!("{me} gave up producing {}: delivery.timeout.ms is over", message_name(message, board))
            }
            BrokerFact::Fetched { group, record, message } => {
                let (message, record) = (message_name(message, board), record_name(record, names));
                format!("{me} fetched {message} for {}: {record}", names.group(group))
            }
            BrokerFact::ReadingPaused { topic, partition, paused, .. } => {
                let does = if paused { "fetches no more of" } else { "fetches on from" };
                format!("{me} {does} {} {partition}", names.topic(topic))
            }
            BrokerFact::OffsetCommitted { group, topic, partition, offset } => {
                format!("committed offset of {} on {} {partition} is {offset}", names.group(group), names.topic(topic))
            }
            BrokerFact::OffsetCommitRefused { group, topic, partition, error } => {
                let (group, topic) = (names.group(group), names.topic(topic));
                format!("{me} refused an offset commit of {group} on {topic} {partition}: {}", error.name())
            }
            BrokerFact::MemberAdded { group, member } => format!("{} joined {}", self.name(member), names.group(group)),
            BrokerFact::MemberRemoved { group, member, why } => {
                format!("{} was removed from {}: {}", self.name(member), names.group(group), why_words(why))
            }
            BrokerFact::GroupBecame { group, generation, state, why } => {
                let group = names.group(group);
                match state {
                    GroupState::Empty => format!("{group} has no members left"),
                    GroupState::PreparingRebalance => format!("{group} rebalances: {}", why_words(why)),
                    GroupState::CompletingRebalance => {
                        format!("{group} has its members for generation {generation} and waits for the leader's assignment")
                    }
                    GroupState::Assigning => {
                        format!("{group} is in epoch {generation} and has no target for it yet: {}", why_words(why))
                    }
                    GroupState::Reconciling => format!("members of {group} come to their target of epoch {generation}"),
                    GroupState::Stable => format!("{group} is stable in generation {generation}"),
                    GroupState::Dead => format!("{group} is gone"),
                }
            }
            BrokerFact::Assigned { group, generation, topic, partition, offset } => {
                let (group, topic) = (names.group(group), names.topic(topic));
                format!("{me} was assigned {topic} {partition} of {group}, generation {generation}, from offset {offset}")
            }
            BrokerFact::Revoked { group, topic, partition, lost, .. } => {
                let done = if lost { "lost" } else { "gave up" };
                format!("{me} {done} {} {partition} of {}", names.topic(topic), names.group(group))
            }
            BrokerFact::MembershipRefused { group, error } => {
                format!("{me} was refused as a member of {}: {}", names.group(group), error.name())
            }
            BrokerFact::LogCut { topic, partition, from, records } => {
                let (topic, s) = (names.topic(topic), if records == 1 { "" } else { "s" });
                format!("{me} lost {records} record{s} of {topic} {partition} that were not on disk yet, from {from} on")
            }
            BrokerFact::CommitsLost { group, topic, partition, offset } => {
                let now = offset.map_or_else(|| "none".to_owned(), |offset| offset.to_string());
                let (group, topic) = (names.group(group), names.topic(topic));
                format!(
                    "committed offset of {group} on {topic} {partition} is {now} again: {me} had not written later ones to disk"
                )
            }
        }
    }

    fn rpc(&self, fact: RpcFact) -> String {
        let me = self.me();
        let name = |message| message_name(message, self.board);
        match fact {
            RpcFact::Called { message, attempt: 1 } => format!("{me} sent {}", name(message)),
            RpcFact::Called { message, attempt } => format!("{me} sent {} again, attempt {attempt}", name(message)),
            RpcFact::Refused { message, .. } => format!("nobody listened for {}; the next instance is tried", name(message)),
            RpcFact::AttemptFailed { message, attempt, timed_out: true } => {
                format!("{me} got no answer to {} in time, attempt {attempt}", name(message))
            }
            RpcFact::AttemptFailed { message, attempt, timed_out: false } => {
                format!("{me} lost the connection before {} was answered, attempt {attempt}", name(message))
            }
            RpcFact::ErrorAnswered { message, attempt } => {
                format!("{me} got an error as the answer to {}, attempt {attempt}", name(message))
            }
            RpcFact::Answered { message, .. } => format!("{me} got the answer to {}", name(message)),
            RpcFact::GaveUp { message, attempts } => format!("{me} gave {} up after {attempts} attempts", name(message)),
        }
    }

    fn service(&self, fact: ServiceFact) -> String {
        let (me, node, board) = (self.me(), self.node(), self.board);
        match fact {
            ServiceFact::Started { message, nth: 0, .. } => format!("{me} began to handle {}", message_name(message, board)),
            ServiceFact::Started { message, nth, .. } => {
                format!("{me} began to handle {}, which had been begun {nth} × before", message_name(message, board))
            }
            ServiceFact::LineDone { line: LineId(0), message, .. } => {
                format!("{me} did what was left to do for {}", message_name(message, board))
            }
            ServiceFact::LineDone { line, message, .. } => {
                format!("{me} did {} for {}", line_text(node, line, board), message_name(message, board))
            }
            ServiceFact::Finished { message, .. } => format!("{me} finished {}", message_name(message, board)),
            ServiceFact::Failed { line: LineId(0), message, .. } => {
                format!("{me} failed at what was left to do for {}", message_name(message, board))
            }
            ServiceFact::Failed { line, message, .. } => {
                format!("{me} failed at {} of {}", line_word(node, line, board), message_name(message, board))
            }
            ServiceFact::Aborted { after, message, .. } => {
                format!("{} ended with {me}, {}", message_name(message, board), gap_name(node, after, board))
            }
            ServiceFact::PinHit { after, .. } => format!("{me} came to the pin {}", gap_name(node, after, board)),
            ServiceFact::AckFailed { message, .. } => {
                format!("{me} could not commit the offset of {}", message_name(message, board))
            }
            ServiceFact::Skipped { message, .. } => {
                format!("{me} gave {} up after it had failed: it goes on with the next", message_name(message, board))
            }
            ServiceFact::DeadLettered { message, topic, partition } => format!(
                "{me} gave {} of {} {partition} up after it had failed: it sends it on as a dead letter",
                message_name(message, board),
                self.names.topic(topic)
            ),
            ServiceFact::StoppedReading { message, .. } => {
                format!("{me} stopped reading since {} had failed: it leaves the group", message_name(message, board))
            }
            ServiceFact::RowsRead { rows } => format!("{me} read {rows} row{} of the outbox", if rows == 1 { "" } else { "s" }),
            ServiceFact::Follows { leader } => format!("{me} follows: {} holds the lease", self.name(leader)),
        }
    }
}
