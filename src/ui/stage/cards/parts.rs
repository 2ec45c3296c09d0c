//! What all cards have: a frame at its place, a heading, a button for what can be done to it.

use leptos::html;
use leptos::prelude::*;

use crate::editor::{End, Item};
use crate::sim::NodeId;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::stage::rename::NameField;
use crate::ui::stage::state::{MenuOn, StageState};
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
    let bell = ui.card(id);
    let rect = Memo::new(move |_| {
        bell.track();
        ui.frame.with_untracked(|frame| frame.rect_of(id)).unwrap_or_default()
    });
    let selected = Memo::new(move |_| ui.selection.get() == Selection::Node(id) || ui.marked.with(|marked| marked.has_node(id)));
    let judged = judged(stage, End::Node(id));
    let renamed = Memo::new(move |_| stage.renaming.with(|item| *item == Some(Item::Node(id))));
    let stop = expect_context::<Stop>().0;
    let menu = move || {
        if let Some(element) = element.get_untracked() {
            let place = element.get_bounding_client_rect();
            let several = ui.marked.with_untracked(|marked| marked.len() > 1 && marked.has_node(id));
            let on = if several { MenuOn::Several } else { MenuOn::Thing(Target::Node(id)) };
            stage.open_menu(on, (place.right() - 8.0, place.top() + 36.0));
        }
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
            class:fits=move || judged.get() == Some(true)
            class:barred=move || judged.get() == Some(false)
            class:crashed=move || state.get() == ProcessState::Crashed
            class:paused=move || state.get() == ProcessState::Paused
            class:dark=move || state.get() == ProcessState::NoPower
            style:transform=move || format!("translate({}px, {}px)", rect.read().x, rect.read().y)
            style:width=move || format!("{}px", rect.read().w)
            style:height=move || format!("{}px", rect.read().h)
            role="group"
            tabindex=move || if stop.get() == Some(Item::Node(id)) { "0" } else { "-1" }
            aria-label=label
            data-node=id.0.to_string()
            on:focus=focused
        >
            <div class="card-head">
                <Icon of=glyph />
                {move || {
                    if renamed.get() {
                        view! { <NameField item=Item::Node(id) name=title.get_untracked() /> }.into_any()
                    } else {
                        view! { <h3>{title}</h3> }.into_any()
                    }
                }}
                <small>{note}</small>
                <button
                    class="card-more"
                    tabindex="-1"
                    aria-haspopup="menu"
                    aria-label=move || format!("What can be done to {}", title.get())
                    on:click=move |_| menu()
                >
                    <Icon of=Glyph::More />
                </button>
            </div>
            {children()}
            {(kind != "broker").then(|| handle(End::Node(id), title))}
        </section>
    }
}

/// Where Tab enters the board.
#[derive(Clone, Copy)]
pub struct Stop(pub Memo<Option<Item>>);

/// While a wire is drawn: whether it could lead to this end; nothing for its own beginning.
pub fn judged(stage: StageState, end: End) -> Memo<Option<bool>> {
    Memo::new(move |_| {
        stage.judged.with(|judged| judged.iter().find(|(known, _)| *known == end).map(|(_, verdict)| verdict.is_ok()))
    })
}

/// The handle from which wires are drawn. For the keyboard the thing itself begins one, with C.
pub fn handle(end: End, name: Signal<String>) -> AnyView {
    let of = match &end {
        End::Node(node) => format!("node:{}", node.0),
        End::Topic(name) => format!("topic:{name}"),
    };
    view! {
        <button
            class="handle"
            tabindex="-1"
            data-handle=of
            title="Drag to draw a wire, or click here and then where it leads (C)"
            aria-label=move || format!("Draw a wire from {}", name.get())
        >
            <Icon of=Glyph::Send />
        </button>
    }
    .into_any()
}

/// The style of something that lies in a card, given where both are on the board. The card's border is 1 px.
pub fn inside(part: Rect, card: Rect) -> String {
    format!("left:{}px;top:{}px;width:{}px;height:{}px", part.x - card.x - 1.0, part.y - card.y - 1.0, part.w, part.h)
}

/// A signal of one card of the board; its default while the card is not there.
pub fn of_card<C, T>(
    stage: StageState,
    id: NodeId,
    find: fn(&Frame, NodeId) -> Option<&C>,
    read: impl Fn(&C) -> T + Send + Sync + 'static,
) -> Memo<T>
where
    C: 'static,
    T: Default + PartialEq + Send + Sync + 'static,
{
    let bell = stage.ui.card(id);
    Memo::new(move |_| {
        bell.track();
        stage.ui.frame.with_untracked(|frame| find(frame, id).map(&read)).unwrap_or_default()
    })
}
