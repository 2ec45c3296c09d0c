//! The plan as a list: times that can be typed or stepped while they are to come, and what has become of the others.

use leptos::prelude::*;

use super::hands::Hands;
use super::hold::{hold, part};
use super::keys::focus;
use crate::board::PlanId;
use crate::editor::Operation;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::view::{PlanRow, PlanState, in_seconds, typed_seconds};

/// Focuses the time of an entry of the plan once it is drawn; the first that there is, where that one has gone, or else the
/// panel.
pub fn focus_plan(id: PlanId) {
    request_animation_frame(move || {
        let own = format!(".plan [data-plan=\"{}\"] input", id.0);
        let mut found = [own.as_str(), ".plan input", ".break-panel"].into_iter();
        let element = found.find_map(|selector| document().query_selector(selector).ok().flatten());
        if let Some(element) = element {
            focus(&element);
        }
    });
}

/// Focuses the field that says when what is chosen is planned for, once it is drawn.
pub fn focus_when() {
    request_animation_frame(|| {
        if let Ok(Some(field)) = document().query_selector(".when input[type=number]") {
            focus(&field);
        }
    });
}

/// The plan.
#[component]
pub fn PlanList(
    /// Its entries, in order of time.
    rows: Signal<Vec<PlanRow>>,
    /// What was said of the last thing that was planned.
    said: RwSignal<String>,
) -> impl IntoView {
    let hands = Hands::here();
    let open = part(rows, |rows| {
        let to_come = rows.iter().filter(|row| row.state == PlanState::ToCome);
        to_come.map(|row| row.id).collect::<Vec<_>>()
    });
    let clear = move |_| {
        let refused = hands.make.run(Operation::Unplan(open.get_untracked()));
        said.set(refused.unwrap_or_default());
        focus_plan(PlanId::default());
    };
    // What was said of an entry that is gone is no news.
    Effect::new(move |_| {
        if rows.with(Vec::is_empty) {
            said.set(String::new());
        }
    });
    view! {
        <div class="block plan">
            <h4>"Plan"</h4>
            <p class="quiet" role="status">{said}</p>
            <Show when=move || rows.with(Vec::is_empty)>
                <p class="quiet">"Nothing is planned. Choose “planned” above, or a storm below."</p>
            </Show>
            <ol>
                <List each=move || rows.get() key=|row| row.id let:row>
                    {
                        let id = row.id;
                        entry(id, hold(rows, row, move |all| all.iter().find(|row| row.id == id).cloned()))
                    }
                </List>
            </ol>
            <Show when=move || { open.with(Vec::len) > 1 }>
                <button type="button" class="small" on:click=clear>"Remove all that is to come"</button>
            </Show>
        </div>
    }
}

fn entry(id: PlanId, row: Signal<PlanRow>) -> AnyView {
    let hands = Hands::here();
    let refused = RwSignal::new(String::new());
    let open = part(row, |row| row.state == PlanState::ToCome);
    let (at, label) = (part(row, |row| row.at), part(row, |row| row.label.clone()));
    let state = part(row, |row| match &row.state {
        PlanState::ToCome => String::new(),
        PlanState::Happened => "happened".to_owned(),
        PlanState::PassedOver(why) => "passed over: ".to_owned() + why,
    });
    let retime = move |text: String| {
        let why = match typed_seconds(&text) {
            Some(to) => hands.replan.run(vec![(id, to)]).unwrap_or_default(),
            None => "A number of seconds since the beginning.".to_owned(),
        };
        if why.is_empty() {
            // Its place in the list may be another one now.
            focus_plan(id);
        }
        refused.set(why);
    };
    let remove = move |_| {
        refused.set(hands.make.run(Operation::Unplan(vec![id])).unwrap_or_default());
        focus_plan(id);
    };
    let time = move || {
        if open.get() {
            view! {
                <input
                    type="number"
                    min="0"
                    max="86400"
                    step="0.1"
                    title="Seconds since the beginning"
                    aria-label=move || format!("Time in seconds: {}", label.get())
                    aria-invalid=move || (!refused.with(String::is_empty)).to_string()
                    prop:value=move || in_seconds(at.get())
                    on:change:target=move |event| retime(event.target().value())
                    on:blur=move |_| hands.settle.run(())
                />
                " s"
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="link" title="Go to this moment" on:click=move |_| hands.seek.run(at.get_untracked())>
                    {move || at.get().to_string()}
                </button>
            }
            .into_any()
        }
    };
    view! {
        <li data-plan=id.0.to_string() class:over=move || !open.get()>
            <span class="plan-time">{time}</span>
            <span class="fact">{label}</span>
            <span class="process-state">{state}</span>
            <Show when=move || open.get()>
                <button
                    type="button"
                    class="tool"
                    title="Remove"
                    aria-label=move || format!("Remove {}", label.get())
                    on:click=remove
                >
                    <Icon of=Glyph::Close />
                </button>
            </Show>
            <Show when=move || !refused.with(String::is_empty)>
                <p class="refused" role="alert">{refused}</p>
            </Show>
        </li>
    }
    .into_any()
}
