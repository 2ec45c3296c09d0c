//! What the pane shows, and how it is kept up to date: only while it is open, and at most ten times a second.

use leptos::prelude::*;

use crate::check::metrics::Of;
use crate::session::{BranchId, Comparison, Session};
use crate::sim::{FactId, MessageId, Span, Time};
use crate::ui::play::now_ms;
use crate::ui::state::{Ui, settle};
use crate::view::{
    BranchRow, Chart, FigureRow, Figures, Followed, Follower, Journey, Log, LogFilter, Scale, Selection, SideBySide, StopKind,
};

/// What is shown changes at most once in so many milliseconds while time runs.
const EVERY_MS: f64 = 100.0;
/// How many facts are looked at in one frame.
const FACTS: usize = 50_000;
/// The same where a text is looked for in their words.
const WORDS: usize = 4_000;

/// A page of the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanePage {
    /// All facts.
    Log,
    /// A message that is followed.
    Message,
    /// Figures.
    Figures,
    /// The branches of the run.
    Branches,
    /// What play stops for.
    Stops,
}

impl PanePage {
    /// All of them, in the order of the tabs.
    pub const ALL: [PanePage; 5] = [PanePage::Log, PanePage::Message, PanePage::Figures, PanePage::Branches, PanePage::Stops];

    /// The word on the tab.
    pub const fn name(self) -> &'static str {
        match self {
            PanePage::Log => "Log",
            PanePage::Message => "One message",
            PanePage::Figures => "Figures",
            PanePage::Branches => "Branches",
            PanePage::Stops => "Breakpoints",
        }
    }
}

/// How far the log has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    /// How many rows there are.
    pub rows: usize,
    /// How many of them lie before the cursor.
    pub before: usize,
    /// Not all facts were looked at yet.
    pub looking: bool,
    /// Grows with each change of what the rows show.
    pub turn: u64,
}

/// The figures, as they are shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FiguresState {
    /// A row for the board and each node.
    pub rows: Vec<FigureRow>,
    /// The charts of the chosen row.
    pub charts: Vec<Chart>,
    /// The time that the charts show.
    pub until: Time,
    /// Where the cursor is.
    pub cursor: Time,
}

/// Whether the page is a phone's, which has room for one sheet.
pub fn narrow() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width <= 700.0)
}

/// The pane: a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Pane {
    /// The page's state.
    pub ui: Ui,
    /// The page that is open.
    pub page: RwSignal<Option<PanePage>>,
    /// What is followed.
    pub followed: RwSignal<Option<Followed>>,
    /// The message by which it was chosen.
    pub message: RwSignal<Option<MessageId>>,
    /// What is followed, as far as it has come.
    pub journey: RwSignal<Journey>,
    /// The fact that is chosen, in the picture and in the list.
    pub chosen: RwSignal<Option<FactId>>,
    /// Which facts the log shows.
    pub filter: RwSignal<LogFilter>,
    /// How far the log has been read.
    pub log_state: RwSignal<LogState>,
    /// Whose charts are shown.
    pub of: RwSignal<Of>,
    /// Over how much time before the cursor figures are taken; all of it when there is none.
    pub window: RwSignal<Option<Span>>,
    /// The figures.
    pub figures_state: RwSignal<FiguresState>,
    /// What play stops for, in words.
    pub stops: RwSignal<Vec<String>>,
    /// The branches of the run, as a tree.
    pub branches: RwSignal<Vec<BranchRow>>,
    /// The branch that is compared with the one that is shown.
    pub beside: RwSignal<Option<BranchId>>,
    /// Both in words.
    pub side_by_side: RwSignal<Option<SideBySide>>,
    pub(super) comparison: StoredValue<Option<Comparison>, LocalStorage>,
    /// Whether the page of branches was open before two were compared, and what was selected.
    pub(super) before_compared: StoredValue<(bool, Selection)>,
    /// The rows of the log.
    pub log: StoredValue<Log, LocalStorage>,
    follower: StoredValue<Option<Follower>, LocalStorage>,
    figures: StoredValue<Figures, LocalStorage>,
    drawn: StoredValue<(u64, f64)>,
}

impl Pane {
    /// A closed one.
    pub fn new(ui: Ui) -> Pane {
        let filter = LogFilter { telling: true, ..LogFilter::default() };
        let pane = Pane {
            ui,
            page: RwSignal::new(None),
            followed: RwSignal::new(None),
            message: ui.followed,
            journey: RwSignal::new(Journey::default()),
            chosen: RwSignal::new(None),
            filter: RwSignal::new(filter.clone()),
            log_state: RwSignal::new(LogState::default()),
            of: RwSignal::new(Of::All),
            window: RwSignal::new(Some(Span::secs(10))),
            figures_state: RwSignal::new(FiguresState::default()),
            stops: RwSignal::new(Vec::new()),
            branches: RwSignal::new(Vec::new()),
            beside: RwSignal::new(None),
            side_by_side: RwSignal::new(None),
            comparison: StoredValue::new_local(None),
            before_compared: StoredValue::new((false, Selection::Nothing)),
            log: StoredValue::new_local(Log::new(filter)),
            follower: StoredValue::new_local(None),
            figures: StoredValue::new_local(Figures::default()),
            drawn: StoredValue::new((0, 0.0)),
        };
        ui.paint(move || pane.paint());
        pane
    }

    /// The page's pane, in the body of a component.
    pub fn here() -> Pane {
        expect_context::<Pane>()
    }

    /// The page that is shown, or would be.
    pub fn shown(self) -> PanePage {
        self.page.get().unwrap_or(PanePage::Log)
    }

