//! Another branch beside the one that is shown: where they first differ, what the checks say, the cards of both.

use leptos::prelude::*;

use super::state::Pane;
use crate::session::BranchId;
use crate::ui::list::List;
use crate::ui::state::settle;
use crate::view::{BesideRow, SideBySide};

impl Pane {
    /// Shows another branch.
    pub fn show_branch(self, id: BranchId) {
        self.ui.take_branch(id);
        self.update();
        if let Ok(Some(shown)) = document().query_selector(".branch-row.shown .pencil") {
            crate::ui::panels::keys::focus(&shown);
        }
    }

    /// Gives a branch another name; says why it is not taken.
    pub fn rename_branch(self, id: BranchId, name: &str) -> Option<String> {
        let renamed = self.ui.change(|session| session.rename_branch(id, name))?;
        self.update();
        renamed.err().map(|why| why.to_string())
    }

    /// Deletes a branch. Where that cannot be, it says why.
    pub fn delete_branch(self, id: BranchId) -> bool {
        let deleted = self.ui.change(|session| session.delete_branch(id));
        self.update();
        match deleted {
            Some(Ok(())) => true,
            Some(Err(why)) => {
                self.ui.complain(format!("It cannot be deleted: {why}."));
                false
            }
            None => false,
        }
    }

    /// Puts a branch beside the one that is shown, or none.
    pub fn compare(self, id: Option<BranchId>) {
        self.beside.set(id);
        self.update();
    }

    /// Brings the tree and the comparison up to date.
    pub(super) fn update_branches(self) {
        let Some(rows) = self.ui.read(crate::session::Session::branch_rows) else { return };
        let wanted = self.beside.get_untracked().filter(|id| rows.iter().any(|row| row.id == *id && !row.shown));
        settle(self.branches, rows);
        settle(self.beside, wanted);
        let compared = self.comparison.try_update_value(|kept| {
            let id = wanted?;
            self.ui.read(|session| {
                if !kept.as_ref().is_some_and(|known| known.branch().id == id && known.is_of(session)) {
                    *kept = session.compare(id).ok();
                }
                let comparison = kept.as_mut()?;
                comparison.follow(session);
                Some(comparison.side_by_side(session))
            })?
        });
        settle(self.side_by_side, compared.flatten());
        if wanted.is_none() {
            self.comparison.set_value(None);
        }
    }
}

/// The comparison, where there is one.
#[component]
pub fn BesideView() -> impl IntoView {
    let pane = Pane::here();
    let part = move |pick: fn(&SideBySide) -> String| pane.side_by_side.with(|both| both.as_ref().map(pick).unwrap_or_default());
    let rows = move || pane.side_by_side.with(|both| both.as_ref().map(|both| both.rows.clone()).unwrap_or_default());
    view! {
        <Show when=move || pane.side_by_side.with(Option::is_some)>
            <section class="beside" aria-label="Comparison" tabindex="0">
                {move || pane.side_by_side.with(|both| both.as_ref().map(|both| differences(pane, both)))}
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"At this time"</th>
                            <th scope="col">{move || part(|both| format!("here: {}", both.here))}</th>
                            <th scope="col">{move || part(|both| format!("beside: {}", both.there))}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <List each=rows key=|row| (row.name.clone(), row.here.clone(), row.there.clone()) let:row>
                            {one_row(row)}
                        </List>
                    </tbody>
                </table>
            </section>
        </Show>
    }
}

/// Where both first differ, and what the checks say.
fn differences(pane: Pane, both: &SideBySide) -> AnyView {
    let told = |words: &str| if words.is_empty() { "Nothing then.".to_owned() } else { words.to_owned() };
    let first = match both.first {
        Some(at) => view! {
            <p>
                "First difference at "
                <button type="button" class="small" title="Go there" on:click=move |_| pane.ui.seek(at)>
                    {at.to_string()}
                </button>
            </p>
            <dl>
                <dt>"here"</dt>
                <dd>{told(&both.what.0)}</dd>
                <dt>"beside"</dt>
                <dd>{told(&both.what.1)}</dd>
            </dl>
        }
        .into_any(),
        None => view! { <p>"As far as both have got, the same happened in both."</p> }.into_any(),
    };
    let short =
        both.short.map(|at| view! { <p>{format!("The branch beside has got only to {at}: it is shown as it was there.")}</p> });
    let check =
        |(name, here, there): &(&'static str, u64, u64)| view! { <li>{format!("{name}: {here} here, {there} beside")}</li> };
    let checks = if both.checks.is_empty() {
        view! { <p>"The checks say the same of both."</p> }.into_any()
    } else {
        view! { <ul aria-label="Checks that differ">{both.checks.iter().map(check).collect_view()}</ul> }.into_any()
    };
    view! { <div class="beside-words">{first} {checks} {short}</div> }.into_any()
}

fn one_row(row: BesideRow) -> AnyView {
    let differs = row.differs();
    let told = |words: String| if words.is_empty() { "–".to_owned() } else { words };
    view! {
        <tr class:differs=differs>
            <th scope="row">
                {row.name}
                {differs.then(|| view! { <span class="differs-mark">"differs"</span> })}
            </th>
            <td>{told(row.here)}</td>
            <td>{told(row.there)}</td>
        </tr>
    }
    .into_any()
}
