//! Model cards: what of the real thing is modelled, what is not, and whose defaults it has.

use leptos::prelude::*;

use crate::board::Place;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::keys::unfolded;
use crate::view::ModelCard;

/// The cards of a place, folded; they are made when they are opened.
#[component]
pub fn Models(place: Place) -> impl IntoView {
    let hands = Hands::here();
    let open = RwSignal::new(false);
    view! {
        <details class="block table models" on:toggle=move |event| open.set(unfolded(&event))>
            <summary><h4>"What is modelled"</h4></summary>
            {move || open.get().then(|| hands.models.run(place).into_iter().map(card).collect_view())}
        </details>
    }
}

fn card(card: &'static ModelCard) -> AnyView {
    let list = |lines: &'static [&'static str]| lines.iter().map(|line| view! { <li>{*line}</li> }).collect_view();
    view! {
        <section class="model" aria-label=card.title>
            <h5>{card.title}</h5>
            <ul class="models-it">{list(card.models)}</ul>
            <h6>"Left out, or done otherwise"</h6>
            <ul class="leaves-out">{list(card.leaves_out)}</ul>
            <h6>"Defaults at real timings"</h6>
            <p>{card.defaults_from}</p>
        </section>
    }
    .into_any()
}
