//! Who is told when one thing on the board has changed. A card follows its own bell and not the whole board: a signal goes
//! through all of its followers each time one of them runs, so that a thousand of them on one signal would cost a million steps.

use leptos::prelude::*;

use crate::session::Session;
use crate::sim::{NodeId, WireId};
use crate::view::{Changes, Frame};

use super::play::now_ms;
use super::state::Ui;

/// A thing that has a bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Card(NodeId),
    Wire(WireId),
}

/// The bells, and what has been shown of the board.
#[derive(Default)]
pub(super) struct Bells {
    /// Sorted by their things.
    bells: Vec<(Thing, ArcTrigger)>,
    /// The board has changed without its signal being told.
    untold: bool,
    /// Brokers whose lanes were read more often than their cards are drawn.
    lanes: Vec<NodeId>,
    /// Counts the changes to what lies in lanes or covers it.
    edition: u64,
    /// When lanes were read last, in real milliseconds.
    read: f64,
    /// Bells that are still to be rung for the last frame, and how many of them with each frame of the page.
    waiting: Vec<ArcTrigger>,
    share: usize,
}

/// While time runs, what has changed on the board is drawn within so many frames of the page.
const SPREAD: usize = 4;

impl Bells {
    fn of(&mut self, thing: Thing) -> ArcTrigger {
        let at = self.bells.partition_point(|(known, _)| *known < thing);
        match self.bells.get(at).filter(|(known, _)| *known == thing) {
            Some((_, bell)) => bell.clone(),
            None => {
                let bell = ArcTrigger::new();
                self.bells.insert(at, (thing, bell.clone()));
                bell
            }
        }
    }

    fn known(&self, thing: Thing) -> Option<ArcTrigger> {
        let at = self.bells.binary_search_by(|(known, _)| known.cmp(&thing)).ok()?;
        self.bells.get(at).map(|(_, bell)| bell.clone())
    }

    /// Takes note of changes, and gives the bells to ring.
    fn note(&mut self, changes: &Changes) -> Vec<ArcTrigger> {
        self.edition += u64::from(changes.lanes);
        let cards = changes.cards.iter().map(|node| Thing::Card(*node));
        let wires = changes.wires.iter().map(|wire| Thing::Wire(*wire));
        cards.chain(wires).filter_map(|thing| self.known(thing)).collect()
    }
}

impl Ui {
    /// Follows a node's card: what reads [`Ui::frame`] untracked after it runs again when the card has changed.
    pub(super) fn card(&self, node: NodeId) -> ArcTrigger {
        self.bell(Thing::Card(node))
    }

    /// Follows a wire, as [`Ui::card`] does a card.
    pub(super) fn wire(&self, wire: WireId) -> ArcTrigger {
        self.bell(Thing::Wire(wire))
    }

    fn bell(&self, thing: Thing) -> ArcTrigger {
        self.bells.try_update_value(|bells| bells.of(thing)).unwrap_or_default()
    }

    /// Shows another frame. What has changed in it is rung for by [`Ui::ring_some`] or [`Ui::ring_all`].
    pub(super) fn show(&self, frame: Frame) {
        let changes = self.frame.try_update_untracked(|shown| {
            let changes = shown.changes(&frame);
            *shown = frame;
            changes
        });
        let Some(mut changes) = changes else { return };
        self.ring_all();
        let changed = self.bells.try_update_value(|bells| {
            bells.read = now_ms();
            let late = std::mem::take(&mut bells.lanes).into_iter().filter(|node| !changes.cards.contains(node));
            changes.cards.extend(late.collect::<Vec<_>>());
            bells.waiting = bells.note(&changes);
            bells.share = bells.waiting.len().div_ceil(SPREAD);
            std::mem::take(&mut bells.untold) || changes.any()
        });
        if changed == Some(true) {
            self.frame.update(|_| ());
        }
        if changes.gone {
            self.forget_bells();
        }
    }

    /// Rings for a share of what has changed.
    pub(super) fn ring_some(&self) {
        self.ring(|bells| bells.share);
    }

    /// Rings for all that has changed.
    pub(super) fn ring_all(&self) {
        self.ring(|_| usize::MAX);
    }

    fn ring(&self, count: impl Fn(&Bells) -> usize) {
        let bells = self.bells.try_update_value(|bells| {
            let count = count(bells).min(bells.waiting.len());
            bells.waiting.drain(..count).collect::<Vec<_>>()
        });
        bells.unwrap_or_default().iter().for_each(Notify::notify);
    }

    /// Shows cards where they have been carried to.
    pub(super) fn show_carried(&self, nodes: &[NodeId]) {
        let follow = |frame: &mut Frame| self.read(|session| session.carry_in(frame, nodes));
        let Some(Some(changes)) = self.frame.try_update_untracked(follow) else { return };
        let bells = self.bells.try_update_value(|bells| {
            bells.untold |= changes.any();
            bells.note(&changes)
        });
        bells.unwrap_or_default().iter().for_each(Notify::notify);
    }

    /// Reads what lies in the lanes of a run, where that was longer ago than so many milliseconds. Cards are not drawn for it.
    pub(super) fn read_lanes(&self, session: &Session, rest: f64) {
        let now = now_ms();
        if self.bells.try_with_value(|bells| now - bells.read < rest) != Some(false) {
            return;
        }
        let selected = self.selection.get_untracked();
        let changed = self.frame.try_update_untracked(|frame| {
            let changed = session.read_lanes(frame, selected);
            changed.then(|| frame.brokers.iter().map(|card| card.id).collect::<Vec<_>>())
        });
        self.bells.try_update_value(|bells| {
            bells.read = now;
            if let Some(Some(brokers)) = changed {
                bells.edition += 1;
                bells.lanes = brokers;
            }
        });
    }

    /// One more whenever what lies in lanes, or covers it, has changed.
    pub(super) fn lanes_edition(&self) -> u64 {
        self.bells.try_with_value(|bells| bells.edition).unwrap_or(0)
    }

    /// Bells of what is no longer there go.
    fn forget_bells(&self) {
        self.frame.with_untracked(|frame| {
            let there = |thing: &Thing| match thing {
                Thing::Card(node) => frame.rect_of(*node).is_some(),
                Thing::Wire(wire) => frame.wires.iter().any(|known| known.id == *wire),
            };
            self.bells.try_update_value(|bells| bells.bells.retain(|(thing, _)| there(thing)));
        });
    }
}