    /// Opens a page.
    pub fn open(self, page: PanePage) {
        if narrow() {
            self.ui.panel.set(None);
        }
        self.page.set(Some(page));
        self.update();
    }

    /// Closes the pane; the focus goes back to the button that opens it.
    pub fn close(self) {
        self.page.set(None);
        if let Ok(Some(opener)) = document().query_selector(".rail-tab[data-panel=Facts]") {
            crate::ui::panels::keys::focus(&opener);
        }
    }

    /// Follows a message and opens its page.
    pub fn follow(self, message: MessageId, all_of_its_intent: bool) {
        let followed = if all_of_its_intent { Followed::Intent(message.intent) } else { Followed::Message(message) };
        self.message.set(Some(message));
        self.followed.set(Some(followed));
        self.follower.set_value(Some(Follower::new(followed)));
        self.chosen.set(None);
        self.open(PanePage::Message);
    }

    /// Follows nothing any more.
    pub fn let_go(self) {
        self.message.set(None);
        self.followed.set(None);
        self.follower.set_value(None);
        self.journey.set(Journey::default());
    }

    /// Chooses a fact and goes to its time.
    pub fn choose(self, fact: FactId, at: Time) {
        self.chosen.set(Some(fact));
        self.ui.seek(at);
    }

    /// Asks why a fact happened: the answer stands on the board, like that about a violation.
    pub fn ask(self, fact: FactId) {
        if let Some(Some(answer)) = self.ui.read(|session| session.why(fact)) {
            self.ui.explained.set(Some(answer));
        }
    }

    /// Asks why a message waits, or one of those that serve an intent.
    pub fn ask_why_waits(self, of: Followed) {
        match self.ui.read(|session| session.why_followed_waits(of)) {
            Some(Some(answer)) => self.ui.explained.set(Some(answer)),
            _ => self.ui.say("It waits for nothing: what was to come of it has come."),
        }
    }

    /// Shows other facts in the log.
    pub fn take_filter(self, filter: LogFilter) {
        self.log.set_value(Log::new(filter.clone()));
        self.filter.set(filter);
        self.update();
    }

    /// Shows the charts of another row.
    pub fn take_row(self, of: Of) {
        self.of.set(of);
        self.update();
    }

    /// Takes figures over another length of time.
    pub fn take_window(self, window: Option<Span>) {
        self.window.set(window);
        self.update();
    }

    /// Has play stop for something besides, unless it does so already.
    pub fn add_stop(self, kind: StopKind, picks: &[usize]) {
        self.ui.change(|session| {
            let Some(point) = session.stop_picked(kind, picks) else { return };
            let mut points = session.breakpoints().to_vec();
            if !points.contains(&point) {
                points.push(point);
                session.set_breakpoints(points);
            }
        });
        self.update();
    }

    /// Has play no longer stop for what is listed at a place.
    pub fn remove_stop(self, place: usize) {
        self.ui.change(|session| {
            let mut points = session.breakpoints().to_vec();
            if place < points.len() {
                points.remove(place);
                session.set_breakpoints(points);
            }
        });
        self.update();
    }

    /// Something may have changed, and a frame is drawn.
    fn paint(self) {
        if self.page.try_get_untracked().flatten().is_none() {
            return;
        }
        let (revision, at) = self.drawn.get_value();
        let waits = self.ui.playing.get_untracked() && now_ms() - at < EVERY_MS;
        if revision != self.ui.revision() && !waits {
            self.update();
        }
    }

    /// Brings the page that is open up to date.
    pub(super) fn update(self) {
        self.drawn.set_value((self.ui.revision(), now_ms()));
        let done = match self.page.get_untracked() {
            None => true,
            Some(PanePage::Log) => self.update_log(),
            Some(PanePage::Message) => {
                let drawn = |follower: &mut Option<Follower>| {
                    self.ui.read(|session| follower.as_mut().map(|follower| follower.journey(session)))
                };
                if let Some(Some(Some(journey))) = self.follower.try_update_value(drawn) {
                    settle(self.journey, journey);
                }
                true
            }
            Some(PanePage::Figures) => self.update_figures(),
            Some(PanePage::Branches) => {
                self.update_branches();
                true
            }
            Some(PanePage::Stops) => {
                if let Some(stops) = self.ui.read(Session::stops) {
                    settle(self.stops, stops);
                }
                true
            }
        };
        if !done {
            // The rest is looked at in the next frames.
            self.drawn.set_value((u64::MAX, 0.0));
            request_animation_frame(move || self.paint());
        }
    }

    fn update_log(self) -> bool {
        let most = if self.filter.with_untracked(|filter| filter.text.trim().is_empty()) { FACTS } else { WORDS };
        let looked = self
            .log
            .try_update_value(|log| self.ui.read(|session| (log.catch_up(session, most), log.len(), log.before_cursor(session))));
        let Some(Some((done, rows, before))) = looked else { return true };
        self.log_state.update(|state| *state = LogState { rows, before, looking: !done, turn: state.turn + 1 });
        done
    }

    fn update_figures(self) -> bool {
        let (of, window) = (self.of.get_untracked(), self.window.get_untracked());
        let looked = self.figures.try_update_value(|figures| {
            self.ui.read(|session| {
                let done = figures.catch_up(session, FACTS);
                let scale = Scale::whole(session.frontier(), 1.0);
                let window = window.unwrap_or(session.now().since(Time::ZERO));
                let (rows, charts) = (figures.rows(session, window), figures.charts(session, of, scale));
                (done, FiguresState { rows, charts, until: scale.to, cursor: session.now() })
            })
        });
        let Some(Some((done, state))) = looked else { return true };
        settle(self.figures_state, state);
        done
    }
}
