//! What a message waits for and what keeps it, told like a violation before it is one.

use crate::check::{Awaited, Kept, Waits, waits, why};
use crate::session::Session;
use crate::sim::{Actor, FactId, InOrder, MessageId};
use crate::world::Condition;

use super::follow::Followed;
use super::inspect::Selection;
use super::naming::{message_name, process_name, sentence, wire_name};
use super::strip::ViolationView;
use super::words::describe;

impl Session {
    /// What a message waits for at the cursor, as values; none if nothing is to become of it any more.
    pub fn waits(&self, message: MessageId) -> Option<Waits> {
        let facts = self.facts();
        let until = self.notable().partition_point(|(id, _)| id.index() < facts.len());
        waits(message, facts, &self.notable()[..until], self.world())
    }

    /// What a message waits for at the cursor, in a sentence or two; none if nothing is to become of it any more.
    pub fn waiting(&self, message: MessageId) -> Option<String> {
        let waits = self.waits(message)?;
        Some(format!("{} {}", self.awaited(message, waits.awaited), sentence(&self.what_keeps(&waits))))
    }

    /// Why a message waits at the cursor, with the moments that led to it; none if nothing is to become of it any more.
    pub fn why_waiting(&self, message: MessageId) -> Option<ViolationView> {
        let (facts, board, names) = (self.facts(), self.board(), self.world().names());
        let waits = self.waits(message)?;
        let mut steps: Vec<FactId> = why(waits.since, facts, board).map(|reasons| reasons.steps).unwrap_or_default();
        steps.push(waits.last);
        steps.in_order_by_key(|id| *id);
        steps.dedup();
        let told = |id: &FactId| facts.get(id.index()).map(|entry| (entry.at, describe(entry, names, board)));
        Some(ViolationView {
            fact: waits.since,
            at: facts.get(waits.since.index())?.at,
            sentence: self.awaited(message, waits.awaited),
            how: sentence(&self.what_keeps(&waits)),
            steps: steps.iter().filter_map(told).collect(),
            asks: ViolationView::GOES_ON,
            prevent: self.goes_on(&waits.kept),
            fix: None,
            about: Selection::Message(message),
        })
    }

    /// Why what is followed waits: of an intent's messages the one that something keeps, or else the latest that waits.
    pub fn why_followed_waits(&self, followed: Followed) -> Option<ViolationView> {
        let intent = match followed {
            Followed::Message(message) => return self.why_waiting(message),
            Followed::Intent(intent) => intent,
        };
        let around = self.facts().around(intent).filter_map(|(_, entry)| entry.fact.message());
        let mut messages: Vec<MessageId> = around.filter(|message| message.intent == intent).collect();
        messages.in_order();
        messages.dedup();
        let waiting: Vec<(MessageId, Waits)> = messages.into_iter().filter_map(|id| Some((id, self.waits(id)?))).collect();
        let kept = waiting.iter().find(|(_, waits)| !waits.kept.by_itself());
        let (message, _) = kept.or_else(|| waiting.iter().max_by_key(|(_, waits)| waits.last))?;
        self.why_waiting(*message)
    }

    fn awaited(&self, message: MessageId, awaited: Awaited) -> String {
        let (board, names) = (self.board(), self.world().names());
        let name = sentence(&message_name(message, board));
        let name = name.trim_end_matches('.');
        match awaited {
            Awaited::Answer => format!("{name} waits for its answer."),
            Awaited::Relay(service) => format!("{name} waits in the outbox of {}.", board.title_of(service)),
            Awaited::Log(service) => format!("{name} is being published by {}.", board.title_of(service)),
            Awaited::Group(group, service) => {
                format!("{name} waits for {} to handle it, in the group {}.", board.title_of(service), names.group(group))
            }
        }
    }

