//! A service's first page: its programs with their switches, what orders should have done and did, its processes.

use leptos::prelude::*;

use super::Program;
use crate::sim::Role;
use crate::ui::list::List;
use crate::ui::panels::hold::{hold, part};
use crate::ui::panels::inspector::{Effects, Instances};
use crate::view::ServiceInspection;

/// The page.
#[component]
pub fn ProgramPage(service: Signal<ServiceInspection>) -> impl IntoView {
    let id = service.with_untracked(|service| service.id);
    let ids = part(service, |service| service.programs.iter().map(|program| program.id).collect::<Vec<_>>());
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
        <Effects service />
        <Instances service />
    }
}
