//! A client's card: who sends, how much, and how it goes.

use leptos::prelude::*;

use crate::sim::NodeId;
use crate::ui::icons::Glyph;
use crate::ui::stage::state::StageState;
use crate::view::{ClientCard, Frame, ProcessState};

use super::parts::{Card, of_card};

fn find(frame: &Frame, id: NodeId) -> Option<&ClientCard> {
    frame.clients.iter().find(|card| card.id == id)
}

/// A client.
#[component]
pub fn Client(
    /// Its node.
    id: NodeId,
) -> impl IntoView {
    let stage = StageState::here();
    let title = of_card(stage, id, find, |card| card.title.clone());
    let state = of_card(stage, id, find, |card| card.state);
    let lines = of_card(stage, id, find, |card| card.lines.clone());
    let note = Signal::derive(move || match state.get() {
        ProcessState::Up => String::new(),
        state => state.name().to_owned(),
    });
    let label = Signal::derive(move || format!("{}, client, {}: {}", title.get(), state.get().name(), lines.get().join(", ")));
    view! {
        <Card id kind="client" glyph=Glyph::Client title note state label>
            <div class="card-lines">
                {move || lines.get().into_iter().map(|line| view! { <span>{line}</span> }).collect_view()}
            </div>
        </Card>
    }
}
