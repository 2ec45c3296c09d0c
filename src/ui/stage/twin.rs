//! The board of another branch beside the one that is shown: drawn by the same cards, wires and canvases under the same camera,
//! and only looked at.

use leptos::prelude::*;

use crate::editor::gesture::State;
use crate::ui::state::{Ui, settle};
use crate::view::{Detail, Differing, Selection};

use super::cards::parts::Stop;
use super::scene::{LANES_MS, draw};
use super::state::StageState;
use super::{layers, paper, pointer};

/// What was last read: how often the session had changed by then, and what was selected.
type Seen = StoredValue<(u64, Selection)>;

impl StageState {
    /// A stage of the same size under the same camera with another board on it, which no gesture reaches.
    fn twin(self) -> StageState {
        StageState {
            ui: self.ui.with_another_board(),
            doing: RwSignal::new(State::Idle),
            judged: RwSignal::new(Vec::new()),
            renaming: RwSignal::new(None),
            stop: RwSignal::new(None),
            scene: StoredValue::new_local(super::scene::Scene::default()),
            dots: NodeRef::new(),
            records: NodeRef::new(),
            ..self
        }
    }
}

/// The board of the branch beside the one that is shown.
#[derive(Clone, Copy)]
pub struct Twin {
    stage: StageState,
    twin: StageState,
    seen: Seen,
}

impl Twin {
    /// One that is kept up to date from now on, while two branches are compared. One is enough for a page.
    pub fn new(stage: StageState) -> Twin {
        let all = Twin { stage, twin: stage.twin(), seen: StoredValue::new((u64::MAX, Selection::Nothing)) };
        stage.ui.paint(move || paint(all));
        all
    }

    /// The board, with what is said of it to those who do not see it.
    pub fn board(self, label: Signal<String>) -> AnyView {
        let board = move || {
            // Cards and wires in here are those of the twin.
            provide_context(self.twin);
            provide_context(self.twin.ui);
            provide_context(Stop(Memo::new(|_| None)));
            self.seen.set_value((u64::MAX, Selection::Nothing));
            self.stage.ui.wake();
            one_board(self.stage, self.twin, label)
        };
        view! { {board} }.into_any()
    }
}

fn one_board(stage: StageState, twin: StageState, label: Signal<String>) -> AnyView {
    let detail = Memo::new(move |_| Detail::at(stage.camera.get().zoom as f32));
    view! {
        <div
            class="stage twin"
            class:compact=move || detail.get() == Detail::Compact
            class:far=move || detail.get() == Detail::Far
            role="img"
            aria-label=label
            style=move || paper(stage)
            on:pointerdown=move |event| pointer::down_on_twin(stage, &event)
            on:pointermove=move |event| pointer::moved_on_twin(stage, &event)
            on:pointerup=move |event| pointer::up_on_twin(stage, &event)
            on:lostpointercapture=move |event| pointer::up_on_twin(stage, &event)
            on:wheel=move |event| pointer::wheel(stage, &event)
            on:contextmenu=move |event| event.prevent_default()
        >
            <div inert>{layers(twin)}</div>
        </div>
    }
    .into_any()
}

/// Brings the twin to the time of the board that is shown, and draws what has changed: what moves in each frame, cards and
/// words whenever those of the board that is shown are read.
fn paint(Twin { stage, twin, seen }: Twin) {
    let (ui, pane) = (stage.ui, stage.pane);
    if pane.beside.try_get_untracked().flatten().is_none() {
        return;
    }
    let selected = ui.selection.get_untracked();
    let now = (ui.revision(), selected);
    let playing = ui.playing.get_untracked();
    let words = pane.with_beside(|shown, comparison| {
        let beside = comparison.beside();
        let anew = seen.get_value() != now && ui.now.get_untracked() == shown.now();
        if anew {
            seen.set_value(now);
            twin.ui.show(beside.frame(selected));
        } else if playing {
            twin.ui.read_lanes(beside, LANES_MS);
        }
        ring(twin.ui, playing);
        draw(twin, Some(beside));
        let frames = || {
            ui.frame.with_untracked(|here| twin.ui.frame.with_untracked(|there| comparison.side_by_side(shown, (here, there))))
        };
        anew.then(frames)
    });
    match words {
        Some(Some(words)) => settle(pane.side_by_side, Some(words)),
        Some(None) => {}
        // The branch is gone, or is the one that is shown now.
        None => request_animation_frame(move || pane.compare(None)),
    }
}

/// While time runs, a share of the cards that have changed is drawn in each frame.
fn ring(ui: Ui, playing: bool) {
    if playing {
        ui.ring_some();
    } else {
        ui.ring_all();
    }
}

/// A style that marks what does not look the same on both boards: one for all, so that no card has to listen.
pub fn marks(differing: &Differing) -> String {
    let by = |name: &'static str, ids: Vec<String>| ids.into_iter().map(move |id| format!(".stage [data-{name}=\"{id}\"]"));
    let cards: Vec<String> = by("node", differing.nodes.iter().map(|node| node.0.to_string()).collect())
        .chain(by("topic", differing.topics.clone()))
        .collect();
    let wires: Vec<String> = by("wire", differing.wires.iter().map(|wire| wire.0.to_string()).collect()).collect();
    let mut style = String::new();
    if !cards.is_empty() {
        style += &cards.join(",");
        style += "{--differs:\"≠\";--differs-line:2px dashed var(--accent)}";
    }
    if !wires.is_empty() {
        style += &wires.join(",");
        style += "{--differs-wire:color-mix(in srgb,var(--accent) 30%,transparent)}";
    }
    style
}
