//! What all parts of the page share: the session, and the few signals that are drawn from it.

use leptos::prelude::*;

use crate::board::{Place, Question, Setting, to_json};
use crate::editor::{self, Desk};
use crate::session::{self, BranchId, HELD_IN_A_TAB, Opening, Session, StepView, Stride};
use crate::sim::{FactId, MessageId, Time};
use crate::view::{CheckChip, Frame, Inspection, Selection, StepBy, Strip, ViolationView, When};

use super::bells::Bells;
use super::boards::program_to_read;
use super::crash;
use super::panel::Panel;
use super::panels::gloss::Gloss;
use super::panels::hands::Tab;
use super::play::Player;
use super::quiet::Skipping;
use super::refresh::{PARTS, Part};

/// A message to the person at the page, until it is closed or another one comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One sentence or two.
    pub text: String,
    /// Something could not be done.
    pub problem: bool,
}

/// What is known about the board that is open, apart from its run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    /// Counts the boards that were opened: one more for each.
    pub nth: u32,
    /// Its name; empty while none is open.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// What to try.
    pub tries: Vec<String>,
    /// The seed of its run.
    pub seed: u64,
}

/// The page's state: a handle that is copied freely. Its signals change at most ten times a second while the board plays,
/// and at once after anything that a person does.
#[derive(Clone, Copy)]
pub struct Ui {
    pub(super) desk: StoredValue<Option<Desk>, LocalStorage>,
    pub(super) revision: StoredValue<u64>,
    player: StoredValue<Player, LocalStorage>,
    pub(super) bells: StoredValue<Bells>,
    /// Whether time runs.
    pub playing: RwSignal<bool>,
    /// How fast it is meant to run: 0.01 to 100.
    pub speed: RwSignal<f64>,
    /// How fast it runs.
    pub reached: RwSignal<f64>,
    /// Whether quiet time is skipped, and what was.
    pub quiet: Skipping,
    /// What the step buttons go by.
    pub step_by: RwSignal<StepBy>,
    /// The message that is followed, if one is.
    pub followed: RwSignal<Option<MessageId>>,
    /// Where the cursor is.
    pub now: RwSignal<Time>,
    /// What is selected: change it by [`Ui::select`].
    pub selection: RwSignal<Selection>,
    /// Everything about what is selected.
    pub inspection: RwSignal<Option<Inspection>>,
    /// The board: cards, lanes, wires. What shows one card or wire follows its bell instead, by `Ui::card` and `Ui::wire`;
    /// while cards are carried this signal rests.
    pub frame: RwSignal<Frame>,
    /// The strip of time.
    pub strip: RwSignal<Strip>,
    /// Every check.
    pub verdict: RwSignal<Vec<CheckChip>>,
    /// The board that is open.
    pub opened: RwSignal<Opened>,
    /// The panel that is open.
    pub panel: RwSignal<Option<Panel>>,
    /// The page of the inspector that was opened last.
    pub tab: RwSignal<Tab>,
    /// The violation that was chosen to be explained.
    pub explained: RwSignal<Option<ViolationView>>,
    /// The steps of the board's card.
    pub tries: RwSignal<Vec<StepView>>,
    /// What is to be said.
    pub notice: RwSignal<Option<Notice>>,
    /// Everything that is selected on the board; where it is one thing, the inspector shows it.
    pub marked: RwSignal<editor::Selection>,
    /// What would be undone and redone, in words.
    pub steps: RwSignal<(Option<String>, Option<String>)>,
    /// The word whose meaning is shown.
    pub gloss: RwSignal<Option<Gloss>>,
    /// The setting that is looked for: its field takes the focus once it is there.
    pub wanted: RwSignal<Option<(Place, Setting)>>,
    /// When what is chosen in the panel of failures happens.
    pub when: RwSignal<When>,
}

impl Ui {
    /// A page without a board.
    pub fn new() -> Ui {
        Ui {
            desk: StoredValue::new_local(None),
            revision: StoredValue::new(0),
            player: StoredValue::new_local(Player::default()),
            bells: StoredValue::new(Bells::default()),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            reached: RwSignal::new(0.0),
            quiet: Skipping::new(),
            step_by: RwSignal::new(StepBy::default()),
            followed: RwSignal::new(None),
            now: RwSignal::new(Time::ZERO),
            selection: RwSignal::new(Selection::Nothing),
            inspection: RwSignal::new(None),
            frame: RwSignal::new(Frame::default()),
            strip: RwSignal::new(Strip::default()),
            verdict: RwSignal::new(Vec::new()),
            opened: RwSignal::new(Opened::default()),
            panel: RwSignal::new(None),
            tab: RwSignal::new(Tab::default()),
            explained: RwSignal::new(None),
            tries: RwSignal::new(Vec::new()),
            notice: RwSignal::new(None),
            marked: RwSignal::new(editor::Selection::default()),
            steps: RwSignal::new((None, None)),
            gloss: RwSignal::new(None),
            wanted: RwSignal::new(None),
            when: RwSignal::new(When::Now),
        }
    }

