//! What the parts of the stage share: camera, gestures, what is drawn.

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::ui::pane::Pane;
use crate::ui::state::Ui;
use crate::ui::theme::Theme;
use crate::view::{Point, Rect, Target};

use super::aiming::Aiming;
use super::scene::Scene;
use super::wiring::Question;
use crate::editor::gesture::{Hands, State};
use crate::editor::{Camera, End, Insets, Item, Refusal, Spot};
use crate::sim::NodeId;

/// A stage that is narrower is a phone's.
pub const NARROW: f64 = 600.0;
/// How large a board may become for a presenter when it is fitted, and otherwise.
const FITTED: (f64, f64) = (1.8, 1.0);

/// The space around each of two boards that are compared: a label above, buttons below.
pub const COMPARED: Insets = Insets { top: 74.0, bottom: 54.0, left: 18.0, right: 18.0 };

/// An end that a wire could lead to, or why not.
pub type Judged = (End, Result<(), Refusal>);
/// Where nodes are to be.
pub type Places = Vec<(NodeId, (i32, i32))>;

/// What a menu is of.
#[derive(Clone, Debug, PartialEq)]
pub enum MenuOn {
    /// A thing on the board.
    Thing(Target),
    /// A topic.
    Topic(String),
    /// All that is selected.
    Several,
    /// The board itself, at that place.
    Board(Point),
}

/// What can be done, offered beside a thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// To what.
    pub on: MenuOn,
    /// Where, in the window.
    pub at: Spot,
}

/// Something that is said beside a place of the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// A sentence.
    pub text: String,
    /// Where on the stage.
    pub at: Spot,
}

