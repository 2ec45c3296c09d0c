//! The cards of the board: clients, services, brokers, each where its view struct says.

mod broker;
mod client;
pub mod parts;
mod service;

use leptos::prelude::*;

use crate::sim::NodeId;
use crate::ui::list::List;
use crate::ui::state::Ui;
use crate::view::Frame;

use broker::Broker;
use client::Client;
use service::Service;

/// All cards; in the order of the page, brokers lie lowest.
#[component]
pub fn Cards() -> impl IntoView {
    let ui = Ui::here();
    let ids = move |of: fn(&Frame) -> Vec<NodeId>| Memo::new(move |_| ui.frame.with(of));
    let brokers = ids(|frame| frame.brokers.iter().map(|card| card.id).collect());
    let clients = ids(|frame| frame.clients.iter().map(|card| card.id).collect());
    let services = ids(|frame| frame.services.iter().map(|card| card.id).collect());
    view! {
        <List each=move || brokers.get() key=|id| *id let:id>
            <Broker id />
        </List>
        <List each=move || clients.get() key=|id| *id let:id>
            <Client id />
        </List>
        <List each=move || services.get() key=|id| *id let:id>
            <Service id />
        </List>
    }
}
