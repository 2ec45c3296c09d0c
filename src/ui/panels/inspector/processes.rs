//! Processes and what can be done to them.

use leptos::prelude::*;

use crate::board::{Edit, Place, Process, Setting};
use crate::sim::Role;
use crate::ui::list::List;
use crate::ui::panels::failing::failure_buttons;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::{hold, part};
use crate::view::{ProcessState, ServiceInspection, process_failures};

/// A process: its name, its state, and a button for each thing that can be done to it.
#[component]
pub fn ProcessButtons(
    /// The process.
    who: Process,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
    /// Its state.
    #[prop(into)]
    state: Signal<ProcessState>,
) -> impl IntoView {
    let hands = Hands::here();
    let failures = Signal::derive(move || process_failures(who, &name.get(), Some(state.get())));
    view! {
        <div class="process" class:down=move || state.get().is_down() class:still=move || state.get() == ProcessState::Paused>
            <span class="process-name">{name}</span>
            <span class="process-state">{move || state.get().name()}</span>
            {failure_buttons(failures, name, hands.act)}
        </div>
    }
}

/// A service's processes, and how many instances it has.
#[component]
pub fn Instances(service: Signal<ServiceInspection>) -> impl IntoView {
    let processes = part(service, |service| service.processes.clone());
    view! {
        <div class="block instances">
            <h4>"Processes" <InstanceCount service /></h4>
            <List each=move || processes.get() key=|(who, _, _)| *who let:one>
                {
                    let who = one.0;
                    let me = hold(processes, one, move |all| all.iter().find(|(other, _, _)| *other == who).cloned());
                    view! {
                        <ProcessButtons who name=part(me, |(_, name, _)| name.clone()) state=part(me, |(_, _, state)| *state) />
                    }
                }
            </List>
        </div>
    }
}

/// Starts one more instance, or stops the last.
#[component]
fn InstanceCount(service: Signal<ServiceInspection>) -> impl IntoView {
    let hands = Hands::here();
    let id = service.with_untracked(|service| service.id);
    let count = part(service, |service| {
        let row = service.settings.iter().find(|row| row.setting == Setting::Instances);
        row.map_or_else(
            || service.processes.iter().filter(|(process, _, _)| process.role == Role::Instance).count() as u64,
            |row| row.value,
        )
    });
    let info = Setting::Instances.info();
    let set = move |value: u64| {
        hands.edit(Edit::Set { place: Place::Node(id), setting: Setting::Instances, value: Some(value) });
    };
    view! {
        <span class="count">
            <button
                type="button"
                class="small"
                aria-label="Stop the last instance"
                title="Stop the last instance"
                disabled=move || { count.get() <= info.min }
                on:click=move |_| set(count.get_untracked().saturating_sub(1))
            >
                "−"
            </button>
            <span>{move || count.get()} {move || if count.get() == 1 { " instance" } else { " instances" }}</span>
            <button
                type="button"
                class="small"
                aria-label="Start one more instance"
                title="Start one more instance"
                disabled=move || { count.get() >= info.max }
                on:click=move |_| set(count.get_untracked() + 1)
            >
                "+"
            </button>
        </span>
    }
}
