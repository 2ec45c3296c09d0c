//! The start panel: the boards that can be opened.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::boards::{self, Entry};
use super::state::Ui;

/// The list of boards, or why there is none.
#[component]
pub fn StartPanel() -> impl IntoView {
    let ui = Ui::here();
    let list = RwSignal::new(None::<Result<Vec<Entry>, String>>);
    let ask = move || {
        list.set(None);
        spawn_local(async move {
            let found = boards::list().await;
            list.try_set(Some(found));
        });
    };
    ask();
    view! {
        <div class="boards">
            <h2>"Boards"</h2>
            {move || match list.get() {
                None => view! { <p role="status">"Fetching the list…"</p> }.into_any(),
                Some(Err(problem)) => {
                    view! {
                        <p role="alert">{problem}</p>
                        <button class="out" on:click=move |_| ask()>"Try again"</button>
                    }
                        .into_any()
                }
                Some(Ok(entries)) if entries.is_empty() => {
                    view! { <p>"There are no boards in this folder. Put board files into boards/, and name them in boards.json."</p> }.into_any()
                }
                Some(Ok(entries)) => {
                    view! { <ul>{entries.into_iter().map(|entry| view! { <Choice ui entry /> }).collect_view()}</ul> }.into_any()
                }
            }}
        </div>
    }
}

/// A board in the list.
#[component]
fn Choice(
    /// The page's state.
    ui: Ui,
    /// The board.
    entry: Entry,
) -> impl IntoView {
    let Entry { file, title, about } = entry;
    let name = title.clone();
    let open = Memo::new(move |_| ui.opened.with(|opened| opened.title == name));
    let choose = move |_| {
        let file = file.clone();
        spawn_local(async move {
            if boards::open(ui, &file).await {
                ui.panel.set(None);
                ui.play();
            }
        });
    };
    view! {
        <li>
            <button class="board-choice" class:open=open aria-current=move || open.get().then_some("true") on:click=choose>
                <b>{title}</b>
                <span>{about}</span>
            </button>
        </li>
    }
}
