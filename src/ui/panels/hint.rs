//! A violation in a sentence, with two questions under it: how did it happen, and what would prevent it?

use leptos::prelude::*;

use super::hands::{Hands, Tab};
use super::words::{Cure, cure_of};
use crate::board::{Edit, Question};
use crate::editor::{Changing, Rerun};
use crate::sim::{NodeId, Span, Time};
use crate::view::{CheckChip, Selection, ViolationView};

fn newest(checks: &[CheckChip]) -> Option<ViolationView> {
    checks.iter().flat_map(|check| &check.violations).max_by_key(|one| (one.at, one.fact)).cloned()
}

/// The same violation, also on another branch, where the facts are numbered anew.
fn name_of(violation: &ViolationView) -> (Time, String) {
    (violation.at, violation.sentence.clone())
}

/// The violation that was chosen, or else the newest at the cursor, until it is closed.
#[component]
pub fn HintView(
    /// The checks at the cursor.
    #[prop(into)]
    checks: Signal<Vec<CheckChip>>,
    /// Where the cursor is.
    #[prop(into)]
    now: Signal<Time>,
    /// The title of a node.
    #[prop(into)]
    title_of: Callback<NodeId, String>,
) -> impl IntoView {
    let hands = Hands::here();
    let explained = hands.explained;
    let closed = RwSignal::new(None::<(Time, String)>);
    let shown = Memo::new(move |_| {
        let newest = || checks.with(|checks| newest(checks)).filter(|one| closed.get() != Some(name_of(one)));
        explained.get().or_else(newest)
    });
    let question = RwSignal::new(None::<Question>);
    // Whoever asks about a violation keeps it in sight, also while the cursor goes back through its story.
    let ask = move |asked: Question| {
        if let Some(violation) = shown.get_untracked() {
            hands.asked.run((violation.fact, asked));
        }
        question.update(|now| *now = if *now == Some(asked) { None } else { Some(asked) });
        explained.set(shown.get_untracked());
    };
    let close = move |_| {
        closed.set(checks.with_untracked(|checks| newest(checks)).as_ref().map(name_of));
        question.set(None);
        explained.set(None);
    };
    view! {
        <div class="hint-place" role="status" data-own-pointer="">
            {move || {
                shown
                    .get()
                    .map(|violation| {
                        let story = violation.clone();
                        let cure = violation.clone();
                        view! {
                            <article class="hint">
                                <button type="button" class="close" aria-label="Close this explanation" on:click=close>"×"</button>
                                <b class="hint-sentence">{violation.sentence}</b>
                                <p>{violation.how}</p>
                                <div class="questions">
                                    <Ask asked=Question::How words="Show how it happened" question ask=Callback::new(ask) />
                                    <Ask asked=Question::Prevent words=violation.asks question ask=Callback::new(ask) />
                                </div>
                                <Show when=move || question.get() == Some(Question::How)>
                                    <Steps steps=story.steps.clone() now />
                                </Show>
                                <Show when=move || question.get() == Some(Question::Prevent)>
                                    <Prevent violation=cure.clone() now title_of />
                                </Show>
                            </article>
                        }
                    })
            }}
        </div>
    }
}

#[component]
fn Ask(asked: Question, words: &'static str, question: RwSignal<Option<Question>>, ask: Callback<Question>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="link"
            aria-expanded=move || (question.get() == Some(asked)).to_string()
            on:click=move |_| ask.run(asked)
        >
            {words}
        </button>
    }
}

/// The story's moments; each goes to its time, and the one that the cursor has reached is marked.
#[component]
fn Steps(steps: Vec<(Time, String)>, now: Signal<Time>) -> impl IntoView {
    let hands = Hands::here();
    let times: Vec<Time> = steps.iter().map(|(at, _)| *at).collect();
    let here = Memo::new(move |_| times.iter().rposition(|at| *at <= now.get()));
    let rows = steps.into_iter().enumerate().map(|(nth, (at, words))| {
        view! {
            <li class:here=move || here.get() == Some(nth)>
                <button
                    type="button"
                    aria-current=move || (here.get() == Some(nth)).then_some("step")
                    on:click=move |_| hands.seek.run(at)
                >
                    <time>{at.to_string()}</time>
                    <span>{words}</span>
                </button>
            </li>
        }
    });
    view! { <ol class="steps">{rows.collect_view()}</ol> }
}

/// What would prevent it, and the switch for it: from the cursor on, or from just before it began.
#[component]
fn Prevent(violation: ViolationView, now: Signal<Time>, title_of: Callback<NodeId, String>) -> impl IntoView {
    let hands = Hands::here();
    let began = violation.steps.first().map(|(at, _)| *at);
    let past = move || began.is_some_and(|began| now.get() >= began);
    let apply = move |cure: Cure, from: Option<Time>| {
        if let Some(from) = from {
            hands.seek.run(from);
        }
        hands.explained.set(None);
        let setting = matches!(cure.edit, Edit::Set { .. });
        hands.tab.set(if setting { Tab::Settings } else { Tab::Program });
        hands.select.run(Selection::Node(cure.node));
        // The program is first shown as it was, so that the change can be seen.
        request_animation_frame(move || hands.edit(cure.edit));
    };
    let switch = move |cure: Cure| {
        let (title, clause) = (title_of.run(cure.node), cure.clause.clone());
        let rerun = Rerun { name: format!("{title} {clause}"), with: Changing::Edit(cure.edit.clone()) };
        let now_on = cure.clone();
        let again = move || {
            let cure = cure.clone();
            let words = cure.words.clone();
            // A seek lands after the whole microsecond: one earlier is before the first step.
            began.filter(|_| past()).map(|began| {
                view! {
                    <button
                        type="button"
                        class="main"
                        title="The future that you saw is kept as a branch."
                        on:click=move |_| apply(cure.clone(), Some(began - Span(1)))
                    >
                        "Try again from just before it with “" {words} "”"
                    </button>
                }
            })
        };
        view! {
            <div class="cures">
                {again}
                <button type="button" class="out" on:click=move |_| apply(now_on.clone(), None)>
                    "From now on: " {title} " " {clause}
                </button>
                <button
                    type="button"
                    class="out"
                    title="Repeats the run from its start with the same failures, and puts both beside each other."
                    on:click=move |_| hands.rerun.run(rerun.clone())
                >
                    "The same failures from the start, compared"
                </button>
            </div>
        }
    };
    view! {
        <div class="prevent">
            <p>{violation.prevent}</p>
            {violation.fix.and_then(cure_of).map(switch)}
        </div>
    }
}
