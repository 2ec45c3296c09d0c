//! A service's programs: lines with the processes that are on them, gaps with their pins.

use crate::board::{
    Board, Do, FieldSource, Gap, HandlerDoc, Hazard, LineDoc, Often, PinDoes, RelayDoc, ServiceNode, Setting, WireKind, hazards,
};
use crate::net::Key;
use crate::service::{GapAt, Program, Service};
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{Actor, HandlerId, LineId, Role, Span};

use super::super::naming::process_name;
use super::super::programs::{GapView, LineView, OlderLine, OlderProgram, ProgramView};
use super::forms;
use super::policies::{keys, policies};

/// The programs of a service: its handlers', then its relay's.
pub(super) fn programs(session: &Session, node: &ServiceNode) -> Vec<ProgramView> {
    let service = session.world().service(node.id);
    let hazards = hazards(session.board()).into_iter().filter(|hazard| hazard.service == node.id).collect();
    let page = Page { board: session.board(), node, service, live: service.map(live).unwrap_or_default(), hazards };
    let handlers = node.handlers.iter().map(|handler| page.handler(handler));
    handlers.chain(node.relay.iter().map(|relay| page.relay(relay))).collect()
}

/// Which instances and relays are on which line now, whatever the version of the program that they run.
fn live(service: &Service) -> Vec<(HandlerId, LineId, u16)> {
    let mut all = Vec::new();
    for (ordinal, instance) in service.instances.iter() {
        for activation in instance.activations.values() {
            if let Some(line) = activation.program.lines.get(activation.at) {
                all.push((activation.program.id, line.id, ordinal.saturating_add(1)));
            }
        }
    }
    for (ordinal, relay) in service.relays.iter().filter(|(_, relay)| !relay.is_idle()) {
        if let Some(line) = relay.program.lines.get(relay.at) {
            all.push((relay.program.id, line.id, ordinal.saturating_add(1)));
        }
    }
    all.in_order();
    all.dedup();
    all
}

struct Page<'a> {
    board: &'a Board,
    node: &'a ServiceNode,
    service: Option<&'a Service>,
    live: Vec<(HandlerId, LineId, u16)>,
    /// What is dangerous about its programs.
    hazards: Vec<Hazard>,
}

