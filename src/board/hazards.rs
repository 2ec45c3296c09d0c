//! Programs that are valid but dangerous: what can go wrong with a line, in a sentence that a run can show.

use crate::sim::{HandlerId, LineId, NodeId};

use super::document::{Board, HandlerDoc, ServiceNode};
use super::on_failure::OnFailure;
use super::program::{Do, LineDoc, ValueDoc};
use super::settings::Setting;

/// What is dangerous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Danger {
    /// What was handled is remembered before the work, in another transaction.
    TracksFirst,
    /// What was handled is remembered after the work, in another transaction.
    TracksLast,
    /// Records are remembered by their places, and a message can come with another place.
    TracksOffsets,
    /// What was handled is forgotten after a time.
    Forgets,
    /// A write commits by itself, while the program does more than that.
    WritesAlone,
    /// A write replaces a value, be it newer or not.
    SetsOldAgain,
    /// The partition is fenced in another transaction than the work.
    FencesAlone,
    /// A condition and the write that relies on it are not in one transaction.
    ChecksAlone,
    /// A message is published when the row has been committed.
    PublishesAfter,
    /// A message is published before the row is committed.
    PublishesBefore,
    /// The record is acknowledged before the work is done.
    AcksFirst,
    /// The request is answered before the work is done.
    RepliesFirst,
    /// Records of one partition are handled at the same time.
    LosesOrder,
    /// The acknowledgement passes over records that are unfinished.
    AcksPast,
    /// The consumer commits by itself: an acknowledgement does nothing.
    AcksInVain,
    /// The consumer commits by itself what other workers have not done yet.
    CommitsUnfinished,
    /// A message whose handling fails is given up.
    Skips,
    /// A message whose handling fails is kept for later, and what is behind it goes on.
    SetsAside,
    /// A relay reads by a cursor, and transactions that fill its outbox overlap.
    RelaySkips,
    /// Several relays read one outbox, and none of them leads.
    RelaysRepeat,
}

/// A danger in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// The service.
    pub service: NodeId,
    /// The handler, or the relay.
    pub handler: HandlerId,
    /// The line; none where it is the whole handler's.
    pub line: Option<LineId>,
    /// What is dangerous.
    pub danger: Danger,
}

impl Danger {
    /// What can happen, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Danger::TracksFirst => {
                "The message counts as handled before its work is committed: after a crash or failure in between it is never done."
            }
            Danger::TracksLast => {
                "The work is committed before the message counts as handled: after a crash or failure in between it is done again."
            }
            Danger::TracksOffsets => {
                "Only the same record is recognised: a message that a relay or a producer sends again lies at a new offset and is handled again."
            }
            Danger::Forgets => "A message that comes again later than processed.keep.ms is handled again.",
            Danger::WritesAlone => {
                "The write commits at once, by itself: what fails after it does not take it back, and starting again does it again."
            }
            Danger::SetsOldAgain => "An old value that comes again after a newer one takes its place.",
            Danger::FencesAlone => {
                "Who owns the partition is looked at in another transaction than the work: it can be given to somebody else in between."
            }
            Danger::ChecksAlone => "Another message can change the row between the condition and the write.",
            Danger::PublishesAfter => {
                "A crash or failure between the commit and this line leaves the row without its message, for good if nobody handles it again or the second time is recognised as a duplicate."
            }
            Danger::PublishesBefore => {
                "If the transaction is rolled back after this line, the message tells of something that has not happened."
            }
            Danger::AcksFirst => "The record counts as read before its work is done: after a crash in between nobody does it.",
            Danger::RepliesFirst => {
                "The client is told that it is done before it is: after a crash in between it never is, and nobody asks again."
            }
            Danger::LosesOrder => {
                "Records of one partition are handled at the same time: a later one can be done before an earlier one of the same key."
            }
            Danger::AcksPast => "It commits past records that are unfinished below: after a crash nobody reads those again.",
            Danger::AcksInVain => {
                "enable.auto.commit is on: this line commits nothing. The consumer does, at its polls; a crash before the next brings the record again although it is acknowledged here."
            }
            Danger::CommitsUnfinished => {
                "enable.auto.commit is on and several workers handle records: a poll for one of them commits what the others have not done yet, and after a crash nobody does it."
            }
            Danger::Skips => "A message whose handling fails is given up: nobody does its work.",
            Danger::SetsAside => {
                "What fails is kept as a dead letter: later messages of its key are done before it, and nobody does its work until somebody reads it there."
            }
            Danger::RelaySkips => {
                "A row that commits after one with a greater id has been read is passed over: its message is never published."
            }
            Danger::RelaysRepeat => "Each of the relays reads the same rows and publishes them: their messages come twice.",
        }
    }

    /// The term under which books have it.
    pub const fn term(self) -> &'static str {
        match self {
            Danger::TracksFirst | Danger::TracksLast | Danger::TracksOffsets | Danger::Forgets => "idempotent consumer",
            Danger::FencesAlone => "fencing token",
            Danger::WritesAlone => "local transaction",
            Danger::SetsOldAgain => "stale write",
            Danger::ChecksAlone => "check then act",
            Danger::PublishesAfter | Danger::PublishesBefore => "dual write",
            Danger::AcksInVain => "at least once",
            Danger::AcksFirst | Danger::RepliesFirst | Danger::AcksPast | Danger::CommitsUnfinished => "at most once",
            Danger::LosesOrder => "competing consumers",
            Danger::Skips => "poison message",
            Danger::SetsAside => "dead letter",
            Danger::RelaySkips | Danger::RelaysRepeat => "polling publisher",
        }
    }
}

