//! The log: a table of which only the rows in sight are on the page.

use leptos::ev::{Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::filter::FilterRow;
use super::state::Pane;
use crate::sim::FactId;
use crate::ui::files;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::panels::keys::focus;
use crate::ui::panels::strip::width::height_of;
use crate::view::{LogRow, Selection};

/// How high a row is, in pixels.
const ROW: f64 = 26.0;
/// Browsers draw nothing that is higher: what is scrolled through then stands for more.
const HIGHEST: f64 = 6_000_000.0;

/// The log.
#[component]
pub fn LogPage() -> impl IntoView {
    let pane = Pane::here();
    let place = NodeRef::<html::Div>::new();
    let height = height_of(place, 200.0);
    let in_sight = Memo::new(move |_| ((height.get() / ROW) as usize).saturating_sub(1).max(1));
    let count = Memo::new(move |_| pane.log_state.with(|state| state.rows));
    // As long as nobody scrolls, the last row before the cursor is the lowest.
    let held = RwSignal::new(None::<usize>);
    let last = Memo::new(move |_| count.get().saturating_sub(in_sight.get()));
    let at_cursor = Memo::new(move |_| pane.log_state.with(|state| state.before).saturating_sub(in_sight.get()));
    let first = Memo::new(move |_| held.get().unwrap_or_else(|| at_cursor.get()).min(last.get()));
    let inner = Memo::new(move |_| (count.get() as f64 * ROW + ROW).min(HIGHEST));
    let rows = Memo::new(move |_| {
        pane.log_state.with(|state| state.turn);
        let (from, most) = (first.get(), in_sight.get() + 1);
        pane.log.with_value(|log| pane.ui.read(|session| log.rows(session, from, most))).unwrap_or_default()
    });
    // A place among the rows and a place of the scroll bar, there and back.
    let scroll_of = move |row: usize| {
        let room = (inner.get_untracked() - height.get_untracked()).max(0.0);
        row as f64 / last.get_untracked().max(1) as f64 * room
    };
    // Where the page scrolled to itself: what the browser then says is no person's doing.
    let asked = StoredValue::new(0);
    let scrolled = move |_: Event| {
        let Some(element) = place.get_untracked().filter(|element| element.scroll_top() != asked.get_value()) else { return };
        let room = (inner.get_untracked() - height.get_untracked()).max(1.0);
        let row = (f64::from(element.scroll_top()) / room * last.get_untracked() as f64).round() as usize;
        held.set(Some(row));
    };
    Effect::new(move |_| {
        let (row, _) = (first.get(), inner.get());
        if let Some(element) = place.get() {
            element.set_scroll_top(scroll_of(row).round() as i32);
            asked.set_value(element.scroll_top());
        }
    });
    let keyed = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            _ => return,
        };
        let here = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(at) = here.and_then(|here| here.get_attribute("data-row")?.parse::<i64>().ok()) else { return };
        event.prevent_default();
        event.stop_propagation();
        let (top, rows) = (first.get_untracked() as i64, in_sight.get_untracked() as i64);
        let next = (at + step).clamp(0, count.get_untracked() as i64 - 1);
        if next < top || next >= top + rows {
            held.set(Some((top + step).max(0) as usize));
        }
        request_animation_frame(move || {
            let found = document().query_selector(&format!(".log [data-row=\"{next}\"]")).ok().flatten();
            found.iter().for_each(focus);
        });
    };
    let save = move |_| {
        let text = pane.log.with_value(|log| pane.ui.read(|session| log.json_lines(session))).unwrap_or_default();
        if !files::save("crosstalk-facts.jsonl", &text) {
            pane.ui.complain("The browser did not take the file.");
        }
    };
    view! {
        <div class="pane-tools">
            <FilterRow />
            <span class="pane-count" role="status">{move || counted(pane)}</span>
            <button type="button" class="small" disabled=move || held.get().is_none() on:click=move |_| held.set(None)>
                "To the cursor"
            </button>
            <button type="button" class="small" title="The rows as JSON Lines: an object a line" on:click=save>
                <Icon of=Glyph::Save />
                "JSON Lines"
            </button>
        </div>
        <div class="log" node_ref=place tabindex="0" role="region" aria-label="Log" on:scroll=scrolled on:keydown=keyed>
            <div class="log-inner" style:height=move || format!("{}px", inner.get())>
                <table aria-rowcount=move || (count.get() + 1).to_string()>
                    <thead>
                        <tr aria-rowindex="1">
                            <th scope="col">"Time"</th>
                            <th scope="col">"Who"</th>
                            <th scope="col">"What"</th>
                            <th scope="col"><span class="unseen">"Message"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <List
                            each=move || numbered(first.get(), rows.get())
                            key=|(nth, row)| (*nth, row.id, row.later, row.what.clone())
                            let:row
                        >
                            <Row nth=row.0 row=row.1 />
                        </List>
                    </tbody>
                </table>
                <Show when=move || count.get() == 0>
                    <p class="log-none">
                        {move || if pane.log_state.with(|state| state.looking) { "Looking…" } else { "No fact is like this." }}
                    </p>
                </Show>
            </div>
        </div>
    }
}

fn numbered(first: usize, rows: Vec<LogRow>) -> Vec<(usize, LogRow)> {
    rows.into_iter().enumerate().map(|(nth, row)| (first + nth, row)).collect()
}

fn counted(pane: Pane) -> String {
    let all = pane.ui.read(|session| session.all_facts().len()).unwrap_or(0);
    pane.log_state.with(|state| {
        let looking = if state.looking { "looking… " } else { "" };
        format!("{looking}{} of {all} facts", state.rows)
    })
}

/// Asks why a fact happened.
pub(super) fn why_button(pane: Pane, fact: FactId) -> AnyView {
    view! {
        <button type="button" class="small" title="What led to it, and what would have prevented it" on:click=move |_| pane.ask(fact)>
            "Why?"
        </button>
    }
    .into_any()
}

/// A fact.
#[component]
fn Row(nth: usize, row: LogRow) -> impl IntoView {
    let pane = Pane::here();
    let LogRow { id, time, at, who, what, kind, about, later, asks } = row;
    let choose = move |_| {
        pane.choose(id, time);
        if about != Selection::Nothing {
            pane.ui.select(about);
        }
    };
    let follow = match about {
        Selection::Message(message) => Some(view! {
            <button type="button" class="small" title="Follow this message" on:click=move |_| pane.follow(message, true)>
                "Follow"
            </button>
        }),
        _ => None,
    };
    view! {
        <tr
            class=format!("log-row about-{}", kind.words())
            class:later=later
            class:here=move || pane.chosen.get() == Some(id)
            aria-rowindex=(nth + 2).to_string()
        >
            <td>
                <button type="button" data-row=nth.to_string() title="Go to this moment" on:click=choose>
                    <time>{at}</time>
                </button>
            </td>
            <td>{who.clone()}</td>
            <td title=what.clone()>
                <b class="log-who">{who} " "</b>
                {what.clone()}
            </td>
            <td>{asks.then(|| why_button(pane, id))} {follow}</td>
        </tr>
    }
}
