//! How wide or high an element is, as long as it is there.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{Element, ResizeObserver};

/// The element's width in pixels; until it is known, `first`.
pub fn width_of(element: NodeRef<html::Div>, first: f64) -> ReadSignal<f64> {
    size_of(element, first, |element| element.client_width())
}

/// The element's height in pixels; until it is known, `first`.
pub fn height_of(element: NodeRef<html::Div>, first: f64) -> ReadSignal<f64> {
    size_of(element, first, |element| element.client_height())
}

fn size_of(element: NodeRef<html::Div>, first: f64, of: fn(&Element) -> i32) -> ReadSignal<f64> {
    let (width, set) = signal(first);
    let kept = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    let disconnect = move || {
        let old = kept.try_update_value(Option::take).flatten();
        if let Some((observer, _)) = &old {
            observer.disconnect();
        }
    };
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        disconnect();
        let watched = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            let now = f64::from(of(&watched));
            if now > 0.0 && width.try_get_untracked() != Some(now) {
                set.try_set(now);
            }
        });
        if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, measure)));
        }
    });
    on_cleanup(disconnect);
    width
}
