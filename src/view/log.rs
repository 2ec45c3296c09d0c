//! The log of a run: all facts up to the frontier, filtered, row by row.

use crate::board::{Board, Names};
use crate::check::is_worth_asking;
use crate::session::Session;
use crate::sim::{FactId, NodeId, Time};
use crate::world::{Entry, Fact};

use super::follow::is_telling;
use super::inspect::Selection;
use super::inspector::{fact_line, message_of};
use super::reading::Reading;
use super::words::describe;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// What a person or a plan did.
    Action,
    /// Processes that begin and end.
    Process,
    /// Packets and connections.
    Network,
    /// The broker and its clients.
    Broker,
    /// Calls between services.
    Call,
    /// Stores.
    Store,
    /// Programs.
    Service,
    /// Limits that were reached.
    Limit,
}

impl FactKind {
    /// All of them, in the order of the list to choose from.
    pub const ALL: [FactKind; 8] = [
        FactKind::Action,
        FactKind::Process,
        FactKind::Service,
        FactKind::Store,
        FactKind::Broker,
        FactKind::Call,
        FactKind::Network,
        FactKind::Limit,
    ];

    /// What it is called.
    pub const fn words(self) -> &'static str {
        match self {
            FactKind::Action => "actions",
            FactKind::Process => "processes",
            FactKind::Network => "network",
            FactKind::Broker => "broker",
            FactKind::Call => "calls",
            FactKind::Store => "stores",
            FactKind::Service => "programs",
            FactKind::Limit => "limits",
        }
    }

    /// What a fact is about.
    pub const fn of(fact: &Fact) -> FactKind {
        match fact {
            Fact::Acted(_) => FactKind::Action,
            Fact::Process(_) => FactKind::Process,
            Fact::Net(_) => FactKind::Network,
            Fact::Broker(_) => FactKind::Broker,
            Fact::Rpc(_) => FactKind::Call,
            Fact::Store(_) => FactKind::Store,
            Fact::Service(_) => FactKind::Service,
            Fact::Limit(_) => FactKind::Limit,
        }
    }
}

/// Which facts are shown. What is not asked for lets all through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFilter {
    /// Of one kind.
    pub kind: Option<FactKind>,
    /// Of one node's processes.
    pub node: Option<NodeId>,
    /// Those that a person would tell of: no packets, and no lines that were merely done.
    pub telling: bool,
    /// Those whose words hold this text, in whatever case.
    pub text: String,
}

impl LogFilter {
    fn takes(&self, entry: &Entry, names: &Names, board: &Board, lower: &str) -> bool {
        self.kind.is_none_or(|kind| kind == FactKind::of(&entry.fact))
            && self.node.is_none_or(|node| node == entry.who.node)
            && (!self.telling || is_telling(entry))
            && (lower.is_empty() || describe(entry, names, board).to_lowercase().contains(lower))
    }
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow {
    /// The fact's number on the path from time 0.
    pub id: FactId,
    /// When.
    pub time: Time,
    /// When, as it is shown.
    pub at: String,
    /// Who, as it is shown; empty where nobody acted.
    pub who: String,
    /// What happened.
    pub what: String,
    /// What it is about.
    pub kind: FactKind,
    /// What to select to see more of it.
    pub about: Selection,
    /// It lies after the cursor.
    pub later: bool,
    /// There is more to learn about it than what set it off.
    pub asks: bool,
}

/// The rows that a filter lets through: found bit by bit, since a text is looked for in the words of each fact.
#[derive(Clone, Debug, Default)]
pub struct Log {
    filter: LogFilter,
    lower: String,
    read: Reading,
    rows: Vec<FactId>,
}

impl Log {
    /// The rows that a filter lets through; none of them is found yet.
    pub fn new(filter: LogFilter) -> Log {
        Log { lower: filter.text.trim().to_lowercase(), filter, ..Log::default() }
    }

    /// Looks at so many facts more; all over again where the path of actions has changed. Returns whether all were looked at.
    pub fn catch_up(&mut self, session: &Session, most: usize) -> bool {
        let facts = session.all_facts();
        if self.read.is_stale(session) {
            *self = Log { read: Reading::of(session), ..Log::new(std::mem::take(&mut self.filter)) };
        }
        let (names, board) = (session.world().names(), session.board());
        let end = facts.len().min(self.read.seen.saturating_add(most));
        for (place, entry) in facts.between(self.read.seen, end).iter().enumerate() {
            if self.filter.takes(entry, names, board, &self.lower) {
                self.rows.push(FactId::at(self.read.seen + place));
            }
        }
        self.read.seen = end;
        end == facts.len()
    }

    /// How many rows were found.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none was found.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many of the rows lie before the cursor.
    pub fn before_cursor(&self, session: &Session) -> usize {
        let seen = session.facts().len();
        self.rows.partition_point(|id| id.index() < seen)
    }

