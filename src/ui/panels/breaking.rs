//! What can be broken now: every process and every wire, one click each.

use leptos::prelude::*;

use super::hands::{Hands, Tab};
use super::hold::{hold, part};
use super::inspector::ProcessButtons;
use crate::board::{Action, Process};
use crate::net::Cut;
use crate::sim::{NodeId, Time, WireId};
use crate::ui::list::List;
use crate::view::{Frame, Mark, ProcessState, Selection};

/// A process on the board.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    who: Process,
    name: String,
    state: ProcessState,
}

fn candidates(frame: &Frame) -> Vec<Candidate> {
    let mut all = Vec::new();
    for service in &frame.services {
        all.extend(service.instances.iter().map(|one| Candidate { who: one.process, name: one.name.clone(), state: one.state }));
        let relays = service.tray.iter().flat_map(|tray| &tray.relays);
        all.extend(relays.map(|one| Candidate { who: one.process, name: one.name.clone(), state: one.state }));
    }
    all.extend(frame.brokers.iter().map(|one| Candidate { who: one.process, name: one.title.clone(), state: one.state }));
    all
}

/// The panel.
#[component]
pub fn BreakView(
    /// The board at the cursor.
    #[prop(into)]
    frame: Signal<Frame>,
    /// Failures that are still to come.
    #[prop(into)]
    planned: Signal<Vec<Mark>>,
) -> impl IntoView {
    let processes = part(frame, candidates);
    let wires = part(frame, |frame| frame.wires.iter().map(|wire| (wire.id, wire.label.clone(), wire.cut)).collect::<Vec<_>>());
    let services = part(frame, |frame| frame.services.iter().map(|one| (one.id, one.title.clone())).collect::<Vec<_>>());
    view! {
        <section class="break-panel" aria-label="Break">
            <h2>"Break something"</h2>
            <div class="block">
                <h4>"Processes"</h4>
                <List each=move || processes.get() key=|one| one.who let:one>
                    {
                        let who = one.who;
                        let me = hold(processes, one, move |all| all.iter().find(|one| one.who == who).cloned());
                        view! { <ProcessButtons who name=part(me, |me| me.name.clone()) state=part(me, |me| me.state) /> }
                    }
                </List>
            </div>
            <div class="block">
                <h4>"Wires"</h4>
                <List each=move || wires.get() key=|one| one.0 let:one>
                    {
                        let id = one.0;
                        let wire = hold(wires, one, move |all| all.iter().find(|one| one.0 == id).cloned());
                        view! { <WireButtons id name=part(wire, |wire| wire.1.clone()) cut=part(wire, |wire| wire.2) /> }
                    }
                </List>
            </div>
            <Pinning services />
            <Planned planned />
        </section>
    }
}

#[component]
fn WireButtons(id: WireId, name: Signal<String>, cut: Signal<Cut>) -> impl IntoView {
    let hands = Hands::here();
    let whole = Memo::new(move |_| cut.get() == Cut::None);
    let state = move || match cut.get() {
        Cut::None => "whole",
        Cut::Both => "cut",
        Cut::ToServer | Cut::ToClient => "cut one way",
    };
    let change = move |_| {
        let cut = if whole.get_untracked() { Cut::Both } else { Cut::None };
        hands.act.run(Action::Cut { wire: id, cut });
    };
    view! {
        <div class="process" class:down=move || !whole.get()>
            <button
                type="button"
                class="process-name link"
                title="Show this wire: it can also be cut one way"
                on:click=move |_| hands.select.run(Selection::Wire(id))
            >
                {name}
            </button>
            <span class="process-state">{state}</span>
            <span class="process-does">
                <button
                    type="button"
                    class="small"
                    class:breaks=whole
                    aria-label=move || format!("{} {}", if whole.get() { "Cut" } else { "Heal" }, name.get())
                    on:click=change
                >
                    {move || if whole.get() { "Cut" } else { "Heal" }}
                </button>
            </span>
        </div>
    }
}

/// The way to the programs, where a crash is pinned between two lines.
#[component]
fn Pinning(services: Signal<Vec<(NodeId, String)>>) -> impl IntoView {
    let hands = Hands::here();
    let go = move |service: NodeId| {
        hands.tab.set(Tab::Program);
        hands.select.run(Selection::Node(service));
    };
    view! {
        <div class="block">
            <h4>"Between two lines"</h4>
            <p class="quiet">"Pin a crash… open a program and click the gap where it should happen:"</p>
            <div class="ways">
                <List each=move || services.get() key=|one| one.clone() let:one>
                    <button type="button" class="small" on:click=move |_| go(one.0)>{one.1.clone()}</button>
                </List>
            </div>
        </div>
    }
}

#[component]
fn Planned(planned: Signal<Vec<Mark>>) -> impl IntoView {
    let hands = Hands::here();
    let row = move |mark: Mark| {
        let at: Time = mark.at;
        view! {
            <li>
                <button type="button" title="Go to this moment" on:click=move |_| hands.seek.run(at)>
                    <time>{at.to_string()}</time>
                    <span class="fact">{mark.label}</span>
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || planned.with(|planned| !planned.is_empty())>
            <div class="block">
                <h4>"Planned"</h4>
                <ul class="facts">{move || planned.get().into_iter().map(row).collect_view()}</ul>
            </div>
        </Show>
    }
}
