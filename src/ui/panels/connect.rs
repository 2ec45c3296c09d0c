//! The panels put to work: each is given the page's state, and a person's hands are tied to it.

use leptos::prelude::*;

use super::breaking::BreakView;
use super::glossary::WordsView;
use super::hands::{Hands, SetTo};
use super::hint::HintView;
use super::inspector::{BoardText, InspectorView};
use super::plan::{focus_plan, focus_when};
use super::strip::StripView;
use super::verdict::VerdictView;
use crate::board::{Action, Board, Edit, PlanId};
use crate::editor::{Card, Ids, LineField, MergeKey, Operation, Rect, field_offers, handler_offers, line_offers, write_part};
use crate::session::Session;
use crate::sim::Time;
use crate::ui::pane::{Pane, PanePage};
use crate::ui::panel::Panel;
use crate::ui::stage::StageState;
use crate::ui::stage::aiming::onto_board;
use crate::ui::state::Ui;
use crate::view::{Followed, Frame, When, model_of, timings_change};

fn hands(ui: Ui) -> Hands {
    let pane = Pane::here();
    Hands {
        act: Callback::new(move |action| {
            ui.act(action);
        }),
        make: Callback::new(move |operation: Operation| {
            let cards = ui.frame.with_untracked(cards);
            let made = ui.try_edit(None, move |board, ids| operation.make(board, ids, &cards))?;
            match made {
                Ok(edited) if !edited.made.is_empty() => {
                    ui.mark(crate::editor::Selection::of(edited.made));
                    None
                }
                made => made.err(),
            }
        }),
        set: Callback::new(move |SetTo { place, setting, value }: SetTo| {
            let place_key = match place {
                crate::board::Place::Node(node) => format!("node {}", node.0),
                crate::board::Place::Wire(wire) => format!("wire {}", wire.0),
            };
            let burst = MergeKey(format!("{} of {place_key}", setting.info().name));
            ui.try_act(Action::Edit(Edit::Set { place, setting, value }), Some(burst))?.err()
        }),
        replan: Callback::new(move |moved: Vec<(PlanId, Time)>| {
            let which: String = moved.iter().map(|(id, _)| format!(" {}", id.0)).collect();
            let burst = MergeKey("plan".to_owned() + &which);
            ui.try_edit(Some(burst), move |board, ids| Operation::Replan(moved).make(board, ids, &[]))?.err()
        }),
        open_plan: Callback::new(move |id| {
            ui.panel.set(Some(Panel::Break));
            focus_plan(id);
        }),
        plan_at: Callback::new(move |moment| {
            ui.pause();
            ui.when.set(When::at(moment, ui.now.get_untracked()));
            ui.panel.set(Some(Panel::Break));
            focus_when();
        }),
        settle: Callback::new(move |()| ui.settle_step()),
        find: Callback::new(move |query: String| ui.read(|session| session.settings_search(&query)).unwrap_or_default()),
        preview: Callback::new(move |to| ui.read(|session| timings_change(session.board(), to)).unwrap_or_default()),
        script: Callback::new(move |node| {
            ui.read(|session| session.store_script(node).map(|script| (script, session.now()))).flatten()
        }),
        lines: Callback::new(move |(service, handler, at)| {
            ui.preview(|board, _| line_offers(board, service, handler, at)).unwrap_or_default()
        }),
        parts: Callback::new(move |(service, line)| {
            ui.preview(|board, _| field_offers(board, service, line)).unwrap_or_default()
        }),
        write: Callback::new(move |(service, line, field, text): (_, _, LineField, String)| {
            let written = move |board: &Board, ids: &Ids| write_part(board, ids, (service, line), field, &text);
            ui.try_edit(None, written)?.err()
        }),
        handlers: Callback::new(move |service| ui.preview(|board, _| handler_offers(board, service)).unwrap_or_default()),
        models: Callback::new(move |place| ui.read(|session| model_of(place, session.board())).unwrap_or_default()),
        seek: Callback::new(move |to| ui.seek(to)),
        select: Callback::new(move |what| ui.select(what)),
        follow: Callback::new(move |message| pane.follow(message, true)),
        ask: Callback::new(move |message| pane.ask_why_waits(Followed::Message(message))),
        reruns: Callback::new(move |of| ui.read(|session| session.reruns(of)).unwrap_or_default()),
        rerun: Callback::new(move |rerun| pane.run_again_with(&rerun)),
        open_branches: Callback::new(move |()| pane.open(PanePage::Branches)),
        asked: Callback::new(move |(fact, about)| ui.asked(fact, about)),
        tab: ui.tab,
        explained: ui.explained,
        gloss: ui.gloss,
        wanted: ui.wanted,
    }
}

