//! The strip of time, from all facts up to the frontier.

use std::collections::BTreeMap;

use crate::board::{Action, Board, Edit, PartId, Place, PlanId, Process, ProcessAction, ProcessDoes, Stamped, WireKind};
use crate::broker::{BrokerFact, GroupState};
use crate::net::{Cut, Loss, NetFact, Slow};
use crate::session::Session;
use crate::sim::{GroupId, InOrder, NodeId, Time, TopicId, WireId};
use crate::world::{Acted, Edited, Entry, Fact, ProcessFact};

use super::naming::{loss_words, process_name, slow_words, wire_name};
use super::planned::will_happen;
use super::strip::{Bar, Mark, Strip};
use super::titles::title;
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
            planned: self.plan_rows(),
            kept: self.kept(),
            groups,
            checks: violations.map(check).collect(),
            actions,
            branches: self.branches().len(),
        }
    }

    /// Failures that were done beyond the frontier before the way there was left, and are done there again.
    fn kept(&self) -> Vec<Mark> {
        let to_come = self.path().iter().filter(|stamped| stamped.at > self.frontier() && stamped.action.is_failure());
        let mark = |stamped: &Stamped| Some(Mark { at: stamped.at, label: will_happen(&stamped.action, self.board())? });
        to_come.filter_map(mark).collect()
    }
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
        Edit::Mend { service, mend } => format!("{}: “{}”", board.title_of(*service), mend.words()),
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

/// What is worse than usual for a while, each in a way of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worse {
    /// It does not run.
    Process(Process),
    Cut(WireId),
    Slow(WireId),
    Lossy(WireId),
    Store(NodeId),
    /// Nothing is fetched over it.
    Unread(WireId),
}

/// The lanes while facts are read.
struct Lanes<'a> {
    session: &'a Session,
    failures: Vec<Bar>,
    groups: Vec<Bar>,
    actions: Vec<Mark>,
    /// Places in `failures` of those that go on.
    worse: BTreeMap<Worse, usize>,
    /// Rebalances that go on.
    rebalancing: BTreeMap<GroupId, Time>,
    /// Who fetches nothing of which partition, and over which wire.
    unread: BTreeMap<(Process, TopicId, u16), WireId>,
    /// How many edits of the path were found.
    edits: usize,
}

