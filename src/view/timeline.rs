//! The strip of time, from all facts up to the frontier.

use crate::sim::InOrder;
use std::collections::BTreeMap;

use crate::board::{Action, Board, Edit, PartId, PinAction, Place, Process, ProcessAction, ProcessDoes, Stamped};
use crate::broker::{BrokerFact, GroupState};
use crate::net::{Cut, Loss, NetFact, Slow};
use crate::session::Session;
use crate::sim::{Actor, GroupId, NodeId, Time, WireId};
use crate::world::{Acted, Edited, Entry, Fact, ProcessFact};

use super::naming::{loss_words, process_name, slow_words, wire_name};
use super::strip::{Bar, Mark, Strip};
use super::telling::title;
use super::words::describe;

impl Session {
    /// The strip of time: what failed, rebalanced, went wrong and was done, up to the frontier, and what is planned.
    pub fn strip(&self) -> Strip {
        let mut lanes = Lanes::new(self);
        for (_, entry) in self.notable() {
            lanes.see(entry);
        }
        let Lanes { failures, groups, actions, .. } = lanes.over();
        let violations = self.frontier_checks().violations().iter();
        let check = |violation: &crate::check::Violation| Mark {
            at: violation.at,
            label: title(violation, self.board()).trim_end_matches('.').to_owned(),
        };
        Strip {
            cursor: self.now(),
            frontier: self.frontier(),
            failures,
            planned: self.planned(),
            groups,
            checks: violations.map(check).collect(),
            actions,
            branches: self.branches().len(),
        }
    }

    /// What is planned and still to come, and failures that were done on the way there before it was left.
    fn planned(&self) -> Vec<Mark> {
        let (board, frontier) = (self.board(), self.frontier());
        let planned = board.planned.iter().map(|planned| (planned.at, &planned.action));
        let done = self.path().iter().map(|stamped| (stamped.at, &stamped.action));
        let all = planned.chain(done).filter(|(at, action)| *at > frontier && action.is_failure());
        let mut marks: Vec<Mark> = all.filter_map(|(at, action)| Some(Mark { at, label: will_happen(action, board)? })).collect();
        marks.in_order_by_key(|mark| mark.at);
        marks
    }
}

/// What a planned action will do; nothing for edits and for what is done to one packet.
pub(super) fn will_happen(action: &Action, board: &Board) -> Option<String> {
    match action {
        Action::Process(action) => {
            let does = match action.does {
                ProcessDoes::Crash => "crashes",
                ProcessDoes::Restart => "starts again",
                ProcessDoes::Pause => "pauses",
                ProcessDoes::Resume => "goes on",
                ProcessDoes::PowerLoss => "loses power",
            };
            Some(format!("{} {does}", named(action.who, board)))
        }
        Action::Cut { wire, cut: Cut::None } => Some(format!("the wire {} heals", wire_name(*wire, board))),
        Action::Cut { wire, .. } => Some(format!("the wire {} is cut", wire_name(*wire, board))),
        Action::Slow { wire, slow: Slow::NOT } => Some(format!("the wire {} is as fast as usual", wire_name(*wire, board))),
        Action::Slow { wire, slow } => Some(format!("the wire {} is slow: {}", wire_name(*wire, board), slow_words(*slow))),
        Action::Lossy { wire, loss: Loss::NONE } => Some(format!("the wire {} loses nothing more", wire_name(*wire, board))),
        Action::Lossy { wire, loss } => Some(format!("the wire {} is lossy: {}", wire_name(*wire, board), loss_words(*loss))),
        Action::Heal { wire } => Some(format!("the wire {} heals", wire_name(*wire, board))),
        Action::SlowStore { service, times: 1 } => {
            Some(format!("the database of {} is as fast as usual", board.title_of(*service)))
        }
        Action::SlowStore { service, times } => {
            Some(format!("the database of {} takes {times} × as long", board.title_of(*service)))
        }
        Action::Pin(PinAction::Set(pin)) => Some(format!("a pin is set in {}", board.title_of(pin.service))),
        Action::Pin(PinAction::Clear { service, .. }) => Some(format!("a pin in {} is taken away", board.title_of(*service))),
        Action::Send { client } => Some(format!("{} sends a request", board.title_of(*client))),
        Action::Packet { .. } | Action::Edit(_) => None,
    }
}

