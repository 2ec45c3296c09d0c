//! What the parts of the stage share: camera, gesture, what is drawn.

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::ui::state::Ui;
use crate::ui::theme::Theme;
use crate::view::{Point, Rect, Target};

use super::gesture::{Gesture, Spot};
use super::scene::Scene;
use crate::editor::{Camera, Insets};

/// What can be done to a thing, offered beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Menu {
    /// The thing.
    pub on: Target,
    /// Where, in the window.
    pub at: Spot,
}

/// The stage's state: a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct StageState {
    /// The page's state.
    pub ui: Ui,
    /// Colours.
    pub theme: Theme,
    /// The camera.
    pub camera: RwSignal<Camera>,
    /// The stage's size in CSS pixels.
    pub size: RwSignal<Spot>,
    /// The menu that is open.
    pub menu: RwSignal<Option<Menu>>,
    /// The hand is on: dragging moves the camera, whatever is under the pointer.
    pub hand: RwSignal<bool>,
    /// A message or a record is under the pointer.
    pub pointing: RwSignal<bool>,
    /// What is said of the place under the mouse: nothing where everything is written there.
    pub tip: RwSignal<Option<String>>,
    /// A drag is on.
    pub dragging: RwSignal<bool>,
    /// The hand has moved the camera since it was put on.
    pub hand_used: StoredValue<bool>,
    /// What fingers and mouse are doing.
    pub gesture: StoredValue<Gesture, LocalStorage>,
    /// The timer of a long press.
    pub hold: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// What is drawn.
    pub scene: StoredValue<Scene, LocalStorage>,
    /// The stage.
    pub element: NodeRef<html::Main>,
    /// Below the cards: messages on their way.
    pub dots: NodeRef<html::Canvas>,
    /// Above the cards: what lies in lanes.
    pub records: NodeRef<html::Canvas>,
}

impl StageState {
    /// An empty stage.
    pub fn new(ui: Ui, theme: Theme) -> StageState {
        StageState {
            ui,
            theme,
            camera: RwSignal::new(Camera::default()),
            size: RwSignal::new((0.0, 0.0)),
            menu: RwSignal::new(None),
            hand: RwSignal::new(false),
            pointing: RwSignal::new(false),
            tip: RwSignal::new(None),
            dragging: RwSignal::new(false),
            hand_used: StoredValue::new(false),
            gesture: StoredValue::new_local(Gesture::Idle),
            hold: StoredValue::new_local(None),
            scene: StoredValue::new_local(Scene::default()),
            element: NodeRef::new(),
            dots: NodeRef::new(),
            records: NodeRef::new(),
        }
    }

    /// The stage's state, in the body of a component.
    pub fn here() -> StageState {
        expect_context::<StageState>()
    }

    /// Moves the camera, and draws.
    pub fn look(&self, camera: Camera) {
        self.camera.set(camera);
        self.ui.wake();
    }

    /// Larger or smaller, around the middle.
    pub fn zoom_by(&self, factor: f64) {
        let (width, height) = self.size.get_untracked();
        self.look(self.camera.get_untracked().zoomed((width / 2.0, height / 2.0), factor));
    }

    /// As large as it is drawn, around the middle.
    pub fn zoom_whole(&self) {
        self.zoom_by(1.0 / self.camera.get_untracked().zoom);
    }

    /// Brings the whole board in sight.
    pub fn fit(&self) {
        let size = self.size.get_untracked();
        let bounds = self.ui.frame.with_untracked(|frame| frame.bounds);
        if size.0 > 0.0 && bounds.w > 0.0 {
            let narrow = size.0 < 600.0;
            let insets = if narrow {
                Insets { top: 52.0, bottom: 52.0, side: 12.0 }
            } else {
                Insets { top: 24.0, bottom: 64.0, side: 24.0 }
            };
            self.look(Camera::fitting(bounds, size, insets));
        }
    }

    /// Brings a card in sight, for the keyboard.
    pub fn reveal(&self, rect: Rect) {
        let (camera, size) = (self.camera.get_untracked(), self.size.get_untracked());
        let (left, top) = camera.to_stage(Point { x: rect.x, y: rect.y });
        let (right, bottom) = camera.to_stage(Point { x: rect.x + rect.w, y: rect.y + rect.h });
        let shift = |from: f64, to: f64, room: f64| {
            if from < 16.0 {
                16.0 - from
            } else if to > room - 16.0 {
                (room - 16.0 - to).max(16.0 - from)
            } else {
                0.0
            }
        };
        let (dx, dy) = (shift(left, right, size.0), shift(top, bottom, size.1));
        if dx != 0.0 || dy != 0.0 {
            self.look(camera.panned(dx, dy));
        }
    }

    /// Brings a card in sight above the sheet that covers the lower half of a phone.
    pub fn lift(&self, rect: Rect) {
        let (camera, (width, height)) = (self.camera.get_untracked(), self.size.get_untracked());
        let screen = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(height);
        let free = (height - screen / 2.0).max(80.0);
        let (x, y) = camera.to_stage(Point { x: rect.x + rect.w / 2.0, y: rect.y + rect.h / 2.0 });
        let dx = if (24.0..=width - 24.0).contains(&x) { 0.0 } else { width / 2.0 - x };
        self.look(camera.panned(dx, free / 2.0 - y));
    }

    /// Where in the window the stage begins.
    pub fn corner(&self) -> Spot {
        self.element.try_get_untracked().flatten().map_or((0.0, 0.0), |element| {
            let rect = element.get_bounding_client_rect();
            (rect.left(), rect.top())
        })
    }

    /// What is at a place of the stage.
    pub fn target_at(&self, spot: Spot) -> Option<Target> {
        let at = self.camera.get_untracked().to_board(spot);
        self.scene
            .try_with_value(|scene| self.ui.read(|session| session.target_at(&scene.frame, &scene.dots, at)))
            .flatten()
            .flatten()
    }

    /// What is said of a place of the stage.
    pub fn tip_at(&self, spot: Spot) -> Option<String> {
        let at = self.camera.get_untracked().to_board(spot);
        self.scene.try_with_value(|scene| scene.frame.tip_at(at)).flatten()
    }

    /// Opens the menu of a thing at a place of the window, and selects the thing.
    pub fn offer(&self, on: Target, at: Spot) {
        self.choose(Some(on));
        self.menu.set(Some(Menu { on, at }));
    }

    /// Selects what was pointed at.
    pub fn choose(&self, target: Option<Target>) {
        use crate::view::Selection;
        self.ui.select(match target {
            None => Selection::Nothing,
            Some(Target::Dot(message)) => Selection::Message(message),
            Some(Target::Record(record)) => Selection::Record(record),
            Some(Target::Process(process)) => Selection::Node(process.node),
            Some(Target::Node(node)) => Selection::Node(node),
            Some(Target::Wire(wire)) => Selection::Wire(wire),
        });
    }
}
