//! A session with its history: every change of the document goes over the desk, and can be taken back.

use crate::board::{Action, ActionError, Board, Edit, Patch, PinAction, Place, ProcessDoes};
use crate::net::PacketDoes;
use crate::session::Session;
use crate::sim::NodeId;

use super::arrange::FAR;
use super::draft::{Edited, called, place_of};
use super::error::EditError;
use super::history::{History, MergeKey};
use super::ids::Ids;
use super::rerun::Rerun;

/// A session, the steps that led to its document, and the ids that have been given.
#[derive(Debug)]
pub struct Desk {
    session: Session,
    history: History,
    ids: Ids,
    /// Cards that are being carried, with where they were.
    held: Vec<(NodeId, (i32, i32))>,
}

impl Desk {
    /// Puts a session on the desk, with nothing to be undone.
    pub fn new(session: Session) -> Desk {
        let mut ids = Ids::of(&session.document());
        ids.see(session.start_board());
        Desk { session, history: History::default(), ids, held: Vec::new() }
    }

    /// The session, to look at.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session, to run and to seek. Its document is changed over the desk alone.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The ids that have been given.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// The document at the cursor.
    pub fn board(&self) -> &Board {
        self.session.board()
    }

    /// Makes an edit: one step, or one with the step before it of the same key. Gives what the edit says of itself.
    ///
    /// # Errors
    /// Those of the operation, and those of a run that does not take the change. Then nothing has changed.
    pub fn edit(
        &mut self,
        merge: Option<MergeKey>,
        operation: impl FnOnce(&Board, &Ids) -> Result<Edited, EditError>,
    ) -> Result<Edited, EditError> {
        self.let_go();
        let before = self.session.board().clone();
        self.ids.see(&before);
        let edited = operation(&before, &self.ids)?;
        self.change(&edited.label, &before, &edited.board, merge)?;
        Ok(edited)
    }

    /// Does something to the run. What changes the document, a pin, a setting, a pattern, can be undone.
    ///
    /// # Errors
    /// Says why it cannot be done; then nothing has changed.
    pub fn act(&mut self, action: Action, merge: Option<MergeKey>) -> Result<(), ActionError> {
        self.let_go();
        let before = self.session.board().clone();
        let label = in_words(&before, &action);
        self.session.act(action)?;
        self.ids.see(self.session.board());
        self.history.record(&label, &before, self.session.board(), merge);
        Ok(())
    }

    /// Runs the same once more with a change from its start on, in a branch of its own, as [`Session::run_again_with`] does.
    /// That is no step: the branch that was shown is still there.
    ///
    /// # Errors
    /// Why the document can have the change at no time, or that it had it all along. Then nothing has changed.
    pub fn run_again_with(&mut self, rerun: &Rerun) -> Result<(), ActionError> {
        self.let_go();
        let Desk { session, ids, .. } = self;
        session.run_again_with(&rerun.name, &mut |board| {
            ids.see(board);
            rerun.with.on(board, ids)
        })?;
        self.ids.see(self.session.board());
        Ok(())
    }

    /// Ends a burst of changes: the next one is a step of its own.
    pub fn settle(&mut self) {
        self.history.settle();
    }

    /// Undoes the last step. During a run this is an action now. Gives the step's label; none if there is no step.
    ///
    /// # Errors
    /// If what the step changed is no longer as it left it, or the run does not take it. Then nothing has changed.
    pub fn undo(&mut self) -> Result<Option<String>, EditError> {
        self.let_go();
        let now = self.session.board().clone();
        let Desk { session, history, .. } = self;
        history.undo(&now, |patch| session.edit(patch))
    }

    /// Does the step again that was undone last; otherwise as [`Desk::undo`].
    ///
    /// # Errors
    /// As [`Desk::undo`].
    pub fn redo(&mut self) -> Result<Option<String>, EditError> {
        self.let_go();
        let now = self.session.board().clone();
        let Desk { session, history, .. } = self;
        history.redo(&now, |patch| session.edit(patch))
    }

    /// What would be undone, in words: `Undo: move Payments`.
    pub fn undo_label(&self) -> Option<String> {
        self.history.undo_label()
    }

    /// What would be redone, in words: `Redo: move Payments`.
    pub fn redo_label(&self) -> Option<String> {
        self.history.redo_label()
    }

