//! A name that is typed anew in its place.

use leptos::html;
use leptos::prelude::*;

use crate::editor::{Item, rename_node, rename_topic};

use super::focus;
use super::state::StageState;

/// The field. Enter and leaving it take the name, Escape leaves it as it was.
#[component]
pub fn NameField(
    /// What is renamed: a node or a topic.
    item: Item,
    /// Its name.
    name: String,
) -> impl IntoView {
    let stage = StageState::here();
    let field = NodeRef::<html::Input>::new();
    let (item, name) = (StoredValue::new(item), StoredValue::new(name));
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.set_value(&name.get_value());
            let _ = field.focus();
            field.select();
        }
    });
    let end = move |takes: bool, stays: bool| {
        let (Some(item), Some(name)) = (item.try_get_value(), name.try_get_value()) else { return };
        if stage.renaming.with_untracked(|renaming| renaming.as_ref() != Some(&item)) {
            return;
        }
        let typed = field.get_untracked().map(|field| field.value().trim().to_owned()).filter(|typed| takes && *typed != name);
        stage.renaming.set(None);
        let mut now = item.clone();
        if let Some(typed) = typed {
            let done = stage.ui.edit(None, |board, ids| match &item {
                Item::Topic(old) => rename_topic(board, ids, old, &typed),
                Item::Node(node) => rename_node(board, ids, *node, &typed),
                Item::Wire(wire) => crate::editor::rename_group(board, ids, *wire, &typed),
            });
            if let (Some(_), Item::Topic(_)) = (done, &item) {
                now = Item::Topic(typed);
            }
        }
        if stays {
            focus::soon(stage, Some(now));
        }
    };
    view! {
        <input
            node_ref=field
            class="name-field"
            type="text"
            aria-label="Name"
            spellcheck="false"
            on:keydown=move |event| {
                event.stop_propagation();
                match event.key().as_str() {
                    "Enter" => end(true, true),
                    "Escape" => end(false, true),
                    _ => {}
                }
            }
            on:blur=move |_| end(true, false)
        />
    }
}
