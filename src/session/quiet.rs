//! Quiet time: stretches in which only heartbeats, empty fetches and idle polls happen. Play may skip them.

use crate::check::Checks;
use crate::net::Cargo;
use crate::sim::{FactId, Span, Time};
use crate::world::{Entry, Fact, Observer};

use super::Session;
use super::derive::Replay;
use super::stepping::is_moment;

/// A stretch that is shorter is played.
const LEAST: Span = Span::secs(1);
/// How far is looked for something that happens.
const LOOK_AHEAD: Span = Span::secs(120);
/// How many due items are looked at, at most.
const MOST: u32 = 20_000;

/// What came of [`Session::skip_quiet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// Nothing was skipped: a message is on its way, or something happens at this time, within a second. The cursor stays.
    Not(Time),
    /// The cursor went on by so much.
    Skipped(Span),
    /// Nothing happens for two minutes. The cursor stays.
    Endless,
}

/// Looks for what is worth being played.
struct Stir {
    checks: Checks,
    found: Option<Time>,
}

impl Observer for Stir {
    fn see(&mut self, id: FactId, entry: &Entry) {
        self.checks.see(id, entry);
        if is_worth_playing(&entry.fact) {
            self.found.get_or_insert(entry.at);
        }
    }

    fn pauses(&self) -> bool {
        self.found.is_some()
    }
}

/// Whether a fact is something to be seen: a moment, or one that a message is part of.
fn is_worth_playing(fact: &Fact) -> bool {
    is_moment(fact) || fact.intent().is_some() || matches!(fact, Fact::Limit(_))
}

impl Session {
    /// Skips what is quiet: puts the cursor right before the next moment at which something happens that is worth being
    /// played. What is skipped happens and is recorded as if it were played. Nothing is skipped while a message moves.
    pub fn skip_quiet(&mut self) -> Quiet {
        let now = self.now();
        let moves = |cargo: &crate::world::Payload| cargo.messages().next().is_some();
        if self.is_full() || self.world.net().in_flight(now).any(|packet| !packet.held && packet.cargo.is_some_and(moves)) {
            return Quiet::Not(now);
        }
        let until = match self.next_stir() {
            Ok(stirs) => stirs - Span(1),
            Err(looked) if looked >= now + LOOK_AHEAD => return Quiet::Endless,
            Err(looked) => looked,
        };
        let skipped = until.since(now);
        if skipped < LEAST {
            return Quiet::Not(until + Span(1));
        }
        self.play_until(until, u32::MAX);
        Quiet::Skipped(skipped)
    }

    /// When something happens next that is worth being played, looked for on a copy of the world.
    ///
    /// # Errors
    /// The time up to which nothing does, where the look ended before something did.
    fn next_stir(&self) -> Result<Time, Time> {
        let now = self.now();
        let mut replay = Replay::from(self.world.clone(), &self.path[self.applied..]);
        let mut stir = Stir { checks: self.checks().clone(), found: None };
        let known = stir.checks.violations().len();
        let limit = now + LOOK_AHEAD;
        let mut looked = limit;
        for nth in 0..=MOST {
            if stir.found.is_some() || replay.next_time().is_none_or(|next| next > limit) {
                break;
            }
            if nth == MOST {
                // What else is due in the same microsecond was not looked at.
                looked = replay.world.now() - Span(1);
                break;
            }
            replay.step(&mut stir);
        }
        if stir.found.is_none() {
            stir.checks.moment_over(looked);
        }
        let violated = stir.checks.violations()[known..].iter().map(|violation| violation.at).min();
        stir.found.into_iter().chain(violated).min().ok_or(looked.max(now))
    }
}
