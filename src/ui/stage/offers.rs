//! What can be done to each thing on the board, in words and as an action.

use crate::board::{Action, Edit, Place, Process, ProcessAction, ProcessDoes, Setting};
use crate::editor::{Axis, Item, Line, Point};
use crate::session::Session;
use crate::sim::{NodeId, Role, WireId};
use crate::ui::icons::Glyph;
use crate::ui::state::Ui;
use crate::view::{Failure, Frame, ProcessState, Target, process_failures};

use leptos::prelude::WithUntracked;

use super::commands::Command;
use super::state::{MenuOn, StageState};

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// In words.
    pub words: String,
    /// Its drawing.
    pub glyph: Glyph,
    /// It breaks something.
    pub breaks: bool,
    /// It begins another group of what is offered.
    pub apart: bool,
    /// Why it cannot be done now; empty where it can.
    pub refused: String,
    /// What else is to be known of it, as a sentence; mostly empty.
    pub note: String,
    /// What is done.
    pub does: Does,
}

/// What is done when an offer is taken.
#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    /// Something to the run.
    Act(Action),
    /// Something to the board or to how it is seen.
    Run(Command),
    /// Something to the run, a while from now.
    Plan(Action),
}

/// What a thing is called, and what can be done to it: first to the run, then to the board.
pub fn offers(stage: StageState, on: &MenuOn) -> Option<(String, Vec<Offer>)> {
    match on {
        MenuOn::Thing(target) => {
            let (title, mut list) = of_run(stage.ui, *target)?;
            let node = match target {
                Target::Node(node) => Some(*node),
                Target::Process(process) => Some(process.node),
                _ => None,
            };
            if let Some(node) = node {
                list.extend(of_item(Item::Node(node), true, true));
            } else if let Target::Wire(_) = target {
                list.extend(apart(vec![runs("Delete", Glyph::Delete, Command::Delete)]));
            }
            Some((title, list))
        }
        MenuOn::Topic(name) => Some((name.clone(), of_item(Item::Topic(name.clone()), true, false))),
        MenuOn::Several => {
            let count = stage.ui.marked.with_untracked(crate::editor::Selection::len);
            Some((format!("{count} selected"), of_several()))
        }
        MenuOn::Board(at) => Some(("Board".to_owned(), of_board(Some(*at)))),
    }
}

/// What can be done to the run at a thing.
fn of_run(ui: Ui, on: Target) -> Option<(String, Vec<Offer>)> {
    ui.frame.with_untracked(|frame| {
        ui.read(|session| match on {
            Target::Process(process) if process.role == Role::Relay => of_relays(frame, process.node),
            Target::Process(process) => of_single(frame, process),
            Target::Node(node) => of_node(frame, session, node),
            Target::Wire(wire) => of_wire(frame, session, wire),
            Target::Dot(message) => Some(("Message".to_owned(), of_message(session.message_failures(message)))),
            Target::Record(_) => Some(("Message".to_owned(), of_message(Vec::new()))),
        })
        .flatten()
    })
}

fn runs(words: &str, glyph: Glyph, command: Command) -> Offer {
    Offer {
        words: words.to_owned(),
        glyph,
        breaks: false,
        apart: false,
        refused: String::new(),
        note: String::new(),
        does: Does::Run(command),
    }
}

/// The same, the first of them set apart from what comes before.
fn apart(mut list: Vec<Offer>) -> Vec<Offer> {
    if let Some(first) = list.first_mut() {
        first.apart = true;
    }
    list
}

/// What can be done to a thing of the board: a topic is neither copied nor duplicated.
fn of_item(item: Item, named: bool, copied: bool) -> Vec<Offer> {
    let mut list = Vec::new();
    if let Some(end) = super::focus::end_of(&item) {
        list.push(runs("Wire from here", Glyph::Send, Command::WireFrom(end)));
    }
    if named {
        list.push(runs("Rename", Glyph::Rename, Command::Rename(item)));
    }
    if copied {
        list.push(runs("Duplicate", Glyph::Duplicate, Command::Duplicate));
        list.push(runs("Copy", Glyph::Duplicate, Command::Copy));
    }
    list.push(runs("Delete", Glyph::Delete, Command::Delete));
    apart(list)
}

fn of_board(at: Option<Point>) -> Vec<Offer> {
    vec![
        runs("Add…", Glyph::Plus, Command::Add),
        runs("Paste", Glyph::Duplicate, Command::Paste(at)),
        runs("Select all", Glyph::Fit, Command::SelectAll),
        runs("Fit the board", Glyph::Fit, Command::Fit),
        runs("Tidy up", Glyph::Boards, Command::Tidy),
    ]
}

fn of_several() -> Vec<Offer> {
    let lines = [
        ("Align left edges", Line::Left),
        ("Align centres", Line::Center),
        ("Align right edges", Line::Right),
        ("Align tops", Line::Top),
        ("Align middles", Line::Middle),
        ("Align bottoms", Line::Bottom),
    ];
    let mut list = vec![
        runs("Duplicate", Glyph::Duplicate, Command::Duplicate),
        runs("Copy", Glyph::Duplicate, Command::Copy),
        runs("Cut", Glyph::Duplicate, Command::Cut),
        runs("Delete", Glyph::Delete, Command::Delete),
        runs("Fit what is selected", Glyph::Fit, Command::FitSelection),
    ];
    list.extend(apart(lines.map(|(words, line)| runs(words, Glyph::Boards, Command::Align(line))).to_vec()));
    list.extend(apart(vec![
        runs("Distribute across", Glyph::Boards, Command::Distribute(Axis::Across)),
        runs("Distribute down", Glyph::Boards, Command::Distribute(Axis::Down)),
    ]));
    list
}

