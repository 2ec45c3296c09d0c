//! The plan of a board, entry by entry: what is to come, what has happened, what was passed over.

use crate::board::{Action, Board, PinAction, PlanId, Planned, Process, ProcessDoes};
use crate::net::{Cut, Loss, Slow};
use crate::session::Session;
use crate::sim::{Actor, Time};

use super::naming::{loss_words, process_name, sentence, slow_words, wire_name};

/// What has become of an entry of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanState {
    /// Its time is still to come.
    ToCome,
    /// It happened.
    Happened,
    /// Its time came, and it made no sense any more: why, as a sentence.
    PassedOver(String),
}

/// What kind of thing is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanKind {
    /// It breaks something.
    Breaks,
    /// It mends something.
    Mends,
    /// It is no failure: a request that is sent by hand, a pin that is set or taken away.
    Deed,
}

/// An entry of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRow {
    /// Which.
    pub id: PlanId,
    /// When.
    pub at: Time,
    /// What: `payments-2 crashes`.
    pub label: String,
    /// What kind of thing that is.
    pub kind: PlanKind,
    /// What has become of it at the cursor.
    pub state: PlanState,
}

impl Session {
    /// The plan at the cursor, in order of time: what is to come, what happened, what was passed over.
    pub fn plan_rows(&self) -> Vec<PlanRow> {
        let (board, happened) = (self.board(), self.world().happened());
        let row = |planned: &Planned| {
            let done = happened.iter().find(|happened| happened.id == planned.id);
            let state = match done.map(|done| &done.passed_over) {
                None => PlanState::ToCome,
                Some(None) => PlanState::Happened,
                Some(Some(why)) => PlanState::PassedOver(sentence(&why.to_string())),
            };
            let label = will_happen(&planned.action, board).unwrap_or_default();
            PlanRow { id: planned.id, at: planned.at, label, kind: kind_of(&planned.action), state }
        };
        board.plan_in_order().into_iter().map(row).collect()
    }
}

/// What kind of thing an action is.
fn kind_of(action: &Action) -> PlanKind {
    match action {
        Action::Pin(_) | Action::Send { .. } | Action::Edit(_) => PlanKind::Deed,
        Action::Process(action) if matches!(action.does, ProcessDoes::Restart | ProcessDoes::Resume) => PlanKind::Mends,
        Action::Cut { cut: Cut::None, .. }
        | Action::Slow { slow: Slow::NOT, .. }
        | Action::Lossy { loss: Loss::NONE, .. }
        | Action::SlowStore { times: 1, .. }
        | Action::Reading { stops: false, .. }
        | Action::Heal { .. } => PlanKind::Mends,
        Action::Process(_)
        | Action::Cut { .. }
        | Action::Slow { .. }
        | Action::Lossy { .. }
        | Action::SlowStore { .. }
        | Action::Reading { .. }
        | Action::Packet { .. } => PlanKind::Breaks,
    }
}

/// What a planned action will do; nothing for edits and for what is done to one packet.
pub(super) fn will_happen(action: &Action, board: &Board) -> Option<String> {
    match action {
        Action::Process(action) => {
            let does = match action.does {
                ProcessDoes::Crash => "crashes",
                ProcessDoes::Restart => "starts again",
                ProcessDoes::Pause => "pauses",
                ProcessDoes::Resume => "goes on",
                ProcessDoes::PowerLoss => "loses power",
            };
            Some(format!("{} {does}", named(action.who, board)))
        }
        Action::Cut { wire, cut: Cut::None } => Some(format!("the wire {} heals", wire_name(*wire, board))),
        Action::Cut { wire, .. } => Some(format!("the wire {} is cut", wire_name(*wire, board))),
        Action::Slow { wire, slow: Slow::NOT } => Some(format!("the wire {} is as fast as usual", wire_name(*wire, board))),
        Action::Slow { wire, slow } => Some(format!("the wire {} is slow: {}", wire_name(*wire, board), slow_words(*slow))),
        Action::Lossy { wire, loss: Loss::NONE } => Some(format!("the wire {} loses nothing more", wire_name(*wire, board))),
        Action::Lossy { wire, loss } => Some(format!("the wire {} is lossy: {}", wire_name(*wire, board), loss_words(*loss))),
        Action::Heal { wire } => Some(format!("the wire {} heals", wire_name(*wire, board))),
        Action::SlowStore { service, times: 1 } => {
            Some(format!("the database of {} is as fast as usual", board.title_of(*service)))
        }
        Action::SlowStore { service, times } => {
            Some(format!("the database of {} takes {times} × as long", board.title_of(*service)))
        }
        Action::Reading { wire, stops: true } => Some(format!("reading over the wire {} stops", wire_name(*wire, board))),
        Action::Reading { wire, stops: false } => Some(format!("reading over the wire {} goes on", wire_name(*wire, board))),
        Action::Pin(PinAction::Set(pin)) => Some(format!("a pin is set in {}", board.title_of(pin.service))),
        Action::Pin(PinAction::Clear { service, .. }) => Some(format!("a pin in {} is taken away", board.title_of(*service))),
        Action::Send { client } => Some(format!("{} sends a request", board.title_of(*client))),
        Action::Packet { .. } | Action::Edit(_) => None,
    }
}

fn named(process: Process, board: &Board) -> String {
    process_name(Actor::new(process.node, process.role, process.ordinal), board)
}
