//! What can be done to each thing on the board, in words and as an action.

use crate::board::{Action, Board, Edit, Place, Process, ProcessAction, ProcessDoes, Setting, WireKind};
use crate::net::Cut;
use crate::sim::{NodeId, Role, WireId};
use crate::ui::icons::Glyph;
use crate::ui::state::Ui;
use crate::view::{Frame, ProcessState, Target};

use leptos::prelude::WithUntracked;

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// In words.
    pub words: String,
    /// Its drawing.
    pub glyph: Glyph,
    /// It breaks something.
    pub breaks: bool,
    /// What is done.
    pub action: Action,
}

/// What a thing is called, and what can be done to it; none for what nothing can be done to.
pub fn offers(ui: Ui, on: Target) -> Option<(String, Vec<Offer>)> {
    ui.frame.with_untracked(|frame| {
        ui.read(|session| match on {
            Target::Process(process) => of_process(frame, process),
            Target::Node(node) => of_node(frame, session.board(), node),
            Target::Wire(wire) => of_wire(frame, session.board(), wire),
            Target::Dot(_) | Target::Record(_) => None,
        })
        .flatten()
    })
}

fn breaks(words: String, action: Action) -> Offer {
    Offer { words, glyph: Glyph::Bolt, breaks: true, action }
}

fn mends(words: String, action: Action) -> Offer {
    Offer { words, glyph: Glyph::Play, breaks: false, action }
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
            let card = frame.services.iter().find(|card| card.id == process.node)?;
            card.tray.as_ref().map(|tray| (format!("{}’s relay", card.title), tray.state))
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

fn of_node(frame: &Frame, board: &Board, node: NodeId) -> Option<(String, Vec<Offer>)> {
    let title = board.title_of(node).to_owned();
    let process = |role| Process { node, role, ordinal: 0 };
    if frame.clients.iter().any(|card| card.id == node) {
        let send = Offer {
            words: "Send one request now".to_owned(),
            glyph: Glyph::Send,
            breaks: false,
            action: Action::Send { client: node },
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
        action: Action::Edit(Edit::Set { place: Place::Node(node), setting: Setting::Instances, value: Some(value) }),
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
    list.extend(of_process(frame, process(Role::Relay)).map(|(_, list)| list).unwrap_or_default());
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
    list.retain(|offer| offer.action != Action::Cut { wire, cut: shown.cut });
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
