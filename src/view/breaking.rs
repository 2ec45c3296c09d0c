//! Everything that can be broken on a board, and what is planned to be.

use crate::board::{Process, Storm};
use crate::net::Cut;
use crate::session::Session;
use crate::sim::{NodeId, Role, Span, Time, WireId};

use super::cards::{Frame, ProcessState};
use super::failures::{Failure, process_failures, wire_state};
use super::naming::sentence;
use super::planned::PlanRow;

/// What is planned by hand is planned for a whole tenth of a second.
const TENTH: u64 = 100_000;

/// What a row of things that can be broken is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Broken {
    /// A process.
    Process(Process),
    /// The store of a service.
    Store(NodeId),
    /// A wire.
    Wire(WireId),
}

/// A thing that can be broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakable {
    /// Which.
    pub what: Broken,
    /// Its name.
    pub name: String,
    /// Its state in a few words; empty while nothing is wrong with it.
    pub state: String,
    /// Whether it runs: slow and lossy things stand still in part.
    pub runs: ProcessState,
    /// What can be done to it.
    pub failures: Vec<Failure>,
}

/// A storm that can be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct StormOffer {
    /// Which.
    pub storm: Storm,
    /// `A rolling restart of Payments`.
    pub words: String,
    /// Why it cannot be planned, as a sentence; empty where it can.
    pub refused: String,
}

/// Everything that can be broken, and the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breaking {
    /// Processes, then stores, then wires.
    pub things: Vec<Breakable>,
    /// The storms that fit the board.
    pub storms: Vec<StormOffer>,
    /// The plan, in order of time.
    pub plan: Vec<PlanRow>,
}

/// When what is chosen in the panel of failures happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// At once.
    #[default]
    Now,
    /// So long after the cursor, wherever that is by then.
    After(Span),
    /// At this time of the run.
    At(Time),
}

impl When {
    /// For a moment of the strip: at the nearest whole tenth of a second that is still to come.
    pub fn at(moment: Time, now: Time) -> When {
        When::At(Time((moment.0 + TENTH / 2) / TENTH * TENTH).max(soon(now, Span::ZERO)))
    }

    /// Whether it is planned.
    pub fn is_planned(self) -> bool {
        self != When::Now
    }

    /// The time for which it is planned, if it is.
    pub fn time(self, now: Time) -> Option<Time> {
        match self {
            When::Now => None,
            When::After(after) => Some(soon(now, after)),
            When::At(at) => Some(at),
        }
    }
}

/// The time for what is planned by hand to happen a while from now: the next whole tenth of a second after it.
pub fn soon(now: Time, after: Span) -> Time {
    Time(((now + after).0 / TENTH + 1) * TENTH)
}

/// A time that was typed in seconds, rounded to milliseconds: at most the latest that can be planned, which the plan says.
pub fn typed_seconds(text: &str) -> Option<Time> {
    let seconds = text.trim().parse::<f64>().ok().filter(|seconds| (0.0..1e9).contains(seconds))?;
    Some(Time((seconds * 1e3).round() as u64 * 1_000))
}

/// A time as it is typed: `12.5`.
pub fn in_seconds(at: Time) -> String {
    (at.0 as f64 / 1e6).to_string()
}

impl Breaking {
    /// What can be chosen first, before what it is to happen to: each kind of failure that something can have, once.
    pub fn kinds(&self) -> Vec<Failure> {
        let mut kinds: Vec<Failure> = Vec::new();
        for failure in self.things.iter().flat_map(|thing| &thing.failures) {
            let offered = failure.breaks && failure.refused.is_empty();
            if offered && kinds.iter().all(|known| known.verb != failure.verb) {
                kinds.push(failure.clone());
            }
        }
        kinds
    }
}

impl Session {
    /// Everything that can be broken at the cursor; `planned` offers what can be planned instead, whatever the state is now.
    pub fn breaking(&self, frame: &Frame, planned: bool) -> Breaking {
        let mut things: Vec<Breakable> = Vec::new();
        for card in &frame.services {
            for row in &card.instances {
                things.push(process(row.process, &row.name, row.state, planned));
            }
            for relay in card.tray.iter().flat_map(|tray| &tray.relays) {
                things.push(process(relay.process, &relay.name, relay.state, planned));
            }
        }
        things.extend(frame.brokers.iter().map(|card| process(card.process, &card.title, card.state, planned)));
        things.extend(frame.services.iter().filter_map(|card| {
            let times = self.world().service(card.id)?.store_times;
            Some(Breakable {
                what: Broken::Store(card.id),
                name: format!("Database of {}", card.title),
                state: if times > 1 { format!("{times} × as long") } else { String::new() },
                runs: if times > 1 { ProcessState::Paused } else { ProcessState::Up },
                failures: self.store_failures(card.id, planned),
            })
        }));
        things.extend(frame.wires.iter().map(|wire| {
            let state = wire_state((wire.cut, wire.slow, wire.loss), wire.unread);
            let runs = match (wire.cut, state.is_empty()) {
                (Cut::None, true) => ProcessState::Up,
                (Cut::None, false) => ProcessState::Paused,
                _ => ProcessState::Crashed,
            };
            Breakable {
                what: Broken::Wire(wire.id),
                name: wire.label.clone(),
                state,
                runs,
                failures: self.wire_failures(wire.id, planned),
            }
        }));
        Breaking { things, storms: self.storms(), plan: self.plan_rows() }
    }

    fn storms(&self) -> Vec<StormOffer> {
        let board = self.board();
        let of = |storm: fn(NodeId) -> Storm| board.services.iter().map(move |service| storm(service.id));
        let all = [Storm::FlakyNetwork].into_iter().chain(of(Storm::RollingRestart)).chain(of(Storm::SlowDatabase));
        let offer = |storm: Storm| StormOffer {
            storm,
            words: sentence(&storm.words(board)).trim_end_matches('.').to_owned(),
            refused: storm.actions(board, self.now()).err().map_or_else(String::new, |why| sentence(&why)),
        };
        all.map(offer).collect()
    }
}

fn process(who: Process, name: &str, state: ProcessState, planned: bool) -> Breakable {
    let words = if state == ProcessState::Up { "" } else { state.name() };
    debug_assert!(who.role != Role::Client, "a client does not fail");
    Breakable {
        what: Broken::Process(who),
        name: name.to_owned(),
        state: words.to_owned(),
        runs: state,
        failures: process_failures(who, name, (!planned).then_some(state)),
    }
}
