//! What the step buttons go by.

use crate::net::NetFact;
use crate::session::{Session, Stride};
use crate::sim::MessageId;
use crate::world::{Entry, Fact};

use super::naming::process_name;
use super::words::{api_name, describe};

/// So many things that happened in one are told; more are counted.
const TOLD: usize = 3;

/// What a step goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepBy {
    /// The next fact.
    #[default]
    Fact,
    /// The next failure, rebalance, violation or deed.
    Moment,
    /// The next fact of the message that is followed or selected.
    Message,
    /// The next request, response or decision by which a group rebalances.
    Rebalance,
}

impl StepBy {
    /// All of them, in the order in which they are offered.
    pub const ALL: [StepBy; 4] = [StepBy::Fact, StepBy::Moment, StepBy::Message, StepBy::Rebalance];

    /// The word in the list.
    pub const fn name(self) -> &'static str {
        match self {
            StepBy::Fact => "fact",
            StepBy::Moment => "moment",
            StepBy::Message => "message",
            StepBy::Rebalance => "request",
        }
    }

    /// How a step goes, where this message is followed or selected; none if there is none that it needs.
    pub fn stride(self, message: Option<MessageId>) -> Option<Stride> {
        match self {
            StepBy::Fact => Some(Stride::Fact),
            StepBy::Moment => Some(Stride::Moment),
            StepBy::Message => message.map(Stride::Message),
            StepBy::Rebalance => Some(Stride::Rebalance),
        }
    }

    /// What is said where nothing of the kind lies on the way.
    pub const fn nothing(self, ahead: bool) -> &'static str {
        match (self, ahead) {
            (StepBy::Fact, true) => "Nothing happens any more.",
            (StepBy::Fact, false) => "Nothing happened before this.",
            (StepBy::Moment, true) => "No failure, rebalance or violation lies ahead.",
            (StepBy::Moment, false) => "No failure, rebalance or violation lies before this.",
            (StepBy::Message, true) => "Nothing more happens to this message within two minutes.",
            (StepBy::Message, false) => "Nothing happened to this message before this.",
            (StepBy::Rebalance, true) => "No group rebalances within two minutes.",
            (StepBy::Rebalance, false) => "No group rebalanced before this.",
        }
    }

    /// Whether a step says what happened, since the board alone does not show it.
    pub const fn is_told(self) -> bool {
        matches!(self, StepBy::Rebalance)
    }

    /// What is said where a step needs a message, and none is followed or selected.
    pub const NO_MESSAGE: &'static str = "Select or follow a message first: steps then go by what happens to it.";
}

impl Session {
    /// What has just happened in a rebalance, at the moment of the cursor: `0:12.350: payments-2 sent JoinGroup …`.
    pub fn rebalance_step(&self) -> String {
        let (now, facts) = (self.now(), self.facts());
        let back = (0..facts.len()).zip(facts).rev().take_while(|(_, entry)| entry.at == now);
        let mut told: Vec<String> =
            back.filter(|(index, entry)| self.is_of_a_rebalance(*index, entry)).map(|(_, entry)| self.told(entry)).collect();
        told.reverse();
        told.dedup();
        let more = told.len().saturating_sub(TOLD);
        told.truncate(TOLD);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{now}: {}{more}", told.join("; "))
    }

    /// A fact as a sentence; of a packet, what it is and whose.
    fn told(&self, entry: &Entry) -> String {
        let who = || process_name(entry.who, self.board());
        match (entry.fact, self.api_of(entry)) {
            (Fact::Net(NetFact::Sent { .. }), Some(api)) => format!("{} sent {}", who(), api_name(api)),
            (Fact::Net(NetFact::Arrived { .. }), Some(api)) => format!("{} got {}", who(), api_name(api)),
            _ => describe(entry, self.world().names(), self.board()),
        }
    }
}
