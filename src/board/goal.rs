//! The "try this" card: steps, each with the goal whose reaching ticks it.

use serde::{Deserialize, Serialize};

use crate::sim::{NodeId, WireId};

use super::action::ProcessDoes;
use super::document::{Board, WireKind};
use super::error::BoardError;
use super::judged::{Check, Question};
use super::patterns::Pattern;
use super::program::Gap;

/// A step of the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What to do, and what will be seen: 1 to 400 characters.
    pub say: String,
    /// What has to have happened for the step to be done.
    pub done: Goal,
}

/// Something that can be seen to have happened in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Goal {
    /// A process failed, or came back: by hand, by plan or by a pin.
    Did {
        /// Its node: a service or a broker.
        node: NodeId,
        /// Which instance, from 0; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ordinal: Option<u16>,
        /// What happened to it.
        does: ProcessDoes,
    },
    /// A client sent a request by hand.
    Sent {
        /// The client.
        client: NodeId,
    },
    /// A wire was cut, one way or both.
    Cut {
        /// The wire.
        wire: WireId,
    },
    /// There is a pin.
    Pinned {
        /// The service.
        service: NodeId,
        /// Where.
        gap: Gap,
    },
    /// A process came to a pin.
    Hit {
        /// The service.
        service: NodeId,
        /// Where.
        gap: Gap,
    },
    /// A service's program has this form.
    Switched {
        /// The service.
        service: NodeId,
        /// The pattern and its form.
        pattern: Pattern,
    },
    /// All partitions that a crashed member of the group had are assigned to others.
    HandedOver {
        /// The consumer group.
        group: String,
    },
    /// A record was fetched by the group a second time.
    Redelivered {
        /// The consumer group.
        group: String,
    },
    /// A message about a request whose handling a crash cut short has reached a log.
    Told {
        /// The service that makes the message.
        service: NodeId,
    },
    /// A check is violated.
    Violated {
        /// The check.
        check: Check,
    },
    /// A check has not been violated in the whole run, nor for some seconds after what comes before it.
    Kept {
        /// The check.
        check: Check,
        /// How many seconds: 1 to 600.
        seconds: u32,
    },
    /// Somebody asked about a violation of a check.
    Asked {
        /// The check.
        check: Check,
        /// What was asked.
        about: Question,
    },
    /// All of these, in any order: 1 to 8.
    All(Vec<Goal>),
    /// These, each after the one before it: 1 to 8.
    Then(Vec<Goal>),
}

/// The most steps that a card has.
const STEPS: usize = 12;
/// The longest text of a step, in characters.
const SAY: usize = 400;
/// The most goals that are joined to one.
const JOINED: usize = 8;
/// How deep goals may be joined.
const DEEP: usize = 4;

/// Whether the steps of a board can be done on it. A board whose parts have been deleted since still runs; it is only
/// refused when it is read.
///
/// # Errors
/// Names the step and what it lacks.
pub fn check_steps(board: &Board) -> Result<(), BoardError> {
    if board.tries.len() > STEPS {
        return Err(BoardError::at("tries", format!("there are {}, and at most {STEPS} are taken", board.tries.len())));
    }
    for (at, step) in board.tries.iter().enumerate() {
        if step.say.trim().is_empty() || step.say.chars().count() > SAY {
            return Err(BoardError::at(format!("tries[{at}].say"), format!("takes 1 to {SAY} characters")));
        }
        step.done.fits(board).map_err(|problem| BoardError::at(format!("tries[{at}].done"), problem))?;
    }
    Ok(())
}

impl Goal {
    /// Whether a board has all that the goal names.
    ///
    /// # Errors
    /// A sentence that says what is missing, or which limit is passed.
    pub fn fits(&self, board: &Board) -> Result<(), String> {
        self.fits_at(board, DEEP)
    }

    fn fits_at(&self, board: &Board, deeper: usize) -> Result<(), String> {
        let service = |id: NodeId| board.service(id).ok_or_else(|| format!("there is no service with id {}", id.0));
        match self {
            Goal::Did { node, .. } => {
                let broker = board.brokers.iter().any(|broker| broker.id == *node);
                if broker || board.service(*node).is_some() {
                    return Ok(());
                }
                Err(format!("there is no service or broker with id {}", node.0))
            }
            Goal::Sent { client } if board.clients.iter().all(|node| node.id != *client) => {
                Err(format!("there is no client with id {}", client.0))
            }
            Goal::Cut { wire } if board.wire(*wire).is_none() => Err(format!("there is no wire with id {}", wire.0)),
            Goal::Pinned { service: id, gap } | Goal::Hit { service: id, gap } => {
                let node = service(*id)?;
                let there = match gap {
                    Gap::Start(handler) => node.programs().any(|(id, _)| id == *handler),
                    Gap::After(line) => node.programs().any(|(_, lines)| lines.iter().any(|known| known.id == *line)),
                };
                if there { Ok(()) } else { Err(format!("{} has no such line", node.title)) }
            }
            Goal::Switched { service: id, pattern } => {
                let node = service(*id)?;
                let known = node.handlers.iter().any(|handler| handler.id == pattern.handler());
                if known { Ok(()) } else { Err(format!("{} has no handler {}", node.title, pattern.handler().0)) }
            }
            Goal::Told { service: id } => service(*id).map(|_| ()),
            Goal::HandedOver { group } | Goal::Redelivered { group } => {
                let of = |is: &WireKind| matches!(is, WireKind::Consume { group: known, .. } if known == group);
                if board.wires.iter().any(|wire| of(&wire.is)) {
                    Ok(())
                } else {
                    Err(format!("no wire consumes as the group \"{group}\""))
                }
            }
            Goal::Kept { seconds, .. } if !(1..=600).contains(seconds) => {
                Err(format!("kept takes 1 to 600 seconds, not {seconds}"))
            }
            Goal::All(goals) | Goal::Then(goals) => {
                if deeper == 0 {
                    return Err(format!("goals are joined more than {DEEP} deep"));
                }
                if goals.is_empty() || goals.len() > JOINED {
                    return Err(format!("1 to {JOINED} goals are joined, not {}", goals.len()));
                }
                goals.iter().try_for_each(|goal| goal.fits_at(board, deeper - 1))
            }
            Goal::Sent { .. } | Goal::Cut { .. } | Goal::Violated { .. } | Goal::Kept { .. } | Goal::Asked { .. } => Ok(()),
        }
    }
}