    /// What keeps it, as a clause.
    fn what_keeps(&self, waits: &Waits) -> String {
        let board = self.board();
        let called = |who: Actor| process_name(who, board);
        let since = self.all_facts().get(waits.since.index()).map(|entry| entry.at.to_string()).unwrap_or_default();
        let what = match waits.kept {
            Kept::Down(who, Condition::Paused) => format!("{} stands still since {since}", called(who)),
            Kept::Down(who, _) => format!("{} is down since {since}", called(who)),
            Kept::Cut(wire) => format!("the wire {} is cut since {since}", wire_name(wire, board)),
            Kept::Lock(who, holder) => format!("{} waits for a lock that {} holds", called(who), called(holder)),
            Kept::Connection(who) => format!("{} waits for a connection to its store: all are in use", called(who)),
            Kept::Again(who, 1) => format!("{} has failed once, and rests before it tries again", called(who)),
            Kept::Again(who, times) => format!("{} has failed {times} times, and rests before it tries again", called(who)),
            Kept::Resends(who, 1) => format!("{} has sent it once in vain, and rests before it sends it again", called(who)),
            Kept::Resends(who, times) => {
                format!("{} has sent it {times} times in vain, and rests before it sends it again", called(who))
            }
            Kept::Pinned(who) => format!("a pin holds {} up", called(who)),
            Kept::Ack(who) => format!("{} waits for the broker", called(who)),
            Kept::Work(who) => format!("nothing is wrong: {} is at work on it", called(who)),
            Kept::Stopped(who) => format!("{} stopped reading at {since}, since a message had failed", called(who)),
            Kept::Unread(who) => format!("{} fetches nothing of its partition since {since}: it was told to", called(who)),
            Kept::Nobody => "nobody is there who could".to_owned(),
            Kept::Rebalance => "the group is giving out its partitions anew".to_owned(),
            Kept::Behind(1) => "one is before it".to_owned(),
            Kept::Behind(records) => format!("{records} are before it"),
            Kept::Skipped(row, saved) => format!(
                "its row {} is skipped: it was committed at {since}, behind {}, which the relay has saved, and the relay asks for greater ids only",
                row.0, saved.0
            ),
            Kept::Dropped => "its row is skipped: the log of commits was shortened before the relay had read it".to_owned(),
            Kept::PassedOver(offset) => format!("the group reads on from offset {offset}, which is beyond it"),
            Kept::Nothing => "nothing is wrong: it takes its time".to_owned(),
        };
        match waits.front {
            Some(front) => format!("{} is before it, and {what}", message_name(front, board)),
            None => what,
        }
    }

    /// With what it goes on.
    fn goes_on(&self, kept: &Kept) -> String {
        let board = self.board();
        match kept {
            Kept::Down(who, Condition::Paused) => {
                format!("It goes on once {} goes on, or another process takes over what it has.", process_name(*who, board))
            }
            Kept::Down(who, _) => {
                format!("It goes on once {} is started again, or another process takes over what it has.", process_name(*who, board))
            }
            Kept::Cut(wire) => format!("It goes on once the wire {} is healed.", wire_name(*wire, board)),
            Kept::Lock(_, holder) => format!("It goes on once the transaction of {} ends.", process_name(*holder, board)),
            Kept::Connection(_) => "It goes on once somebody gives a connection back.".to_owned(),
            Kept::Again(..) => {
                "It goes on once its handling succeeds, or once the handler gives the message up: what becomes of one that fails is a choice of its program.".to_owned()
            }
            Kept::Resends(..) => "It goes on with the next attempt.".to_owned(),
            Kept::Pinned(_) => "It goes on when the pin's time is over.".to_owned(),
            Kept::Ack(_) | Kept::Work(_) | Kept::Rebalance | Kept::Behind(_) | Kept::Nothing => "It goes on by itself.".to_owned(),
            Kept::Stopped(who) => format!("It goes on once {} is started again.", process_name(*who, board)),
            Kept::Unread(who) => {
                format!("It goes on once {} is told to read on, or gives the partition up.", process_name(*who, board))
            }
            Kept::Nobody => "It goes on once somebody is there for it.".to_owned(),
            Kept::Skipped(..) => {
                "No relay comes back to it. One that polls by flag, or tails the log, would publish it.".to_owned()
            }
            Kept::Dropped => "No relay comes back to it. One that polls by flag would publish it.".to_owned(),
            Kept::PassedOver(_) => "This group does not come back to it by itself.".to_owned(),
        }
    }
}
