//! What these tests share: the shipped boards, and short names for common actions.

use std::path::PathBuf;

use crosstalk::board::{Action, Board, Edit, Pattern, Process, ProcessAction, ProcessDoes, from_json};
use crosstalk::check::Check;
use crosstalk::session::Session;
use crosstalk::sim::{NodeId, Role, Span, Time};

pub const SHOP: NodeId = NodeId(1);
pub const ORDERS: NodeId = NodeId(2);
pub const BROKER: NodeId = NodeId(3);
pub const PAYMENTS: NodeId = NodeId(4);

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

/// How many violations of each check there are at the cursor: lost, done twice, row without message.
pub fn verdict(session: &Session) -> [u64; 3] {
    Check::ALL.map(|check| session.checks().count(check))
}
