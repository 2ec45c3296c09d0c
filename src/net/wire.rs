//! A wire's settings: how long it takes, whether it is cut, and how much slower and worse than usual it is.

use serde::{Deserialize, Serialize};

use crate::sim::{Sample, Span, below, between};

use super::conn::Side;

/// How long a packet travels one way: evenly between `mean − spread` and `mean + spread`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The middle.
    pub mean: Span,
    /// At most the mean.
    pub spread: Span,
}

impl Latency {
    /// Draws one.
    pub fn sample(self, rng: &mut Sample) -> Span {
        Span(between(rng, self.mean.0.saturating_sub(self.spread.0), self.mean.0 + self.spread.0))
    }
}

/// Which ways a wire is cut. A cut holds packets; those of connections that live are delivered when it heals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// Whole.
    #[default]
    None,
    /// Both ways.
    Both,
    /// What travels to the side that accepts connections (the service of a client, the broker of a service).
    ToServer,
    /// What travels to the side that opens connections.
    ToClient,
}

impl Cut {
    /// Whether packets to that end are held.
    pub fn holds(self, to: Side) -> bool {
        match self {
            Cut::None => false,
            Cut::Both => true,
            Cut::ToServer => to == Side::Server,
            Cut::ToClient => to == Side::Client,
        }
    }
}

/// How much longer than its settings say a wire takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slow {
    /// So many times as long: 1 to 100.
    #[serde(default = "as_usual")]
    pub times: u16,
    /// And so many milliseconds more, one way: at most 600,000.
    #[serde(default)]
    pub extra_ms: u32,
}

const fn as_usual() -> u16 {
    1
}

impl Default for Slow {
    fn default() -> Slow {
        Slow::NOT
    }
}

impl Slow {
    /// As long as the settings say.
    pub const NOT: Slow = Slow { times: 1, extra_ms: 0 };

    /// A latency on such a wire.
    pub fn of(self, latency: Span) -> Span {
        Span(latency.0.saturating_mul(u64::from(self.times))) + Span::ms(u64::from(self.extra_ms))
    }

    /// Says why a value is not taken, if it is not.
    ///
    /// # Errors
    /// A sentence with the limits.
    pub fn check(self) -> Result<(), String> {
        if !(1..=100).contains(&self.times) {
            return Err(format!("a wire is slowed 1 to 100 times, not {}", self.times));
        }
        if self.extra_ms > 600_000 {
            return Err(format!("a wire is slowed by 0 to 600000 ms, not {}", self.extra_ms));
        }
        Ok(())
    }
}

/// After so many losses in a row a connection breaks.
const MOST_TRIES: u32 = 6;

/// The least time by which a retransmission timeout is longer than a round trip, as in Linux.
const LEAST_WAIT: Span = Span::ms(200);

/// How much of what is sent over a wire is lost. Nothing is silently missing: what is lost is sent again by the connection,
/// later each time, and holds up what comes behind it; or the connection breaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// Of a hundred packets, how many are lost at each try: 0 to 90.
    #[serde(default)]
    pub percent: u8,
    /// Of a hundred packets, with how many their connection breaks: 0 to 90.
    #[serde(default)]
    pub breaks: u8,
}

/// What becomes of one packet on a lossy wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    /// How often it is lost before it comes through.
    pub lost: u32,
    /// How much later it comes for that.
    pub late: Span,
    /// It does not come at all: its connection breaks.
    pub breaks: bool,
}

impl Loss {
    /// Nothing is lost.
    pub const NONE: Loss = Loss { percent: 0, breaks: 0 };

    /// Says why a value is not taken, if it is not.
    ///
    /// # Errors
    /// A sentence with the limits.
    pub fn check(self) -> Result<(), String> {
        for (what, rate) in [("loses", self.percent), ("breaks the connections of", self.breaks)] {
            if rate > 90 {
                return Err(format!("a wire {what} 0 to 90 of a hundred packets, not {rate}"));
            }
        }
        Ok(())
    }

    /// Draws what becomes of a packet. A lost one is sent again after a round trip and 200 ms, and twice that each time it
    /// is lost again; after six losses in a row the connection breaks.
    pub(super) fn sample(self, rng: &mut Sample, one_way: Span) -> Fate {
        if below(rng, 100) < u64::from(self.breaks) {
            return Fate { breaks: true, ..Fate::default() };
        }
        let mut fate = Fate::default();
        let mut wait = one_way + one_way + LEAST_WAIT;
        while below(rng, 100) < u64::from(self.percent) {
            fate.lost += 1;
            if fate.lost >= MOST_TRIES {
                fate.breaks = true;
                break;
            }
            fate.late = fate.late + wait;
            wait = wait + wait;
        }
        fate
    }
}
