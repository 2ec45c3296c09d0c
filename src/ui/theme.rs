//! Light, dark, or as the system has it; remembered from visit to visit.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

const STORED: &str = "crosstalk.theme";

/// The person's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Choice {
    /// The word that is stored, and that the style sheet knows.
    fn word(self) -> &'static str {
        match self {
            Choice::Auto => "auto",
            Choice::Light => "light",
            Choice::Dark => "dark",
        }
    }

    /// The one that follows at a press of the button.
    pub fn next(self) -> Choice {
        match self {
            Choice::Auto => Choice::Light,
            Choice::Light => Choice::Dark,
            Choice::Dark => Choice::Auto,
        }
    }
}

/// The theme: the choice, and a count of the changes of colours, for canvases that keep them.
#[derive(Clone, Copy)]
pub struct Theme {
    /// The person's choice.
    pub choice: RwSignal<Choice>,
    /// One more whenever colours have changed.
    pub changes: RwSignal<u32>,
}

impl Theme {
    /// The stored choice, taken up; from now on the system's changes are followed.
    pub fn start() -> Theme {
        let stored = storage().and_then(|storage| storage.get_item(STORED).ok().flatten());
        let choice = match stored.as_deref() {
            Some("light") => Choice::Light,
            Some("dark") => Choice::Dark,
            _ => Choice::Auto,
        };
        let theme = Theme { choice: RwSignal::new(choice), changes: RwSignal::new(0) };
        apply(choice);
        theme.follow("(prefers-color-scheme: dark)");
        theme.follow("(prefers-contrast: more)");
        theme
    }

    /// Takes a choice up, and remembers it.
    pub fn choose(self, choice: Choice) {
        self.choice.set(choice);
        apply(choice);
        if let Some(storage) = storage() {
            // A page that may not store anything has the choice for this visit only.
            let _ = storage.set_item(STORED, choice.word());
        }
        self.changes.update(|count| *count += 1);
    }

    fn follow(self, query: &str) {
        let Some(query) = window().match_media(query).ok().flatten() else { return };
        let changed = Closure::<dyn Fn()>::new(move || {
            self.changes.try_update(|count| *count += 1);
        });
        let _ = query.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
        // Both live as long as the page's state.
        let keep = StoredValue::new_local((query, changed));
        on_cleanup(move || {
            keep.try_with_value(|(query, changed)| {
                let _ = query.remove_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
            });
        });
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn apply(choice: Choice) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", choice.word());
    }
}

/// Whether the person asked for little motion.
pub fn still() -> bool {
    window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches())
}
