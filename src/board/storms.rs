//! Storms: failures that belong together, as a list of planned actions, drawn from the board's seed.

use serde::{Deserialize, Serialize};

use crate::net::{Cut, Loss, Slow};
use crate::sim::{Draw, InOrder, NodeId, Role, Span, Time, What, WireId, between};

use super::action::{Action, Process, ProcessAction, ProcessDoes};
use super::document::Board;
use super::settings::Setting;

/// Failures that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Storm {
    /// The instances of a service go down and come back, one after the other.
    RollingRestart(NodeId),
    /// Wires are slow, lossy or cut for some seconds, each in its own time.
    FlakyNetwork,
    /// The store of a service takes longer and longer, then recovers.
    SlowDatabase(NodeId),
}

/// The most wires that a flaky network takes.
const MOST_WIRES: usize = 20;

impl Storm {
    /// What it is called, in the words of its menu.
    pub fn words(self, board: &Board) -> String {
        match self {
            Storm::RollingRestart(service) => format!("a rolling restart of {}", board.title_of(service)),
            Storm::FlakyNetwork => "a flaky network".to_owned(),
            Storm::SlowDatabase(service) => format!("a slow database of {}", board.title_of(service)),
        }
    }

    /// Its actions from a time on, in order: the same for the same board, seed and time.
    ///
    /// # Errors
    /// Says what the board lacks for it.
    pub fn actions(self, board: &Board, from: Time) -> Result<Vec<(Time, Action)>, String> {
        let draw = Draw::new(board.seed);
        let mut actions = match self {
            Storm::RollingRestart(service) => rolling_restart(board, draw, service, from)?,
            Storm::FlakyNetwork => flaky_network(board, draw, from)?,
            Storm::SlowDatabase(service) => slow_database(board, draw, service, from)?,
        };
        actions.in_order_by_key(|(at, _)| *at);
        Ok(actions)
    }
}

/// A time between two, in whole tenths of a second, so that it can be read and edited.
fn drawn(draw: Draw, name: [u64; 3], low: Span, high: Span) -> Span {
    const TENTH: u64 = 100_000;
    Span(between(&mut draw.at(What::Storm, &name), low.0 / TENTH, high.0 / TENTH) * TENTH)
}

fn rolling_restart(board: &Board, draw: Draw, service: NodeId, from: Time) -> Result<Vec<(Time, Action)>, String> {
    let node = board.service(service).ok_or_else(|| format!("there is no service with id {}", service.0))?;
    let instances = u16::try_from(node.settings.get(Setting::Instances, board.timings)).unwrap_or(u16::MAX);
    if instances == 0 {
        return Err(format!("{} has no instance that could be restarted: give it one", node.title));
    }
    let mut actions = Vec::new();
    let mut at = from;
    for ordinal in 0..instances {
        let does = |does| Action::Process(ProcessAction { who: Process { node: service, role: Role::Instance, ordinal }, does });
        let name = |n: u64| [1 << 32 | u64::from(service.0), u64::from(ordinal), n];
        actions.push((at, does(ProcessDoes::Crash)));
        at += drawn(draw, name(0), Span::secs(2), Span::secs(4));
        actions.push((at, does(ProcessDoes::Restart)));
        at += drawn(draw, name(1), Span::secs(3), Span::secs(6));
    }
    Ok(actions)
}

