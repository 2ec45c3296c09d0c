//! How far one goal has come.

use crate::board::Goal;
use crate::sim::{Span, Time};

use super::Moment;
use super::document::holds;
use super::happenings::Happening;

/// How far a goal has come since it was looked out for.
#[derive(Clone, Debug)]
pub(super) enum Watch {
    /// One that is reached or not.
    Plain { reached: bool },
    /// Since when a check has had to be kept.
    Kept { since: Option<Time> },
    /// Goals in any order.
    All(Vec<Watch>),
    /// Goals one after the other: how many were reached, and the next.
    Then(usize, Box<Watch>),
}

impl Watch {
    /// Nothing has come of it yet.
    pub(super) fn new(goal: &Goal) -> Watch {
        match goal {
            Goal::All(goals) => Watch::All(goals.iter().map(Watch::new).collect()),
            Goal::Then(goals) => Watch::then(goals, 0),
            Goal::Kept { .. } => Watch::Kept { since: None },
            _ => Watch::Plain { reached: false },
        }
    }

    fn then(goals: &[Goal], reached: usize) -> Watch {
        let next = goals.get(reached).map_or(Watch::Plain { reached: true }, Watch::new);
        Watch::Then(reached, Box::new(next))
    }

    /// Takes a moment in; whether the goal is reached now.
    pub(super) fn reached(&mut self, goal: &Goal, moment: &Moment<'_>) -> bool {
        match (&mut *self, goal) {
            (Watch::Plain { reached }, goal) => {
                *reached = *reached || is(goal, moment);
                *reached
            }
            (Watch::Kept { since }, Goal::Kept { check, seconds }) => {
                let since = *since.get_or_insert(moment.now);
                moment.checks.count(*check) == 0 && moment.now >= since + Span::secs(u64::from(*seconds))
            }
            (Watch::All(watches), Goal::All(goals)) => {
                let mut all = true;
                for (watch, goal) in watches.iter_mut().zip(goals) {
                    all &= watch.reached(goal, moment);
                }
                all
            }
            (Watch::Then(place, next), Goal::Then(goals)) => {
                // What one fact tells counts for one goal of the row; what holds now counts for as many as it fits.
                let mut rest = Moment { ..*moment };
                while let Some(goal) = goals.get(*place) {
                    if !next.reached(goal, &rest) {
                        break;
                    }
                    rest.happened = &[];
                    let Watch::Then(further, fresh) = Watch::then(goals, *place + 1) else { break };
                    (*place, *next) = (further, fresh);
                }
                *place >= goals.len()
            }
            (Watch::Kept { .. } | Watch::All(_) | Watch::Then(..), _) => false,
        }
    }

    /// When the passing of time alone may make a difference.
    pub(super) fn due(&self, goal: &Goal) -> Time {
        match (self, goal) {
            (Watch::Kept { since: Some(since) }, Goal::Kept { seconds, .. }) => *since + Span::secs(u64::from(*seconds)),
            (Watch::All(watches), Goal::All(goals)) => {
                watches.iter().zip(goals).map(|(watch, goal)| watch.due(goal)).min().unwrap_or(Time::MAX)
            }
            (Watch::Then(place, next), Goal::Then(goals)) => goals.get(*place).map_or(Time::MAX, |goal| next.due(goal)),
            _ => Time::MAX,
        }
    }
}

/// Whether a goal that is no joint is reached at a moment.
fn is(goal: &Goal, moment: &Moment<'_>) -> bool {
    let happened = |fits: &dyn Fn(&Happening) -> bool| moment.happened.iter().any(fits);
    let group = |name: &str| moment.parts.names.group_id(name);
    match goal {
        Goal::Did { node, ordinal, does } => happened(&|happening| {
            matches!(happening, Happening::Did(who, what)
                if who.node == *node && what == does && ordinal.is_none_or(|ordinal| who.ordinal == ordinal))
        }),
        Goal::Sent { client } => happened(&|happening| *happening == Happening::Sent(*client)),
        Goal::Cut { wire } => happened(&|happening| *happening == Happening::Cut(*wire)),
        Goal::Hit { service, gap } => happened(&|happening| *happening == Happening::Hit(*service, *gap)),
        Goal::DeadLettered { service } => happened(&|happening| *happening == Happening::DeadLettered(*service)),
        Goal::Skipped { service } => happened(&|happening| *happening == Happening::Skipped(*service)),
        Goal::Answered { client, times } => {
            happened(&|happening| matches!(happening, Happening::Answered(node, count) if node == client && count >= times))
        }
        Goal::GaveUp { client } => happened(&|happening| *happening == Happening::GaveUp(*client)),
        Goal::HandedOver { group: name } => {
            happened(&|happening| matches!(happening, Happening::HandedOver(id) if group(name) == Some(*id)))
        }
        Goal::Redelivered { group: name } => {
            happened(&|happening| matches!(happening, Happening::Redelivered(id) if group(name) == Some(*id)))
        }
        Goal::Told { service } => happened(&|happening| *happening == Happening::Told(*service)),
        Goal::Violated { check } => moment.checks.count(*check) > 0,
        Goal::Asked { check, about } => moment.asked.contains(&(*check, *about)),
        document => holds(document, &moment.parts.board).unwrap_or(false),
    }
}
