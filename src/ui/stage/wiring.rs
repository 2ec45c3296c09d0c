//! The question that a wire asks: which lines it adds. It lies where the wire ended, or comes from below on a phone.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::editor::{
    EditError, Edited, End, Item, Offer, Selection, Spot, Sprout, Starter, Way, offers, snapped, sprout, sprouts, wire,
};
use crate::view::lines_added;

use super::focus;
use super::state::StageState;

/// One way to connect, and what is made at its end where there is nothing yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    starter: Option<Starter>,
    offer: Offer,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Where on the stage.
    at: Spot,
    /// Where a new thing would be, on the board.
    place: (i32, i32),
    /// From where to where.
    title: String,
    ways: Vec<Choice>,
}

/// How far a new card's corner is above the end of the wire that it is made for.
const ABOVE: f32 = 24.0;

fn name_of(stage: StageState, end: &End) -> String {
    match end {
        End::Topic(name) => name.clone(),
        End::Node(node) => stage.ui.read(|session| session.board().title_of(*node).to_owned()).unwrap_or_default(),
    }
}

/// Connects two ends: at once where there is one way, or else it asks.
pub fn connect(stage: StageState, from: &End, to: &End, at: Spot) {
    let Some(found) = stage.ui.read(|session| offers(session.board(), from, to)) else { return };
    match found {
        Err(refusal) => stage.refuse(&refusal, at),
        Ok(ways) => {
            let title = format!("{} to {}", name_of(stage, from), name_of(stage, to));
            let ways = ways.into_iter().map(|offer| Choice { starter: None, offer }).collect();
            ask(stage, Question { at, place: (0, 0), title, ways });
        }
    }
}

/// A wire that ended on the empty board asks what is to be made there.
pub fn offer_new(stage: StageState, from: &End, at: crate::editor::Point) {
    let place = (snapped(at.x, false), snapped(at.y - ABOVE, false));
    let found = stage.ui.preview(|board, ids| sprouts(board, ids, from, place)).unwrap_or_default();
    let spot = stage.camera.get_untracked().to_stage(at);
    if found.is_empty() {
        let text = "Nothing that this could be wired to can be made here: draw to a thing on the board.".to_owned();
        stage.speak(text.clone());
        return stage.said.set(Some(super::state::Said { text, at: spot }));
    }
    let title = format!("From {} to something new", name_of(stage, from));
    let ways = found.into_iter().map(|Sprout { starter, offer }| Choice { starter: Some(starter), offer }).collect();
    stage.question.set(Some(Question { at: spot, place, title, ways }));
}

fn ask(stage: StageState, question: Question) {
    match question.ways.as_slice() {
        [way] if way.offer.messages.len() < 2 => {
            let way = way.clone();
            made(stage, &way, question.place);
        }
        _ => stage.question.set(Some(question)),
    }
}

fn operation(
    way: &Choice,
    place: (i32, i32),
) -> impl FnOnce(&crate::board::Board, &crate::editor::Ids) -> Result<Edited, EditError> + use<> {
    let Choice { starter, offer } = way.clone();
    move |board, ids| match starter {
        Some(starter) => sprout(board, ids, &Sprout { starter, offer }, place),
        None => wire(board, ids, &offer),
    }
}

fn made(stage: StageState, way: &Choice, place: (i32, i32)) {
    if let Some(edited) = stage.ui.edit(None, operation(way, place)) {
        stage.speak(format!("Done: {}.", edited.label));
        let node = edited.made.iter().find(|item| matches!(item, Item::Node(_)));
        let shown = node.or(edited.made.last()).cloned();
        stage.ui.mark(Selection::of(shown.clone()));
        focus::soon(stage, shown);
    }
}

/// The lines that a way adds, each program with its lines.
fn code(stage: StageState, way: &Choice, place: (i32, i32)) -> Vec<(String, Vec<String>)> {
    let lines = stage.ui.preview(|board, ids| operation(way, place)(board, ids).map(|edited| lines_added(board, &edited.board)));
    lines.and_then(Result::ok).unwrap_or_default()
}

/// The question, where one is asked.
#[component]
pub fn WireQuestion() -> impl IntoView {
    let stage = StageState::here();
    move || stage.question.get().map(|question| view! { <Asked question /> })
}

