//! Bringing what is drawn up to date with the session.

use leptos::prelude::*;

use super::state::{Ui, settle};

/// A part of what is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The time, the document and the board.
    Board,
    /// The checks, and the steps of the board's card.
    Checks,
    /// What is selected.
    Chosen,
    /// The strip of time.
    Strip,
}

/// All parts, in the order in which they are drawn while time runs: one a frame.
pub(super) const PARTS: [Part; 4] = [Part::Board, Part::Checks, Part::Chosen, Part::Strip];

impl Ui {
    /// Brings every signal up to date and draws.
    pub fn refresh(&self) {
        self.refresh_parts(&PARTS);
    }

    /// Brings some of the signals up to date and draws.
    pub(super) fn refresh_parts(&self, parts: &[Part]) {
        if parts.iter().all(|part| self.refresh_part(*part)) {
            self.ring_all();
            self.wake();
        }
    }

    /// Brings some of the signals up to date; cards and wires follow with the next frames. False while no board is open.
    pub(super) fn refresh_part(&self, part: Part) -> bool {
        let drawn = match part {
            Part::Board => self.refresh_board(),
            Part::Chosen => {
                let selected = self.selection.get_untracked();
                self.read(|session| settle(self.inspection, session.inspect(selected)))
            }
            Part::Checks => self.read(|session| {
                settle(self.verdict, session.verdict());
                settle(self.tries, session.steps());
            }),
            Part::Strip => self.read(|session| settle(self.strip, session.strip())),
        };
        drawn.is_some()
    }

    fn refresh_board(&self) -> Option<()> {
        let selected = self.selection.get_untracked();
        settle(self.steps, self.on_desk(|desk| (desk.undo_label(), desk.redo_label()))?);
        self.read(|session| {
            // What is gone is not selected any more.
            let mut marked = self.marked.get_untracked();
            marked.keep_to(session.board());
            settle(self.marked, marked);
            let title = &session.board().title;
            if self.opened.try_with_untracked(|opened| opened.title != *title) == Some(true) {
                self.opened.update(|opened| title.clone_into(&mut opened.title));
            }
            settle(self.now, session.now());
            self.show(session.frame(selected));
        })
    }
}
