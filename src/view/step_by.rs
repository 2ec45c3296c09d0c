//! What the step buttons go by.

use crate::session::Stride;
use crate::sim::MessageId;

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
}

impl StepBy {
    /// All of them, in the order in which they are offered.
    pub const ALL: [StepBy; 3] = [StepBy::Fact, StepBy::Moment, StepBy::Message];

    /// The word in the list.
    pub const fn name(self) -> &'static str {
        match self {
            StepBy::Fact => "fact",
            StepBy::Moment => "moment",
            StepBy::Message => "message",
        }
    }

    /// How a step goes, where this message is followed or selected; none if there is none that it needs.
    pub fn stride(self, message: Option<MessageId>) -> Option<Stride> {
        match self {
            StepBy::Fact => Some(Stride::Fact),
            StepBy::Moment => Some(Stride::Moment),
            StepBy::Message => message.map(Stride::Message),
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
        }
    }

    /// What is said where a step needs a message, and none is followed or selected.
    pub const NO_MESSAGE: &'static str = "Select or follow a message first: steps then go by what happens to it.";
}
