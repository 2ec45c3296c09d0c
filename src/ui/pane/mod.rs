//! The pane under the board: the log of all facts, one message followed, figures, branches, breakpoints.

mod beside;
mod branches;
mod diagram;
mod figures;
mod filter;
mod journey;
mod log;
mod size;
mod state;
mod stops;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::icons::{Glyph, Icon};
use super::list::List;
use super::panels::keys::{focus_neighbour, step_of};
use branches::BranchesPage;
use figures::FiguresPage;
use journey::JourneyPage;
use log::LogPage;
use size::{Grip, HEIGHT};
pub(super) use state::narrow;
pub use state::{Pane, PanePage};
use stops::StopsPage;

/// The pane, where it is open.
#[component]
pub fn FactsPane() -> impl IntoView {
    let pane = Pane::here();
    let height = RwSignal::new(HEIGHT);
    // A phone has room for one sheet.
    Effect::new(move |_| {
        if pane.ui.panel.with(Option::is_some) && narrow() {
            pane.page.set(None);
        }
    });
    view! {
        {lit_style(pane)}
        <Show when=move || pane.page.get().is_some()>
            <section class="pane" aria-label="Facts" style:height=move || format!("{}px", height.get())>
                <Grip height />
                <div class="pane-head">
                    <Pages pane />
                    <button type="button" class="tool pane-close" aria-label="Close the facts" on:click=move |_| pane.close()>
                        <Icon of=Glyph::Close />
                    </button>
                </div>
                <div class="pane-body" role="tabpanel" id="pane-page" aria-labelledby=move || tab_id(pane.shown())>
                    {move || match pane.shown() {
                        PanePage::Log => view! { <LogPage /> }.into_any(),
                        PanePage::Message => view! { <JourneyPage /> }.into_any(),
                        PanePage::Figures => view! { <FiguresPage /> }.into_any(),
                        PanePage::Branches => view! { <BranchesPage /> }.into_any(),
                        PanePage::Stops => view! { <StopsPage /> }.into_any(),
                    }}
                </div>
            </section>
        </Show>
    }
}

fn tab_id(page: PanePage) -> String {
    format!("pane-{page:?}")
}

/// The row of tabs.
#[component]
fn Pages(pane: Pane) -> impl IntoView {
    let turn = move |event: KeyboardEvent| {
        let Some(step) = step_of(&event) else { return };
        event.prevent_default();
        let all = PanePage::ALL;
        let at = all.iter().position(|page| *page == pane.shown()).unwrap_or_default() as i32;
        focus_neighbour(&event, step);
        pane.open(all[(at + step).rem_euclid(all.len() as i32) as usize]);
    };
    view! {
        <div class="tabs" role="tablist" on:keydown=turn>
            <List each=|| PanePage::ALL key=|page| page.name() let:page>
                <button
                    type="button"
                    role="tab"
                    id=tab_id(page)
                    aria-controls="pane-page"
                    aria-selected=move || (pane.shown() == page).to_string()
                    tabindex=move || if pane.shown() == page { "0" } else { "-1" }
                    class:on=move || pane.shown() == page
                    on:click=move |_| pane.open(page)
                >
                    {page.name()}
                </button>
            </List>
        </div>
    }
}

/// What has not been on the way of what is followed steps back. A style for all, and not a class for each: no card has to
/// listen.
fn lit_style(pane: Pane) -> AnyView {
    let style = move || {
        if pane.followed.get().is_none() || pane.page.get() != Some(PanePage::Message) {
            return String::new();
        }
        pane.journey.with(|journey| {
            let but =
                |name: &str, ids: Vec<u32>| ids.iter().map(|id| format!(":not([data-{name}=\"{id}\"])")).collect::<String>();
            let nodes = but("node", journey.lit.nodes.iter().map(|node| node.0).collect());
            let wires = but("wire", journey.lit.wires.iter().map(|wire| wire.0).collect());
            let lit: String = journey.lit.wires.iter().map(|wire| format!(".wire[data-wire=\"{}\"] .line,", wire.0)).collect();
            let line = if lit.is_empty() {
                String::new()
            } else {
                format!("{}{{stroke:var(--accent);stroke-width:3}}", lit.trim_end_matches(','))
            };
            format!(".stage .card{nodes}{{opacity:.42}}.stage .wire{wires}{{opacity:.35}}{line}")
        })
    };
    view! { <style>{style}</style> }.into_any()
}
