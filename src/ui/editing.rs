//! The page's way to the document: edits, what is done at the cursor, cards that are carried, undo and redo.

use leptos::prelude::*;

use crate::board::{Action, Board, to_json};
use crate::editor::{self, Desk, EditError, Edited, Ids, MergeKey};
use crate::sim::NodeId;

use crate::view::sentence;

use super::crash;
use super::state::Ui;

impl Ui {
    /// Carries cards along, and nothing but them and their wires is drawn again.
    pub(super) fn carry(&self, places: &[(NodeId, (i32, i32))]) {
        let nodes: Vec<NodeId> = places.iter().map(|(node, _)| *node).collect();
        self.revision.try_update_value(|count| *count += 1);
        self.on_desk(|desk| desk.carry(places));
        self.show_carried(&nodes);
    }

    /// Puts cards where they are better seen, without a step.
    pub(super) fn place_unasked(&self, places: impl FnOnce(&Board) -> Vec<(NodeId, (i32, i32))>) {
        self.change_desk(|desk| {
            for (node, (x, y)) in places(desk.board()) {
                desk.session_mut().move_node(node, x, y);
            }
        });
    }

    /// Cards that were carried stay where they are, as one step; or return to where they were.
    pub(super) fn put_down(&self, stay: bool) {
        self.change_desk(|desk| if stay { desk.let_go() } else { desk.put_back() });
    }

    /// Changes the document: one step, or one with the step before it of the same key. Says why if it cannot be done, and
    /// says what the edit has to say. What is new is then selected.
    pub fn edit(
        &self,
        merge: Option<MergeKey>,
        operation: impl FnOnce(&Board, &Ids) -> Result<Edited, EditError>,
    ) -> Option<Edited> {
        match self.try_edit(merge, operation)? {
            Ok(edited) => Some(edited),
            Err(why) => {
                self.complain(why);
                None
            }
        }
    }

    /// Changes the document as [`Ui::edit`] does, and gives back why it cannot be done, for the place where it was asked for.
    /// None while no board is open.
    pub fn try_edit(
        &self,
        merge: Option<MergeKey>,
        operation: impl FnOnce(&Board, &Ids) -> Result<Edited, EditError>,
    ) -> Option<Result<Edited, String>> {
        let branches = self.branches();
        let edited = self.change_desk(|desk| desk.edit(merge, operation))?;
        if let Ok(edited) = &edited {
            self.tell_of_branch(branches);
            if let Some(note) = edited.notes.first() {
                self.say(note.clone());
            }
        }
        Some(edited.map_err(|error| sentence(&error.to_string())))
    }

    /// Does something at the cursor; says so when it cannot be done. True when it was done.
    pub fn act(&self, action: Action) -> bool {
        match self.try_act(action, None) {
            Some(Ok(())) => true,
            Some(Err(why)) => {
                self.complain(why);
                false
            }
            None => false,
        }
    }

    /// Does something at the cursor as [`Ui::act`] does, as one step with those before it of the same key, and gives back why
    /// it cannot be done. None while no board is open.
    pub fn try_act(&self, action: Action, merge: Option<MergeKey>) -> Option<Result<(), String>> {
        let before = self.branches();
        crash::about_to(&action);
        let done = self.change_desk(|desk| desk.act(action, merge))?;
        if done.is_ok() {
            self.tell_of_branch(before);
        }
        Some(done.map_err(|error| sentence(&error.to_string())))
    }

    /// What an operation would come to, on the document as it is; nothing changes.
    pub fn preview<R>(&self, operation: impl FnOnce(&Board, &Ids) -> R) -> Option<R> {
        self.desk.try_with_value(|desk| desk.as_ref().map(|desk| operation(desk.board(), desk.ids()))).flatten()
    }

    /// Opens a board with nothing on it.
    pub fn new_board(&self) -> bool {
        self.pause();
        self.load_board(&to_json(&editor::empty_board()))
    }

    /// The next change is a step of its own.
    pub fn settle_step(&self) {
        self.on_desk(Desk::settle);
    }

    /// Takes the last step of editing back.
    pub fn undo(&self) {
        self.travel(Desk::undo, "There is nothing to undo.");
    }

    /// Makes the step again that was taken back last.
    pub fn redo(&self) {
        self.travel(Desk::redo, "There is nothing to redo.");
    }

    fn travel(&self, way: impl FnOnce(&mut Desk) -> Result<Option<String>, EditError>, nothing: &str) {
        let branches = self.branches();
        match self.change_desk(way) {
            Some(Ok(Some(_))) => self.tell_of_branch(branches),
            Some(Ok(None)) => self.say(nothing),
            Some(Err(error)) => self.complain(sentence(&error.to_string())),
            None => {}
        }
    }
}