/// All dangers of a board's programs, in the order of services, programs and lines; those of a whole program first.
pub fn hazards(board: &Board) -> Vec<Hazard> {
    let of_service = |service| {
        let handlers = |service: &ServiceNode| -> Vec<Hazard> {
            service.handlers.iter().flat_map(|handler| of_handler(board, service, handler)).collect()
        };
        handlers(service).into_iter().chain(of_relay(board, service))
    };
    board.services.iter().flat_map(of_service).collect()
}

fn of_relay(board: &Board, service: &ServiceNode) -> Vec<Hazard> {
    let Some(relay) = &service.relay else { return Vec::new() };
    let get = |setting| service.settings.get(setting, board.timings);
    let several = get(Setting::RelayInstances) > 1 && get(Setting::RelayLeader) == 0;
    let overlap = get(Setting::Instances) * get(Setting::Workers) > 1;
    let by_cursor = relay.lines.iter().find(|line| line.does == Do::PollAfter).map(|line| line.id);
    let hazard = |line, danger| Hazard { service: service.id, handler: relay.id, line, danger };
    let whole = several.then(|| hazard(None, Danger::RelaysRepeat));
    whole.into_iter().chain(by_cursor.filter(|_| overlap).map(|line| hazard(Some(line), Danger::RelaySkips))).collect()
}

