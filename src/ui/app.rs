//! The page: header, rail, board, inspector and the strip of time.

use leptos::prelude::*;

use super::add::AddPanel;
use super::icons::{Glyph, Icon};
use super::notice::NoticeLine;
use super::outline::OutlinePanel;
use super::pane::{FactsPane, Pane, PanePage};
use super::panel::Panel;
use super::panels::gloss::GlossCard;
use super::panels::{BreakPanel, Inspector, TimeStrip, WordsPanel};
use super::split::SplitView;
use super::stage::{ContextMenu, Stage, StageState};
use super::start::StartPanel;
use super::state::Ui;
use super::theme::Theme;
use super::top::TopBar;
use super::{announce, boards, crash, doors, keys, start};
use crate::sim::Time;

/// The text of the board that a visit begins with.
///
/// # Errors
/// A sentence that says why it could not be had.
pub async fn first_board() -> Result<String, String> {
    boards::text(boards::FIRST).await
}

/// The page, with the board that a visit begins with, or why it could not be had.
pub fn page(first: Result<String, String>) -> AnyView {
    let ui = Ui::new();
    let theme = Theme::start();
    let pane = Pane::new(ui);
    let stage = StageState::new(ui, theme, pane);
    provide_context(ui);
    provide_context(theme);
    provide_context(stage);
    provide_context(pane);
    keys::listen(stage);
    doors::lead_to(ui);
    crash::follow(ui);
    start::take_dropped_files(ui);
    let opened = first.map_err(|problem| ui.complain(problem)).is_ok_and(|text| ui.begin_with(&text));
    if opened {
        ui.play();
    } else {
        ui.panel.set(Some(Panel::Boards));
    }
    // The board comes first: what stands beside it follows as soon as it runs, or stands still for good.
    let runs = move || ui.strip.with(|strip| strip.frontier > Time::ZERO);
    let begun = Memo::new(move |before| before == Some(&true) || runs() || !ui.playing.get());
    let aside = move || begun.get().then(|| view! { <Inspector /> }.into_any());
    let time = move || begun.get().then(|| view! { <TimeStrip /> }.into_any());
    // A phone has room for one of these at a time: a sheet that comes up from below.
    let sheet = move || match ui.panel.get() {
        Some(Panel::Inspect) => "inspect",
        Some(Panel::Time) => "time",
        _ => "none",
    };
    view! {
        <div class="page" data-sheet=sheet>
            <TopBar />
            <Rail />
            <Stage>
                <NoticeLine />
                <Drawer />
            </Stage>
            <aside class="side" aria-label="Inspector">
                {aside}
            </aside>
            <SplitView />
            <FactsPane />
            <footer class="time" aria-label="Time">
                {time}
            </footer>
            <ContextMenu />
            <GlossCard gloss=ui.gloss />
            {announce::live_region(ui)}
        </div>
    }
    .into_any()
}

/// The panels' buttons: a column at the left, a row at the bottom of a phone.
#[component]
fn Rail() -> impl IntoView {
    let ui = Ui::here();
    let pane = Pane::here();
    let facts = move |_| if pane.page.get_untracked().is_some() { pane.close() } else { pane.open(PanePage::Log) };
    let tab = |panel: Panel, words: &'static str, glyph: Glyph, narrow: bool| {
        view! {
            <button
                class="rail-tab"
                data-panel=format!("{panel:?}")
                class:narrow=narrow
                aria-pressed=move || (ui.panel.get() == Some(panel)).to_string()
                on:click=move |_| ui.toggle_panel(panel)
            >
                <Icon of=glyph />
                {words}
            </button>
        }
    };
    view! {
        <nav class="rail" aria-label="Panels">
            {tab(Panel::Boards, "Boards", Glyph::Boards, false)}
            {tab(Panel::Add, "Add", Glyph::Plus, false)}
            {tab(Panel::Break, "Break", Glyph::Bolt, false)}
            {tab(Panel::Outline, "Outline", Glyph::Outline, false)}
            {tab(Panel::Words, "Words", Glyph::Words, false)}
            <button
                class="rail-tab"
                data-panel="Facts"
                aria-pressed=move || pane.page.get().is_some().to_string()
                on:click=facts
            >
                <Icon of=Glyph::Facts />
                "Facts"
            </button>
            {tab(Panel::Inspect, "Inspect", Glyph::Inspect, true)}
            {tab(Panel::Time, "Time", Glyph::Time, true)}
        </nav>
    }
}

/// The panel that is open, over the board's left edge.
#[component]
fn Drawer() -> impl IntoView {
    let ui = Ui::here();
    let close = move |_| ui.panel.set(None);
    let drawer = move |name: &'static str, content: AnyView| {
        view! {
            <section class="drawer" role="dialog" aria-label=name data-own-pointer="">
                <button class="tool drawer-close" aria-label=format!("Close {name}") on:click=close>
                    <Icon of=Glyph::Close />
                </button>
                {content}
            </section>
        }
    };
    move || match ui.panel.get() {
        Some(Panel::Boards) => Some(drawer("Boards", view! { <StartPanel /> }.into_any())),
        Some(Panel::Add) => Some(drawer("Add", view! { <AddPanel /> }.into_any())),
        Some(Panel::Outline) => Some(drawer("Outline", view! { <OutlinePanel /> }.into_any())),
        Some(Panel::Break) => Some(drawer("Break", view! { <BreakPanel /> }.into_any())),
        Some(Panel::Words) => Some(drawer("Words", view! { <WordsPanel /> }.into_any())),
        _ => None,
    }
}
