//! A failure on its way to the board: what it can be dropped on, and why not on the rest.

use crate::board::{Action, Process, ProcessDoes};
use crate::session::Session;
use crate::sim::Role;

use super::breaking::{Breakable, Broken};
use super::cards::{Frame, Rect, Target};
use super::failures::Failure;

/// A failure that is dragged over the board.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    failure: Failure,
    things: Vec<Breakable>,
}

impl Session {
    /// Takes a failure up at the cursor; `planned` as of [`Session::breaking`].
    pub fn aim(&self, frame: &Frame, failure: Failure, planned: bool) -> Aim {
        Aim { failure, things: self.breaking(frame, planned).things }
    }
}

impl Aim {
    /// The failure's word.
    pub fn verb(&self) -> &'static str {
        self.failure.verb
    }

    /// All that it can be dropped on.
    pub fn takers(&self) -> impl Iterator<Item = Broken> {
        self.things.iter().filter(|thing| self.done_to(thing).is_ok()).map(|thing| thing.what)
    }

    /// What it is where it is dropped on something of the board, and to what it is done.
    ///
    /// # Errors
    /// Says as a sentence why it cannot be done there.
    pub fn judge(&self, on: Target) -> Result<(Broken, Failure), String> {
        let mut fitting = self.things.iter().filter(|thing| lies_on(thing.what, on) && self.fits(thing.what));
        match (fitting.next(), fitting.next()) {
            (None, _) => Err(format!("“{}” is for {}.", self.failure.verb, self.meant())),
            (Some(thing), None) => self.done_to(thing).map(|failure| (thing.what, failure)),
            (Some(_), Some(_)) => Err(format!("“{}” is for one process: drop it on the row of one.", self.failure.verb)),
        }
    }

    /// The same failure, done to one of those that it can be done to; none for another.
    pub fn done(&self, what: Broken) -> Option<Failure> {
        let thing = self.things.iter().find(|thing| thing.what == what)?;
        self.done_to(thing).ok()
    }

    /// The same failure, done to another thing.
    fn done_to(&self, thing: &Breakable) -> Result<Failure, String> {
        let same = thing.failures.iter().find(|failure| failure.verb == self.failure.verb && self.fits(thing.what));
        match same {
            Some(failure) if failure.refused.is_empty() => Ok(failure.clone()),
            Some(failure) => Err(failure.refused.clone()),
            None if matches!(self.failure.action, Action::Reading { .. }) && !is_read(thing) => {
                Err(format!("Nothing is read over {}.", thing.name))
            }
            None if thing.state.is_empty() => Err(format!("{} is as usual.", thing.name)),
            None => Err(format!("{} is so already: {}.", thing.name, thing.state)),
        }
    }

    /// Whether things of a kind can fail like this at all.
    fn fits(&self, what: Broken) -> bool {
        match (&self.failure.action, what) {
            (Action::Process(does), Broken::Process(who)) => does.does != ProcessDoes::PowerLoss || who.role == Role::Broker,
            // A wire is slowed by the same word as a database.
            (Action::Slow { .. }, Broken::Store(_)) => true,
            (Action::SlowStore { times, .. }, Broken::Wire(_)) => *times > 1,
            (Action::SlowStore { .. }, Broken::Store(_)) => true,
            (
                Action::Cut { .. } | Action::Heal { .. } | Action::Slow { .. } | Action::Lossy { .. } | Action::Reading { .. },
                Broken::Wire(_),
            ) => true,
            _ => false,
        }
    }

    fn meant(&self) -> &'static str {
        match &self.failure.action {
            Action::Process(does) if does.does == ProcessDoes::PowerLoss => "a broker",
            Action::Process(_) => "an instance, a relay or a broker",
            Action::SlowStore { times: 1, .. } => "a service with a database",
            Action::Reading { .. } => "a wire from a topic to a service",
            Action::Slow { .. } | Action::SlowStore { .. } => "a wire, or a service with a database",
            _ => "a wire",
        }
    }
}

/// Whether something is read over a wire: then reading can be stopped, or goes on.
fn is_read(thing: &Breakable) -> bool {
    thing.failures.iter().any(|failure| matches!(failure.action, Action::Reading { .. }))
}

/// Whether what can be broken is there, where something of the board is pointed at.
fn lies_on(what: Broken, on: Target) -> bool {
    match (what, on) {
        (Broken::Process(who), Target::Process(there)) => who == there,
        (Broken::Process(Process { node, .. }), Target::Node(there)) => node == there,
        (Broken::Store(node), Target::Node(there)) => node == there,
        (Broken::Store(node), Target::Process(there)) => node == there.node,
        (Broken::Wire(wire), Target::Wire(there)) => wire == there,
        _ => false,
    }
}

impl Frame {
    /// Where something that can be broken is drawn; none for a wire, which is a line.
    pub fn rect_of_broken(&self, what: Broken) -> Option<Rect> {
        let who = match what {
            Broken::Process(who) => who,
            Broken::Store(node) => return self.services.iter().find(|card| card.id == node).map(|card| card.rect),
            Broken::Wire(_) => return None,
        };
        let rows = self.services.iter().flat_map(|card| &card.instances).map(|row| (row.process, row.rect));
        let trays = self.services.iter().filter_map(|card| card.tray.as_ref());
        let relays = trays.flat_map(|tray| tray.relays.iter().map(|relay| (relay.process, tray.rect)));
        let brokers = self.brokers.iter().map(|card| (card.process, card.rect));
        rows.chain(relays).chain(brokers).find(|(process, _)| *process == who).map(|(_, rect)| rect)
    }
}
