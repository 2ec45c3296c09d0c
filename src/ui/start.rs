//! The start panel: the boards that can be opened, each with its picture; an empty one; files.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{DragEvent, File};

use super::boards::{self, Entry};
use super::files;
use super::icons::{Glyph, Icon};
use super::state::Ui;
use crate::board::{from_json, to_json};
use crate::editor::empty_board;
use crate::view::{Path, Picture, PictureCard, PictureKind, Rect};

/// The list of boards, or why there is none; what can be opened and saved besides.
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
            <Files ui />
            <div aria-live="polite">
                {move || match list.get() {
                    None => waiting(),
                    Some(Err(problem)) => {
                        view! {
                            <div class="boards-state" role="alert">
                                <b>"The list of boards is not there"</b>
                                <p>{problem}</p>
                                <p>"What is open stays. You can still start an empty board, or open a file."</p>
                                <button class="out" on:click=move |_| ask()>"Try again"</button>
                            </div>
                        }
                            .into_any()
                    }
                    Some(Ok(entries)) if entries.is_empty() => {
                        view! {
                            <div class="boards-state">
                                <b>"No boards in this folder"</b>
                                <p>"Whoever runs this page can put board files into boards/ and name them in boards.json. You can start with an empty board."</p>
                            </div>
                        }
                            .into_any()
                    }
                    Some(Ok(entries)) => {
                        by_question(entries).into_iter().map(|(question, entries)| asked(ui, question, entries)).collect_view().into_any()
                    }
                }}
            </div>
        </div>
    }
}

/// The boards of each question, in the order of the list.
fn by_question(entries: Vec<Entry>) -> Vec<(String, Vec<Entry>)> {
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    for entry in entries {
        match groups.iter_mut().find(|(question, _)| *question == entry.question) {
            Some((_, boards)) => boards.push(entry),
            None => groups.push((entry.question.clone(), vec![entry])),
        }
    }
    groups
}

