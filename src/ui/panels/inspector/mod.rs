//! The inspector: everything about what is selected, on a page or several for each kind of thing.

mod about;
mod broker;
mod client;
mod doings;
mod effects;
mod facts;
mod figures;
mod find;
mod group;
mod message;
mod models;
pub(in crate::ui) mod named;
mod processes;
mod service;
mod settings;
mod several;
mod store;
mod timings;
mod wire;

pub use about::{AboutBoard, BoardText};
pub use doings::Doings;
pub use effects::Effects;
pub use models::Models;
pub use processes::{Instances, ProcessButtons};
pub use settings::{SettingField, SettingsPage};

use leptos::prelude::*;

use super::hold::hold;
use crate::sim::{MessageId, NodeId, WireId};
use crate::view::{
    BrokerInspection, ClientInspection, Inspection, ItemRow, MessageInspection, Selection, ServiceInspection, WireInspection,
};

/// What is looked at; the inspector is built anew when this changes, and only then.
#[derive(Clone, Copy, PartialEq)]
enum Subject {
    Nothing,
    Client(NodeId),
    Service(NodeId),
    Broker(NodeId),
    Wire(WireId),
    Message(MessageId),
    Several,
}

fn subject(inspection: Option<&Inspection>) -> Subject {
    match inspection {
        None => Subject::Nothing,
        Some(Inspection::Client(client)) => Subject::Client(client.id),
        Some(Inspection::Service(service)) => Subject::Service(service.id),
        Some(Inspection::Broker(broker)) => Subject::Broker(broker.id),
        Some(Inspection::Wire(wire)) => Subject::Wire(wire.id),
        Some(Inspection::Message(message)) => Subject::Message(message.id),
    }
}

fn client(at: &Option<Inspection>) -> Option<ClientInspection> {
    if let Some(Inspection::Client(client)) = at { Some(client.clone()) } else { None }
}

fn service(at: &Option<Inspection>) -> Option<ServiceInspection> {
    if let Some(Inspection::Service(service)) = at { Some((**service).clone()) } else { None }
}

fn broker(at: &Option<Inspection>) -> Option<BrokerInspection> {
    if let Some(Inspection::Broker(broker)) = at { Some(broker.clone()) } else { None }
}

fn wire(at: &Option<Inspection>) -> Option<WireInspection> {
    if let Some(Inspection::Wire(wire)) = at { Some(wire.clone()) } else { None }
}

fn message(at: &Option<Inspection>) -> Option<MessageInspection> {
    if let Some(Inspection::Message(message)) = at { Some(message.clone()) } else { None }
}

/// Shows what is looked at as long as it is the one that it was built for.
fn page<T, P>(
    inspection: Signal<Option<Inspection>>,
    pick: fn(&Option<Inspection>) -> Option<T>,
    page: impl FnOnce(Signal<T>) -> P,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    P: IntoView + 'static,
{
    let about = inspection.with_untracked(|now| subject(now.as_ref()));
    let Some(first) = inspection.with_untracked(pick) else { return ().into_any() };
    let held = hold(inspection, first, move |now| if subject(now.as_ref()) == about { pick(now) } else { None });
    page(held).into_any()
}

/// Everything about what is selected.
#[component]
pub fn InspectorView(
    /// What is known about it; none when nothing is selected, or when it is not there now.
    #[prop(into)]
    inspection: Signal<Option<Inspection>>,
    /// What is selected.
    #[prop(into)]
    selection: Signal<Selection>,
    /// What the board says about itself.
    #[prop(into)]
    board: Signal<BoardText>,
    /// What is selected on the board, where it is more than one thing.
    #[prop(into)]
    marked: Signal<Vec<ItemRow>>,
) -> impl IntoView {
    provide_context(board);
    let several = Memo::new(move |_| !marked.with(Vec::is_empty));
    let about = Memo::new(move |_| if several.get() { Subject::Several } else { inspection.with(|now| subject(now.as_ref())) });
    view! {
        <section class="inspector" aria-label="Inspector" tabindex="-1">
            {move || match about.get() {
                Subject::Several => view! { <several::SeveralPage rows=marked /> }.into_any(),
                Subject::Nothing => view! { <AboutBoard board selection /> }.into_any(),
                Subject::Client(_) => page(inspection, client, |client| view! { <client::ClientPage client /> }),
                Subject::Service(_) => page(inspection, service, |service| view! { <service::ServicePage service /> }),
                Subject::Broker(_) => page(inspection, broker, |broker| view! { <broker::BrokerPage broker /> }),
                Subject::Wire(_) => page(inspection, wire, |wire| view! { <wire::WirePage wire /> }),
                Subject::Message(_) => page(inspection, message, |message| view! { <message::MessagePage message /> }),
            }}
        </section>
    }
}
