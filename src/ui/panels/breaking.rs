//! What can be broken: now with one click, or planned for a time that is edited in a list.

use leptos::prelude::*;

use super::failing::failure_buttons;
use super::hands::{Hands, Tab};
use super::hold::{hold, part};
use super::plan::PlanList;
use super::segments::{Segment, Segments};
use crate::board::Action;
use crate::editor::Operation;
use crate::sim::{NodeId, Span, Time};
use crate::ui::list::List;
use crate::view::{Breakable, Breaking, Broken, ProcessState, Selection, StormOffer, soon, typed_seconds};

/// How long from now something is planned for, unless it is said.
const USUAL: Span = Span::secs(5);

/// The panel.
#[component]
pub fn BreakView(
    /// What can be broken at the cursor.
    #[prop(into)]
    breaking: Signal<Breaking>,
    /// The services, to which a pin leads.
    #[prop(into)]
    services: Signal<Vec<(NodeId, String)>>,
    /// Where the cursor is.
    #[prop(into)]
    now: Signal<Time>,
    /// How long from now what is chosen is planned for; none for at once.
    after: RwSignal<Option<Span>>,
) -> impl IntoView {
    let hands = Hands::here();
    let said = RwSignal::new(String::new());
    let plan = move |operation: Operation, at: Time| {
        said.set(hands.make.run(operation).unwrap_or_else(|| format!("Planned for {at}.")));
    };
    let take = Callback::new(move |action: Action| match after.get_untracked() {
        None => hands.act.run(action),
        Some(after) => {
            let at = soon(now.get_untracked(), after);
            plan(Operation::Plan(at, action), at);
        }
    });
    let storm = Callback::new(move |offer: StormOffer| {
        let at = soon(now.get_untracked(), after.get_untracked().unwrap_or_default());
        plan(Operation::Storm(offer.storm, at), at);
    });
    let things = part(breaking, |breaking| breaking.things.clone());
    let storms = part(breaking, |breaking| breaking.storms.clone());
    let kind = move |label: &'static str, belongs: fn(&Broken) -> bool| {
        let of_kind = move || things.with(|all| all.iter().filter(|one| belongs(&one.what)).cloned().collect::<Vec<Breakable>>());
        view! {
            <div class="block">
                <h4>{label}</h4>
                <List each=of_kind key=|one| one.what let:one>{thing(things, one, take)}</List>
            </div>
        }
    };
    view! {
        <section class="break-panel" aria-label="Break" tabindex="-1">
            <h2>"Break something"</h2>
            <When after />
            <PlanList rows=part(breaking, |breaking| breaking.plan.clone()) said />
            {kind("Processes", |what| matches!(what, Broken::Process(_)))}
            {kind("Wires", |what| matches!(what, Broken::Wire(_)))}
            {kind("Databases", |what| matches!(what, Broken::Store(_)))}
            <div class="block">
                <h4>"Storms"</h4>
                <p class="quiet">"Failures that belong together, planned one by one: each can then be moved or removed."</p>
                <div class="ways">
                    <List each=move || storms.get() key=|offer| (offer.words.clone(), offer.refused.clone()) let:offer>
                        {storm_button(offer, storm)}
                    </List>
                </div>
            </div>
            <Pinning services />
        </section>
    }
}

/// Whether what is chosen happens at once, or after a while.
#[component]
fn When(after: RwSignal<Option<Span>>) -> impl IntoView {
    let typed = RwSignal::new(after.get_untracked().unwrap_or(USUAL).seconds().to_string());
    let span = move |text: &str| typed_seconds(text).map(|at| Span(at.0)).filter(|span| *span <= Span::secs(86_400));
    let refused = Memo::new(move |_| after.get().is_some() && span(&typed.get()).is_none());
    let segment = |label: &str, on| Segment { label: label.to_owned(), on, refused: String::new() };
    let options = Signal::derive(move || {
        let planned = after.get().is_some();
        vec![segment("now", !planned), segment("planned", planned)]
    });
    let pick = move |at: usize| after.set((at == 1).then(|| span(&typed.get_untracked()).unwrap_or(USUAL)));
    view! {
        <div class="block when">
            <div class="pair">
                <Segments label="When it happens" options pick />
                <Show when=move || after.get().is_some()>
                    <label>
                        <input
                            type="number"
                            min="0"
                            max="86400"
                            step="0.1"
                            aria-label="Seconds from now"
                            aria-invalid=move || refused.get().to_string()
                            prop:value=move || typed.get()
                            on:input:target=move |event| {
                                typed.set(event.target().value());
                                if let Some(span) = span(&typed.get_untracked()) {
                                    after.set(Some(span));
                                }
                            }
                        />
                        " s from now"
                    </label>
                </Show>
            </div>
            <p class="quiet">"Press one, or drag it onto what it is to happen to."</p>
            <Show when=move || refused.get()>
                <p class="refused" role="alert">"A number of seconds, from 0 to 86400."</p>
            </Show>
        </div>
    }
}

/// A thing: its name, its state, and what can be done to it.
fn thing(things: Signal<Vec<Breakable>>, one: Breakable, take: Callback<Action>) -> AnyView {
    let hands = Hands::here();
    let what = one.what;
    let me = hold(things, one, move |all| all.iter().find(|one| one.what == what).cloned());
    let shows = match what {
        Broken::Process(process) => Selection::Node(process.node),
        Broken::Store(service) => Selection::Node(service),
        Broken::Wire(wire) => Selection::Wire(wire),
    };
    let name = part(me, |me| me.name.clone());
    let runs = part(me, |me| me.runs);
    view! {
        <div
            class="process"
            class:down=move || runs.get().is_down()
            class:still=move || runs.get() == ProcessState::Paused
        >
            <button type="button" class="process-name link" title="Show it in the inspector" on:click=move |_| hands.select.run(shows)>
                {name}
            </button>
            <span class="process-state">{move || me.with(|me| me.state.clone())}</span>
            {failure_buttons(part(me, |me| me.failures.clone()), name, take)}
        </div>
    }
    .into_any()
}

fn storm_button(offer: StormOffer, plan: Callback<StormOffer>) -> AnyView {
    let refused = !offer.refused.is_empty();
    let words = offer.words.clone();
    view! {
        <button
            type="button"
            class="small breaks"
            aria-disabled=refused.then_some("true")
            title=offer.refused.clone()
            on:click=move |_| {
                if !refused {
                    plan.run(offer.clone());
                }
            }
        >
            {words}
        </button>
    }
    .into_any()
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
