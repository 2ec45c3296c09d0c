//! The menu beside a thing: its failures, what brings it back, and what can be done to the board.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::ui::icons::Icon;

use super::commands;
use super::offers::{Does, Offer, offers};
use super::state::{Menu, StageState};

/// The menu, where one is open.
#[component]
pub fn ContextMenu() -> impl IntoView {
    let stage = StageState::here();
    view! {
        {move || stage.menu.get().map(|menu| view! { <OpenMenu menu /> })}
    }
}

#[component]
fn OpenMenu(
    /// Which.
    menu: Menu,
) -> impl IntoView {
    let stage = StageState::here();
    let element = NodeRef::<html::Div>::new();
    let Some((title, list)) = offers(stage, &menu.on) else { return ().into_any() };
    let before = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    let close = move || {
        stage.menu.set(None);
        if let Some(Some(before)) = before.try_get_value() {
            let _ = before.focus();
        }
    };
    Effect::new(move |_| {
        if let Some(first) = element.get().and_then(|element| items(&element).into_iter().next()) {
            let _ = first.focus();
        }
    });
    let keys = move |event: ev::KeyboardEvent| {
        let Some(element) = element.get_untracked() else { return };
        let all = items(&element);
        let at = all.iter().position(|item| Some(item.as_ref()) == document().active_element().as_ref());
        let to = match (event.key().as_str(), at) {
            ("Escape" | "Tab", _) => {
                close();
                event.prevent_default();
                event.stop_propagation();
                return;
            }
            ("ArrowDown", Some(at)) => (at + 1) % all.len().max(1),
            ("ArrowUp", Some(at)) => (at + all.len().max(1) - 1) % all.len().max(1),
            ("Home", _) => 0,
            ("End", _) => all.len().saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        if let Some(item) = all.get(to) {
            let _ = item.focus();
        }
    };
    let heading = title.clone();
    let tall = 52.0 + 36.0 * list.len() as f64;
    let style = format!("left:min({}px, 100vw - 268px);top:max(4px, min({}px, 100vh - {}px))", menu.at.0, menu.at.1, tall + 12.0);
    let rows = list.into_iter().map(|offer| view! { <OfferRow offer close=Callback::new(move |()| close()) /> }).collect_view();
    view! {
        <div class="shade" data-own-pointer="" on:pointerdown=move |_| close() on:contextmenu=move |event| event.prevent_default()></div>
        <div node_ref=element class="menu" role="menu" aria-label=title data-own-pointer="" style=style on:keydown=keys>
            <p aria-hidden="true">{heading}</p>
            {rows}
        </div>
    }
    .into_any()
}

#[component]
fn OfferRow(
    /// What is offered.
    offer: Offer,
    /// Closes the menu.
    close: Callback<()>,
) -> impl IntoView {
    let stage = StageState::here();
    let Offer { words, glyph, breaks, apart, refused, note, does } = offer;
    let possible = refused.is_empty();
    let said = if possible { note } else { refused };
    let choose = move |_| {
        if !possible {
            return;
        }
        close.run(());
        match does.clone() {
            Does::Act(action) => {
                stage.ui.act(action);
            }
            Does::Run(command) => commands::run(stage, command),
            Does::Plan(action) => commands::plan(stage, action),
        }
    };
    view! {
        <button role="menuitem" tabindex="-1" class:breaks=breaks class:apart=apart aria-disabled=(!possible).then_some("true") on:click=choose>
            <Icon of=glyph />
            <span>{words} {(!said.is_empty()).then(|| view! { <small>{said}</small> })}</span>
        </button>
    }
}

fn items(menu: &HtmlElement) -> Vec<HtmlElement> {
    let all = std::iter::successors(menu.first_element_child(), web_sys::Element::next_element_sibling);
    all.filter(|item| item.get_attribute("role").as_deref() == Some("menuitem")).filter_map(|item| item.dyn_into().ok()).collect()
}
