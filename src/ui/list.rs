//! Lists of rows by key.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use leptos::prelude::*;

use crate::sim::FactHasher;

/// A row that is made if its key is new, and left as it is otherwise.
type Row = (u64, Box<dyn FnOnce() -> AnyView + Send>);

/// A row for each item, made once for each key. It does what Leptos' `For` does, of which the page then holds one copy,
/// and not one for each type of item: a tenth of all that a first visit loads.
#[component]
pub fn List<I, T, K, V>(
    /// The items.
    each: impl Fn() -> I + Send + Sync + 'static,
    /// What an item is known by; no two are alike.
    key: impl Fn(&T) -> K + Send + Sync + 'static,
    /// Makes a row.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    I: IntoIterator<Item = T> + 'static,
    T: Send + 'static,
    K: Hash + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let row = move |item: T| -> Row {
        let mut hasher = FactHasher::default();
        key(&item).hash(&mut hasher);
        let children = Arc::clone(&children);
        (hasher.finish(), Box::new(move || children(item).into_any()))
    };
    rows(Arc::new(move || each().into_iter().map(&row).collect()))
}

fn rows(rows: Arc<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    view! { <For each=move || rows() key=|row| row.0 children=|row| (row.1)() /> }.into_any()
}