    /// Some rows, from a place on.
    pub fn rows(&self, session: &Session, from: usize, most: usize) -> Vec<LogRow> {
        let (facts, seen) = (session.all_facts(), session.facts().len());
        let row = |id: &FactId| {
            let entry = facts.get(id.index())?;
            let line = fact_line(session, entry);
            let message = message_of(&entry.fact).map(Selection::Message);
            let about = message.or_else(|| (entry.who.node != NodeId(0)).then_some(Selection::Node(entry.who.node)));
            Some(LogRow {
                id: *id,
                time: entry.at,
                at: line.at,
                who: line.who,
                what: line.what,
                kind: FactKind::of(&entry.fact),
                about: about.unwrap_or_default(),
                later: id.index() >= seen,
                asks: is_worth_asking(entry),
            })
        };
        self.rows.iter().skip(from).take(most).filter_map(row).collect()
    }

    /// The rows as JSON Lines: an object a line, as `crosstalk run --facts` writes them.
    pub fn json_lines(&self, session: &Session) -> String {
        let facts = session.all_facts();
        let lines = self.rows.iter().filter_map(|id| Some(json_line(*id, facts.get(id.index())?, session)));
        lines.flat_map(|line| [line, "\n".to_owned()]).collect()
    }
}

/// A fact as one line of JSON: its number and time (µs), who, why, and what, as it is in the program and in words.
pub fn json_line(id: FactId, entry: &Entry, session: &Session) -> String {
    let world = session.world();
    let because: Vec<usize> = entry.cause.because.iter().flatten().map(|fact| fact.index()).collect();
    let line = serde_json::json!({
        "fact": id.index(),
        "at_us": entry.at.0,
        "node": entry.who.node.0,
        "role": format!("{:?}", entry.who.role).to_lowercase(),
        "ordinal": entry.who.ordinal,
        "life": entry.who.life,
        "trigger": entry.cause.trigger.index(),
        "because": because,
        "what": format!("{:?}", entry.fact),
        "words": describe(entry, world.names(), world.board()),
    });
    line.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::played::orders_after;
    use super::*;
    use crate::board::Action;
    use crate::sim::Span;

    fn log(session: &Session, filter: LogFilter) -> Log {
        let mut log = Log::new(filter);
        while !log.catch_up(session, 97) {}
        log
    }

    #[test]
    fn without_a_filter_every_fact_is_a_row() {
        let session = orders_after(20);
        let log = log(&session, LogFilter::default());
        assert_eq!(log.len(), session.all_facts().len());
        let rows = log.rows(&session, 10, 5);
        assert_eq!(rows.iter().map(|row| row.id.index()).collect::<Vec<_>>(), [10, 11, 12, 13, 14]);
    }

    #[test]
    fn each_filter_leaves_what_it_asks_for_and_together_what_all_ask_for() {
        let session = orders_after(30);
        let kind = LogFilter { kind: Some(FactKind::Broker), ..LogFilter::default() };
        let node = LogFilter { node: Some(NodeId(3)), ..LogFilter::default() };
        let text = LogFilter { text: " APPENDED OrderPlaced".to_owned(), ..LogFilter::default() };
        let both = LogFilter { text: text.text.clone(), node: node.node, kind: kind.kind, ..LogFilter::default() };
        let numbers = |filter: &LogFilter| {
            let log = log(&session, filter.clone());
            log.rows(&session, 0, usize::MAX).iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let all = [&kind, &node, &text].map(numbers);
        let together: Vec<FactId> = all[0].iter().filter(|id| all[1].contains(id) && all[2].contains(id)).copied().collect();
        assert!(!together.is_empty());
        assert_eq!(numbers(&both), together);
        let telling = LogFilter { telling: true, ..both };
        let rows = log(&session, telling).rows(&session, 0, 100);
        assert!(!rows.is_empty() && rows.iter().all(|row| matches!(row.about, Selection::Message(_))));
    }

    #[test]
    fn facts_after_the_cursor_are_marked_as_later_and_counted_apart() {
        let mut session = orders_after(30);
        session.seek(Time::ZERO + Span::secs(10));
        let log = log(&session, LogFilter::default());
        let before = log.before_cursor(&session);
        assert_eq!(before, session.facts().len());
        let around = log.rows(&session, before - 1, 2);
        assert_eq!(around.iter().map(|row| row.later).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn another_path_of_actions_is_read_anew() {
        let mut session = orders_after(30);
        let mut log = log(&session, LogFilter::default());
        session.seek(Time::ZERO + Span::secs(10));
        session.act(Action::Send { client: NodeId(1) }).expect("a client sends");
        while !log.catch_up(&session, 1_000) {}
        assert_eq!(log.len(), session.all_facts().len());
    }

    #[test]
    fn the_log_as_json_lines_is_an_object_a_line_with_the_same_numbers() {
        let session = orders_after(8);
        let log = log(&session, LogFilter { telling: true, ..LogFilter::default() });
        let text = log.json_lines(&session);
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
        let rows = log.rows(&session, 0, usize::MAX);
        assert_eq!(lines.len(), rows.len());
        for (line, row) in lines.iter().zip(rows) {
            assert_eq!(line["fact"], row.id.index());
            assert_eq!(line["at_us"], row.time.0);
        }
    }
}
