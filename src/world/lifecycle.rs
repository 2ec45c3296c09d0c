//! Processes start, crash, stop, pause and go on.

use crate::board::Process;
use crate::sim::{Actor, Cause, FactId, Role, Span};

use super::due::Due;
use super::fact::{Observer, ProcessFact};
use super::process::{Condition, ProcessRecord};
use super::running::World;
use super::timers::Timers;

impl World {
    /// Starts a process in the life that the actor names.
    pub(super) fn start(&mut self, actor: Actor, why: Cause, see: &mut impl Observer) {
        let since = self.record(actor, ProcessFact::Started, why, see);
        let (condition, without_power, timers) = (Condition::Up, false, Timers::default());
        let record = ProcessRecord { actor, condition, since, without_power, timers };
        self.processes.insert(Process::of(actor), record);
        self.act(actor, Cause::by(since), see, |world, cx, out| match actor.role {
            Role::Broker if actor.life > 0 => {
                if let Some(broker) = world.brokers.get_mut(&actor.node) {
                    broker.restart(cx, out);
                }
            }
            Role::Broker => {}
            Role::Client => {
                if let Some(client) = world.clients.get_mut(&actor.node) {
                    client.start(cx, out);
                }
            }
            Role::Instance | Role::Relay => {
                if let Some(service) = world.services.get_mut(&actor.node) {
                    service.start(cx, out);
                }
            }
        });
    }

    /// A process dies, whatever it was doing.
    pub(super) fn crash(&mut self, process: Process, why: Cause, see: &mut impl Observer) {
        let Some(actor) = self.up_or_paused(process) else { return };
        let since = self.record(actor, ProcessFact::Crashed, why, see);
        self.take_down(actor, since, false);
        self.act(actor, Cause::by(since), see, |world, cx, out| {
            if let Some(service) = world.services.get_mut(&actor.node).filter(|_| is_of_service(actor.role)) {
                service.crash(cx, out);
            }
            world.net.crash(cx, actor, out);
        });
    }

    /// A process ends at once and for good, since the board has no place for it: it leaves its groups if it runs, and
    /// what it was doing is cut off. One that has crashed does not come back.
    pub(super) fn end(&mut self, process: Process, why: Cause, see: &mut impl Observer) {
        let Some(record) = self.processes.get_mut(&process) else { return };
        let actor = record.actor;
        if let Condition::Down { stopped } = &mut record.condition {
            *stopped = true;
            return;
        }
        if record.condition == Condition::Up {
            self.act(actor, why, see, |world, cx, out| match actor.role {
                Role::Client => {
                    if let Some(client) = world.clients.get_mut(&actor.node) {
                        client.stop(cx, out);
                    }
                }
                Role::Instance | Role::Relay => {
                    if let Some(service) = world.services.get_mut(&actor.node) {
                        service.leave(cx, out);
                    }
                }
                Role::Broker => {}
            });
        }
        let stopped = self.record(actor, ProcessFact::Stopped, why, see);
        self.take_down(actor, stopped, true);
        self.act(actor, Cause::by(stopped), see, |world, cx, out| {
            if let Some(service) = world.services.get_mut(&actor.node).filter(|_| is_of_service(actor.role)) {
                service.crash(cx, out);
            }
            world.net.crash(cx, actor, out);
        });
    }

    /// A stopping instance has nothing left to do: it leaves its groups and ends.
    pub(super) fn stopped(&mut self, actor: Actor, see: &mut impl Observer) {
        let Some(since) =
            self.processes.get(&Process::of(actor)).filter(|record| record.actor == actor).map(|record| record.since)
        else {
            return;
        };
        self.act(actor, Cause::by(since), see, |world, cx, out| {
            if let Some(service) = world.services.get_mut(&actor.node) {
                service.end(cx, out);
            }
        });
        let stopped = self.record(actor, ProcessFact::Stopped, Cause::by(since), see);
        self.take_down(actor, stopped, true);
        self.act(actor, Cause::by(stopped), see, |world, cx, out| world.net.crash(cx, actor, out));
    }

    fn take_down(&mut self, actor: Actor, since: FactId, stopped: bool) {
        let Some(record) = self.processes.get_mut(&Process::of(actor)) else { return };
        record.condition = Condition::Down { stopped };
        record.since = since;
        self.held.remove(&Process::of(actor));
        for due in record.timers.take() {
            self.queue.cancel(due);
        }
    }

    /// A process stands still.
    pub(super) fn pause(&mut self, process: Process, why: Cause, see: &mut impl Observer) {
        let Some(actor) = self.up_or_paused(process) else { return };
        let since = self.record(actor, ProcessFact::Paused, why, see);
        if let Some(record) = self.processes.get_mut(&process) {
            record.condition = Condition::Paused;
            record.since = since;
        }
    }

    /// A paused process goes on: what has waited for it comes to it now, in order.
    pub(super) fn resume(&mut self, process: Process, why: Cause, see: &mut impl Observer) {
        let Some(record) = self.processes.get(&process).filter(|record| record.condition == Condition::Paused) else { return };
        let actor = record.actor;
        let since = self.record(actor, ProcessFact::Resumed, why, see);
        let Some(record) = self.processes.get_mut(&process) else { return };
        record.condition = Condition::Up;
        record.since = since;
        for held in self.held.remove(&process).unwrap_or_default() {
            self.reach(actor, held, see);
        }
    }

    pub(super) fn up_or_paused(&self, process: Process) -> Option<Actor> {
        let record = self.processes.get(&process)?;
        (!matches!(record.condition, Condition::Down { .. })).then_some(record.actor)
    }

    /// Plans the return of a process that a pin took down.
    pub(super) fn schedule_back(&mut self, who: Actor, back_after: Option<Span>) {
        let since = self.processes.get(&Process::of(who)).map(|record| record.since);
        if let (Some(span), Some(since)) = (back_after, since) {
            self.queue.push(self.now + span, Due::Back(Process::of(who), since));
        }
    }

    /// A process comes back, unless something else has happened to it since.
    pub(super) fn comes_back(&mut self, process: Process, since: FactId, see: &mut impl Observer) {
        let Some(record) = self.processes.get(&process).filter(|record| record.since == since) else { return };
        match record.condition {
            Condition::Paused => self.resume(process, Cause::by(since), see),
            Condition::Down { stopped: true } => {}
            Condition::Down { stopped: false } => {
                let life = record.actor.life.saturating_add(1);
                self.start(Actor { life, ..record.actor }, Cause::by(since), see);
            }
            Condition::Up => {}
        }
    }
}

fn is_of_service(role: Role) -> bool {
    matches!(role, Role::Instance | Role::Relay)
}
