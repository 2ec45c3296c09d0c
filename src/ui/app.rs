//! The page: header, rail, board, inspector and the strip of time.

use leptos::prelude::*;

use super::panels::{BreakPanel, HintCard, Inspector, TimeStrip, Verdict};
use super::state::{Panel, Ui};

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let ui = Ui::new();
    provide_context(ui);
    view! {
        <div class="page">
            <header class="top">
                <Verdict />
            </header>
            <nav class="rail" aria-label="Panels"></nav>
            <main class="stage">
                <HintCard />
                <Show when=move || ui.panel.get() == Some(Panel::Break)>
                    <BreakPanel />
                </Show>
            </main>
            <aside class="side">
                <Inspector />
            </aside>
            <footer class="time">
                <TimeStrip />
            </footer>
        </div>
    }
}
