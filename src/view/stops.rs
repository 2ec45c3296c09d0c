//! Breakpoints in words, and what can be chosen for one on the board that is open.

use crate::board::{Board, Check, HandlerDoc, LineDoc, ServiceNode, WireKind};
use crate::net::Key;
use crate::session::{Breakpoint, Session};
use crate::sim::NodeId;

use super::inspector::keys;

/// How many records behind a group may be chosen to be.
const BEHIND: [u64; 6] = [0, 5, 20, 100, 1_000, 10_000];

/// A kind of breakpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopKind {
    /// A check is violated.
    Violated,
    /// A group rebalances.
    Rebalances,
    /// A group is too far behind.
    Lag,
    /// A process crashes.
    Crashes,
    /// A key comes to a line.
    KeyReaches,
}

impl StopKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [StopKind; 5] =
        [StopKind::Violated, StopKind::Rebalances, StopKind::Lag, StopKind::Crashes, StopKind::KeyReaches];

    /// What it waits for, as a choice after `Stop when`.
    pub const fn name(self) -> &'static str {
        match self {
            StopKind::Violated => "a check is violated",
            StopKind::Rebalances => "a group rebalances",
            StopKind::Lag => "a group falls behind",
            StopKind::Crashes => "a process crashes",
            StopKind::KeyReaches => "a key reaches a line",
        }
    }
}

/// One of the choices that a breakpoint is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopChoice {
    /// What is chosen: `Check`.
    pub label: &'static str,
    /// What there is to choose from; the first is taken unless another one is.
    pub options: Vec<String>,
}

impl Session {
    /// What is chosen for a breakpoint of a kind, where so much has been picked already.
    pub fn stop_choices(&self, kind: StopKind, picks: &[usize]) -> Vec<StopChoice> {
        let board = self.board();
        let choice = |label, options| StopChoice { label, options };
        let any = |first: &str, rest: Vec<String>| std::iter::once(first.to_owned()).chain(rest).collect();
        match kind {
            StopKind::Violated => {
                vec![choice("Check", any("any check", Check::ALL.map(|check| check.name().to_owned()).into()))]
            }
            StopKind::Rebalances => vec![choice("Group", any("any group", groups(board)))],
            StopKind::Lag => {
                let amounts = BEHIND.map(|above| format!("by more than {above}"));
                vec![choice("Group", groups(board)), choice("Records", amounts.into())]
            }
            StopKind::Crashes => {
                let titles = with_processes(board).into_iter().map(|node| board.title_of(node).to_owned());
                vec![choice("Of", any("any card", titles.collect()))]
            }
            StopKind::KeyReaches => {
                let lines = lines(board);
                let options = lines.iter().map(|line| format!("{}: {} {}", line.service.title, line.number, words_of(line.line)));
                let keys = lines.get(pick(picks, 0)).map(|line| keys(board, line.handler)).unwrap_or_default();
                let keys = keys.into_iter().map(|(_, name)| name).collect();
                vec![choice("Line", options.collect()), choice("Key", keys)]
            }
        }
    }

    /// The breakpoint that was picked; none where there is nothing of the kind on the board.
    pub fn stop_picked(&self, kind: StopKind, picks: &[usize]) -> Option<Breakpoint> {
        let board = self.board();
        let (first, second) = (pick(picks, 0), pick(picks, 1));
        match kind {
            StopKind::Violated => Some(Breakpoint::Violated(beyond_any(first, &Check::ALL)?.copied())),
            StopKind::Rebalances => Some(Breakpoint::Rebalances(beyond_any(first, &groups(board))?.cloned())),
            StopKind::Lag => Some(Breakpoint::Lag { group: groups(board).get(first)?.clone(), above: *BEHIND.get(second)? }),
            StopKind::Crashes => Some(Breakpoint::Crashes(beyond_any(first, &with_processes(board))?.copied())),
            StopKind::KeyReaches => {
                let lines = lines(board);
                let line = lines.get(first)?;
                let (key, _) = keys(board, line.handler).into_iter().nth(second)?;
                Some(Breakpoint::KeyReaches { service: line.service.id, line: line.line.id, key })
            }
        }
    }

    /// What a breakpoint waits for: `payments rebalances`.
    pub fn stop_words(&self, point: &Breakpoint) -> String {
        let board = self.board();
        match point {
            Breakpoint::Violated(None) => "any check is violated".to_owned(),
            Breakpoint::Violated(Some(check)) => format!("“{}” is violated", check.name()),
            Breakpoint::Rebalances(None) => "any group rebalances".to_owned(),
            Breakpoint::Rebalances(Some(group)) => format!("the group {group} rebalances"),
            Breakpoint::Lag { group, above: 0 } => format!("the group {group} falls behind"),
            Breakpoint::Lag { group, above } => format!("the group {group} falls behind by more than {above} records"),
            Breakpoint::Crashes(None) => "any process crashes".to_owned(),
            Breakpoint::Crashes(Some(node)) if board.has_node(*node) => {
                format!("a process of {} crashes", board.title_of(*node))
            }
            Breakpoint::Crashes(Some(_)) => "a process crashes of a card that is gone".to_owned(),
            Breakpoint::KeyReaches { service, line, key } => {
                let found = lines(board).into_iter().find(|known| known.service.id == *service && known.line.id == *line);
                let there = found.map_or_else(
                    || "a line that is gone".to_owned(),
                    |line| format!("“{}” in {}", words_of(line.line), line.service.title),
                );
                format!("key {} reaches {there}", Key::Letter(*key))
            }
        }
    }

    /// All breakpoints that are set, in words.
    pub fn stops(&self) -> Vec<String> {
        self.breakpoints().iter().map(|point| self.stop_words(point)).collect()
    }

    /// What is said when play has stopped for the breakpoint at a place.
    pub fn stopped_for(&self, place: usize) -> String {
        let words = self.breakpoints().get(place).map_or_else(String::new, |point| self.stop_words(point));
        format!("Stopped at {}: {words}.", self.now())
    }
}

fn pick(picks: &[usize], place: usize) -> usize {
    picks.get(place).copied().unwrap_or_default()
}

/// What was picked where the first choice is any: none then, or one of these. Nothing if there are not so many.
fn beyond_any<T>(pick: usize, of: &[T]) -> Option<Option<&T>> {
    pick.checked_sub(1).map_or(Some(None), |place| of.get(place).map(Some))
}

/// The groups that read topics, each once.
fn groups(board: &Board) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for wire in &board.wires {
        if let WireKind::Consume { group, .. } = &wire.is
            && !groups.contains(group)
        {
            groups.push(group.clone());
        }
    }
    groups
}

fn with_processes(board: &Board) -> Vec<NodeId> {
    let services = board.services.iter().map(|service| service.id);
    services.chain(board.brokers.iter().map(|broker| broker.id)).collect()
}

/// A line that messages of some key come to.
struct Line<'a> {
    service: &'a ServiceNode,
    handler: &'a HandlerDoc,
    number: usize,
    line: &'a LineDoc,
}

/// The lines of all handlers whose messages have keys that can be listed.
fn lines(board: &Board) -> Vec<Line<'_>> {
    let mut all = Vec::new();
    for service in &board.services {
        for handler in service.handlers.iter().filter(|handler| !keys(board, handler).is_empty()) {
            // The first line on the page is the heading.
            all.extend(handler.lines.iter().zip(2..).map(|(line, number)| Line { service, handler, number, line }));
        }
    }
    all
}

fn words_of(line: &LineDoc) -> String {
    format!("{} {}", line.does.word(), line.does.rest()).trim_end().to_owned()
}
