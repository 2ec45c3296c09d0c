//! A failure that the mouse carries from a panel onto the board.

use leptos::prelude::*;

use crate::editor::gesture::SLACK;
use crate::ui::panels::failing::DragOut;
use crate::view::{Aim, Broken, Failure, Rect};

use super::pointer::covered_at;
use super::state::{Said, StageState};
use super::wires::data;

/// A place of the window.
type Place = (i32, i32);

/// What is carried, and what it would be where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Aiming {
    aim: Aim,
    pressed: Place,
    moved: bool,
    /// Where it is on the stage.
    at: (f64, f64),
    /// What it would be there, or why not; none where nothing is.
    on: Option<Result<(Broken, Failure), String>>,
}

/// The hands with which a panel's failures are dragged onto this stage.
pub fn drag_out(stage: StageState) -> DragOut {
    DragOut {
        grab: Callback::new(move |(failure, pressed)| {
            let planned = stage.ui.after.with_untracked(Option::is_some);
            let aim = stage.ui.frame.with_untracked(|frame| stage.ui.read(|session| session.aim(frame, failure, planned)));
            stage.aiming.set(aim.map(|aim| Aiming { aim, pressed, moved: false, at: (0.0, 0.0), on: None }));
        }),
        drag: Callback::new(move |to| drag(stage, to)),
        drop: Callback::new(move |to| {
            drag(stage, to);
            let aiming = stage.aiming.try_update(Option::take).flatten().filter(|aiming| aiming.moved)?;
            match aiming.on? {
                Ok((_, failure)) => Some(failure.action),
                Err(why) => {
                    stage.said.set(Some(Said { text: why, at: aiming.at }));
                    None
                }
            }
        }),
        give_up: Callback::new(move |()| {
            give_up(stage);
        }),
    }
}

/// Lets go of what is carried. Whether anything was.
pub fn give_up(stage: StageState) -> bool {
    let carries = stage.aiming.with_untracked(Option::is_some);
    if carries {
        stage.aiming.set(None);
    }
    carries
}

/// Whether anything is on its way: a press that trembles carries nothing away.
fn drag(stage: StageState, to: Place) -> bool {
    let Some(aiming) = stage.aiming.get_untracked() else { return false };
    let (dx, dy) = (f64::from(to.0 - aiming.pressed.0), f64::from(to.1 - aiming.pressed.1));
    if !aiming.moved && dx.abs().max(dy.abs()) <= SLACK.0 {
        return false;
    }
    let corner = stage.corner();
    let at = (f64::from(to.0) - corner.0, f64::from(to.1) - corner.1);
    let on = if covered_at(to) { None } else { stage.thing_at(at).map(|target| aiming.aim.judge(target)) };
    stage.aiming.set(Some(Aiming { moved: true, at, on, ..aiming }));
    true
}

impl Aiming {
    /// What is said beside the pointer, and where on the stage: nothing where nothing is.
    pub fn words(&self) -> Option<(String, (f64, f64))> {
        let text = match self.on.as_ref()? {
            Ok((_, failure)) => failure.words.clone(),
            Err(why) => why.clone(),
        };
        Some((text, self.at))
    }

    /// The outlines of all that it can be dropped on, and of what it is over.
    pub fn outlines(&self, stage: StageState) -> [String; 2] {
        if !self.moved {
            return Default::default();
        }
        let over = self.on.as_ref().and_then(|on| on.as_ref().ok()).map(|(what, _)| *what);
        [self.aim.takers().map(|what| outline(stage, what)).collect(), over.map(|what| outline(stage, what)).unwrap_or_default()]
    }
}

fn outline(stage: StageState, what: Broken) -> String {
    stage.ui.frame.with(|frame| match what {
        Broken::Wire(id) => frame.wires.iter().find(|wire| wire.id == id).map(|wire| data(&wire.paths)).unwrap_or_default(),
        _ => frame.rect_of_broken(what).map(framed).unwrap_or_default(),
    })
}

fn framed(rect: Rect) -> String {
    format!("M{} {}h{}v{}h-{}z", rect.x, rect.y, rect.w, rect.h, rect.w)
}
