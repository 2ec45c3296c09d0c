//! The branches of the run: a tree in which each is named, shown, compared and deleted.

use leptos::prelude::*;

use super::beside::BesideView;
use super::state::Pane;
use crate::editor::Rerun;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::panels::hold::hold;
use crate::ui::panels::inspector::named::Named;
use crate::ui::panels::keys::focus;
use crate::ui::panels::reruns::Reruns;
use crate::view::BranchRow;

/// How much further to the right a branch stands than what it grew out of, in pixels.
const DEEPER: usize = 16;
/// From this depth on they stand one below the other.
const DEEPEST: usize = 6;

/// The page.
#[component]
pub fn BranchesPage() -> impl IntoView {
    let pane = Pane::here();
    view! {
        <div class="branches-page">
            <div class="branch-tree" role="region" tabindex="0" aria-label="Branches">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Branch"</th>
                            <th scope="col">"Time"</th>
                            <th scope="col">"Outcome"</th>
                            <th scope="col">
                                <span class="unseen">"What can be done"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <List each=move || pane.branches.get() key=|row| (row.id.0, row.depth) let:row>
                            {one_branch(pane, row)}
                        </List>
                    </tbody>
                </table>
                <Show when=move || pane.branches.with(|rows| rows.len() < 2)>
                    <p class="pane-empty">
                        "A branch begins where something is done in the past: drag the time back, and do something else. What came after is kept here."
                    </p>
                </Show>
                <Reruns
                    look=Callback::new(move |()| pane.ui.read(|session| session.reruns(None)).unwrap_or_default())
                    take=Callback::new(move |rerun: Rerun| pane.run_again_with(&rerun))
                />
            </div>
            <BesideView />
        </div>
    }
}

fn one_branch(pane: Pane, row: BranchRow) -> AnyView {
    let id = row.id;
    let indent = format!("{}px", 14 + row.depth.min(DEEPEST) * DEEPER);
    let row = hold(pane.branches.into(), row, move |rows: &Vec<BranchRow>| rows.iter().find(|row| row.id == id).cloned());
    let name = Signal::derive(move || row.with(|row| row.name.clone()));
    let shown = Memo::new(move |_| row.with(|row| row.shown));
    let rename = Callback::new(move |to: String| pane.rename_branch(id, &to));
    let delete = move |_| {
        if pane.delete_branch(id)
            && let Ok(Some(next)) = document().query_selector(".branch-row.shown .pencil")
        {
            focus(&next);
        }
    };
    let compared = move || pane.beside.get() == Some(id);
    view! {
        <tr class="branch-row" class:shown=shown>
            <th scope="row" style:padding-left=indent>
                <Named what="Rename branch" name heading=false take=rename />
            </th>
            <td>{move || row.with(|row| row.time.clone())}</td>
            <td class:violated=move || row.with(|row| row.violated)>{move || row.with(|row| row.outcome.clone())}</td>
            <td>
                <Show when=move || !shown.get() fallback=|| view! { <span class="branch-shown">"shown"</span> }>
                    <button type="button" class="small" aria-label=move || format!("Show {}", name.get()) on:click=move |_| pane.show_branch(id)>
                        "Show"
                    </button>
                    <button
                        type="button"
                        class="small"
                        aria-label=move || format!("Compare with {}", name.get())
                        aria-pressed=move || compared().to_string()
                        data-compare=id.0.to_string()
                        on:click=move |_| pane.compare(if compared() { None } else { Some(id) })
                    >
                        "Compare"
                    </button>
                    <button type="button" class="small" aria-label=move || format!("Delete {}", name.get()) title="Delete" on:click=delete>
                        <Icon of=Glyph::Close />
                    </button>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}