    /// The same page with another board on it: what shows cards, lanes and wires then follows that one.
    pub(super) fn with_another_board(self) -> Ui {
        Ui { frame: RwSignal::new(Frame::default()), bells: StoredValue::new(Bells::default()), ..self }
    }

    /// The page's state, in the body of a component; callbacks capture it.
    pub fn here() -> Ui {
        expect_context::<Ui>()
    }

    /// Reads the session, where a board is open.
    pub fn read<R>(&self, with: impl FnOnce(&Session) -> R) -> Option<R> {
        self.desk.try_with_value(|desk| desk.as_ref().map(|desk| with(desk.session()))).flatten()
    }

    /// Changes the session, and brings every signal up to date.
    pub fn change<R>(&self, with: impl FnOnce(&mut Session) -> R) -> Option<R> {
        let result = self.run(with);
        self.refresh();
        result
    }

    /// Changes the session within the frame loop, which brings the signals up to date by itself.
    pub(super) fn run<R>(&self, with: impl FnOnce(&mut Session) -> R) -> Option<R> {
        self.revision.try_update_value(|count| *count += 1);
        self.on_desk(|desk| with(desk.session_mut()))
    }

    /// Changes what is on the desk, and draws nothing by itself.
    pub(super) fn on_desk<R>(&self, with: impl FnOnce(&mut Desk) -> R) -> Option<R> {
        self.desk.try_update_value(|desk| desk.as_mut().map(with)).flatten()
    }

    /// One more whenever the session may have changed.
    pub(super) fn revision(&self) -> u64 {
        self.revision.try_get_value().unwrap_or(0)
    }

    /// Changes what is on the desk, and brings every signal up to date.
    pub(super) fn change_desk<R>(&self, with: impl FnOnce(&mut Desk) -> R) -> Option<R> {
        self.revision.try_update_value(|count| *count += 1);
        let result = self.on_desk(with);
        self.refresh();
        result
    }

    pub(super) fn tell_of_branch(&self, before: usize) {
        if self.branches() > before {
            // It belongs to the future that was left.
            self.explained.set(None);
            self.say("A new branch begins here. What came after is kept: see the strip of time.");
        }
    }

    /// Adds something that draws in every frame, until the page is left.
    pub(super) fn paint(&self, painter: impl Fn() + 'static) {
        Player::paint(self.player, painter);
    }

    /// Somebody asked about the violation that this fact made certain.
    pub fn asked(&self, violation: FactId, about: Question) {
        self.change(|session| session.asked(violation, about));
    }

    /// The document as it is now, as the text of a file.
    pub fn document(&self) -> Option<String> {
        self.read(|session| to_json(&session.document()))
    }

    pub(super) fn branches(&self) -> usize {
        self.strip.with_untracked(|strip| strip.branches)
    }

    /// Selects something, or nothing.
    pub fn select(&self, what: Selection) {
        self.marked.set(match what {
            Selection::Node(node) => editor::Selection::of([editor::Item::Node(node)]),
            Selection::Wire(wire) => editor::Selection::of([editor::Item::Wire(wire)]),
            _ => editor::Selection::default(),
        });
        self.selection.set(what);
        self.refresh();
    }

    /// Selects things on the board: the inspector shows the one, or nothing where there are several.
    pub fn mark(&self, what: editor::Selection) {
        let shown = match what.only() {
            Some(editor::Item::Node(node)) => Selection::Node(*node),
            Some(editor::Item::Wire(wire)) => Selection::Wire(*wire),
            Some(editor::Item::Topic(name)) => {
                let broker = self.read(|session| session.board().topic(name).map(|(broker, _)| broker.id)).flatten();
                broker.map_or(Selection::Nothing, Selection::Node)
            }
            None => Selection::Nothing,
        };
        self.marked.set(what);
        self.selection.set(shown);
        self.refresh();
    }

    /// Puts the cursor at a time and stands still there.
    pub fn seek(&self, to: Time) {
        self.pause();
        crash::heads_for(to);
        self.change(|session| session.seek(to));
    }

    /// Lets time run.
    pub fn play(&self) {
        if self.read(|_| ()).is_some() {
            self.playing.set(true);
            self.wake();
        }
    }

    /// Lets time stand still.
    pub fn pause(&self) {
        self.playing.set(false);
        self.reached.set(0.0);
        self.refresh();
    }

