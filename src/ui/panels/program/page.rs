//! A service's first page: its programs with their switches, what orders should have done and did, its processes.

use leptos::prelude::*;

use super::Program;
use super::edit::AddHandler;
use super::relay::RelaySwitch;
use crate::sim::Role;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::{hold, part};
use crate::ui::panels::inspector::{Effects, Instances};
use crate::ui::panels::reruns::Reruns;
use crate::view::ServiceInspection;

/// The page.
#[component]
pub fn ProgramPage(service: Signal<ServiceInspection>) -> impl IntoView {
    let id = service.with_untracked(|service| service.id);
    let hands = Hands::here();
    let ids = part(service, |service| service.programs.iter().map(|program| program.id).collect::<Vec<_>>());
    let has_relay = Memo::new(move |_| service.with(|service| service.relay.is_some()));
    let relay = Memo::new(move |_| has_relay.get().then(|| service.with_untracked(|service| service.relay.clone())).flatten());
    let instances = part(service, |service| {
        let instances = service.processes.iter().filter(|(process, _, _)| process.role == Role::Instance);
        instances.map(|(process, name, _)| (process.ordinal, name.clone())).collect::<Vec<_>>()
    });
    view! {
        <List each=move || ids.get() key=|program| *program let:program>
            {
                let find = move |service: &ServiceInspection| {
                    service.programs.iter().find(|one| one.id == program).cloned()
                };
                service
                    .with_untracked(find)
                    .map(|first| {
                        let program = hold(service, first, find);
                        view! { <Program service=id program instances /> }
                    })
            }
        </List>
        {move || {
            relay.get().map(|first| {
                let choice = hold(service, first, |service| service.relay.clone());
                view! { <RelaySwitch service=id choice /> }
            })
        }}
        <Reruns look=Callback::new(move |()| hands.reruns.run(Some(id))) take=hands.rerun />
        <AddHandler service=id />
        <Effects service />
        <Instances service />
    }
}
