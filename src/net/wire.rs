//! A wire's settings: how long it takes, and whether it is cut.

use crate::sim::{Sample, Span, between};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