impl Page<'_> {
    fn handler(&self, handler: &HandlerDoc) -> ProgramView {
        let mut heading = vec![("on".to_owned(), handler.on.clone())];
        if let Some(from) = &handler.from {
            heading.push(("from".to_owned(), from.clone()));
            let group = self.board.wires.iter().find_map(|wire| match &wire.is {
                WireKind::Consume { to, topic, group } if *to == self.node.id && topic == from => Some(group.clone()),
                _ => None,
            });
            heading.extend(group.map(|group| ("as".to_owned(), group)));
        }
        let patterns = forms::switches(self.board, self.node, handler);
        ProgramView {
            patterns,
            policy: handler.on_failure.words(),
            policies: policies(self.board, handler),
            hazards: self.hazards(handler),
            keys: keys(self.board, handler),
            ..self.program(handler.id, &handler.lines, heading)
        }
    }

    fn relay(&self, relay: &RelayDoc) -> ProgramView {
        self.program(relay.id, &relay.lines, vec![("relay".to_owned(), "of the outbox".to_owned())])
    }

    fn program(&self, id: HandlerId, lines: &[LineDoc], heading: Vec<(String, String)>) -> ProgramView {
        let mut open = false;
        let line = |(place, line): (usize, &LineDoc)| {
            open |= line.does == Do::Begin;
            let in_transaction = open;
            open &= line.does != Do::Commit;
            LineView {
                id: line.id,
                number: place + 2,
                word: line.does.word().to_owned(),
                rest: line.does.rest(),
                note: self.note(&line.does).to_owned(),
                in_transaction,
                live: self.live.iter().filter(|(of, on, _)| (*of, *on) == (id, line.id)).map(|(.., who)| *who).collect(),
                after: self.gap(Gap::After(line.id)),
            }
        };
        let lines = lines.iter().enumerate().map(line).collect();
        ProgramView {
            id,
            heading,
            start: self.gap(Gap::Start(id)),
            lines,
            patterns: Vec::new(),
            policy: String::new(),
            policies: Vec::new(),
            hazards: Vec::new(),
            keys: Vec::new(),
            older: self.older(id),
        }
    }

    /// What a line comes to, in a few words.
    fn note(&self, does: &Do) -> &'static str {
        let commits_itself = self.node.settings.get(Setting::AutoCommit, self.board.timings) == 1;
        if *does == Do::Ack && commits_itself { "does nothing: enable.auto.commit" } else { does.note() }
    }

    /// What is dangerous about a handler, as it is in the document.
    fn hazards(&self, handler: &HandlerDoc) -> Vec<(String, &'static str)> {
        let mine = |hazard: &&Hazard| hazard.handler == handler.id;
        let place = |line: LineId| handler.lines.iter().position(|known| known.id == line);
        let named = |hazard: &Hazard| {
            let line = hazard.line.and_then(place).and_then(|at| Some((at, handler.lines.get(at)?)));
            let line = line.map_or_else(String::new, |(at, line)| format!("{} {}", at + 2, line.does.word()));
            (line, hazard.danger.sentence())
        };
        self.hazards.iter().filter(mine).map(named).collect()
    }

    /// The versions of a program that still run and are not the one that new messages are handled by.
    fn older(&self, id: HandlerId) -> Vec<OlderProgram> {
        let Some(service) = self.service else { return Vec::new() };
        let now = service.config.handlers.iter().find(|program| program.id == id);
        let mut versions: Vec<(&Program, Vec<(usize, u16)>)> = Vec::new();
        for (ordinal, instance) in service.instances.iter() {
            let running = instance.activations.values().filter(|activation| activation.program.id == id && !activation.given_up);
            for activation in running.filter(|activation| now.is_none_or(|now| now.lines != activation.program.lines)) {
                let on = (activation.at, ordinal.saturating_add(1));
                match versions.iter_mut().find(|(known, _)| known.lines == activation.program.lines) {
                    Some((_, live)) => live.push(on),
                    None => versions.push((&activation.program, vec![on])),
                }
            }
        }
        let line = |live: &[(usize, u16)], at: usize, (word, rest): &(&'static str, String)| {
            let mut live: Vec<u16> = live.iter().filter(|(on, _)| *on == at).map(|(_, who)| *who).collect();
            live.dedup();
            OlderLine { number: at + 2, word, rest: rest.clone(), live }
        };
        let lines = |(program, live): (&Program, Vec<(usize, u16)>)| {
            let lines = program.says.iter().enumerate().map(|(at, says)| line(&live, at, says)).collect();
            OlderProgram { lines }
        };
        versions.into_iter().map(lines).collect()
    }

    /// A key's number as the messages of the gap's program are keyed: a letter, or a number.
    fn key_text(&self, gap: Gap, key: u32) -> Key {
        let here = |handler: &&HandlerDoc| match gap {
            Gap::Start(id) => handler.id == id,
            Gap::After(line) => handler.lines.iter().any(|known| known.id == line),
        };
        let on = self.node.handlers.iter().find(here).and_then(|handler| self.board.message(&handler.on));
        let letters = on.is_some_and(|kind| kind.fields.iter().any(|field| matches!(field.from, FieldSource::Key(_))));
        if letters { Key::Letter(key) } else { Key::Number(key) }
    }

    fn gap(&self, gap: Gap) -> GapView {
        let pin = self.board.pins.iter().find(|pin| pin.service == self.node.id && pin.gap == gap).copied();
        let Some(pin) = pin else { return GapView { gap, pin: None, label: String::new(), spent: false } };
        let at = match gap {
            Gap::Start(handler) => GapAt::Start(handler),
            Gap::After(line) => GapAt::After(line),
        };
        let pinned = self.service.and_then(|service| service.pins.iter().find(|pinned| pinned.config.gap == at));
        let fired = pinned.map_or(0, |pinned| pinned.fired);
        let spent = pin.often != Often::Always && fired > 0;
        let mut label = match (pin.does, spent) {
            (PinDoes::Crash, false) => "will crash here",
            (PinDoes::Crash, true) => "crashed here",
            (PinDoes::Pause, false) => "will pause here",
            (PinDoes::Pause, true) => "paused here",
            (PinDoes::Fail, false) => "will fail here",
            (PinDoes::Fail, true) => "failed here",
            (PinDoes::DropReply, false) => "will lose the reply",
            (PinDoes::DropReply, true) => "lost the reply",
            (PinDoes::Delay(_), false) => "will wait here",
            (PinDoes::Delay(_), true) => "waited here",
        }
        .to_owned();
        if let PinDoes::Delay(ms) = pin.does {
            label += &format!(" for {}", Span::ms(u64::from(ms)));
        }
        label += &match pin.often {
            Often::Once => ", once".to_owned(),
            Often::Always => ", always".to_owned(),
            Often::Nth(nth) => format!(", the {} time", ordinal(nth)),
        };
        if let Some(key) = pin.key {
            label += &format!(", key {}", self.key_text(gap, key));
        }
        if let Some(only) = pin.only {
            label += &format!(" ({})", process_name(Actor::new(self.node.id, Role::Instance, only), self.board));
        }
        if let Some(ms) = pin.back_after_ms.filter(|_| !spent) {
            label += &format!(", back after {}", Span::ms(u64::from(ms)));
        }
        GapView { gap, pin: Some(pin), label, spent }
    }
}

/// 1st, 2nd, 3rd, 4th, 11th, 21st.
fn ordinal(n: u32) -> String {
    let end = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}
