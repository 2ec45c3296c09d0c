//! What all cards have: a frame at its place, a heading, a button for what can be done to it.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use crate::sim::NodeId;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::stage::state::StageState;
use crate::view::{Frame, ProcessState, Rect, Selection, Target};

/// A card: its frame, its heading and, below, whatever it holds.
#[component]
pub fn Card(
    /// Its node.
    id: NodeId,
    /// The kind, as a class.
    kind: &'static str,
    /// Its drawing.
    glyph: Glyph,
    /// Its name.
    #[prop(into)]
    title: Signal<String>,
    /// Beside the name.
    #[prop(into)]
    note: Signal<String>,
    /// Whether its process runs; services show that row by row.
    #[prop(into)]
    state: Signal<ProcessState>,
    /// Its name, kind and state, for those who hear the page.
    #[prop(into)]
    label: Signal<String>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let stage = StageState::here();
    let ui = stage.ui;
    let element = NodeRef::<html::Section>::new();
    let rect = Memo::new(move |_| ui.frame.with(|frame| frame.rect_of(id)).unwrap_or_default());
    let selected = Memo::new(move |_| ui.selection.get() == Selection::Node(id));
    let menu = move || {
        if let Some(element) = element.get_untracked() {
            let place = element.get_bounding_client_rect();
            stage.offer(Target::Node(id), (place.right() - 8.0, place.top() + 36.0));
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let own = event.target() == event.current_target();
        match event.key().as_str() {
            "Enter" if own => ui.select(Selection::Node(id)),
            "ContextMenu" if own => menu(),
            "F10" if own && event.shift_key() => menu(),
            _ => return,
        }
        event.prevent_default();
    };
    // The keyboard brings a card in sight; the mouse has it in sight already.
    let focused = move |_| {
        if element.get_untracked().is_some_and(|element| element.matches(":focus-visible") == Ok(true)) {
            stage.reveal(rect.get_untracked());
        }
    };
    view! {
        <section
            node_ref=element
            class=format!("card {kind}")
            class:selected=selected
            class:crashed=move || state.get() == ProcessState::Crashed
            class:paused=move || state.get() == ProcessState::Paused
            style:transform=move || format!("translate({}px, {}px)", rect.read().x, rect.read().y)
            style:width=move || format!("{}px", rect.read().w)
            style:height=move || format!("{}px", rect.read().h)
            role="group"
            tabindex="0"
            aria-label=label
            data-node=id.0.to_string()
            on:keydown=keys
            on:focus=focused
        >
            <div class="card-head">
                <Icon of=glyph />
                <h3>{title}</h3>
                <small>{note}</small>
                <button
                    class="card-more"
                    aria-haspopup="menu"
                    aria-label=move || format!("What can be done to {}", title.get())
                    on:click=move |_| menu()
                >
                    <Icon of=Glyph::More />
                </button>
            </div>
            {children()}
        </section>
    }
}

/// A state in a word, for those who hear the page.
pub fn state_word(state: ProcessState) -> &'static str {
    match state {
        ProcessState::Up => "running",
        ProcessState::Crashed => "crashed",
        ProcessState::Paused => "paused",
    }
}

/// The style of something that lies in a card, given where both are on the board. The card's border is 1 px.
pub fn inside(part: Rect, card: Rect) -> String {
    format!("left:{}px;top:{}px;width:{}px;height:{}px", part.x - card.x - 1.0, part.y - card.y - 1.0, part.w, part.h)
}

/// A signal of one card of a frame; its default while the card is not there.
pub fn of_card<C, T>(
    stage: StageState,
    find: impl Fn(&Frame) -> Option<&C> + Send + Sync + 'static,
    read: impl Fn(&C) -> T + Send + Sync + 'static,
) -> Memo<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| stage.ui.frame.with(|frame| find(frame).map(&read)).unwrap_or_default())
}
