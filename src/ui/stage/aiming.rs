//! A failure on its way from a panel onto the board: carried by the mouse, or chosen first and then done to what is pressed.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::editor::Operation;
use crate::editor::gesture::SLACK;
use crate::ui::panels::failing::OntoBoard;
use crate::ui::panels::keys::focus;
use crate::view::{Aim, Broken, Failure, Rect};

use super::pointer::covered_at;
use super::state::{NARROW, Said, StageState};
use super::wires::data;

/// A place of the window.
type Place = (i32, i32);

/// What is carried or chosen, and what it would be where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Aiming {
    aim: Aim,
    /// Where the mouse went down that carries it; none where it was chosen.
    pressed: Option<Place>,
    moved: bool,
    /// Where it is on the stage.
    at: (f64, f64),
    /// What it would be there, or why not; none where nothing is.
    on: Option<Result<(Broken, Failure), String>>,
}

/// The hands with which a panel's failures get onto this stage.
pub fn onto_board(stage: StageState) -> OntoBoard {
    OntoBoard {
        grab: Callback::new(move |(failure, pressed)| {
            let carried = |aim| Aiming { aim, pressed: Some(pressed), moved: false, at: (0.0, 0.0), on: None };
            stage.aiming.set(aim(stage, failure).map(carried));
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
        choose: Callback::new(move |(failure, by_key)| choose(stage, failure, by_key)),
        chosen: Signal::derive(move || stage.aiming.with(|aiming| aiming.as_ref().and_then(Aiming::chosen))),
    }
}

fn aim(stage: StageState, failure: Failure) -> Option<Aim> {
    let planned = stage.ui.when.get_untracked().is_planned();
    stage.ui.frame.with_untracked(|frame| stage.ui.read(|session| session.aim(frame, failure, planned)))
}

/// Lets go of what is carried or chosen. Whether anything was.
pub fn give_up(stage: StageState) -> bool {
    stage.aiming.try_update(Option::take).flatten().is_some()
}

/// Whether anything is on its way: a press that trembles carries nothing away.
fn drag(stage: StageState, to: Place) -> bool {
    let Some(aiming) = stage.aiming.get_untracked() else { return false };
    let Some(pressed) = aiming.pressed else { return false };
    let (dx, dy) = (f64::from(to.0 - pressed.0), f64::from(to.1 - pressed.1));
    if !aiming.moved && dx.abs().max(dy.abs()) <= SLACK.0 {
        return false;
    }
    let corner = stage.corner();
    let at = (f64::from(to.0) - corner.0, f64::from(to.1) - corner.1);
    let on = if covered_at(to) { None } else { stage.thing_at(at).map(|target| aiming.aim.judge(target)) };
    stage.aiming.set(Some(Aiming { moved: true, at, on, ..aiming }));
    true
}

/// Chooses a failure: the next press on the board says what it happens to. What is chosen already is chosen no more.
fn choose(stage: StageState, failure: Failure, by_key: bool) {
    let again = stage.aiming.with_untracked(|aiming| aiming.as_ref().and_then(Aiming::chosen)) == Some(failure.verb);
    if again {
        give_up(stage);
        return;
    }
    stage.said.set(None);
    let chosen = |aim| Aiming { aim, pressed: None, moved: true, at: (0.0, 0.0), on: None };
    stage.aiming.set(aim(stage, failure).map(chosen));
    // On a phone the panel covers what is to be pressed.
    if stage.size.get_untracked().0 < NARROW {
        stage.ui.panel.set(None);
    }
    if by_key {
        if let Some(board) = stage.element.get_untracked() {
            let _ = HtmlElement::focus(board.unchecked_ref());
        }
        step(stage, 1);
    }
}

/// The mouse moves over the board while something is chosen. Whether anything is.
pub fn hovered(stage: StageState, at: (f64, f64), covered: bool) -> bool {
    let Some(aiming) = stage.aiming.get_untracked().filter(|aiming| aiming.pressed.is_none()) else { return false };
    let on = if covered { None } else { stage.thing_at(at).map(|target| aiming.aim.judge(target)) };
    if (&aiming.on, aiming.at) != (&on, at) {
        stage.aiming.set(Some(Aiming { at, on, ..aiming }));
    }
    true
}

/// The board is pressed while something is chosen: it happens there, or is chosen no more where nothing is. Whether anything
/// was chosen.
pub fn pressed(stage: StageState, at: (f64, f64)) -> bool {
    let Some(aiming) = stage.aiming.get_untracked().filter(|aiming| aiming.pressed.is_none()) else { return false };
    match stage.thing_at(at).map(|target| aiming.aim.judge(target)) {
        None => {
            give_up(stage);
        }
        Some(Ok((_, failure))) => happens(stage, &failure, at),
        Some(Err(text)) => {
            stage.speak(text.clone());
            stage.aiming.set(Some(Aiming { at, on: Some(Err(text)), ..aiming }));
        }
    }
    true
}

/// A key while something is chosen and no control has the focus: arrows go through what it can happen to, Enter does it.
pub fn keyed(stage: StageState, event: &KeyboardEvent, on_control: bool) -> bool {
    let Some(aiming) = stage.aiming.get_untracked().filter(|aiming| aiming.pressed.is_none() && !on_control) else {
        return false;
    };
    match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => step(stage, 1),
        "ArrowLeft" | "ArrowUp" => step(stage, -1),
        "Tab" => step(stage, if event.shift_key() { -1 } else { 1 }),
        "Enter" | " " => {
            if let Some(Ok((_, failure))) = aiming.on {
                let verb = failure.verb;
                happens(stage, &failure, aiming.at);
                back_to(verb);
            }
        }
        "Escape" => {
            give_up(stage);
            back_to(aiming.aim.verb());
        }
        _ => return false,
    }
    true
}

/// The focus goes back to the button that chose a failure, where the panel is still there.
fn back_to(verb: &'static str) {
    if let Ok(Some(button)) = document().query_selector(&[".kinds [data-verb=\"", verb, "\"]"].concat()) {
        focus(&button);
    }
}

/// Goes to the next of what it can happen to, or the one before; round the ends.
fn step(stage: StageState, by: i32) {
    let Some(aiming) = stage.aiming.get_untracked() else { return };
    let takers: Vec<Broken> = aiming.aim.takers().collect();
    let here = aiming.on.as_ref().and_then(|on| on.as_ref().ok()).and_then(|(what, _)| takers.iter().position(|one| one == what));
    let next = here.map_or(if by > 0 { 0 } else { -1 }, |here| here as i32 + by);
    let Some(what) = takers.get(next.rem_euclid(takers.len().max(1) as i32) as usize).copied() else { return };
    let Some(failure) = aiming.aim.done(what) else { return };
    stage.speak(failure.words.clone());
    let rect = stage.ui.frame.with_untracked(|frame| frame.rect_of_broken(what));
    if let Some(rect) = rect {
        stage.reveal(rect);
    }
    let at = rect.map_or(aiming.at, |rect| stage.camera.get_untracked().to_stage(rect.middle()));
    stage.aiming.set(Some(Aiming { at, on: Some(Ok((what, failure))), ..aiming }));
}

/// It happens, at once or when the panel says, and is chosen no more.
fn happens(stage: StageState, failure: &Failure, at: (f64, f64)) {
    give_up(stage);
    let (ui, action) = (stage.ui, failure.action.clone());
    let said = match ui.when.get_untracked().time(ui.now.get_untracked()) {
        None => ui.act(action).then(|| failure.words.clone() + "."),
        Some(time) => {
            let planned = ui.try_edit(None, move |board, ids| Operation::Plan(time, action).make(board, ids, &[]));
            planned.map(|planned| planned.err().unwrap_or_else(|| format!("{}: planned for {time}.", failure.words)))
        }
    };
    if let Some(text) = said {
        stage.speak(text.clone());
        stage.said.set(Some(Said { text, at }));
    }
}

impl Aiming {
    /// The word of what is chosen; none for what is carried.
    pub fn chosen(&self) -> Option<&'static str> {
        self.pressed.is_none().then(|| self.aim.verb())
    }

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