/// The cards of the board, as they are drawn.
fn cards(frame: &Frame) -> Vec<Card> {
    let card = |node, rect: crate::view::Rect| Card { node, rect: Rect { x: rect.x, y: rect.y, w: rect.w, h: rect.h } };
    let clients = frame.clients.iter().map(|one| card(one.id, one.rect));
    let services = frame.services.iter().map(|one| card(one.id, one.rect));
    clients.chain(services).chain(frame.brokers.iter().map(|one| card(one.id, one.rect))).collect()
}

/// Everything about what is selected.
#[component]
pub fn Inspector() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    let board = Signal::derive(move || {
        ui.opened.with(|opened| BoardText {
            title: opened.title.clone(),
            about: opened.about.clone(),
            tries: opened.tries.clone(),
            seed: opened.seed,
            ..BoardText::default()
        })
    });
    let board = Memo::new(move |_| {
        let text = board.get();
        // These change with the run and with edits.
        ui.now.track();
        ui.steps.track();
        ui.frame.track();
        let of_run = |session: &Session| (session.board().timings, session.facts().len(), session.fingerprint().to_string());
        let (timings, facts, fingerprint) = ui.read(of_run).unwrap_or_default();
        BoardText { timings, facts, fingerprint, ..text }
    });
    let marked = Memo::new(move |_| {
        ui.frame.track();
        let several = ui.marked.with(|marked| (marked.len() > 1).then(|| marked.clone()));
        several.and_then(|marked| ui.read(|session| session.selected(&marked))).unwrap_or_default()
    });
    view! { <InspectorView inspection=ui.inspection selection=ui.selection board marked /> }
}

/// The checks, always in sight.
#[component]
pub fn Verdict() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    view! { <VerdictView checks=ui.verdict /> }
}

/// A violation, in a sentence, at the bottom left of the board.
#[component]
pub fn HintCard() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    let title_of = Callback::new(move |node| ui.read(|session| session.board().title_of(node).to_owned()).unwrap_or_default());
    view! { <HintView checks=ui.verdict now=ui.now title_of /> }
}

/// The strip of time under the board.
#[component]
pub fn TimeStrip() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    let pane = Pane::here();
    let parting = Memo::new(move |_| pane.side_by_side.with(|both| both.as_ref().and_then(|both| both.first)));
    view! { <StripView strip=ui.strip parting skipped=ui.quiet.skipped /> }
}

/// Failures to start, pinned and planned.
#[component]
pub fn BreakPanel() -> impl IntoView {
    let ui = Ui::here();
    provide_context(hands(ui));
    provide_context(onto_board(StageState::here()));
    let breaking = Memo::new(move |_| {
        // The plan changes with the time and with edits.
        ui.now.track();
        ui.steps.track();
        let planned = ui.when.get().is_planned();
        ui.frame.with(|frame| ui.read(|session| session.breaking(frame, planned))).unwrap_or_default()
    });
    let of = |frame: &Frame| frame.services.iter().map(|card| (card.id, card.title.clone())).collect::<Vec<_>>();
    let services = Memo::new(move |_| ui.frame.with(of));
    view! { <BreakView breaking services now=ui.now when=ui.when /> }
}

/// All words of the field.
#[component]
pub fn WordsPanel() -> impl IntoView {
    view! { <WordsView /> }
}
