//! How the page looks: light or dark, its contrast, how much moves, how large it is. Remembered from visit to visit.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Whether the page is light or dark.
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
    /// All of them.
    pub const ALL: [Choice; 3] = [Choice::Auto, Choice::Light, Choice::Dark];

    /// The word that is stored.
    const fn word(self) -> &'static str {
        match self {
            Choice::Auto => "auto",
            Choice::Light => "light",
            Choice::Dark => "dark",
        }
    }
}

/// The person's choices, and a count of the changes of colours, for canvases that keep them. What the system asks for holds
/// wherever nothing else was chosen.
#[derive(Clone, Copy)]
pub struct Theme {
    /// Light or dark.
    pub choice: RwSignal<Choice>,
    /// High contrast, whatever the system says.
    pub contrast: RwSignal<bool>,
    /// Nothing moves, whatever the system says.
    pub still: RwSignal<bool>,
    /// Type that is read from the back of a room; for this visit only.
    pub presenter: RwSignal<bool>,
    /// One more whenever colours have changed.
    pub changes: RwSignal<u32>,
}

impl Theme {
    /// The stored choices, taken up; from now on the system's changes are followed.
    pub fn start() -> Theme {
        let choice = Choice::ALL.into_iter().find(|choice| stored("theme").as_deref() == Some(choice.word())).unwrap_or_default();
        let is_on = |what: &str| stored(what).as_deref() == Some("on");
        let theme = Theme {
            choice: RwSignal::new(choice),
            contrast: RwSignal::new(is_on("contrast")),
            still: RwSignal::new(is_on("still")),
            presenter: RwSignal::new(false),
            changes: RwSignal::new(0),
        };
        theme.apply();
        [DARK, CONTRAST, STILL].into_iter().for_each(|query| theme.follow(query));
        theme
    }

    /// Takes a choice up, and remembers it.
    pub fn choose(self, choice: Choice) {
        self.choice.set(choice);
        store("theme", choice.word());
        self.apply();
    }

    /// Switches high contrast, and remembers it.
    pub fn set_contrast(self, on: bool) {
        self.contrast.set(on);
        store("contrast", if on { "on" } else { "off" });
        self.apply();
    }

    /// Switches motion off or on, and remembers it.
    pub fn set_still(self, on: bool) {
        self.still.set(on);
        store("still", if on { "on" } else { "off" });
        self.apply();
    }

    /// Switches the presenter's size.
    pub fn set_presenter(self, on: bool) {
        self.presenter.set(on);
        self.apply();
    }

    /// Tells the style sheet, which knows only what holds and not why.
    fn apply(self) {
        let dark = match self.choice.get_untracked() {
            Choice::Auto => matches(DARK),
            Choice::Light => false,
            Choice::Dark => true,
        };
        let Some(root) = document().document_element() else { return };
        for (name, value) in [
            ("data-theme", if dark { "dark" } else { "light" }),
            ("data-contrast", if self.contrast.get_untracked() || matches(CONTRAST) { "more" } else { "normal" }),
            ("data-motion", if self.still.get_untracked() || matches(STILL) { "less" } else { "normal" }),
            ("data-size", if self.presenter.get_untracked() { "presenter" } else { "normal" }),
        ] {
            let _ = root.set_attribute(name, value);
        }
        self.changes.update(|count| *count += 1);
    }

    fn follow(self, query: &str) {
        let Some(query) = window().match_media(query).ok().flatten() else { return };
        let changed = Closure::<dyn Fn()>::new(move || {
            if self.changes.try_get_untracked().is_some() {
                self.apply();
            }
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

const DARK: &str = "(prefers-color-scheme: dark)";
const CONTRAST: &str = "(prefers-contrast: more)";
const STILL: &str = "(prefers-reduced-motion: reduce)";

fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|query| query.matches())
}

/// What was remembered under a name.
pub(super) fn stored(what: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(&format!("crosstalk.{what}")).ok().flatten()
}

/// Remembers something. A page that may not store anything has the choice for this visit only.
pub(super) fn store(what: &str, value: &str) {
    if let Some(storage) = window().local_storage().ok().flatten() {
        let _ = storage.set_item(&format!("crosstalk.{what}"), value);
    }
}

/// Whether nothing is to move.
pub fn still() -> bool {
    document().document_element().and_then(|root| root.get_attribute("data-motion")).as_deref() == Some("less")
}
