//! What the facts of handlers mean for the checks: what is begun, what fails, what comes to its end.

use crate::service::ServiceFact;
use crate::sim::{Actor, FactId, HandlerId, LineId, MessageId, Role, Time};

use super::case::Part;
use super::checks::Checks;
use super::mishaps::Failures;
use super::{Check, Detail, Violation};

/// After so many failures in a row a message is poison: one or two may be bad luck, and a fifth in a row, each after a
/// pause, no longer is.
const POISON: u32 = 5;

impl Checks {
    pub(super) fn see_service(&mut self, who: Actor, trigger: FactId, fact: ServiceFact, when: (FactId, Time)) {
        match fact {
            ServiceFact::Started { handler, message, .. } if who.role == Role::Instance => {
                self.started(who, trigger, (handler, message), when);
            }
            ServiceFact::Failed { handler, line, message } => {
                self.processes.ends(who, (handler, message));
                self.failed(who, (handler, line, message), when);
                if let Some(case) = self.open_case(message.intent, when.0, when.1) {
                    for (of, part) in &mut case.parts {
                        if let Part::Active { by, handler: h, failed, .. } = part
                            && (*of, *by, *h) == (message, who, handler)
                        {
                            *failed = true;
                        }
                    }
                }
            }
            ServiceFact::LineDone { .. } => self.processes.goes_on(who, when.1),
            ServiceFact::Skipped { handler, message } => {
                let skipped = (who.node, handler, message);
                self.case(message.intent, when.0, when.1).mishaps_mut().skipped.push(skipped);
            }
            ServiceFact::DeadLettered { message, topic, .. } => {
                let dead = (who.node, message, topic);
                let case = self.case(message.intent, when.0, when.1);
                if !case.mishaps().dead.contains(&dead) {
                    case.mishaps_mut().dead.push(dead);
                }
            }
            ServiceFact::Finished { handler, message }
            | ServiceFact::Aborted { handler, message, .. }
            | ServiceFact::StoppedReading { handler, message } => {
                if matches!(fact, ServiceFact::Finished { .. }) {
                    self.processes.finishes(who, (handler, message));
                } else {
                    self.processes.ends(who, (handler, message));
                }
                if let Some(case) = self.open_case(message.intent, when.0, when.1)
                    && matches!(fact, ServiceFact::Finished { .. })
                {
                    case.finishes(who.node, handler, message);
                }
                self.remove(
                    message,
                    when,
                    |part| matches!(part, Part::Active { by, handler: h, .. } if (*by, *h) == (who, handler)),
                );
            }
            _ => {}
        }
    }

    fn started(&mut self, who: Actor, trigger: FactId, (handler, message): (HandlerId, MessageId), when: (FactId, Time)) {
        self.processes.begins(who, (handler, message), when.1);
        let plan = self.plan.clone();
        let case = self.case(message.intent, when.0, when.1);
        let set_off = |of: MessageId, part: &Part, exact: bool| match part {
            Part::Waiting { at: by, arrived: fact } | Part::Held { by, fetched: fact, .. } => {
                of == message && *by == who && (!exact || *fact == trigger)
            }
            _ => false,
        };
        let taken = case.remove(|of, part| set_off(of, part, true)).or_else(|| case.remove(|of, part| set_off(of, part, false)));
        if taken.is_some() && message.line == LineId(0) {
            case.lands(message, when.0);
        }
        // One that failed starts again.
        let failed = case.remove(|of, part| {
            let again = matches!(part, Part::Active { by, handler: h, failed: true, .. } if (*by, *h) == (who, handler));
            of == message && again
        });
        let turn = match taken.or(failed) {
            Some(Part::Held { turn, .. }) => Some(turn),
            Some(Part::Active { turn, .. }) => turn,
            _ => None,
        };
        case.parts.push((message, Part::Active { by: who, handler, failed: false, turn, plan }));
    }

    /// The handling of a message has failed, and may be tried again.
    fn failed(&mut self, who: Actor, (handler, line, message): (HandlerId, LineId, MessageId), (fact, at): (FactId, Time)) {
        let service = who.node;
        let case = self.case(message.intent, fact, at);
        let same = |one: &Failures| (one.service, one.handler, one.message) == (service, handler, message);
        let failures = &mut case.mishaps_mut().failures;
        let place = failures.iter().position(same).unwrap_or_else(|| {
            failures.push(Failures { service, handler, message, count: 0, first: fact });
            failures.len() - 1
        });
        failures[place].count += 1;
        let Failures { count, first, .. } = failures[place];
        let record = case.parts.iter().find_map(|(of, part)| match *part {
            Part::Record { group, service: s, record } if *of == message && s == service => Some((group, record)),
            _ => None,
        });
        // It is tried, in vain: that is not to stand still.
        let passed = record.is_some_and(|(group, record)| {
            let place = (group, record.topic, record.partition);
            self.readers.moves(place, at);
            self.readers.committed(place) > record.offset
        });
        if count == POISON && !passed {
            let (check, intent, detail) = (Check::Poison, message.intent, Detail::Failed(count));
            self.report(Violation { check, at, fact, intent, service, line, message, first: Some(first), detail });
        }
    }
}