/// The stage's state: a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct StageState {
    /// The page's state.
    pub ui: Ui,
    /// The pane under the board.
    pub pane: Pane,
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
    /// The space bar is held: the hand is on for as long.
    pub spaced: RwSignal<bool>,
    /// What hands do, from one input to the next.
    pub hands: StoredValue<Hands, LocalStorage>,
    /// What they are doing now.
    pub doing: RwSignal<State>,
    /// While a wire is drawn: what it could lead to, each with why not.
    pub judged: RwSignal<Vec<Judged>>,
    /// The failure that is carried onto the board.
    pub aiming: RwSignal<Option<Aiming>>,
    /// What was said last beside the pointer.
    pub said: RwSignal<Option<Said>>,
    /// What is said to those who hear the page.
    pub spoken: RwSignal<String>,
    /// What is asked about a wire.
    pub question: RwSignal<Option<Question>>,
    /// The thing whose name is being typed.
    pub renaming: RwSignal<Option<Item>>,
    /// Where the keyboard was last on the board.
    pub stop: RwSignal<Option<Item>>,
    /// Where dragged cards go with the next frame.
    pub carried: StoredValue<Option<Places>>,
    /// The other button has given a gesture up: it opens no menu.
    pub swallow: StoredValue<bool>,
    /// The board moves because something is held near an edge.
    pub edging: StoredValue<bool>,
    /// What fitting the board gave last: while the camera is still there, it follows the room that there is.
    pub fitted: StoredValue<Option<Camera>>,
    /// What was copied last, for where the clipboard cannot be read.
    pub copied: StoredValue<String>,
    /// The timer that ends a burst of nudges.
    pub burst: StoredValue<Option<TimeoutHandle>, LocalStorage>,
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
    pub fn new(ui: Ui, theme: Theme, pane: Pane) -> StageState {
        StageState {
            ui,
            pane,
            theme,
            camera: RwSignal::new(Camera::default()),
            size: RwSignal::new((0.0, 0.0)),
            menu: RwSignal::new(None),
            hand: RwSignal::new(false),
            pointing: RwSignal::new(false),
            tip: RwSignal::new(None),
            spaced: RwSignal::new(false),
            hands: StoredValue::new_local(Hands::default()),
            doing: RwSignal::new(State::Idle),
            judged: RwSignal::new(Vec::new()),
            aiming: RwSignal::new(None),
            said: RwSignal::new(None),
            spoken: RwSignal::new(String::new()),
            question: RwSignal::new(None),
            renaming: RwSignal::new(None),
            stop: RwSignal::new(None),
            carried: StoredValue::new(None),
            swallow: StoredValue::new(false),
            edging: StoredValue::new(false),
            fitted: StoredValue::new(None),
            copied: StoredValue::new(String::new()),
            burst: StoredValue::new_local(None),
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

    /// A tenth larger or smaller, around the middle.
    pub fn zoom_step(&self, steps: i32) {
        let (width, height) = self.size.get_untracked();
        self.look(self.camera.get_untracked().stepped((width / 2.0, height / 2.0), steps));
    }

    /// Brings the whole board in sight.
    pub fn fit(&self) {
        self.fit_to(Some(self.ui.frame.with_untracked(|frame| frame.bounds)).filter(|bounds| bounds.w > 0.0));
        self.fitted.set_value(Some(self.camera.get_untracked()));
    }

    /// There is more room or less: a board that was fitted and not moved since is fitted again.
    pub fn room_changed(&self) {
        if self.fitted.try_get_value().flatten().is_some_and(|fitted| fitted == self.camera.get_untracked()) {
            self.fit();
        }
    }

    /// How much of the stage's edges is covered by the panel or the sheet that is open.
    fn covered(&self) -> Insets {
        let mut covered = Insets::default();
        let Some(stage) = self.element.try_get_untracked().flatten() else { return covered };
        let bounds = |element: &web_sys::Element| {
            let rect = element.get_bounding_client_rect();
            (rect.left(), rect.top(), rect.right(), rect.bottom())
        };
        let (left, top, right, bottom) = bounds(&stage);
        for class in [".drawer", ".side", ".time"] {
            let Some(panel) = document().query_selector(class).ok().flatten() else { continue };
            let (from, above, to, _) = bounds(&panel);
            let (wide, high) = (to.min(right) - from.max(left), bottom - above.max(top));
            if wide <= 0.0 || high <= 0.0 || above >= bottom {
                continue;
            }
            if wide > (right - left) * 0.9 {
                covered.bottom = covered.bottom.max(high);
            } else if from <= left && wide < (right - left) * 0.6 {
                covered.left = covered.left.max(wide);
            }
        }
        covered
    }

    /// Brings a part of the board in sight.
    pub fn fit_to(&self, bounds: Option<Rect>) {
        let size = self.size.get_untracked();
        let Some(bounds) = bounds.filter(|_| size.0 > 0.0) else { return };
        let covered = self.covered();
        let compared = self.pane.beside.with_untracked(Option::is_some);
        let (top, bottom, side) = match (size.0 < NARROW, covered.bottom > 0.0) {
            _ if compared => (COMPARED.top, COMPARED.bottom, COMPARED.left),
            (true, true) => (12.0, 12.0, 20.0),
            (true, false) => (16.0, 128.0, 20.0),
            (false, _) => (24.0, 64.0, 24.0),
        };
        let insets = Insets { top, bottom: bottom + covered.bottom, left: side + covered.left, right: side };
        let most = if self.theme.presenter.get_untracked() { FITTED.0 } else { FITTED.1 };
        self.look(Camera::fitting_up_to(most, bounds, size, insets));
    }

    /// Brings a card in sight, for the keyboard.
    pub fn reveal(&self, rect: Rect) {
        let camera = self.camera.get_untracked();
        let shown = camera.revealing(rect, self.size.get_untracked());
        if shown != camera {
            self.look(shown);
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
            .try_with_value(|scene| {
                let frame = self.ui.frame.read_untracked();
                self.ui.read(|session| session.target_at(&frame, &scene.dots, at))
            })
            .flatten()
            .flatten()
    }

    /// What is at a place of the stage, whatever lies on it or passes by.
    pub fn thing_at(&self, spot: Spot) -> Option<Target> {
        let at = self.camera.get_untracked().to_board(spot);
        self.ui.frame.with_untracked(|frame| frame.thing_at(at))
    }

    /// What is said of a place of the stage.
    pub fn tip_at(&self, spot: Spot) -> Option<String> {
        let at = self.camera.get_untracked().to_board(spot);
        self.ui.frame.with_untracked(|frame| frame.tip_at(at))
    }

    /// Opens the menu of a thing at a place of the window, and selects the thing.
    pub fn offer(&self, on: Target, at: Spot) {
        self.open_menu(MenuOn::Thing(on), at);
    }

    /// Opens a menu at a place of the window; what it is of is then selected.
    pub fn open_menu(&self, on: MenuOn, at: Spot) {
        match &on {
            MenuOn::Thing(target) => self.choose(Some(*target)),
            MenuOn::Topic(name) => self.ui.mark(crate::editor::Selection::of([Item::Topic(name.clone())])),
            MenuOn::Several | MenuOn::Board(_) => {}
        }
        self.menu.set(Some(Menu { on, at }));
    }

    /// Says something to those who hear the page.
    pub fn speak(&self, text: impl Into<String>) {
        self.spoken.set(text.into());
    }

    /// Whether the hand is on, by its key or by the space bar.
    pub fn grabs(&self) -> bool {
        self.hand.get() || self.spaced.get()
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