fn flaky_network(board: &Board, draw: Draw, from: Time) -> Result<Vec<(Time, Action)>, String> {
    if board.wires.is_empty() {
        return Err("the board has no wires: draw one first".to_owned());
    }
    let chance =
        |wire: WireId, n: u64, low, high| between(&mut draw.at(What::Storm, &[2 << 32 | u64::from(wire.0), n, 9]), low, high);
    let mut wires: Vec<WireId> = board.wires.iter().map(|wire| wire.id).collect();
    wires.in_order_by_key(|wire| (chance(*wire, 99, 0, 1 << 32), *wire));
    let mut actions = Vec::new();
    for wire in wires.into_iter().take(MOST_WIRES) {
        let name = |n: u64| [2 << 32 | u64::from(wire.0), n, 0];
        let mut at = from + drawn(draw, name(0), Span::ZERO, Span::secs(8));
        for spell in 0..chance(wire, 0, 1, 2) {
            let n = 10 * (spell + 1);
            let fails = match chance(wire, n, 0, 9) {
                0..3 => Action::Slow { wire, slow: Slow { times: chance(wire, n + 1, 3, 8) as u16, extra_ms: 0 } },
                3..8 => {
                    let (percent, breaks) = (chance(wire, n + 1, 20, 45) as u8, chance(wire, n + 2, 0, 15) as u8);
                    Action::Lossy { wire, loss: Loss { percent, breaks } }
                }
                8 => Action::Cut { wire, cut: Cut::ToClient },
                _ => Action::Cut { wire, cut: Cut::Both },
            };
            actions.push((at, fails));
            at += drawn(draw, name(n + 1), Span::secs(3), Span::secs(7));
            actions.push((at, Action::Heal { wire }));
            at += drawn(draw, name(n + 2), Span::secs(2), Span::secs(6));
        }
    }
    Ok(actions)
}

fn slow_database(board: &Board, draw: Draw, service: NodeId, from: Time) -> Result<Vec<(Time, Action)>, String> {
    if board.service(service).is_none() {
        return Err(format!("there is no service with id {}", service.0));
    }
    let mut at = from;
    let mut actions = Vec::new();
    for (step, times) in [10, 30, 60, 10, 1].into_iter().enumerate() {
        actions.push((at, Action::SlowStore { service, times }));
        at += drawn(draw, [3 << 32 | u64::from(service.0), step as u64, 0], Span::secs(4), Span::secs(7));
    }
    Ok(actions)
}

#[cfg(test)]
mod tests {
    use super::super::from_json;
    use super::*;

    fn board() -> Board {
        from_json(include_str!("../../public/boards/orders.json")).expect("a board")
    }

    const STORMS: [Storm; 3] = [Storm::RollingRestart(NodeId(4)), Storm::FlakyNetwork, Storm::SlowDatabase(NodeId(4))];

    #[test]
    fn a_storm_is_the_same_for_the_same_seed_moves_with_its_time_and_ends_in_peace() {
        let (board, from) = (board(), Time(5_000_000));
        for storm in STORMS {
            let actions = storm.actions(&board, from).expect("the board has what it takes");
            assert_eq!(storm.actions(&board, from).as_ref(), Ok(&actions));
            let later = storm.actions(&board, from + Span::secs(7)).expect("as before");
            assert!(actions.iter().zip(&later).all(|(one, two)| (one.0 + Span::secs(7), &one.1) == (two.0, &two.1)));
            assert!(actions.iter().all(|(at, _)| *at >= from && at.since(from) < Span::secs(60)));
            let other = storm.actions(&Board { seed: board.seed + 1, ..board.clone() }, from).expect("as before");
            assert_ne!(actions, other, "{storm:?}");
        }
    }

    #[test]
    fn an_instance_goes_down_only_when_the_one_before_it_is_back() {
        let actions = STORMS[0].actions(&board(), Time(0)).expect("it has instances");
        let words: Vec<ProcessDoes> = actions
            .iter()
            .filter_map(|(_, action)| if let Action::Process(action) = action { Some(action.does) } else { None })
            .collect();
        assert!(words.len() >= 4 && words.chunks(2).all(|two| two == [ProcessDoes::Crash, ProcessDoes::Restart]), "{words:?}");
    }

    #[test]
    fn what_a_board_lacks_for_a_storm_is_said() {
        let bare = Board { wires: Vec::new(), ..board() };
        assert!(Storm::FlakyNetwork.actions(&bare, Time(0)).expect_err("no wires").contains("no wires"));
        assert!(Storm::SlowDatabase(NodeId(99)).actions(&bare, Time(0)).expect_err("no service").contains("id 99"));
    }
}
