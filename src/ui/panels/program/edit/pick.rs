//! A choice among words, some of which are not to be had now.

use leptos::prelude::*;

use crate::ui::list::List;

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choice {
    /// Its words.
    pub words: String,
    /// Why it is not to be had; empty when it is.
    pub refused: String,
}

impl Choice {
    /// The words, with the reason where it is not to be had: a choice in a menu of the browser has no other place for it.
    fn told(&self) -> String {
        if self.refused.is_empty() { self.words.clone() } else { format!("{}: {}", self.words, self.refused) }
    }
}

/// A menu of the browser. What is chosen is what the document says after the change: a refused choice springs back.
#[component]
pub fn Pick(
    /// What is chosen.
    label: String,
    /// What it is known by in its editor.
    id: String,
    /// What is chosen now.
    now: Signal<String>,
    /// The choices. What is chosen now is put before them where it is none of them.
    choices: Signal<Vec<Choice>>,
    /// Takes the one at a place.
    pick: Callback<usize>,
) -> impl IntoView {
    let strange = Memo::new(move |_| {
        let now = now.get();
        choices.with(|choices| choices.iter().all(|choice| choice.words != now)).then_some(now)
    });
    let places = move || choices.with(|choices| choices.iter().cloned().enumerate().collect::<Vec<_>>());
    // Counts the tries, so that the menu shows what holds even after a refusal.
    let tried = RwSignal::new(0u32);
    let chosen = move || {
        tried.track();
        let now = now.get();
        let at = choices.with(|choices| choices.iter().position(|choice| choice.words == now));
        at.map_or_else(|| "now".to_owned(), |at| at.to_string())
    };
    view! {
        <select
            aria-label=label
            data-part=id
            prop:value=chosen
            on:change:target=move |event| {
                if let Ok(at) = event.target().value().parse::<usize>() {
                    pick.run(at);
                }
                tried.update(|tried| *tried += 1);
            }
        >
            {move || strange.get().map(|now| view! { <option value="now" selected=true>{now}</option> })}
            <List each=places key=|place| place.clone() let:place>
                {
                    let (at, choice) = place;
                    let words = choice.words.clone();
                    view! {
                        <option
                            value=at.to_string()
                            disabled=!choice.refused.is_empty()
                            selected=move || now.with(|now| *now == words)
                        >
                            {choice.told()}
                        </option>
                    }
                }
            </List>
        </select>
    }
}
