//! Edits of the document.

use super::action::Edit;
use super::document::Board;
use super::error::ActionError;
use super::patterns::apply_pattern;
use super::settings::{Place, Setting, Settings};
use super::validate::partitions;

/// Changes the document.
///
/// # Errors
/// Says what is not there or not taken; the document is then as it was.
pub fn edit(board: &mut Board, change: &Edit) -> Result<(), ActionError> {
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
        Edit::Pattern { service, pattern } => apply_pattern(board, *service, *pattern),
        Edit::Partitions { topic, partitions: count } => {
            partitions(topic, *count).map_err(ActionError::Refused)?;
            let known = board.brokers.iter_mut().flat_map(|broker| &mut broker.topics).find(|known| known.name == *topic);
            let known = known.ok_or_else(|| ActionError::Missing(format!("topic \"{topic}\"")))?;
            if *count < known.partitions {
                return Err(ActionError::Refused(format!(
                    "{topic} has {} partitions, and partitions only grow",
                    known.partitions
                )));
            }
            known.partitions = *count;
            Ok(())
        }
    }
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