fn named(process: Process, board: &Board) -> String {
    process_name(Actor::new(process.node, process.role, process.ordinal), board)
}

/// What an edit changed. A node that is no longer on the board is called as it was at the start.
fn edit_words(edit: &Edit, board: &Board, start: &Board) -> String {
    match edit {
        Edit::Set { place, setting, value } => {
            let whose = match place {
                Place::Node(node) => board.title_of(*node).to_owned(),
                Place::Wire(wire) => format!("the wire {}", wire_name(*wire, board)),
            };
            let name = setting.info().name;
            value.map_or_else(
                || format!("{name} of {whose}: default"),
                |value| format!("{name} of {whose}: {}", setting.text(value)),
            )
        }
        Edit::Pattern { service, pattern } => {
            format!("{}: “{}”", board.title_of(*service), pattern.words())
        }
        Edit::Relay { service, kind } => format!("{}: “{}”", board.title_of(*service), kind.words()),
        Edit::Partitions { topic, partitions } => format!("{topic}: {partitions} partitions"),
        Edit::Change(patch) => match patch.main() {
            Some(PartId::Client(node) | PartId::Service(node) | PartId::Broker(node)) if !board.has_node(node) => {
                patch.words(start)
            }
            _ => patch.words(board),
        },
    }
}

/// What is worse than usual for a while, and runs all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worse {
    Cut(WireId),
    Slow(WireId),
    Lossy(WireId),
    Store(NodeId),
}

/// The lanes while facts are read.
struct Lanes<'a> {
    session: &'a Session,
    failures: Vec<Bar>,
    groups: Vec<Bar>,
    actions: Vec<Mark>,
    /// Places in `failures` of those that go on.
    down: BTreeMap<Process, usize>,
    worse: BTreeMap<Worse, usize>,
    /// Rebalances that go on.
    rebalancing: BTreeMap<GroupId, Time>,
    /// How many edits of the path were found.
    edits: usize,
}