/// A question with the boards that answer it.
fn asked(ui: Ui, question: String, entries: Vec<Entry>) -> AnyView {
    let heading = (!question.is_empty()).then(|| view! { <h3>{question}</h3> });
    view! {
        <section class="board-group">
            {heading}
            <ul>{entries.into_iter().map(|entry| view! { <Choice ui entry /> }).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Three cards without content, in the place of those that will come.
fn waiting() -> AnyView {
    let bone = || view! { <div class="board-choice bone"><i></i><i></i><i></i></div> };
    view! {
        <p class="unseen">"Fetching the list of boards…"</p>
        <div class="bones" aria-hidden="true">{bone()} {bone()} {bone()}</div>
    }
    .into_any()
}

/// A new board, a file from disk, and what is open as a file.
#[component]
fn Files(
    /// The page's state.
    ui: Ui,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let begin = move |_| {
        ui.pause();
        if ui.load_board(&to_json(&empty_board())) {
            ui.panel.set(None);
        }
    };
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again.
        input.set_value("");
        open_file(ui, file);
    };
    let save = move |_| {
        let Some(text) = ui.document() else { return };
        let name = ui.opened.with_untracked(|opened| files::name_from(&opened.title));
        if !files::save(&name, &text) {
            ui.complain("The browser did not take the file.");
        }
    };
    let closed = move || ui.opened.with(|opened| opened.nth == 0);
    view! {
        <div class="board-files" role="group" aria-label="Files">
            <button class="out" on:click=begin>
                <Icon of=Glyph::Plus />
                "New board"
            </button>
            <button class="out" title="A board, or a run that was saved. It can also be dropped on the page." on:click=choose>
                <Icon of=Glyph::Open />
                "Open a file…"
            </button>
            <button class="out" title="The board that is open, as JSON" disabled=closed on:click=save>
                <Icon of=Glyph::Save />
                "Save as a file"
            </button>
            <input
                type="file"
                accept=".json,application/json"
                class="unseen"
                tabindex="-1"
                aria-label="A board's file"
                node_ref=input
                on:change=chosen
            />
        </div>
    }
}

fn open_file(ui: Ui, file: Option<File>) {
    if let Some(file) = file {
        spawn_local(async move {
            files::open(ui, file).await;
        });
    }
}

/// Files can be dropped anywhere on the page, as long as it is open.
pub fn take_dropped_files(ui: Ui) {
    let files_of = |event: &DragEvent| event.data_transfer().filter(|data| data.types().includes(&"Files".into(), 0));
    let mark = |there: bool| {
        if let Some(body) = document().body() {
            let _kept_if_refused = body.class_list().toggle_with_force("dropping", there);
        }
    };
    let over = window_event_listener(ev::dragover, move |event| {
        if files_of(&event).is_some() {
            event.prevent_default();
            mark(true);
        }
    });
    let away = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            mark(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        if let Some(data) = files_of(&event) {
            event.prevent_default();
            mark(false);
            open_file(ui, data.files().and_then(|files| files.get(0)));
        }
    });
    on_cleanup(move || {
        over.remove();
        away.remove();
        dropped.remove();
    });
}

/// A board in the list.
#[component]
fn Choice(
    /// The page's state.
    ui: Ui,
    /// The board.
    entry: Entry,
) -> impl IntoView {
    let Entry { file, title, about, .. } = entry;
    let name = title.clone();
    let open = Memo::new(move |_| ui.opened.with(|opened| opened.title == name));
    let picture = RwSignal::new(None::<Option<Picture>>);
    let fetched = file.clone();
    spawn_local(async move {
        let text = boards::text(&fetched).await.ok();
        picture.try_set(Some(text.and_then(|text| from_json(&text).ok()).and_then(|board| Picture::of(board).ok())));
    });
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
                <b>{title} <Show when=move || open.get()><small>"open"</small></Show></b>
                <span class="board-picture" aria-hidden="true">
                    {move || match picture.get() {
                        Some(Some(picture)) => drawn(&picture),
                        Some(None) => view! { <em>"no picture"</em> }.into_any(),
                        None => ().into_any(),
                    }}
                </span>
                <span>{about}</span>
            </button>
        </li>
    }
}

/// The room around a picture, in board units.
const MARGIN: f32 = 12.0;

fn drawn(picture: &Picture) -> AnyView {
    let Rect { x, y, w, h } = picture.bounds;
    let view_box = format!("{} {} {} {}", x - MARGIN, y - MARGIN, w + 2.0 * MARGIN, h + 2.0 * MARGIN);
    view! {
        <svg viewBox=view_box preserveAspectRatio="xMidYMid meet">
            {picture.wires.iter().map(wire).collect_view()}
            {picture.cards.iter().map(card).collect_view()}
        </svg>
    }
    .into_any()
}

fn wire(Path([from, out, back, to]): &Path) -> AnyView {
    let line = format!("M{} {}C{} {} {} {} {} {}", from.x, from.y, out.x, out.y, back.x, back.y, to.x, to.y);
    view! { <path class="p-wire" d=line /> }.into_any()
}

fn card(card: &PictureCard) -> AnyView {
    let class = match card.kind {
        PictureKind::Client => "p-client",
        PictureKind::Service => "p-service",
        PictureKind::Broker => "p-broker",
    };
    let rounded = |class: &'static str, rect: Rect, by: f32| {
        view! { <rect class=class x=rect.x y=rect.y width=rect.w height=rect.h rx=by /> }.into_any()
    };
    let rows = card.rows.iter().map(|row| {
        let inset = if card.kind == PictureKind::Service { 14.0 } else { 0.0 };
        let high = if card.kind == PictureKind::Service { 8.0 } else { row.h };
        let bar = Rect { x: row.x + inset, y: row.middle().y - high / 2.0, w: row.w - 2.0 * inset, h: high };
        rounded("p-row", bar, high / 4.0)
    });
    view! {
        <g class=class>
            {rounded("p-card", card.rect, 12.0)}
            {rows.collect_view()}
        </g>
    }
    .into_any()
}
