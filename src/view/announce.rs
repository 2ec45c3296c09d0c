//! The one line worth saying aloud about what has happened since the last: for those who hear the page.

use crate::board::ProcessDoes;
use crate::broker::{BrokerFact, GroupState};
use crate::net::NetFact;
use crate::session::Session;
use crate::sim::Time;
use crate::world::{Acted, Entry, Fact, ProcessFact};

use super::naming::capital;
use super::titles::title;
use super::words::describe;

/// What is worth saying, from what must not be missed to what may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Violation,
    /// What loses its power takes more with it than what crashes, and that is told with it.
    Power,
    Failure,
    Group,
    Step,
    Deed,
}

/// Remembers what was said last. How often it is asked is up to whoever asks.
#[derive(Clone, Debug, Default)]
pub struct Announcer {
    facts: usize,
    now: Time,
    steps: usize,
}

impl Announcer {
    /// The one line worth saying about what happened since the last call; nothing if nothing was, or if the cursor has gone
    /// back or to another future, since what is shown then has not just happened.
    pub fn next(&mut self, session: &Session) -> Option<String> {
        let done: Vec<String> = session.steps().into_iter().filter(|step| step.done).map(|step| step.say).collect();
        let (facts, now) = (session.facts().len(), session.now());
        let went_back = now < self.now || facts < self.facts || done.len() < self.steps;
        let (since, steps) = (self.facts, self.steps);
        let said_until = self.now;
        *self = Announcer { facts, now, steps: done.len() };
        if went_back {
            return None;
        }
        let mut worth: Option<(Worth, String, usize)> = None;
        let mut note = |what: Worth, words: &dyn Fn() -> String| match &mut worth {
            Some((best, ..)) if *best < what => {}
            Some((best, line, count)) if *best == what => (*line, *count) = (words(), *count + 1),
            other => *other = Some((what, words(), 1)),
        };
        for violation in session.checks().violations().iter().filter(|violation| violation.at > said_until) {
            note(Worth::Violation, &|| title(violation, session.board()));
        }
        for entry in session.facts().since(since) {
            if let Some(what) = worth_of(&entry.fact).filter(|_| !of_power(entry, session)) {
                note(what, &|| sentence(entry, session));
            }
        }
        if done.len() > steps {
            note(Worth::Step, &|| format!("Step done: {} of {}.", done.len(), session.steps().len()));
        }
        worth.map(|(what, line, count)| with_count(what, line, count))
    }
}

/// Whether it only says in other words that something lost its power.
fn of_power(entry: &Entry, session: &Session) -> bool {
    let cause = session.notable_fact(entry.cause.trigger).map(|cause| cause.fact);
    entry.fact == Fact::Process(ProcessFact::Crashed)
        && matches!(cause, Some(Fact::Acted(Acted::Did { does: ProcessDoes::PowerLoss, .. })))
}

fn worth_of(fact: &Fact) -> Option<Worth> {
    match fact {
        Fact::Process(ProcessFact::Crashed | ProcessFact::Paused)
        | Fact::Net(
            NetFact::WireCut { .. } | NetFact::WireSlowed { .. } | NetFact::WireLossy { .. } | NetFact::ConnectionBroke { .. },
        )
        | Fact::Broker(BrokerFact::LogCut { .. }) => Some(Worth::Failure),
        Fact::Broker(BrokerFact::GroupBecame { state: GroupState::Stable | GroupState::Empty, .. }) => Some(Worth::Group),
        Fact::Process(ProcessFact::Resumed) => Some(Worth::Deed),
        Fact::Acted(Acted::Did { does: ProcessDoes::PowerLoss, .. }) => Some(Worth::Power),
        Fact::Acted(Acted::Began | Acted::Did { .. } | Acted::Cut { .. } | Acted::Slowed { .. } | Acted::Lossy { .. }) => None,
        Fact::Acted(_) => Some(Worth::Deed),
        _ => None,
    }
}

fn sentence(entry: &Entry, session: &Session) -> String {
    capital(&describe(entry, session.world().names(), session.board())) + "."
}

fn with_count(what: Worth, line: String, count: usize) -> String {
    let others = match (what, count - 1) {
        (_, 0) => return line,
        (Worth::Violation, 1) => "1 other violation.".to_owned(),
        (Worth::Violation, more) => format!("{more} other violations."),
        (Worth::Failure, 1) => "1 other failure.".to_owned(),
        (Worth::Failure, more) => format!("{more} other failures."),
        _ => return line,
    };
    format!("{line} {others}")
}
