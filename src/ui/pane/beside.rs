//! Another branch beside the one that is shown: how one is put there, and both in words: where they first differ, what the
//! checks say, the cards of both.

use leptos::prelude::*;

use super::state::{Pane, PanePage};
use crate::editor::Rerun;
use crate::session::{BranchId, Comparison, Session};
use crate::ui::list::List;
use crate::ui::panels::keys::focus;
use crate::ui::state::settle;
use crate::view::{BesideRow, Selection, SideBySide, sentence};

impl Pane {
    /// Shows another branch.
    pub fn show_branch(self, id: BranchId) {
        self.ui.take_branch(id);
        self.update();
        if let Ok(Some(shown)) = document().query_selector(".branch-row.shown .pencil") {
            focus(&shown);
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

    /// Puts a branch beside the one that is shown, or none. Both boards take the room of the page that it was chosen on, and
    /// that page comes back afterwards.
    pub fn compare(self, id: Option<BranchId>) {
        let before = self.beside.get_untracked();
        if before == id {
            return;
        }
        let here = document().active_element();
        if before.is_none() {
            let chosen_here = self.page.get_untracked() == Some(PanePage::Branches);
            self.before_compared.set_value((chosen_here, self.ui.selection.get_untracked()));
            if chosen_here {
                self.page.set(None);
            }
            self.ui.explained.set(None);
            // News of the branch has been taken in.
            if self.ui.notice.with_untracked(|notice| notice.as_ref().is_some_and(|notice| !notice.problem)) {
                self.ui.notice.set(None);
            }
            // Nothing is inspected at first: the room is for the boards.
            self.ui.select(Selection::Nothing);
            focus_on(".split-leave".to_owned());
        }
        self.side_by_side.set(None);
        self.beside.set(id);
        if id.is_none() {
            // A run of its own that nobody looks at goes.
            self.comparison.set_value(None);
            let (chosen_here, selected) = self.before_compared.get_value();
            if self.ui.selection.get_untracked() == Selection::Nothing {
                self.ui.select(selected);
            }
            if chosen_here && self.page.get_untracked().is_none() {
                self.open(PanePage::Branches);
                focus_on(format!("[data-compare=\"{}\"]", before.unwrap_or_default().0));
            } else if here.is_some_and(|here| here.closest(".split").is_ok_and(|split| split.is_some())) {
                // What had the focus goes.
                focus_on("main.stage".to_owned());
            }
        }
        self.ui.wake();
    }

    /// Shows the branch that stands beside, and puts the one that was shown beside it.
    pub fn swap(self) {
        let Some(there) = self.beside.get_untracked() else { return };
        let here = self.ui.read(|session| session.branch().id);
        self.side_by_side.set(None);
        self.comparison.set_value(None);
        self.beside.set(here);
        self.ui.take_branch(there);
    }

    /// Repeats the run with a change from its start on, and puts the run as it was beside it.
    pub fn run_again_with(self, rerun: &Rerun) {
        self.ui.pause();
        let Some(before) = self.ui.read(|session| session.branch().id) else { return };
        match self.ui.change_desk(|desk| desk.run_again_with(rerun)) {
            Some(Ok(())) => {
                // It belongs to the run that was repeated.
                self.ui.explained.set(None);
                self.update();
                self.compare(Some(before));
            }
            Some(Err(why)) => self.ui.complain(sentence(&why.to_string())),
            None => {}
        }
    }

    /// Looks at both branches at the same time; none if there is none beside the one that is shown.
    pub fn with_beside<R>(self, with: impl FnOnce(&Session, &Comparison) -> R) -> Option<R> {
        let id = self.beside.get_untracked()?;
        let compared = self.comparison.try_update_value(|kept| {
            self.ui.read(|session| {
                if !kept.as_ref().is_some_and(|known| known.branch().id == id && known.is_of(session)) {
                    *kept = session.compare(id).ok();
                }
                let comparison = kept.as_mut()?;
                comparison.follow(session);
                Some(with(session, comparison))
            })?
        });
        compared.flatten()
    }

    /// Brings the tree up to date.
    pub(super) fn update_branches(self) {
        if let Some(rows) = self.ui.read(Session::branch_rows) {
            settle(self.branches, rows);
        }
    }
}

/// Focuses something once it is drawn.
fn focus_on(selector: String) {
    request_animation_frame(move || {
        if let Ok(Some(found)) = document().query_selector(&selector) {
            focus(&found);
        }
    });
}

/// The comparison, where there is one.
#[component]
pub fn BesideView() -> impl IntoView {
    let pane = Pane::here();
    let part = move |pick: fn(&SideBySide) -> String| pane.side_by_side.with(|both| both.as_ref().map(pick).unwrap_or_default());
    let rows = move || pane.side_by_side.with(|both| both.as_ref().map(|both| both.rows.clone()).unwrap_or_default());
    view! {
        <Show when=move || pane.side_by_side.with(Option::is_some)>
            <section class="beside" aria-label="Comparison in words" tabindex="0">
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
    let differ: Vec<_> = both.checks.iter().filter(|(_, here, there)| here != there).collect();
    let checks = if differ.is_empty() {
        view! { <p>"The checks say the same of both."</p> }.into_any()
    } else {
        view! { <ul aria-label="Checks that differ">{differ.into_iter().map(check).collect_view()}</ul> }.into_any()
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