    /// Carries cards to these places, as they are dragged: no step before [`Desk::let_go`]. Nodes that are not there are
    /// passed over.
    pub fn carry(&mut self, places: &[(NodeId, (i32, i32))]) {
        for (node, (x, y)) in places {
            if !self.held.iter().any(|(held, _)| held == node) {
                let Some(was) = self.place(*node) else { continue };
                self.held.push((*node, was));
            }
            self.session.move_node(*node, (*x).clamp(-FAR, FAR), (*y).clamp(-FAR, FAR));
        }
    }

    /// Leaves carried cards where they are: one step. The run may have gone on meanwhile: only the places are of the step.
    pub fn let_go(&mut self) {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return;
        }
        let mut before = self.session.board().clone();
        for (node, (was_x, was_y)) in &held {
            if let Some((x, y)) = place_of(&mut before, *node) {
                (*x, *y) = (*was_x, *was_y);
            }
        }
        let nodes: Vec<NodeId> = held.iter().map(|(node, _)| *node).collect();
        self.history.record(&format!("move {}", called(&before, &nodes)), &before, self.session.board(), None);
    }

    /// Puts carried cards back where they were.
    pub fn put_back(&mut self) {
        for (node, (x, y)) in std::mem::take(&mut self.held) {
            self.session.move_node(node, x, y);
        }
    }

    fn place(&self, node: NodeId) -> Option<(i32, i32)> {
        let board = self.session.board();
        let clients = board.clients.iter().map(|node| (node.id, (node.x, node.y)));
        let services = board.services.iter().map(|node| (node.id, (node.x, node.y)));
        let brokers = board.brokers.iter().map(|node| (node.id, (node.x, node.y)));
        clients.chain(services).chain(brokers).find(|(id, _)| *id == node).map(|(_, place)| place)
    }

    fn change(&mut self, label: &str, before: &Board, after: &Board, merge: Option<MergeKey>) -> Result<(), ActionError> {
        let patch = Patch::between(before, after);
        if patch.is_empty() {
            return Ok(());
        }
        self.session.edit(&patch)?;
        self.ids.see(self.session.board());
        self.history.record(label, before, self.session.board(), merge);
        Ok(())
    }
}

/// What an action does, in a few words.
pub(super) fn in_words(board: &Board, action: &Action) -> String {
    let called = |place: &Place| match place {
        Place::Node(node) => board.title_of(*node).to_owned(),
        Place::Wire(_) => "a wire".to_owned(),
    };
    match action {
        Action::Send { client } => format!("send a request of {}", board.title_of(*client)),
        Action::Process(action) => {
            let does = match action.does {
                ProcessDoes::Crash => "crash",
                ProcessDoes::Restart => "restart",
                ProcessDoes::Pause => "pause",
                ProcessDoes::Resume => "resume",
                ProcessDoes::PowerLoss => "cut the power of",
            };
            format!("{does} {}", board.title_of(action.who.node))
        }
        Action::Cut { .. } => "cut a wire".to_owned(),
        Action::Slow { .. } => "slow a wire".to_owned(),
        Action::Lossy { .. } => "make a wire lossy".to_owned(),
        Action::Heal { .. } => "heal a wire".to_owned(),
        Action::Packet { does: PacketDoes::Break, .. } => "break a message's connection".to_owned(),
        Action::Packet { does: PacketDoes::Delay(_), .. } => "hold a message up".to_owned(),
        Action::Packet { does: PacketDoes::Overtake, .. } => "let a message be overtaken".to_owned(),
        Action::SlowStore { service, .. } => format!("slow the database of {}", board.title_of(*service)),
        Action::Reading { stops: true, .. } => "stop reading over a wire".to_owned(),
        Action::Reading { stops: false, .. } => "read on over a wire".to_owned(),
        Action::Pin(PinAction::Set(pin)) => format!("pin {}", board.title_of(pin.service)),
        Action::Pin(PinAction::Clear { service, .. }) => format!("unpin {}", board.title_of(*service)),
        Action::Edit(Edit::Set { place, setting, .. }) => format!("set {} of {}", setting.info().name, called(place)),
        Action::Edit(Edit::Pattern { service, pattern }) => {
            format!("switch {} to “{}”", board.title_of(*service), pattern.words())
        }
        Action::Edit(Edit::Mend { service, mend }) => {
            format!("switch {} to “{}”", board.title_of(*service), mend.words())
        }
        Action::Edit(Edit::Relay { service, kind }) => {
            format!("switch the relay of {} to “{}”", board.title_of(*service), kind.words())
        }
        Action::Edit(Edit::Partitions { topic, .. }) => format!("add partitions to {topic}"),
        Action::Edit(Edit::Change(_)) => "change the board".to_owned(),
    }
}
