//! What these tests share: the shipped boards, and short names for common actions.

use std::path::PathBuf;

use crosstalk::board::{
    Action, ActionError, Board, Do, Edit, Patch, Pattern, Process, ProcessAction, ProcessDoes, ServiceNode, Setting, Settings,
    Wire, WireKind, from_json,
};
use crosstalk::check::Check;
use crosstalk::session::Session;
use crosstalk::sim::{NodeId, Role, Span, Time, WireId};

pub const SHOP: NodeId = NodeId(1);
pub const ORDERS: NodeId = NodeId(2);
pub const BROKER: NodeId = NodeId(3);
pub const PAYMENTS: NodeId = NodeId(4);
pub const EMAILS: NodeId = NodeId(5);
/// A node that is not on the shipped boards.
pub const AUDIT: NodeId = NodeId(20);

pub fn board_path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "public", "boards", &format!("{name}.json")].iter().collect()
}

pub fn board(name: &str) -> Board {
    let path = board_path(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    from_json(&text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

pub fn session(name: &str) -> Session {
    Session::new(board(name)).expect("a shipped board can be put to work")
}

pub fn seconds(s: u64) -> Time {
    Time::ZERO + Span::secs(s)
}

pub fn instance(node: NodeId, ordinal: u16) -> Process {
    Process { node, role: Role::Instance, ordinal }
}

pub fn process(who: Process, does: ProcessDoes) -> Action {
    Action::Process(ProcessAction { who, does })
}

pub fn switch(service: NodeId, pattern: Pattern) -> Action {
    Action::Edit(Edit::Pattern { service, pattern })
}

/// How many violations there are at the cursor of lost, done twice, and row without message; there are no others.
pub fn verdict(session: &Session) -> [u64; 3] {
    let [lost, twice, rows, others @ ..] = Check::ALL.map(|check| session.checks().count(check));
    assert!(others.iter().all(|count| *count == 0), "{:?}", session.checks().violations().last());
    [lost, twice, rows]
}

/// The checks that are violated at the cursor, each with how often.
pub fn found(session: &Session) -> Vec<(Check, u64)> {
    let all = Check::ALL.map(|check| (check, session.checks().count(check)));
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// How often a check is violated at the cursor.
pub fn count(session: &Session, check: Check) -> u64 {
    session.checks().count(check)
}

/// Edits the document at the cursor.
pub fn edited(session: &mut Session, change: impl FnOnce(&mut Board)) -> Result<(), ActionError> {
    let mut wanted = session.board().clone();
    change(&mut wanted);
    let patch = Patch::between(session.board(), &wanted);
    session.edit(&patch)
}

/// Takes a node off a board, with its wires and pins, and all that names a broker's topics.
pub fn without(board: &mut Board, node: NodeId) {
    let brokers = board.brokers.iter().filter(|broker| broker.id == node);
    let topics: Vec<String> = brokers.flat_map(|broker| &broker.topics).map(|topic| topic.name.clone()).collect();
    board.clients.retain(|client| client.id != node);
    board.services.retain(|service| service.id != node);
    board.brokers.retain(|broker| broker.id != node);
    board.pins.retain(|pin| pin.service != node);
    board.wires.retain(|wire| match &wire.is {
        WireKind::Call { from, to } => *from != node && *to != node,
        WireKind::Publish { from: at, topic } | WireKind::Consume { to: at, topic, .. } => *at != node && !topics.contains(topic),
    });
    for service in &mut board.services {
        service.handlers.retain(|handler| handler.from.as_ref().is_none_or(|from| !topics.contains(from)));
        for handler in &mut service.handlers {
            handler.lines.retain(|line| match &line.does {
                Do::Publish { topic, .. } | Do::Outbox { topic, .. } => !topics.contains(topic),
                _ => true,
            });
        }
    }
}

/// A second Emails that reads the same topic in a group of its own.
pub fn with_audit(board: &mut Board) {
    let emails = board.service(EMAILS).expect("it is on the board").clone();
    board.services.push(ServiceNode { id: AUDIT, title: "Audit".to_owned(), ..emails });
    let is = WireKind::Consume { to: AUDIT, topic: "order-events".to_owned(), group: "audit".to_owned() };
    board.wires.push(Wire { id: WireId(20), is, settings: Default::default() });
}

pub fn set(settings: &mut Settings, setting: Setting, value: u64) {
    settings.0.insert(setting, value);
}

/// The shipped board after so many seconds.
pub fn at(s: u64) -> Session {
    let mut session = session("orders");
    session.seek(seconds(s));
    session
}

/// Plays so many seconds on.
pub fn on(session: &mut Session, s: u64) {
    session.seek(session.now() + Span::secs(s));
}