fn of_failure(failure: Failure) -> Offer {
    let Failure { words, action, breaks, refused, note, .. } = failure;
    let glyph = match &action {
        Action::Process(ProcessAction { does: ProcessDoes::Pause, .. }) => Glyph::Pause,
        _ if breaks => Glyph::Bolt,
        _ => Glyph::Play,
    };
    Offer { words, glyph, breaks, apart: false, refused, note, does: Does::Act(action) }
}

/// The same a while from now.
fn planned(failure: &Failure) -> Offer {
    let words = format!("{} in {}…", failure.words, super::commands::LATER);
    Offer {
        words,
        glyph: Glyph::Time,
        breaks: false,
        apart: false,
        refused: String::new(),
        note: String::new(),
        does: Does::Plan(failure.action.clone()),
    }
}

/// A process's name and state, wherever it is shown.
fn known(frame: &Frame, process: Process) -> Option<(String, ProcessState)> {
    match process.role {
        Role::Client => frame.clients.iter().find(|card| card.id == process.node).map(|card| (card.title.clone(), card.state)),
        Role::Broker => frame.brokers.iter().find(|card| card.id == process.node).map(|card| (card.title.clone(), card.state)),
        Role::Instance => {
            let rows = frame.services.iter().flat_map(|card| &card.instances);
            rows.into_iter().find(|row| row.process == process).map(|row| (row.name.clone(), row.state))
        }
        Role::Relay => {
            let mut relays = frame.services.iter().filter_map(|card| card.tray.as_ref()).flat_map(|tray| &tray.relays);
            relays.find(|relay| relay.process == process).map(|relay| (relay.name.clone(), relay.state))
        }
    }
}

fn of_process(frame: &Frame, who: Process) -> Option<(String, Vec<Offer>)> {
    let (name, state) = known(frame, who)?;
    let list = process_failures(who, &name, Some(state)).into_iter().map(of_failure).collect();
    Some((name, list))
}

/// What can be done to one process that stands alone: its crash can be planned from there.
fn of_single(frame: &Frame, who: Process) -> Option<(String, Vec<Offer>)> {
    let (name, mut list) = of_process(frame, who)?;
    list.extend(process_failures(who, &name, None).first().map(planned));
    Some((name, list))
}

/// All relays of an outbox: they share a tray.
fn of_relays(frame: &Frame, node: NodeId) -> Option<(String, Vec<Offer>)> {
    let card = frame.services.iter().find(|card| card.id == node)?;
    let relays = card.tray.as_ref()?.relays.iter();
    let lists = relays.filter_map(|relay| of_process(frame, relay.process)).map(|(_, list)| list);
    Some((format!("Outbox of {}", card.title), lists.flatten().collect()))
}

fn of_node(frame: &Frame, session: &Session, node: NodeId) -> Option<(String, Vec<Offer>)> {
    let board = session.board();
    let title = board.title_of(node).to_owned();
    let process = |role| Process { node, role, ordinal: 0 };
    if frame.clients.iter().any(|card| card.id == node) {
        let send = Offer {
            words: "Send one request now".to_owned(),
            glyph: Glyph::Send,
            breaks: false,
            apart: false,
            refused: String::new(),
            note: String::new(),
            does: Does::Act(Action::Send { client: node }),
        };
        let rest = of_process(frame, process(Role::Client)).map(|(_, list)| list).unwrap_or_default();
        return Some((title, [vec![send], rest].concat()));
    }
    if frame.brokers.iter().any(|card| card.id == node) {
        return of_single(frame, process(Role::Broker));
    }
    let service = board.service(node)?;
    let info = Setting::Instances.info();
    let now = service.settings.get(Setting::Instances, board.timings);
    let set = |words: String, glyph, value| Offer {
        words,
        glyph,
        breaks: false,
        apart: false,
        refused: String::new(),
        note: String::new(),
        does: Does::Act(Action::Edit(Edit::Set { place: Place::Node(node), setting: Setting::Instances, value: Some(value) })),
    };
    let mut list = Vec::new();
    if now < info.max {
        list.push(set("Start another instance".to_owned(), Glyph::Plus, now + 1));
    }
    if now > info.min {
        list.push(set(format!("Stop {}-{now}", service.process_name()), Glyph::Minus, now - 1));
    }
    for row in frame.services.iter().filter(|card| card.id == node).flat_map(|card| &card.instances) {
        list.extend(of_process(frame, row.process).map(|(_, list)| list).unwrap_or_default());
    }
    list.extend(of_relays(frame, node).map(|(_, list)| list).unwrap_or_default());
    list.extend(session.store_failures(node, false).into_iter().map(of_failure));
    list.push(runs("Plan a failure…", Glyph::Time, Command::PlanFailures));
    Some((title, list))
}

fn of_wire(frame: &Frame, session: &Session, wire: WireId) -> Option<(String, Vec<Offer>)> {
    let shown = frame.wires.iter().find(|shown| shown.id == wire)?;
    let mut list: Vec<Offer> = session.wire_failures(wire, false).into_iter().map(of_failure).collect();
    let all = session.wire_failures(wire, true);
    list.extend(all.iter().find(|failure| failure.breaks).map(planned));
    Some((shown.label.clone(), list))
}

fn of_message(failures: Vec<Failure>) -> Vec<Offer> {
    let looks = [runs("Inspect", Glyph::Inspect, Command::Inspect), runs("Follow", Glyph::Facts, Command::Follow)];
    looks.into_iter().chain(failures.into_iter().map(of_failure)).collect()
}
