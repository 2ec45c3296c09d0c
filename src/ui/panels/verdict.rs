//! The verdict, always in sight: a chip for each check, with its violations behind it.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

use super::fit::{fit, shows};
use super::hands::Hands;
use super::hold::{hold, part};
use super::keys::{back_to, closes, focus, leaves};
use crate::ui::list::List;
use crate::view::{CheckChip, ViolationView};

/// All checks.
#[component]
pub fn VerdictView(
    /// The checks, in their order.
    #[prop(into)]
    checks: Signal<Vec<CheckChip>>,
) -> impl IntoView {
    let open = RwSignal::new(None::<&'static str>);
    let (row, all) = (NodeRef::<html::Div>::new(), NodeRef::<html::Button>::new());
    fit(row, checks, open.into());
    // The usual ones are always there; others when they have something to say, or were asked for.
    let shown = move || {
        let mut shown = checks.get();
        shown.retain(|check| check.usual || !check.violations.is_empty() || open.get() == Some(check.name));
        shown
    };
    let more = Memo::new(move |_| checks.with(|all| all.iter().any(|check| !check.usual)));
    view! {
        <div class="verdict" role="group" aria-label="Verdict" node_ref=row>
            <List each=shown key=|check| check.name let:check>
                {
                    let name = check.name;
                    let check = hold(checks, check, move |all| all.iter().find(|one| one.name == name).cloned());
                    view! { <Chip check open row all /> }
                }
            </List>
            <Show when=move || more.get()>
                <AllChecks checks open button=all />
            </Show>
        </div>
    }
}

/// All checks, as a list behind a button: what each looks for, and what it found; what is violated comes first. Where there
/// is no room for chips the button says how many are.
#[component]
fn AllChecks(
    checks: Signal<Vec<CheckChip>>,
    open: RwSignal<Option<&'static str>>,
    button: NodeRef<html::Button>,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let keyed = move |event: KeyboardEvent| {
        if closes(&event, is_open.get_untracked()) {
            is_open.set(false);
            back_to(button);
        }
    };
    let left = move |event: FocusEvent| {
        if leaves(&event) {
            is_open.try_set(false);
        }
    };
    let count = Memo::new(move |_| checks.with(Vec::len));
    let violated = Memo::new(move |_| checks.with(|all| all.iter().filter(|one| !one.violations.is_empty()).count()));
    let each = move || {
        checks.with(|all| {
            let (bad, good): (Vec<_>, Vec<_>) = all.iter().partition(|one| !one.violations.is_empty());
            bad.into_iter().chain(good).map(|one| (one.name, one.sentence, one.question)).collect::<Vec<_>>()
        })
    };
    let is_bad =
        move |name: &'static str| checks.with(|all| all.iter().any(|one| one.name == name && !one.violations.is_empty()));
    let found = move |name: &'static str| {
        let one = checks.with(|all| all.iter().find(|one| one.name == name).map(|one| (one.violations.len(), one.pending)));
        match one.unwrap_or_default() {
            (0, 0) => "none".to_owned(),
            (0, pending) => format!("{pending} pending"),
            (found, _) => found.to_string(),
        }
    };
    view! {
        <div class="check" on:keydown=keyed on:focusout=left>
            <button
                type="button"
                class="check-chip all-checks"
                class:some=move || { violated.get() > 0 }
                node_ref=button
                aria-expanded=move || is_open.get().to_string()
                title="What every check looks for, and what it found"
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <span class="how-many">{move || count.get()} " checks"</span>
                <span class="how-bad">
                    {move || if violated.get() > 0 { violated.get().to_string() } else { "none".to_owned() }} " violated"
                </span>
            </button>
            <Show when=move || is_open.get()>
                <div class="check-card" role="region" aria-label="All checks">
                    <ul class="all-checks-list">
                        <List each=each key=|one| one.0 let:one>
                            {
                                let (name, sentence, question) = one;
                                view! {
                                    <li>
                                        <button
                                            type="button"
                                            on:click=move |_| {
                                                is_open.set(false);
                                                open.set(Some(name));
                                            }
                                        >
                                            <b>{name}</b>
                                            <em class:bad=move || is_bad(name)>{move || found(name)}</em>
                                            <i>{question}</i>
                                            <span>{sentence}</span>
                                        </button>
                                    </li>
                                }
                            }
                        </List>
                    </ul>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Chip(
    check: Signal<CheckChip>,
    open: RwSignal<Option<&'static str>>,
    row: NodeRef<html::Div>,
    all: NodeRef<html::Button>,
) -> impl IntoView {
    let (name, sentence) = check.with_untracked(|check| (check.name, check.sentence));
    let count = Memo::new(move |_| check.with(|check| check.violations.len()));
    let pending = Memo::new(move |_| check.with(|check| check.pending));
    let is_open = Memo::new(move |_| open.get() == Some(name));
    let button = NodeRef::<html::Button>::new();
    let said = move || {
        let mut said = format!("{name}: {}", count.get());
        if pending.get() > 0 {
            said += &format!(", {} pending", pending.get());
        }
        said
    };
    let keyed = move |event: KeyboardEvent| {
        if closes(&event, is_open.get_untracked()) {
            open.set(None);
            back_to(if check.with_untracked(|check| shows(row, button, check)) { button } else { all });
        }
    };
    let left = move |event: FocusEvent| {
        if leaves(&event) && is_open.try_get_untracked() == Some(true) {
            open.try_set(None);
        }
    };
    view! {
        <div class="check" on:keydown=keyed on:focusout=left>
            <button
                type="button"
                class="check-chip"
                class:bad=move || { count.get() > 0 }
                node_ref=button
                aria-label=said
                aria-expanded=move || is_open.get().to_string()
                title=sentence
                on:click=move |_| open.update(|open| *open = if *open == Some(name) { None } else { Some(name) })
            >
                {name}
                <b>{move || count.get()}</b>
                <Show when=move || { pending.get() > 0 }>
                    <span class="pending">{move || pending.get()} <i>" pending"</i></span>
                </Show>
            </button>
            <Show when=move || is_open.get()>
                <Violations check open />
            </Show>
        </div>
    }
}

/// What a check found, newest first.
#[component]
fn Violations(check: Signal<CheckChip>, open: RwSignal<Option<&'static str>>) -> impl IntoView {
    let hands = Hands::here();
    let (sentence, waits) = check.with_untracked(|check| (check.sentence, check.waits));
    let pending = part(check, |check| check.pending);
    let newest = part(check, |check| check.violations.iter().rev().cloned().collect::<Vec<_>>());
    let card = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(card) = card.get() {
            focus(&card);
        }
    });
    let choose = move |violation: ViolationView| {
        let (at, about) = (violation.at, violation.about);
        hands.explained.set(Some(violation));
        hands.seek.run(at);
        hands.select.run(about);
        open.set(None);
    };
    view! {
        <div class="check-card" node_ref=card tabindex="-1" role="region" aria-label=move || check.with(|check| check.name)>
            <p class="quiet">{sentence}</p>
            <ul>
                <List each=move || newest.get() key=|one| (one.fact, one.sentence.clone()) let:one>
                    {
                        let (at, words) = (one.at.to_string(), one.sentence.clone());
                        view! {
                            <li>
                                <button type="button" title="Go to this moment" on:click=move |_| choose(one.clone())>
                                    <time>{at}</time>
                                    <span>{words}</span>
                                </button>
                            </li>
                        }
                    }
                </List>
            </ul>
            <Show when=move || newest.with(Vec::is_empty)>
                <p class="none">"None up to this moment."</p>
            </Show>
            <Show when=move || { pending.get() > 0 }>
                <p class="quiet">{move || pending.get()} " pending: " {waits}</p>
            </Show>
        </div>
    }
}
