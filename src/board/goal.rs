//! The "try this" card: steps, each with the goal whose reaching ticks it.

use serde::{Deserialize, Serialize};

use crate::sim::{HandlerId, LineId, NodeId, WireId};
use crate::store::RelayKind;

use super::action::ProcessDoes;
use super::document::{Board, ServiceNode, WireKind};
use super::error::BoardError;
use super::judged::{Check, Question};
use super::on_failure::OnFailure;
use super::patterns::Pattern;
use super::program::{Do, Gap};
use super::settings::{Place, Setting};

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
    /// There is no pin there any more.
    Unpinned {
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
    /// A service's relay reads its outbox in this way.
    Relays {
        /// The service.
        service: NodeId,
        /// How.
        kind: RelayKind,
    },
    /// A setting lies within these limits.
    Set {
        /// Of what.
        place: Place,
        /// Which.
        setting: Setting,
        /// The least value; none is asked for when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<u64>,
        /// The greatest value; none is asked for when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<u64>,
    },
    /// A topic has at least so many partitions.
    Partitions {
        /// The topic.
        topic: String,
        /// How many.
        least: u16,
    },
    /// A handler of a service has a line that does this: one that tracks, writes or requires.
    Has {
        /// The service.
        service: NodeId,
        /// What it does.
        does: Do,
    },
    /// A line of a service's program stands before another.
    Before {
        /// The service.
        service: NodeId,
        /// The line that stands first.
        line: LineId,
        /// The line that comes later.
        later: LineId,
    },
    /// This becomes of a message whose handling fails, after however many times.
    OnFailure {
        /// The service.
        service: NodeId,
        /// The handler.
        handler: HandlerId,
        /// What becomes of it.
        then: OnFailure,
    },
    /// A service gave a message up, since its handling had failed.
    Skipped {
        /// The service.
        service: NodeId,
    },
    /// A service kept a record that it could not handle as a dead letter.
    DeadLettered {
        /// The service.
        service: NodeId,
    },
    /// A client gave a request up.
    GaveUp {
        /// The client.
        client: NodeId,
    },
    /// A client got so many answers since it last gave a request up.
    Answered {
        /// The client.
        client: NodeId,
        /// How many: 1 to 1,000.
        times: u32,
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
            Goal::Sent { client } | Goal::GaveUp { client } | Goal::Answered { client, .. }
                if board.clients.iter().all(|node| node.id != *client) =>
            {
                Err(format!("there is no client with id {}", client.0))
            }
            Goal::Answered { times, .. } if !(1..=1_000).contains(times) => {
                Err(format!("answered takes 1 to 1000 times, not {times}"))
            }
            Goal::Cut { wire } if board.wire(*wire).is_none() => Err(format!("there is no wire with id {}", wire.0)),
            Goal::Pinned { service: id, gap } | Goal::Unpinned { service: id, gap } | Goal::Hit { service: id, gap } => {
                let node = service(*id)?;
                match gap {
                    Gap::Start(handler) if node.programs().any(|(id, _)| id == *handler) => Ok(()),
                    Gap::Start(_) => Err(format!("{} has no such program", node.title)),
                    Gap::After(line) => has_line(node, *line),
                }
            }
            Goal::Before { service: id, line, later } => {
                let node = service(*id)?;
                has_line(node, *line).and_then(|()| has_line(node, *later))
            }
            Goal::Switched { service: id, pattern } => has_handler(service(*id)?, pattern.handler()),
            Goal::OnFailure { service: id, handler, .. } => has_handler(service(*id)?, *handler),
            Goal::Relays { service: id, .. } => {
                let node = service(*id)?;
                if node.relay.is_some() { Ok(()) } else { Err(format!("{} has no relay", node.title)) }
            }
            Goal::Has { does, .. } if !does.tracks() && does.table().is_none() => {
                Err(format!("has takes a line that tracks, writes or requires, not {}", does.word()))
            }
            Goal::Has { service: id, .. } => service(*id).map(|_| ()),
            Goal::Set { place, .. } if board.settings_of(*place).is_none() => match place {
                Place::Node(node) => Err(format!("there is no node with id {}", node.0)),
                Place::Wire(wire) => Err(format!("there is no wire with id {}", wire.0)),
            },
            Goal::Set { setting, least, most, .. } => {
                [least, most].into_iter().flatten().try_for_each(|value| setting.check(*value))
            }
            Goal::Partitions { topic, .. } if board.topic(topic).is_none() => Err(format!("there is no topic \"{topic}\"")),
            Goal::Partitions { .. } => Ok(()),
            Goal::Told { service: id } | Goal::Skipped { service: id } | Goal::DeadLettered { service: id } => {
                service(*id).map(|_| ())
            }
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
            Goal::Sent { .. }
            | Goal::GaveUp { .. }
            | Goal::Answered { .. }
            | Goal::Cut { .. }
            | Goal::Violated { .. }
            | Goal::Kept { .. }
            | Goal::Asked { .. } => Ok(()),
        }
    }
}

fn has_line(node: &ServiceNode, line: LineId) -> Result<(), String> {
    let there = node.programs().any(|(_, lines)| lines.iter().any(|known| known.id == line));
    if there { Ok(()) } else { Err(format!("{} has no such line", node.title)) }
}

fn has_handler(node: &ServiceNode, id: HandlerId) -> Result<(), String> {
    let there = node.handlers.iter().any(|handler| handler.id == id);
    if there { Ok(()) } else { Err(format!("{} has no handler {}", node.title, id.0)) }
}