fn of_handler(board: &Board, service: &ServiceNode, handler: &HandlerDoc) -> Vec<Hazard> {
    let get = |setting| service.settings.get(setting, board.timings);
    let concurrent = handler.from.is_some() && get(Setting::Workers) > 1 && get(Setting::ConcurrentHandling) == 1;
    let program = Lines::of(&handler.lines);
    let mut found = Vec::new();
    let mut add = |line: Option<LineId>, danger, is: bool| {
        if is {
            found.push(Hazard { service: service.id, handler: handler.id, line, danger });
        }
    };
    let commits_itself = handler.from.is_some() && get(Setting::AutoCommit) == 1;
    add(None, Danger::LosesOrder, concurrent);
    add(None, Danger::CommitsUnfinished, commits_itself && get(Setting::Workers) > 1);
    add(None, Danger::Skips, matches!(handler.on_failure, OnFailure::Skip | OnFailure::RetryThenSkip(_)));
    add(None, Danger::SetsAside, handler.on_failure.dead_letters().is_some());
    for (at, line) in handler.lines.iter().enumerate() {
        let id = Some(line.id);
        match &line.does {
            Do::Track | Do::TrackOffset => {
                add(id, Danger::TracksFirst, program.statements_apart(at).any(|other| other > at));
                add(id, Danger::TracksLast, program.statements_apart(at).any(|other| other < at));
                add(id, Danger::TracksOffsets, line.does == Do::TrackOffset);
                add(id, Danger::Forgets, get(Setting::ProcessedKeep) > 0);
            }
            Do::Write(write) => {
                let more = handler.lines.iter().filter(|line| line.does.is_statement()).count() > 1;
                let alone = program.transaction[at].is_none() && (more || !write.op.is_idempotent());
                add(id, Danger::WritesAlone, alone);
                add(id, Danger::SetsOldAgain, matches!(write.op, ValueDoc::Set(_)) && !is_number(board, handler, &write.key));
            }
            Do::Fence => add(id, Danger::FencesAlone, program.statements_apart(at).next().is_some()),
            Do::Require(require) => {
                let relies = |other: usize| handler.lines[other].does.table() == Some(&require.table);
                add(id, Danger::ChecksAlone, program.statements_apart(at).any(|other| other > at && relies(other)));
            }
            Do::Publish { .. } => {
                let writes = || (0..handler.lines.len()).filter(|other| matches!(handler.lines[*other].does, Do::Write(_)));
                add(id, Danger::PublishesAfter, writes().any(|write| program.committed[write] < at));
                add(id, Danger::PublishesBefore, writes().any(|write| program.committed[write] > at));
            }
            Do::Ack => {
                add(id, Danger::AcksInVain, commits_itself);
                add(id, Danger::AcksFirst, !commits_itself && handler.lines[at + 1..].iter().any(works));
                add(id, Danger::AcksPast, !commits_itself && concurrent && get(Setting::AckOf) == 1);
            }
            Do::Reply => add(id, Danger::RepliesFirst, handler.lines[at + 1..].iter().any(works)),
            _ => {}
        }
    }
    found
}

/// Whether a line does what the message is for, or takes the time that this takes.
fn works(line: &LineDoc) -> bool {
    line.does.is_statement() || matches!(line.does, Do::Publish { .. } | Do::Work { .. } | Do::Commit)
}

/// Whether a field is the intent's number, so that each intent has a row of its own.
fn is_number(board: &Board, handler: &HandlerDoc, field: &str) -> bool {
    let fields = board.message(&handler.on).map_or(&[][..], |kind| &kind.fields);
    fields.iter().any(|known| known.name == field && known.from == super::document::FieldSource::Number)
}

/// Where the statements of a program commit.
struct Lines<'a> {
    lines: &'a [LineDoc],
    /// The `begin` of the transaction that a line stands in.
    transaction: Vec<Option<usize>>,
    /// The line at which what a line does is committed: its own where it stands in no transaction.
    committed: Vec<usize>,
}

impl Lines<'_> {
    fn of(lines: &[LineDoc]) -> Lines<'_> {
        let (mut transaction, mut open) = (Vec::new(), None);
        for (at, line) in lines.iter().enumerate() {
            open = if line.does == Do::Begin { Some(at) } else { open };
            transaction.push(open);
            open = if line.does == Do::Commit { None } else { open };
        }
        let commit = |from: usize| lines[from..].iter().position(|line| line.does == Do::Commit).map_or(from, |at| from + at);
        let committed = transaction.iter().enumerate().map(|(at, open)| open.map_or(at, |_| commit(at))).collect();
        Lines { lines, transaction, committed }
    }

    /// Writes and rows for the outbox that do not commit together with a line.
    fn statements_apart(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let together = move |other: usize| self.transaction[at].is_some() && self.transaction[at] == self.transaction[other];
        let works = |other: usize| matches!(self.lines[other].does, Do::Write(_) | Do::Outbox { .. });
        (0..self.lines.len()).filter(move |other| works(*other) && !together(*other))
    }
}
