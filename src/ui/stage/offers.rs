//! What can be done to each thing on the board, in words and as an action.

use crate::board::{Action, Board, Edit, Place, Process, ProcessAction, ProcessDoes, Setting, WireKind};
use crate::editor::{Axis, Item, Line, Point};
use crate::net::Cut;
use crate::sim::{NodeId, Role, WireId};
use crate::ui::icons::Glyph;
use crate::ui::state::Ui;
use crate::view::{Frame, ProcessState, Target};

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
            Target::Process(process) => of_process(frame, process),
            Target::Node(node) => of_node(frame, session.board(), node),
            Target::Wire(wire) => of_wire(frame, session.board(), wire),
            Target::Dot(_) | Target::Record(_) => Some((
                "Message".to_owned(),
                vec![runs("Inspect", Glyph::Inspect, Command::Inspect), runs("Follow", Glyph::Facts, Command::Follow)],
            )),
        })
        .flatten()
    })
}

fn runs(words: &str, glyph: Glyph, command: Command) -> Offer {
    Offer { words: words.to_owned(), glyph, breaks: false, apart: false, does: Does::Run(command) }
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

fn breaks(words: String, action: Action) -> Offer {
    Offer { words, glyph: Glyph::Bolt, breaks: true, apart: false, does: Does::Act(action) }
}

fn mends(words: String, action: Action) -> Offer {
    Offer { words, glyph: Glyph::Play, breaks: false, apart: false, does: Does::Act(action) }
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
    let does = |does| Action::Process(ProcessAction { who, does });
    let crash = || breaks(format!("Crash {name}"), does(ProcessDoes::Crash));
    let list = match state {
        ProcessState::Up => {
            vec![crash(), Offer { glyph: Glyph::Pause, ..breaks(format!("Pause {name}"), does(ProcessDoes::Pause)) }]
        }
        ProcessState::Paused => vec![mends(format!("Let {name} go on"), does(ProcessDoes::Resume)), crash()],
        ProcessState::Crashed => vec![mends(format!("Restart {name}"), does(ProcessDoes::Restart))],
    };
    Some((name, list))
}

/// All relays of an outbox: they share a tray.
fn of_relays(frame: &Frame, node: NodeId) -> Option<(String, Vec<Offer>)> {
    let card = frame.services.iter().find(|card| card.id == node)?;
    let relays = card.tray.as_ref()?.relays.iter();
    let lists = relays.filter_map(|relay| of_process(frame, relay.process)).map(|(_, list)| list);
    Some((format!("Outbox of {}", card.title), lists.flatten().collect()))
}

fn of_node(frame: &Frame, board: &Board, node: NodeId) -> Option<(String, Vec<Offer>)> {
    let title = board.title_of(node).to_owned();
    let process = |role| Process { node, role, ordinal: 0 };
    if frame.clients.iter().any(|card| card.id == node) {
        let send = Offer {
            words: "Send one request now".to_owned(),
            glyph: Glyph::Send,
            breaks: false,
            apart: false,
            does: Does::Act(Action::Send { client: node }),
        };
        let rest = of_process(frame, process(Role::Client)).map(|(_, list)| list).unwrap_or_default();
        return Some((title, [vec![send], rest].concat()));
    }
    if frame.brokers.iter().any(|card| card.id == node) {
        return of_process(frame, process(Role::Broker));
    }
    let service = board.service(node)?;
    let info = Setting::Instances.info();
    let now = service.settings.get(Setting::Instances, board.timings);
    let set = |words: String, glyph, value| Offer {
        words,
        glyph,
        breaks: false,
        apart: false,
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
    Some((title, list))
}

fn of_wire(frame: &Frame, board: &Board, wire: WireId) -> Option<(String, Vec<Offer>)> {
    let shown = frame.wires.iter().find(|shown| shown.id == wire)?;
    let [server, client] = ends(board, wire)?;
    let cut = |words: String, cut| breaks(words, Action::Cut { wire, cut });
    let mut list = vec![
        cut("Cut it both ways".to_owned(), Cut::Both),
        cut(format!("Cut what goes to {server}"), Cut::ToServer),
        cut(format!("Cut what goes to {client}"), Cut::ToClient),
    ];
    list.retain(|offer| offer.does != Does::Act(Action::Cut { wire, cut: shown.cut }));
    if shown.cut != Cut::None {
        list.insert(0, mends("Heal it".to_owned(), Action::Cut { wire, cut: Cut::None }));
    }
    Some((shown.label.clone(), list))
}

/// The names of a wire's ends: the one that accepts connections, then the one that opens them.
fn ends(board: &Board, wire: WireId) -> Option<[String; 2]> {
    let broker = |topic: &str| board.topic(topic).map_or_else(String::new, |(broker, _)| broker.title.clone());
    let title = |node| board.title_of(node).to_owned();
    Some(match &board.wire(wire)?.is {
        WireKind::Call { from, to } => [title(*to), title(*from)],
        WireKind::Publish { from, topic } => [broker(topic), title(*from)],
        WireKind::Consume { to, topic, .. } => [broker(topic), title(*to)],
    })
}