impl<'a> Lanes<'a> {
    fn new(session: &'a Session) -> Lanes<'a> {
        let (failures, groups, actions) = Default::default();
        let (down, worse, rebalancing) = Default::default();
        Lanes { session, failures, groups, actions, down, worse, rebalancing, edits: 0 }
    }

    fn see(&mut self, entry: &Entry) {
        match entry.fact {
            Fact::Process(what) => self.process(entry, what),
            Fact::Net(NetFact::WireCut { wire, cut }) => self.cut(entry.at, wire, cut),
            Fact::Net(NetFact::WireSlowed { wire, slow }) => {
                let words = (slow != Slow::NOT).then(|| format!("the wire {} is slow: {}", self.wire(wire), slow_words(slow)));
                self.turns(entry.at, Worse::Slow(wire), words);
            }
            Fact::Net(NetFact::WireLossy { wire, loss }) => {
                let words = (loss != Loss::NONE).then(|| format!("the wire {} is lossy: {}", self.wire(wire), loss_words(loss)));
                self.turns(entry.at, Worse::Lossy(wire), words);
            }
            Fact::Acted(Acted::StoreSlowed { service, times }) => {
                let title = self.session.board().title_of(service);
                let words = (times > 1).then(|| format!("the database of {title} takes {times} × as long"));
                self.turns(entry.at, Worse::Store(service), words);
            }
            Fact::Broker(BrokerFact::GroupBecame { group, generation, state, .. }) => {
                self.group(entry.at, (group, generation, state));
            }
            Fact::Acted(acted) => self.acted(entry, acted),
            _ => {}
        }
    }

    fn process(&mut self, entry: &Entry, what: ProcessFact) {
        let process = Process::of(entry.who);
        if let Some(bar) = self.down.remove(&process).and_then(|bar| self.failures.get_mut(bar)) {
            bar.to = entry.at;
        }
        let how = match what {
            ProcessFact::Crashed if !self.was_edited_away(entry) => "crashed",
            ProcessFact::Paused => "paused",
            _ => return,
        };
        self.down.insert(process, self.failures.len());
        let planned = if self.was_planned(entry) { ", as planned" } else { "" };
        let label = format!("{} {how}{planned}", process_name(entry.who, self.session.board()));
        self.failures.push(self.open_bar(entry.at, label, true));
    }

    /// A process that the document has no place for any more is ended by the edit.
    fn was_edited_away(&self, entry: &Entry) -> bool {
        self.cause_of(entry).is_some_and(|cause| matches!(cause.fact, Fact::Acted(Acted::Edited { .. })))
    }

    /// The document said so at its start.
    fn was_planned(&self, entry: &Entry) -> bool {
        let Some(cause) = self.cause_of(entry) else { return false };
        let Fact::Acted(Acted::Did { who, does }) = cause.fact else { return false };
        let action = Action::Process(ProcessAction { who, does });
        self.session.board().planned.iter().any(|planned| planned.at == cause.at && planned.action == action)
    }

    /// What set it off, if that is seen from afar too.
    fn cause_of(&self, entry: &Entry) -> Option<&Entry> {
        self.session.notable_fact(entry.cause.trigger)
    }

    fn open_bar(&self, from: Time, label: String, failure: bool) -> Bar {
        Bar { from, to: self.session.frontier().max(from), label, failure }
    }

    fn wire(&self, wire: WireId) -> String {
        wire_name(wire, self.session.board())
    }

    fn cut(&mut self, at: Time, wire: WireId, cut: Cut) {
        let way = match cut {
            Cut::None => None,
            Cut::Both => Some("cut"),
            Cut::ToServer => Some("cut for requests"),
            Cut::ToClient => Some("cut for responses"),
        };
        let words = way.map(|way| format!("the wire {} {way}", self.wire(wire)));
        self.turns(at, Worse::Cut(wire), words);
    }

    /// Something is worse than usual from now on, in another way than before, or as usual again.
    fn turns(&mut self, at: Time, what: Worse, words: Option<String>) {
        if let Some(bar) = self.worse.remove(&what).and_then(|bar| self.failures.get_mut(bar)) {
            bar.to = at;
        }
        if let Some(words) = words {
            self.worse.insert(what, self.failures.len());
            self.failures.push(self.open_bar(at, words, true));
        }
    }

    fn group(&mut self, at: Time, (group, generation, state): (GroupId, u32, GroupState)) {
        match state {
            GroupState::PreparingRebalance => {
                self.rebalancing.entry(group).or_insert(at);
            }
            GroupState::CompletingRebalance => {}
            GroupState::Stable | GroupState::Empty | GroupState::Dead => {
                if let Some(from) = self.rebalancing.remove(&group) {
                    let name = self.session.world().names().group(group);
                    let label = if state == GroupState::Stable {
                        format!("{name}: generation {generation}")
                    } else {
                        format!("{name}: no members left")
                    };
                    self.groups.push(Bar { from, to: at, label, failure: false });
                }
            }
        }
    }

    fn acted(&mut self, entry: &Entry, acted: Acted) {
        let (board, names) = (self.session.board(), self.session.world().names());
        let label = match acted {
            Acted::Began
            | Acted::Did { .. }
            | Acted::Cut { .. }
            | Acted::Slowed { .. }
            | Acted::Lossy { .. }
            | Acted::StoreSlowed { .. }
            | Acted::Healed { .. } => {
                return;
            }
            Acted::Sent { .. } | Acted::Disturbed { .. } | Acted::PinSet { .. } | Acted::PinCleared { .. } => {
                describe(entry, names, board)
            }
            Acted::Edited { what } => self.edit(entry.at, what).unwrap_or_else(|| describe(entry, names, board)),
        };
        self.actions.push(Mark { at: entry.at, label });
    }

    /// The edit of the path that a fact tells of. Those that were passed over have no fact.
    fn edit(&mut self, at: Time, what: Edited) -> Option<String> {
        let (path, names) = (self.session.path(), self.session.world().names());
        let fits = |stamped: &Stamped| matches!(&stamped.action, Action::Edit(edit) if Edited::of(edit, names) == what);
        let found = (self.edits..path.len()).find(|nth| path[*nth].at == at && fits(&path[*nth]))?;
        self.edits = found + 1;
        let Action::Edit(edit) = &path[found].action else { return None };
        Some(edit_words(edit, self.session.board(), self.session.start_board()))
    }

    fn over(mut self) -> Lanes<'a> {
        let names = self.session.world().names();
        for (group, from) in std::mem::take(&mut self.rebalancing) {
            let bar = self.open_bar(from, format!("{} rebalances", names.group(group)), false);
            self.groups.push(bar);
        }
        self.groups.in_order_by_key(|bar| bar.from);
        self
    }
}
