//! What a gesture looks like: the frame, the ghost, the guides, the wire that is drawn, and what is said beside them.

use leptos::prelude::*;

use crate::editor::gesture::{Connecting, State};
use crate::editor::{End, Point, Preset, Rect, Starter};

use super::aiming::Aiming;
use super::state::StageState;

/// How large the ghost of a new thing is, in board units: about as large as the thing.
fn size_of(starter: Starter) -> (f32, f32) {
    match starter {
        Starter::Client => (152.0, 108.0),
        Starter::Service(Preset::Payments) => (214.0, 180.0),
        Starter::Service(Preset::Orders | Preset::Emails) => (214.0, 144.0),
        Starter::Service(Preset::Service) => (214.0, 108.0),
        Starter::Topic => (352.0, 228.0),
        Starter::Broker => (352.0, 58.0),
    }
}

fn framed(rect: Rect) -> String {
    format!("M{} {}h{}v{}h-{}z", rect.x, rect.y, rect.w, rect.h, rect.w)
}

/// Where an end is on the board.
fn rect_of(stage: StageState, end: &End) -> Option<Rect> {
    stage.ui.frame.with(|frame| match end {
        End::Node(node) => frame.rect_of(*node),
        End::Topic(name) => {
            let topics = frame.brokers.iter().flat_map(|card| &card.topics);
            topics.into_iter().find(|topic| topic.name == *name).map(|topic| topic.rect)
        }
    })
}

/// The wire from its beginning to the pointer, or to the middle of what has been chosen.
fn wire(stage: StageState, connecting: &Connecting) -> Option<String> {
    let from = rect_of(stage, &connecting.from)?;
    let to = stage.camera.get().to_board(connecting.at?);
    let right = to.x >= from.middle().x;
    let start = Point { x: if right { from.right() } else { from.x }, y: from.middle().y };
    let reach = ((to.x - start.x).abs() / 2.0).max(24.0) * if right { 1.0 } else { -1.0 };
    Some(format!("M{} {}C{} {} {} {} {} {}", start.x, start.y, start.x + reach, start.y, to.x - reach, to.y, to.x, to.y))
}

/// The drawn part, in board units, above the cards.
#[component]
pub fn GestureMarks() -> impl IntoView {
    let stage = StageState::here();
    let frame = move || match &*stage.doing.read() {
        State::Boxing(boxing) => framed(boxing.frame()),
        _ => String::new(),
    };
    let ghost = move || match &*stage.doing.read() {
        State::Placing(placing) => {
            let ((x, y), (w, h)) = (placing.ghost, size_of(placing.starter));
            framed(Rect { x: x as f32, y: y as f32, w, h })
        }
        State::Dragging(dragging) if dragging.copies => {
            let rects = dragging.places().into_iter().filter_map(|(node, (x, y))| {
                let rect = stage.ui.frame.with_untracked(|frame| frame.rect_of(node))?;
                Some(framed(Rect { x: x as f32, y: y as f32, ..rect }))
            });
            rects.collect()
        }
        _ => String::new(),
    };
    let name = move || match &*stage.doing.read() {
        State::Placing(placing) => placing.starter.title(),
        _ => "",
    };
    let name_at = move || match &*stage.doing.read() {
        State::Placing(placing) => format!("translate({} {})", placing.ghost.0 + 14, placing.ghost.1 + 25),
        _ => String::new(),
    };
    let guides = move || match &*stage.doing.read() {
        State::Dragging(dragging) => {
            let one = |guide: &crate::editor::gesture::Guide| match guide.upright {
                true => format!("M{} {}V{}", guide.at, guide.from, guide.to),
                false => format!("M{} {}H{}", guide.from, guide.at, guide.to),
            };
            dragging.guides.iter().map(one).collect::<String>()
        }
        _ => String::new(),
    };
    let drawn = move || match &*stage.doing.read() {
        State::Connecting(connecting) => wire(stage, connecting).unwrap_or_default(),
        _ => String::new(),
    };
    let barred = move || matches!(&*stage.doing.read(), State::Connecting(Connecting { to: Some((_, Err(_))), .. }));
    let aims =
        Memo::new(move |_| stage.aiming.with(|aiming| aiming.as_ref().map(|aiming| aiming.outlines(stage)).unwrap_or_default()));
    view! {
        <svg class="marks" width="1" height="1" aria-hidden="true">
            <path class="mark-frame" d=frame />
            <path class="mark-ghost" d=ghost />
            <text transform=name_at>{name}</text>
            <path class="mark-guides" d=guides />
            <path class="mark-takers" d=move || aims.with(|[takers, _]| takers.clone()) />
            <path class="mark-taker" d=move || aims.with(|[_, over]| over.clone()) />
            <path class="mark-wire" class:barred=barred d=drawn />
        </svg>
    }
}

/// What is said beside the pointer, what to do next, and, for those who hear the page, what has been done.
#[component]
pub fn GestureWords() -> impl IntoView {
    let stage = StageState::here();
    let said = move || match &*stage.doing.read() {
        State::Connecting(Connecting { at: Some(at), to: Some((_, Err(refusal))), .. }) => {
            Some((format!("{}: {}.", refusal.reason, refusal.mend), *at))
        }
        _ => stage
            .aiming
            .with(|aiming| aiming.as_ref().and_then(Aiming::words))
            .or_else(|| stage.said.get().map(|said| (said.text, said.at))),
    };
    let next = Memo::new(move |_| match &*stage.doing.read() {
        State::Placing(placing) if placing.pointer.is_none() => {
            format!("Click the board to put {} there. Arrows move it, Enter puts it down, Esc cancels.", placing.starter.title())
        }
        State::Connecting(connecting) if connecting.pointer.is_none() => {
            "Click where the wire leads. Arrows or Tab choose, Enter connects, Esc cancels.".to_owned()
        }
        _ => match stage.aiming.with(|aiming| aiming.as_ref().and_then(Aiming::chosen)) {
            Some(verb) => format!(
                "{verb}: press what it is to happen to. Arrows choose, Enter does it; Esc, or a press beside it, ends this."
            ),
            None => String::new(),
        },
    });
    // What the keyboard has chosen is said by its name.
    Effect::new(move |_| {
        if let State::Connecting(Connecting { pointer: None, to: Some((end, Ok(()))), .. }) = &*stage.doing.read() {
            let name = match end {
                End::Topic(name) => name.clone(),
                End::Node(node) => stage.ui.read(|session| session.board().title_of(*node).to_owned()).unwrap_or_default(),
            };
            stage.speak(format!("To {name}"));
        }
    });
    Effect::new(move |_| {
        let said = stage.said.get();
        if said.is_some() {
            let over = move || {
                if stage.said.try_get_untracked().is_some_and(|now| now == said) {
                    stage.said.set(None);
                }
            };
            if let Ok(timer) = set_timeout_with_handle(over, std::time::Duration::from_secs(5)) {
                on_cleanup(move || timer.clear());
            }
        }
    });
    view! {
        {move || {
            said().map(|(text, (x, y))| {
                let style = format!("left:clamp(8px, {}px, 100% - 268px);top:max(8px, {}px)", x + 16.0, y + 18.0);
                view! { <p class="said" style=style>{text}</p> }
            })
        }}
        <p class="next" class:shown=move || next.with(|next| !next.is_empty()) role="status">{next}</p>
        <p class="heard" aria-live="polite">{stage.spoken}</p>
    }
}
