//! Edits of the document.

use crate::sim::Gather;
use std::collections::{BTreeMap, BTreeSet};

use crate::sim::{HandlerId, LineId, NodeId};

use super::action::Edit;
use super::document::Board;
use super::error::ActionError;
use super::mend::mend;
use super::patterns::apply_pattern;
use super::program::Gap;
use super::relay::set_relay_kind;
use super::settings::{Place, Setting, Settings};
use super::validate::{partitions, validate};

/// Changes the document of a running board.
///
/// # Errors
/// Says what is not there, not taken or does not fit together, and what would be right; the document is then as it was.
pub fn edit(board: &mut Board, change: &Edit) -> Result<(), ActionError> {
    let mut changed = board.clone();
    make(&mut changed, change)?;
    validate(&changed).map_err(|problem| ActionError::Refused(problem.to_string()))?;
    *board = changed;
    Ok(())
}

fn make(board: &mut Board, change: &Edit) -> Result<(), ActionError> {
    match change {
        Edit::Set { place, setting, value } => {
            let (settings, allowed) = settings_of(board, *place)?;
            if !allowed.contains(setting) {
                return Err(ActionError::Refused(format!("{} does not belong there", setting.info().name)));
            }
            match value {
                Some(value) => {
                    setting.check(*value).map_err(ActionError::Refused)?;
                    settings.0.insert(*setting, *value);
                }
                None => {
                    settings.0.remove(setting);
                }
            }
            Ok(())
        }
        Edit::Pattern { service, pattern } => {
            let before = line_ids(board, *service);
            apply_pattern(board, *service, *pattern)?;
            move_pins(board, *service, &before);
            Ok(())
        }
        Edit::Mend { service, mend: wanted } => {
            let before = line_ids(board, *service);
            mend(board, *service, wanted)?;
            move_pins(board, *service, &before);
            Ok(())
        }
        Edit::Relay { service, kind } => set_relay_kind(board, *service, *kind),
        Edit::Partitions { topic, partitions: count } => {
            partitions(topic, *count).map_err(ActionError::Refused)?;
            let known = board.brokers.iter_mut().flat_map(|broker| &mut broker.topics).find(|known| known.name == *topic);
            let known = known.ok_or_else(|| ActionError::Missing(format!("topic \"{topic}\"")))?;
            only_grows(topic, known.partitions, *count)?;
            known.partitions = *count;
            Ok(())
        }
        Edit::Change(patch) => {
            let before = board.clone();
            patch.apply(board)?;
            for topic in before.brokers.iter().flat_map(|broker| &broker.topics) {
                if let Some((_, now)) = board.topic(&topic.name) {
                    only_grows(&topic.name, topic.partitions, now.partitions)?;
                }
            }
            settle_pins(board, &before);
            Ok(())
        }
    }
}

/// Puts the pins right after programs have changed: one whose line has gone moves to the line before it that is still
/// there, or to the program's start; one whose program or service has gone goes.
pub fn settle_pins(board: &mut Board, before: &Board) {
    for service in &before.services {
        move_pins(board, service.id, &line_ids(before, service.id));
    }
}

fn only_grows(topic: &str, from: u16, to: u16) -> Result<(), ActionError> {
    if to >= from {
        return Ok(());
    }
    let problem = format!("{topic} has {from} partitions, and while a board runs they only grow: reset it, then set {to}");
    Err(ActionError::Refused(problem))
}

/// The lines of a service's programs, in order.
fn line_ids(board: &Board, service: NodeId) -> Vec<Vec<LineId>> {
    let node = board.service(service);
    node.map_or_else(Vec::new, |node| node.programs().map(|(_, lines)| lines.iter().map(|line| line.id).collect()).collect())
}

/// A pin behind a line that has gone moves to the line before it that is still there, or to the program's start. Where
/// another pin is already, it goes, and so does a pin of a program or service that has gone.
fn move_pins(board: &mut Board, service: NodeId, before: &[Vec<LineId>]) {
    let Some(node) = board.services.iter().find(|node| node.id == service) else {
        return board.pins.retain(|pin| pin.service != service);
    };
    let programs: BTreeSet<HandlerId> = node.programs().map(|(id, _)| id).into_set();
    let lines: BTreeMap<LineId, HandlerId> =
        node.programs().flat_map(|(id, lines)| lines.iter().map(move |line| (line.id, id))).collect();
    let mut taken: Vec<Gap> = board.pins.iter().filter(|pin| pin.service == service).map(|pin| pin.gap).collect();
    board.pins.retain_mut(|pin| {
        if pin.service != service {
            return true;
        }
        let line = match pin.gap {
            Gap::Start(handler) => return programs.contains(&handler),
            Gap::After(line) if lines.contains_key(&line) => return true,
            Gap::After(line) => line,
        };
        let Some(program) = before.iter().find(|program| program.contains(&line)) else { return false };
        let earlier = program.iter().take_while(|known| **known != line);
        let handler = program.iter().find_map(|known| lines.get(known).copied());
        let survivor = earlier.filter(|known| lines.contains_key(known)).last().copied();
        let Some(gap) = survivor.map(Gap::After).or(handler.map(Gap::Start)) else { return false };
        let free = !taken.contains(&gap);
        pin.gap = gap;
        taken.push(gap);
        free
    });
}

/// The settings of a place, with those that belong there.
fn settings_of(board: &mut Board, place: Place) -> Result<(&mut Settings, &'static [Setting]), ActionError> {
    let missing = match place {
        Place::Node(node) => format!("node with id {}", node.0),
        Place::Wire(wire) => format!("wire with id {}", wire.0),
    };
    let found = match place {
        Place::Wire(id) => board.wires.iter_mut().find(|wire| wire.id == id).map(|wire| (&mut wire.settings, Setting::WIRE)),
        Place::Node(id) => {
            let clients = board.clients.iter_mut().map(|node| (node.id, &mut node.settings, Setting::CLIENT));
            let services = board.services.iter_mut().map(|node| (node.id, &mut node.settings, Setting::SERVICE));
            let brokers = board.brokers.iter_mut().map(|node| (node.id, &mut node.settings, Setting::BROKER));
            let mut all = clients.chain(services).chain(brokers);
            all.find(|(node, ..)| *node == id).map(|(_, settings, allowed)| (settings, allowed))
        }
    };
    found.ok_or(ActionError::Missing(missing))
}