    /// Plays or pauses.
    pub fn toggle(&self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// Goes on, or back, to the next of what steps go by.
    pub fn step(&self, ahead: bool) {
        let by = self.step_by.get_untracked();
        let chosen = self.inspection.with_untracked(|inspection| match inspection {
            Some(Inspection::Message(message)) => Some(message.id),
            _ => None,
        });
        match by.stride(self.followed.get_untracked().or(chosen)) {
            Some(stride) => self.stride(by, stride, ahead),
            None => self.say(StepBy::NO_MESSAGE),
        }
    }

    /// Goes to the next failure, rebalance or violation.
    pub fn next_moment(&self) {
        self.stride(StepBy::Moment, Stride::Moment, true);
    }

    fn stride(&self, by: StepBy, stride: Stride, ahead: bool) {
        self.pause();
        let went = self.change(|session| if ahead { session.forward(stride) } else { session.back(stride) });
        if went == Some(None) {
            self.say(by.nothing(ahead));
        } else if by.is_told()
            && let Some(told) = self.read(Session::rebalance_step)
        {
            self.say(told);
        }
    }

    /// Starts again at time 0. Scheduled failures and pins stay; failures done live stay when `keep_live` says so.
    pub fn reset(&self, keep_live: bool) {
        let lost = !keep_live && self.read(made_live) == Some(true);
        self.change(|session| session.reset(keep_live));
        self.quiet.forget();
        if lost {
            self.say("The run starts again without the failures that you made. Shift+R keeps them.");
        }
    }

    /// Starts again at time 0 with another seed.
    pub fn set_seed(&self, seed: u64) {
        self.change(|session| session.set_seed(seed));
        self.quiet.forget();
        self.opened.update(|opened| opened.seed = seed);
    }

    /// Goes to another future.
    pub fn take_branch(&self, branch: BranchId) {
        self.change(|session| session.switch(branch));
        self.quiet.forget();
    }

    /// Opens a board from its text, or a run that was saved, at time 0. A text that is neither is said to be so, and what was
    /// open stays.
    pub fn load_board(&self, text: &str) -> bool {
        self.open_board(text, &PARTS)
    }

    /// Opens the first board of a visit: it is drawn before what stands beside it.
    pub(super) fn begin_with(&self, text: &str) -> bool {
        self.open_board(text, &[Part::Board, Part::Checks])
    }

    fn open_board(&self, text: &str, drawn: &[Part]) -> bool {
        match session::open(text) {
            Ok(Opening { mut session, until }) => {
                session.record_at_most(MOST_FACTS);
                session.hold_at_most(HELD_IN_A_TAB);
                let board = session.board();
                let (title, about, tries) =
                    (board.title.clone(), board.about.clone(), board.tries.iter().map(|step| step.say.clone()).collect());
                let (seed, nth) = (session.seed(), self.opened.with_untracked(|opened| opened.nth) + 1);
                let first = program_to_read(board);
                self.desk.set_value(Some(Desk::new(session)));
                self.revision.update_value(|count| *count += 1);
                self.marked.set(editor::Selection::default());
                self.selection.set(first);
                self.notice.set(None);
                self.explained.set(None);
                self.quiet.forget();
                self.opened.set(Opened { nth, title, about, tries, seed });
                self.refresh_parts(drawn);
                if let Some(until) = until {
                    self.say(format!("A saved run, at its beginning. It went up to {until}: play, or drag the time there."));
                }
                true
            }
            Err(error) => {
                self.complain(format!("This file cannot be opened. {error}"));
                false
            }
        }
    }

    /// Opens a panel, or closes it if it is open.
    pub fn toggle_panel(&self, panel: Panel) {
        self.panel.update(|open| *open = if *open == Some(panel) { None } else { Some(panel) });
    }

    /// Says something.
    pub fn say(&self, text: impl Into<String>) {
        self.notice.set(Some(Notice { text: text.into(), problem: false }));
    }

    /// Says what could not be done.
    pub fn complain(&self, text: impl Into<String>) {
        self.notice.set(Some(Notice { text: text.into(), problem: true }));
    }

    /// Asks for a frame, unless one is on its way.
    pub fn wake(&self) {
        Player::wake(*self, self.player);
    }
}

impl Default for Ui {
    fn default() -> Ui {
        Ui::new()
    }
}

/// Whether a person made failures in this run.
fn made_live(session: &Session) -> bool {
    session.path().iter().any(|stamped| stamped.action.is_live_failure())
}

/// The most facts that the page records of a run: 128 MB.
const MOST_FACTS: usize = 2_000_000;

/// Sets a signal if its value is another one, so that nothing that stayed as it was is drawn again.
pub(super) fn settle<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.set(value);
    }
}
