//! Changing a program by hand: lines from menus, parts of lines, what becomes of a failure. What is refused says which line
//! and why, and leaves the program as it was.

mod add;
mod line;
mod part;
mod pick;

pub use add::AddHandler;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::editor::{Operation, ProgramEdit};
use crate::sim::{HandlerId, LineId, NodeId};
use crate::ui::list::List;
use crate::ui::panels::hands::Hands;
use crate::ui::panels::hold::{hold, part};
use crate::view::ProgramView;

use add::AddLine;
use line::EditLine;
use pick::{Choice, Pick};

/// Whose program is changed, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    hands: Hands,
    /// The service.
    pub service: NodeId,
    /// The handler.
    pub handler: HandlerId,
    /// Why the last change was not taken.
    refused: RwSignal<Option<String>>,
    element: NodeRef<html::Div>,
}

impl Bench {
    /// Makes a change, or says why not. True when it was made.
    pub fn change(self, change: ProgramEdit) -> bool {
        self.take(self.hands.make.run(Operation::Program(self.service, change)))
    }

    /// Notes what came of a change.
    fn take(self, refused: Option<String>) -> bool {
        let made = refused.is_none();
        self.refused.set(refused);
        made
    }

    /// Puts the focus on a part of the editor, once it is there.
    pub fn focus_on(self, selector: String) {
        request_animation_frame(move || {
            let Some(editor) = self.element.try_get_untracked().flatten() else { return };
            let found = editor.query_selector(&selector).ok().flatten();
            if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                super::super::keys::focus(&found);
            }
        });
    }
}

/// A handler's program, to be changed.
#[component]
pub fn ProgramEditor(
    /// Whose program it is.
    service: NodeId,
    /// The program.
    program: Signal<ProgramView>,
) -> impl IntoView {
    let handler = program.with_untracked(|program| program.id);
    let element = NodeRef::<html::Div>::new();
    let bench = Bench { hands: Hands::here(), service, handler, refused: RwSignal::new(None), element };
    let lines = part(program, |program| {
        program.lines.iter().map(|line| (line.id, line.word.clone(), line.rest.clone())).collect::<Vec<_>>()
    });
    let count = Memo::new(move |_| lines.with(Vec::len));
    let after = move |id: LineId| lines.with(|lines| lines.iter().position(|line| line.0 == id).map_or(0, |at| at + 1));
    view! {
        <div class="edit" node_ref=element role="group" aria-label="Edit the program">
            <AddLine bench at=Signal::from(0) place=Signal::stored("at the start".to_owned()) />
            <ol>
                <List each=move || lines.get() key=|line| line.0 let:first>
                    {
                        let id = first.0;
                        let line = hold(lines, first, move |lines| lines.iter().find(|line| line.0 == id).cloned());
                        let at = Memo::new(move |_| after(id));
                        let place = part(line, |line| format!("after {}", line.1));
                        view! {
                            <li>
                                <EditLine bench line at=at.into() count=count.into() />
                                <AddLine bench at=at.into() place />
                            </li>
                        }
                    }
                </List>
            </ol>
            <Policy bench program />
            <button type="button" class="edit-remove" on:click=move |_| { bench.change(ProgramEdit::RemoveHandler(handler)); }>
                "Remove this handler"
            </button>
            {move || bench.refused.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
        </div>
    }
}

/// What becomes of a message whose handling fails.
#[component]
fn Policy(bench: Bench, program: Signal<ProgramView>) -> impl IntoView {
    let policies = part(program, |program| program.policies.clone());
    let choices = part(policies, |policies| {
        let choice = |(words, _, why): &(String, _, String)| Choice { words: words.clone(), refused: why.clone() };
        policies.iter().map(choice).collect::<Vec<_>>()
    });
    let now = part(program, |program| program.policy.clone());
    let pick = move |at: usize| {
        let policy = policies.with_untracked(|policies| policies.get(at).map(|(_, policy, _)| policy.clone()));
        if let Some(policy) = policy {
            bench.change(ProgramEdit::OnFailure(bench.handler, policy));
        }
    };
    view! {
        <label class="edit-policy">
            <span>"When handling fails, it"</span>
            <Pick label="When handling fails".to_owned() id="policy".to_owned() now choices pick=Callback::new(pick) />
        </label>
    }
}
