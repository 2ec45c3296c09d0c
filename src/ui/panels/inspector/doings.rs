//! What can be done to what is selected as a whole: duplicate it, delete it.

use leptos::prelude::*;

use crate::editor::{Item, Operation};
use crate::sim::NodeId;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::keys::{focus, modifier};

/// The buttons, with the keys that do the same on the board.
#[component]
pub fn Doings(
    /// What is selected.
    #[prop(into)]
    items: Signal<Vec<Item>>,
) -> impl IntoView {
    let hands = Hands::here();
    let why = RwSignal::new(None::<String>);
    let nodes = Memo::new(move |_| items.with(|items| nodes_of(items)));
    // What was selected is gone, and its page with it: the focus goes to what comes in its place.
    let delete = move |_| {
        let refused = hands.make.run(Operation::Delete(items.get_untracked()));
        if refused.is_some() {
            why.try_set(refused);
        } else {
            request_animation_frame(|| {
                if let Ok(Some(inspector)) = document().query_selector(".inspector") {
                    focus(&inspector);
                }
            });
        }
    };
    view! {
        <div class="block doings">
            <div class="ways">
                <Show when=move || nodes.with(|nodes| !nodes.is_empty())>
                    <button
                        type="button"
                        class="out"
                        on:click=move |_| {
                            let refused = hands.make.run(Operation::Duplicate(nodes.get_untracked()));
                            why.try_set(refused);
                        }
                    >
                        "Duplicate "
                        <kbd>{modifier()} "D"</kbd>
                    </button>
                </Show>
                <button type="button" class="out breaks" on:click=delete>
                    "Delete "
                    <kbd>"Del"</kbd>
                </button>
            </div>
            {move || why.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
    }
}

/// The nodes among things.
pub fn nodes_of(items: &[Item]) -> Vec<NodeId> {
    items.iter().filter_map(|item| if let Item::Node(id) = item { Some(*id) } else { None }).collect()
}