#[component]
fn Asked(
    /// What is asked.
    question: Question,
) -> impl IntoView {
    let stage = StageState::here();
    let Question { at, place, title, ways } = question;
    let heading = title.clone();
    let form = NodeRef::<html::Form>::new();
    let chosen = RwSignal::new(0_usize);
    let shown = RwSignal::new(ways);
    let before = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    let close = move || {
        stage.question.set(None);
        if let Some(Some(before)) = before.try_get_value() {
            let _ = before.focus();
        }
    };
    let take = move || {
        let way = shown.with_untracked(|ways| ways.get(chosen.get_untracked()).cloned());
        close();
        if let Some(way) = way {
            made(stage, &way, place);
        }
    };
    Effect::new(move |_| {
        if let Some(first) = form.get().and_then(|form| form.query_selector("input[type=radio]").ok().flatten()) {
            crate::ui::panels::keys::focus(&first);
        }
    });
    let keys = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Escape" => close(),
            "Enter" => take(),
            "Tab" => {
                let Some(form) = form.get_untracked() else { return };
                if !wraps(&form, event.shift_key()) {
                    return;
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let count = shown.with_untracked(Vec::len);
    let rows = (0..count).map(|nth| row(shown, chosen, nth)).collect_view();
    let style =
        format!("left:clamp(8px, {}px, 100% - 348px);--top:clamp(8px, {}px, max(8px, 100% - 440px))", at.0 + 12.0, at.1 - 40.0);
    view! {
        <div class="shade" data-own-pointer="" on:pointerdown=move |_| close() on:contextmenu=move |event| event.prevent_default()></div>
        <form
            node_ref=form
            class="asked"
            role="dialog"
            aria-label=format!("Wire {title}")
            data-own-pointer=""
            style=style
            on:keydown=keys
            on:submit=move |event| {
                event.prevent_default();
                take();
            }
        >
            <h2>{heading}</h2>
            <div class="asked-ways" role="radiogroup" aria-label="What the wire does">{rows}</div>
            {move || fields(shown, chosen.get())}
            {move || {
                let way = shown.with(|ways| ways.get(chosen.get()).cloned());
                let added = way.map(|way| code(stage, &way, place)).unwrap_or_default();
                programs(added)
            }}
            <p class="asked-ends">
                <button type="button" class="out" on:click=move |_| close()>"Cancel"</button>
                <button type="submit" class="out main">"Connect"</button>
            </p>
        </form>
    }
}

/// Tab stays in the question: from its last control to the first, and back.
fn wraps(form: &web_sys::HtmlFormElement, back: bool) -> bool {
    let all = form.query_selector_all("input:checked, input[type=text], select, button").ok();
    let Some(all) = all.filter(|all| all.length() > 0) else { return false };
    let (first, last) = (all.item(0), all.item(all.length() - 1));
    let (edge, other) = if back { (first, last) } else { (last, first) };
    let here = document().active_element().map(JsCast::unchecked_into::<web_sys::Node>);
    if edge.is_none() || here != edge {
        return false;
    }
    if let Some(other) = other.and_then(|other| other.dyn_into::<HtmlElement>().ok()) {
        let _ = other.focus();
    }
    true
}

/// A way: its words and its sentence.
fn row(shown: RwSignal<Vec<Choice>>, chosen: RwSignal<usize>, nth: usize) -> AnyView {
    let Some(Choice { starter, offer }) = shown.with_untracked(|ways| ways.get(nth).cloned()) else { return ().into_any() };
    let words = match starter {
        Some(starter) => format!("{}: {}", starter.title(), offer.words),
        None => offer.words,
    };
    view! {
        <label class="asked-way">
            <input type="radio" name="way" checked=nth == 0 on:change=move |_| chosen.set(nth) />
            <b>{words}</b>
            <small>{offer.sentence}</small>
        </label>
    }
    .into_any()
}

/// What can be chosen about a way: its message type, or its consumer group.
fn fields(shown: RwSignal<Vec<Choice>>, nth: usize) -> AnyView {
    let Some(Choice { offer, .. }) = shown.with_untracked(|ways| ways.get(nth).cloned()) else { return ().into_any() };
    let change = move |to: Box<dyn FnOnce(Offer) -> Offer>| {
        shown.update(|ways| {
            if let Some(way) = ways.get_mut(nth) {
                way.offer = to(way.offer.clone());
            }
        });
    };
    let message = match &offer.way {
        Way::Publish { making, .. } | Way::Outbox { making, .. } => making.message.clone(),
        _ => String::new(),
    };
    if offer.messages.len() > 1 {
        let options = offer.messages.iter().map(|name| {
            let selected = *name == message;
            view! { <option selected=selected>{name.clone()}</option> }
        });
        let options = options.collect_view();
        return view! {
            <label class="asked-field">
                "Message "
                <select on:change=move |event| {
                    let name = event_target_value(&event);
                    change(Box::new(move |offer| offer.about(&name)));
                }>{options}</select>
            </label>
        }
        .into_any();
    }
    if let Way::Read { group, .. } = offer.way {
        return view! {
            <label class="asked-field">
                "Consumer group "
                <input
                    type="text"
                    spellcheck="false"
                    prop:value=group
                    on:input=move |event| {
                        let name = event_target_value(&event);
                        change(Box::new(move |offer| offer.as_group(name.trim())));
                    }
                />
            </label>
        }
        .into_any();
    }
    ().into_any()
}

/// What is added, as it will be read.
fn programs(added: Vec<(String, Vec<String>)>) -> AnyView {
    if added.is_empty() {
        return view! { <p class="asked-code"><small>"No line is added."</small></p> }.into_any();
    }
    let one = |(name, lines): (String, Vec<String>)| {
        let lines = lines.into_iter().map(|line| view! { <code>"+ " {line}</code> }).collect_view();
        view! { <small>{name}</small> {lines} }
    };
    view! { <p class="asked-code">{added.into_iter().map(one).collect_view()}</p> }.into_any()
}
