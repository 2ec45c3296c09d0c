//! What can be broken: now with one click, or planned for a time that is edited in a list.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::failing::{OntoBoard, failure_buttons};
use super::hands::{Hands, Tab};
use super::hold::{hold, part};
use super::plan::PlanList;
use super::segments::{Segment, Segments};
use crate::board::Action;
use crate::editor::Operation;
use crate::sim::{NodeId, Span, Time};
use crate::ui::list::List;
use crate::view::{
    Breakable, Breaking, Broken, Failure, ProcessState, Selection, StormOffer, When, in_seconds, soon, typed_seconds,
};

/// How long from now something is planned for, unless it is said.
const USUAL: Span = Span::secs(5);
/// The longest time that can be typed: a day.
const LONGEST: Span = Span::secs(86_400);

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
    /// When what is chosen happens.
    when: RwSignal<When>,
) -> impl IntoView {
    let hands = Hands::here();
    let said = RwSignal::new(String::new());
    let plan = move |operation: Operation, at: Time| {
        said.set(hands.make.run(operation).unwrap_or_else(|| format!("Planned for {at}.")));
    };
    let take = Callback::new(move |action: Action| match when.get_untracked().time(now.get_untracked()) {
        None => hands.act.run(action),
        Some(at) => plan(Operation::Plan(at, action), at),
    });
    let storm = Callback::new(move |offer: StormOffer| {
        let now = now.get_untracked();
        let at = when.get_untracked().time(now).unwrap_or_else(|| soon(now, Span::ZERO));
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
            <ChooseWhen when />
            <Kinds kinds=part(breaking, Breaking::kinds) />
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

/// What is typed for a time.
fn typed_for(when: When) -> String {
    match when {
        When::Now => in_seconds(Time(USUAL.0)),
        When::After(after) => in_seconds(Time(after.0)),
        When::At(at) => in_seconds(at),
    }
}

/// Whether what is chosen happens at once, after a while, or at a moment that was chosen on the strip.
#[component]
fn ChooseWhen(when: RwSignal<When>) -> impl IntoView {
    let typed = RwSignal::new(typed_for(when.get_untracked()));
    let time = move |text: &str| typed_seconds(text).filter(|at| *at <= Time(LONGEST.0));
    let refused = Memo::new(move |_| when.get().is_planned() && time(&typed.get()).is_none());
    // A time that comes from elsewhere is written here.
    Effect::new(move |_| {
        let when = when.get();
        let known = time(&typed.get_untracked());
        if matches!(when, When::At(at) if known != Some(at)) {
            typed.set(typed_for(when));
        }
    });
    let since_beginning = Memo::new(move |_| matches!(when.get(), When::At(_)));
    let take =
        move |at: Time| when.update(|when| *when = if let When::At(_) = when { When::At(at) } else { When::After(Span(at.0)) });
    let segment = |label: &str, on| Segment { label: label.to_owned(), on, refused: String::new() };
    let options = Signal::derive(move || {
        let planned = when.get().is_planned();
        vec![segment("now", !planned), segment("planned", planned)]
    });
    let pick = move |at: usize| {
        if at == 0 {
            typed.set(typed_for(When::Now));
            when.set(When::Now);
        } else if !when.get_untracked().is_planned() {
            when.set(When::After(time(&typed.get_untracked()).map_or(USUAL, |at| Span(at.0))));
        }
    };
    view! {
        <div class="block when">
            <div class="pair">
                <Segments label="When it happens" options pick />
                <Show when=move || when.get().is_planned()>
                    <label>
                        <input
                            type="number"
                            min="0"
                            max="86400"
                            step="0.1"
                            aria-label=move || if since_beginning.get() { "Seconds since the beginning" } else { "Seconds from now" }
                            aria-invalid=move || refused.get().to_string()
                            prop:value=move || typed.get()
                            on:input:target=move |event| {
                                typed.set(event.target().value());
                                if let Some(at) = time(&typed.get_untracked()) {
                                    take(at);
                                }
                            }
                        />
                        {move || if since_beginning.get() { " s since the beginning" } else { " s from now" }}
                    </label>
                </Show>
            </div>
            <Show when=move || refused.get()>
                <p class="refused" role="alert">"A number of seconds, from 0 to 86400."</p>
            </Show>
        </div>
    }
}

/// What can be chosen first: then what it is to happen to is pressed on the board.
#[component]
fn Kinds(kinds: Signal<Vec<Failure>>) -> impl IntoView {
    let onto = use_context::<OntoBoard>();
    let one = move |failure: Failure| {
        let verb = failure.verb;
        let me = hold(kinds, failure, move |all| all.iter().find(|one| one.verb == verb).cloned());
        let chosen = move || onto.is_some_and(|onto| onto.chosen.get() == Some(verb));
        let choose = move |event: MouseEvent| {
            if let Some(onto) = onto {
                // Of a press by a key, no click is counted.
                onto.choose.run((me.get_untracked(), event.detail() == 0));
            }
        };
        view! {
            <button
                type="button"
                class="small breaks"
                data-verb=verb
                aria-label=format!("{verb}, then choose what")
                aria-pressed=move || chosen().to_string() on:click=choose>
                {verb}
            </button>
        }
    };
    view! {
        <div class="block kinds">
            <p class="quiet">"Choose one, then press what it is to happen to. Those below happen to what they stand beside, or are dragged."</p>
            <div class="ways">
                <List each=move || kinds.get() key=|one| one.verb let:failure>{one(failure)}</List>
            </div>
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
