//! A part of a view that is followed while it is there.

use leptos::prelude::*;

/// What `pick` finds in a view, boxed: one memo for each type of part, and not for each place that follows one.
type Follow<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

fn follow<T: Clone + PartialEq + Send + Sync + 'static>(follow: Follow<T>) -> Signal<T> {
    Memo::new(move |last: Option<&T>| follow(last)).into()
}

/// The part of a view that `pick` finds; once it is gone, what it was last. It changes only when the part does, so that a row
/// is not drawn again because of its neighbour.
pub fn hold<V, T>(source: Signal<V>, first: T, pick: impl Fn(&V) -> Option<T> + Send + Sync + 'static) -> Signal<T>
where
    V: Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    follow(Box::new(move |last| source.try_with(&pick).flatten().or_else(|| last.cloned()).unwrap_or_else(|| first.clone())))
}

/// A part of a view that is always there; it changes only when the part does.
pub fn part<V, T>(source: Signal<V>, pick: impl Fn(&V) -> T + Send + Sync + 'static) -> Signal<T>
where
    V: Send + Sync + 'static,
    T: Clone + PartialEq + Send + Sync + 'static,
{
    follow(Box::new(move |_| source.with(&pick)))
}

/// Items with a count among their equals, so that a list can tell two that are alike apart.
pub fn told_apart<T: Clone + PartialEq>(items: &[T]) -> Vec<(T, usize)> {
    let before = |at: usize, item: &T| items[..at].iter().filter(|other| *other == item).count();
    items.iter().enumerate().map(|(at, item)| (item.clone(), before(at, item))).collect()
}
