//! What these tests share: boards with a design and a failure, and runs of them.

use crosstalk::board::{Action, Board, Do, Edit, Gap, Often, Pattern, Pin, PinDoes, Place, Setting, WireKind, edit, from_json};
use crosstalk::check::{Check, Checks, Explanation, Story, explain};
use crosstalk::session::Session;
use crosstalk::sim::{FactId, HandlerId, LineId, NodeId, Span, Time};
use crosstalk::view::{ViolationView, tell};
use crosstalk::world::{Entry, Observer, World};

pub const SHOP: NodeId = NodeId(1);
pub const ORDERS: NodeId = NodeId(2);
pub const PAYMENTS: NodeId = NodeId(4);
pub const EMAILS: NodeId = NodeId(5);
pub const HANDLER: HandlerId = HandlerId(1);

pub struct Seen {
    pub facts: Vec<Entry>,
    pub checks: Checks,
}

impl Observer for Seen {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.facts.see(id, entry);
        self.checks.see(id, entry);
    }
}

pub struct Run {
    pub board: Board,
    pub world: World,
    pub seen: Seen,
}

impl Run {
    pub fn of(board: &Board, seed: u64) -> Run {
        let mut seen = Seen { facts: Vec::new(), checks: Checks::new(board) };
        let world = World::new(board, seed, &mut seen).expect("the board runs");
        Run { board: board.clone(), world, seen }
    }

    pub fn until(&mut self, seconds: u64) -> &mut Run {
        let until = Time(seconds * 1_000_000);
        while let Some(at) = self.world.next_planned().filter(|at| *at < until) {
            self.world.run_until(at, u32::MAX, &mut self.seen);
            self.world.apply_planned(&mut self.seen);
        }
        self.world.run_until(until, u32::MAX, &mut self.seen);
        self.seen.checks.moment_over(self.world.now());
        self
    }

    pub fn act(&mut self, action: Action) -> &mut Run {
        // What is not possible now is left out.
        let _ = self.world.apply(&action, &mut self.seen);
        self.seen.checks.board_changed(self.world.board());
        self
    }

    pub fn found(&self) -> Vec<Check> {
        self.seen.checks.violations().iter().map(|violation| violation.check).collect()
    }

    pub fn told(&self, which: usize) -> ViolationView {
        let violation = &self.seen.checks.violations()[which];
        tell(violation, &self.explained(which), (&self.seen.facts).into(), self.world.names(), &self.board)
    }

    pub fn story(&self, which: usize) -> Story {
        self.explained(which).story
    }

    pub fn explained(&self, which: usize) -> Explanation {
        explain(&self.seen.checks.violations()[which], (&self.seen.facts).into(), &self.board)
    }
}

pub fn board(name: &str) -> Board {
    let path = format!("{}/public/boards/{name}.json", env!("CARGO_MANIFEST_DIR"));
    from_json(&std::fs::read_to_string(path).expect("the board is there")).expect("the board is valid")
}

/// The names of the shipped boards.
pub fn shipped() -> Vec<String> {
    let path = format!("{}/public/boards", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(path).expect("there are boards");
    let names = files.filter_map(|file| file.ok()?.file_name().to_str()?.strip_suffix(".json").map(str::to_owned));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

pub fn with(board: &Board, service: NodeId, pattern: Pattern) -> Board {
    edited(board, &Edit::Pattern { service, pattern })
}

pub fn edited(board: &Board, change: &Edit) -> Board {
    let mut board = board.clone();
    edit(&mut board, change).expect("the edit fits");
    board
}

pub fn set(board: &Board, node: NodeId, setting: Setting, value: u64) -> Board {
    edited(board, &Edit::Set { place: Place::Node(node), setting, value: Some(value) })
}

pub fn without_pins(board: &Board) -> Board {
    Board { pins: Vec::new(), ..board.clone() }
}

pub fn pinned(board: &Board, service: NodeId, after: u16, back_after_ms: Option<u32>) -> Board {
    let gap = Gap::After(LineId(after));
    let pin = Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms };
    Board { pins: vec![pin], ..board.clone() }
}

pub fn ran(board: &Board, seconds: u64) -> Run {
    let mut run = Run::of(board, 1);
    run.until(seconds);
    run
}

/// The line of a service that begins with a word: of the relay's publish, `publish the rows`.
pub fn line(board: &Board, service: NodeId, words: &str) -> LineId {
    let node = board.service(service).expect("it is on the board");
    let mut lines = node.programs().flat_map(|(_, lines)| lines);
    let said = |does: &Do| format!("{} {}", does.word(), does.rest());
    lines.find(|line| said(&line.does).starts_with(words)).expect("it has that line").id
}

/// The board with one failure: a pin behind the line that begins with a word.
pub fn failing(board: &Board, service: NodeId, after: &str, does: PinDoes, back_after_ms: Option<u32>) -> Board {
    let gap = Gap::After(line(board, service, after));
    let pin = Pin { does, ..pin(service, gap, back_after_ms) };
    Board { pins: vec![pin], ..board.clone() }
}

fn pin(service: NodeId, gap: Gap, back_after_ms: Option<u32>) -> Pin {
    Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms }
}

/// Takes what reads a topic off a board, with its wires.
pub fn without_reader(board: &Board, service: NodeId) -> Board {
    let mut board = board.clone();
    board.services.retain(|node| node.id != service);
    board.wires.retain(|wire| !matches!(&wire.is, WireKind::Consume { to, .. } if *to == service));
    board
}

/// The same design without the failure that a board comes with.
pub fn calm(board: &Board) -> Board {
    Board { pins: Vec::new(), planned: Vec::new(), ..board.clone() }
}

fn played(board: &Board, seconds: u64) -> Session {
    let mut session = Session::new(board.clone()).expect("the board runs");
    session.seek(Time::ZERO + Span::secs(seconds));
    session
}

fn violated(session: &Session) -> Vec<(Check, u64)> {
    let all = Check::ALL.map(|check| (check, session.checks().count(check)));
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// The three proofs of a check. `bad` is a bad design with a failure, and `calm` the same design without it. The fixed
/// design is `bad` with the edit that the explanation offers, in a branch under the same seed and the same failure.
/// Gives back what was told of the first violation.
pub fn proves(check: Check, bad: &Board, calm: &Board, seconds: u64) -> ViolationView {
    let mut session = played(bad, seconds);
    let found = violated(&session);
    assert!(matches!(found[..], [(only, _)] if only == check), "with the failure: {found:?}");
    assert_eq!(violated(&played(calm, seconds)), [], "without the failure");
    let told = session.verdict().swap_remove(check as usize).violations.swap_remove(0);
    for violation in session.checks().violations() {
        let Explanation { story, steps, .. } = session.explain(violation);
        assert!(!matches!(story, Story::Untold { .. }) && steps.len() > 1, "{violation:?}");
    }
    let fix = told.fix.clone().expect("something prevents it");
    session.seek(Time::ZERO);
    session.act(Action::Edit(fix.clone())).expect("it can be had");
    session.seek(Time::ZERO + Span::secs(seconds));
    let left = session.checks().violations();
    assert_eq!(violated(&session), [], "with the failure and {fix:?}: {left:?}");
    told
}
