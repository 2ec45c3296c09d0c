//! A client: what it sent and got back, and its settings.

use leptos::prelude::*;

use super::figures::Figures;
use super::settings::SettingsPage;
use crate::board::{Action, Place};
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::part;
use crate::view::ClientInspection;

/// The client.
#[component]
pub fn ClientPage(client: Signal<ClientInspection>) -> impl IntoView {
    let hands = Hands::here();
    let id = client.with_untracked(|client| client.id);
    view! {
        <header class="who">
            <h2>{move || client.with(|client| client.title.clone())}</h2>
            <p>"Sends requests on its own schedule, whatever becomes of them."</p>
        </header>
        <div class="block">
            <Figures pairs=part(client, |client| client.figures.clone()) />
            <button type="button" class="main" on:click=move |_| hands.act.run(Action::Send { client: id })>"Send one"</button>
        </div>
        <SettingsPage place=Place::Node(id) rows=part(client, |client| client.settings.clone()) />
    }
}
