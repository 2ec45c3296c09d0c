//! The panels put to work: each is given the page's state, and a person's hands are tied to it.

use leptos::prelude::*;

use super::breaking::BreakView;
use super::hands::Hands;
use super::hint::HintView;
use super::inspector::{BoardText, InspectorView};
use super::strip::StripView;
use super::verdict::VerdictView;
use crate::ui::state::Ui;

fn hands(ui: Ui) -> Hands {
    Hands {
        act: Callback::new(move |action| {
            ui.act(action);
        }),
        seek: Callback::new(move |to| ui.seek(to)),
        select: Callback::new(move |what| ui.select(what)),
        take_branch: Callback::new(move |index| ui.take_branch(index)),
        asked: Callback::new(move |(fact, about)| ui.asked(fact, about)),
        tab: ui.tab,
        explained: ui.explained,
    }
}

/// Everything about what is selected.
#[component]
pub fn Inspector() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    let board = Signal::derive(move || {
        ui.opened.with(|opened| BoardText {
            title: opened.title.clone(),
            about: opened.about.clone(),
            tries: opened.tries.clone(),
        })
    });
    view! { <InspectorView inspection=ui.inspection selection=ui.selection board /> }
}

/// The checks, always in sight.
#[component]
pub fn Verdict() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    view! { <VerdictView checks=ui.verdict /> }
}

/// A violation, in a sentence, at the bottom left of the board.
#[component]
pub fn HintCard() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    let title_of = Callback::new(move |node| ui.read(|session| session.board().title_of(node).to_owned()).unwrap_or_default());
    view! { <HintView checks=ui.verdict now=ui.now title_of /> }
}

/// The strip of time under the board.
#[component]
pub fn TimeStrip() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    view! { <StripView strip=ui.strip /> }
}

/// Failures to start, pinned and planned.
#[component]
pub fn BreakPanel() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    let planned = Signal::derive(move || ui.strip.with(|strip| strip.planned.clone()));
    view! { <BreakView frame=ui.frame planned /> }
}
