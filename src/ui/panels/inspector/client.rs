//! A client: what it sent and got back, and its settings.

use leptos::prelude::*;

use super::doings::Doings;
use super::figures::Figures;
use super::models::Models;
use super::named::Named;
use super::settings::SettingsPage;
use crate::board::{Action, Place};
use crate::editor::{Item, Operation};
use crate::ui::panels::gloss::words;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::part;
use crate::view::ClientInspection;

/// The client.
#[component]
pub fn ClientPage(client: Signal<ClientInspection>) -> impl IntoView {
    let hands = Hands::here();
    let id = client.with_untracked(|client| client.id);
    let title = part(client, |client| client.title.clone());
    let sends = part(client, |client| client.sends.clone());
    let kinds = part(client, |client| client.kinds.clone());
    let why = RwSignal::new(None::<String>);
    let choose = move |kind: String| {
        why.try_set(hands.make.run(Operation::Sends(id, kind)));
    };
    view! {
        <header class="who">
            <Named what="Rename" name=title heading=true take=move |title| hands.make.run(Operation::RenameNode(id, title)) />
            <p>{words("Sends requests on its own schedule, whatever becomes of them.")}</p>
        </header>
        <div class="block">
            <Figures pairs=part(client, |client| client.figures.clone()) />
            <button type="button" class="main" on:click=move |_| hands.act.run(Action::Send { client: id })>"Send one"</button>
            <div class="pair">
                <label for="sends">"sends"</label>
                <select id="sends" on:change:target=move |event| choose(event.target().value())>
                    {move || {
                        kinds
                            .get()
                            .into_iter()
                            .map(|kind| {
                                let (on, value) = (kind == sends.get(), kind.clone());
                                view! { <option value=value selected=on>{kind}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </div>
            {move || why.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
        <SettingsPage place=Place::Node(id) rows=part(client, |client| client.settings.clone()) />
        <Doings items=Signal::stored(vec![Item::Node(id)]) />
        <Models place=Place::Node(id) />
    }
}
