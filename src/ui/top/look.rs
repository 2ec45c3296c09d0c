//! How the page looks: a small panel under its button.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

use crate::ui::icons::{Glyph, Icon};
use crate::ui::panels::keys::{focus, leaves};
use crate::ui::panels::segments::{Segment, Segments};
use crate::ui::theme::{Choice, Theme};

/// The button and, while it is open, its panel.
#[component]
pub fn LookButton() -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let keyed = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.prevent_default();
            open.set(false);
            if let Some(button) = button.get_untracked() {
                focus(&button);
            }
        }
    };
    let left = move |event: FocusEvent| {
        if leaves(&event) {
            open.try_set(false);
        }
    };
    view! {
        <div class="look" on:keydown=keyed on:focusout=left>
            <button
                node_ref=button
                class="tool"
                aria-label="Look"
                title="Look: theme, contrast, motion, size"
                aria-haspopup="dialog"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon of=Glyph::Look />
            </button>
            <Show when=move || open.get()>
                <Looks />
            </Show>
        </div>
    }
}

/// Two segments, of which the second switches something on.
fn switch(on: bool, [off_word, on_word]: [&str; 2]) -> Vec<Segment> {
    [(off_word, !on), (on_word, on)].map(|(label, on)| Segment { label: label.to_owned(), on, refused: String::new() }).into()
}

#[component]
fn Looks() -> impl IntoView {
    let theme = expect_context::<Theme>();
    let sheet = NodeRef::<html::Div>::new();
    // The focus moves into what was opened; it closes when the focus leaves.
    Effect::new(move |_| {
        if let Some(sheet) = sheet.get() {
            focus(&sheet);
        }
    });
    let themes = Signal::derive(move || {
        let names = ["As the system", "Light", "Dark"];
        let segment = |(choice, label): (Choice, &str)| Segment {
            label: label.to_owned(),
            on: theme.choice.get() == choice,
            refused: String::new(),
        };
        Choice::ALL.into_iter().zip(names).map(segment).collect::<Vec<_>>()
    });
    let contrast = Signal::derive(move || switch(theme.contrast.get(), ["As the system", "High"]));
    let motion = Signal::derive(move || switch(theme.still.get(), ["As the system", "None"]));
    let size = Signal::derive(move || switch(theme.presenter.get(), ["Normal", "Presenter"]));
    view! {
        <div class="looks" role="dialog" aria-label="Look" tabindex="-1" node_ref=sheet>
            <h4>"Theme"</h4>
            <Segments label="Theme" options=themes pick=move |at: usize| theme.choose(Choice::ALL[at]) />
            <h4>"Contrast"</h4>
            <Segments label="Contrast" options=contrast pick=move |at: usize| theme.set_contrast(at == 1) />
            <h4>"Motion"</h4>
            <Segments label="Motion" options=motion pick=move |at: usize| theme.set_still(at == 1) />
            <h4>"Size"</h4>
            <Segments label="Size" options=size pick=move |at: usize| theme.set_presenter(at == 1) />
        </div>
    }
}