impl<'a> Lanes<'a> {
    fn new(session: &'a Session) -> Lanes<'a> {
        let (failures, groups, actions) = Default::default();
        let (worse, rebalancing, unread) = Default::default();
        Lanes { session, failures, groups, actions, worse, rebalancing, unread, edits: 0 }
    }

    fn see(&mut self, entry: &Entry) {
        match entry.fact {
            Fact::Process(what) => self.process(entry, what),
            Fact::Net(NetFact::WireCut { wire, cut }) => {
                let way = match cut {
                    Cut::None => None,
                    Cut::Both => Some("cut"),
                    Cut::ToServer => Some("cut for requests"),
                    Cut::ToClient => Some("cut for responses"),
                };
                let words = way.map(|way| format!("the wire {} {way}", self.wire(wire)));
                self.turns(entry.at, Worse::Cut(wire), words, &Action::Cut { wire, cut });
            }
            Fact::Net(NetFact::WireSlowed { wire, slow }) => {
                let words = (slow != Slow::NOT).then(|| format!("the wire {} is slow: {}", self.wire(wire), slow_words(slow)));
                self.turns(entry.at, Worse::Slow(wire), words, &Action::Slow { wire, slow });
            }
            Fact::Net(NetFact::WireLossy { wire, loss }) => {
                let words = (loss != Loss::NONE).then(|| format!("the wire {} is lossy: {}", self.wire(wire), loss_words(loss)));
                self.turns(entry.at, Worse::Lossy(wire), words, &Action::Lossy { wire, loss });
            }
            Fact::Acted(Acted::StoreSlowed { service, times }) => {
                let title = self.session.board().title_of(service);
                let words = (times > 1).then(|| format!("the database of {title} takes {times} × as long"));
                self.turns(entry.at, Worse::Store(service), words, &Action::SlowStore { service, times });
            }
            Fact::Acted(Acted::Did { who, does: does @ ProcessDoes::PowerLoss }) => {
                let words = format!("{} lost its power", process_name(entry.who, self.session.board()));
                let done = Action::Process(ProcessAction { who, does });
                self.turns(entry.at, Worse::Process(who), Some(words), &done);
            }
            Fact::Broker(BrokerFact::GroupBecame { group, generation, state, .. }) => {
                self.group(entry.at, (group, generation, state));
            }
            Fact::Broker(BrokerFact::ReadingPaused { group, topic, partition, paused }) => {
                self.reading(entry, (group, topic, partition), paused);
            }
            Fact::Broker(BrokerFact::Revoked { topic, partition, .. }) => {
                let who = Process::of(entry.who);
                self.reads_again(entry.at, |of| *of == (who, topic, partition));
            }
            Fact::Acted(acted) => self.acted(entry, acted),
            _ => {}
        }
    }

    /// A process fetches nothing more of a partition, or fetches on.
    fn reading(&mut self, entry: &Entry, (group, topic, partition): (GroupId, TopicId, u16), paused: bool) {
        let of = (Process::of(entry.who), topic, partition);
        if !paused {
            return self.reads_again(entry.at, |known| *known == of);
        }
        let (board, names) = (self.session.board(), self.session.world().names());
        let is_it = |is: &WireKind| match is {
            WireKind::Consume { to, topic: from, group: by } => {
                (*to, from.as_str(), by.as_str()) == (entry.who.node, names.topic(topic), names.group(group))
            }
            _ => false,
        };
        let Some(wire) = board.wires.iter().find(|wire| is_it(&wire.is)).map(|wire| wire.id) else { return };
        self.unread.insert(of, wire);
        if !self.worse.contains_key(&Worse::Unread(wire)) {
            let words = format!("nothing is read over the wire {}", self.wire(wire));
            self.turns(entry.at, Worse::Unread(wire), Some(words), &Action::Reading { wire, stops: true });
        }
    }

    /// Partitions are somebody else's, or are fetched again.
    fn reads_again(&mut self, at: Time, which: impl Fn(&(Process, TopicId, u16)) -> bool) {
        let was: Vec<WireId> = self.unread.values().copied().collect();
        self.unread.retain(|of, _| !which(of));
        for wire in was {
            if self.unread.values().all(|known| *known != wire) {
                self.becomes(at, Worse::Unread(wire), None, None);
            }
        }
    }

    fn process(&mut self, entry: &Entry, what: ProcessFact) {
        let cause = self.session.notable_fact(entry.cause.trigger).map(|cause| cause.fact);
        let how = match (what, cause) {
            // A process that the document has no place for any more is ended by the edit.
            (ProcessFact::Crashed, Some(Fact::Acted(Acted::Edited { .. }))) => None,
            // That was said of the machine already.
            (ProcessFact::Crashed, Some(Fact::Acted(Acted::Did { does: ProcessDoes::PowerLoss, .. }))) => return,
            (ProcessFact::Crashed, _) => Some("crashed"),
            (ProcessFact::Paused, _) => Some("paused"),
            _ => None,
        };
        if matches!(what, ProcessFact::Crashed | ProcessFact::Stopped) {
            self.reads_again(entry.at, |(of, ..)| *of == Process::of(entry.who));
        }
        let words = how.map(|how| format!("{} {how}", process_name(entry.who, self.session.board())));
        let (who, at) = (Process::of(entry.who), entry.at);
        match cause {
            Some(Fact::Acted(Acted::Did { who: meant, does })) => {
                let done = Action::Process(ProcessAction { who: meant, does });
                self.turns(at, Worse::Process(who), words, &done);
            }
            _ => self.becomes(at, Worse::Process(who), words, None),
        }
    }

    fn open_bar(&self, from: Time, label: String, failure: bool, plan: Option<PlanId>) -> Bar {
        Bar { from, to: self.session.frontier().max(from), label, failure, plan }
    }

    fn wire(&self, wire: WireId) -> String {
        wire_name(wire, self.session.board())
    }

    /// Something turns worse, or is as usual again, by an action: by hand, or because it was planned for that time.
    fn turns(&mut self, at: Time, what: Worse, words: Option<String>, done: &Action) {
        let planned = self.session.board().planned.iter().find(|planned| planned.at == at && planned.action == *done);
        let plan = planned.map(|planned| planned.id);
        self.becomes(at, what, words, plan);
    }

    /// Something is worse than usual from now on, in another way than before, or as usual again.
    fn becomes(&mut self, at: Time, what: Worse, words: Option<String>, plan: Option<PlanId>) {
        if let Some(bar) = self.worse.remove(&what).and_then(|bar| self.failures.get_mut(bar)) {
            bar.to = at;
        }
        if let Some(words) = words {
            self.worse.insert(what, self.failures.len());
            let words = words + if plan.is_some() { ", as planned" } else { "" };
            self.failures.push(self.open_bar(at, words, true, plan));
        }
    }

    fn group(&mut self, at: Time, (group, generation, state): (GroupId, u32, GroupState)) {
        match state {
            GroupState::PreparingRebalance | GroupState::Assigning | GroupState::Reconciling => {
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
                    self.groups.push(Bar { from, to: at, label, failure: false, plan: None });
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
            | Acted::Reading { .. }
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
            let bar = self.open_bar(from, format!("{} rebalances", names.group(group)), false, None);
            self.groups.push(bar);
        }
        self.groups.in_order_by_key(|bar| bar.from);
        self
    }
}
