//! Processes and what can be done to them.

use leptos::prelude::*;

use crate::board::{Edit, Place, Process, ProcessDoes, Setting};
use crate::sim::Role;
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::{hold, part};
use crate::ui::panels::words::state_name;
use crate::view::{ProcessState, ServiceInspection};

/// What can be done to a process in its state: the words on the buttons.
fn doable(state: ProcessState) -> &'static [(ProcessDoes, &'static str)] {
    match state {
        ProcessState::Up => &[(ProcessDoes::Crash, "Crash"), (ProcessDoes::Pause, "Pause")],
        ProcessState::Crashed => &[(ProcessDoes::Restart, "Restart")],
        ProcessState::Paused => &[(ProcessDoes::Resume, "Resume"), (ProcessDoes::Crash, "Crash")],
    }
}

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
    view! {
        <div class="process" class:down=move || state.get() == ProcessState::Crashed class:still=move || state.get() == ProcessState::Paused>
            <span class="process-name">{name}</span>
            <span class="process-state">{move || state_name(state.get())}</span>
            <span class="process-does">
                <List each=move || doable(state.get()).iter().copied() key=|(_, word)| *word let:one>
                    <button
                        type="button"
                        class="small"
                        class:breaks=one.0 == ProcessDoes::Crash
                        aria-label=move || format!("{} {}", one.1, name.get())
                        on:click=move |_| hands.process(who, one.0)
                    >
                        {one.1}
                    </button>
                </List>
            </span>
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
