//! Actions on a running world, and what may be looked at from outside.

use std::sync::Arc;

use crate::board::{
    Action, ActionError, Board, Edit, Gap, Looks, Names, PinAction, Process, ProcessDoes, WireKind, check_action, check_pin,
    check_pin_acts, edit,
};
use crate::broker::Broker;
use crate::net::{Network, PacketDoes, PacketName};
use crate::service::{Client, Service};
use crate::sim::{Actor, Cause, Cx, Draw, FactId, LineId, NodeId, Role, Time, WireId};

use super::due::{Held, Payload, Timer};
use super::fact::{Acted, Edited, Observer};
use super::process::{Condition, ProcessRecord};
use super::running::{Out, World};

/// Whom an entry names that is about no process.
const NOBODY: Actor = Actor { node: NodeId(0), role: Role::Client, ordinal: 0, life: 0 };

impl World {
    /// Does something to the world now.
    ///
    /// # Errors
    /// Says what is not there or not possible; the world is then as it was.
    pub fn apply(&mut self, action: &Action, see: &mut impl Observer) -> Result<(), ActionError> {
        check_action(action).map_err(ActionError::Refused)?;
        match action {
            Action::Send { client } => {
                if !self.board.clients.iter().any(|node| node.id == *client) {
                    return Err(ActionError::Missing(format!("client with id {}", client.0)));
                }
                let process = Process { node: *client, role: Role::Client, ordinal: 0 };
                let actor = self.processes.get(&process).map_or(Actor::new(*client, Role::Client, 0), |record| record.actor);
                let why = self.record(actor, Acted::Sent { client: *client }, self.acted(), see);
                self.act(actor, Cause::by(why), see, |world, cx, out| {
                    if let Some(client) = world.clients.get_mut(&cx.me.node) {
                        client.send_by_hand(cx, out);
                    }
                });
            }
            Action::Process(action) => self.process_action(action.who, action.does, see)?,
            &Action::Cut { wire, cut } => {
                self.wire_action(wire, Acted::Cut { wire, cut }, see, |net, cx, out| net.cut(cx, wire, cut, out))?;
            }
            &Action::Slow { wire, slow } => {
                self.wire_action(wire, Acted::Slowed { wire, slow }, see, |net, cx, out| net.slow(cx, wire, slow, out))?;
            }
            &Action::Lossy { wire, loss } => {
                self.wire_action(wire, Acted::Lossy { wire, loss }, see, |net, cx, out| net.lose(cx, wire, loss, out))?;
            }
            &Action::Heal { wire } => {
                self.wire_action(wire, Acted::Healed { wire }, see, |net, cx, out| net.heal(cx, wire, out))?;
            }
            &Action::Packet { packet, does } => self.packet_action(packet, does, see)?,
            &Action::SlowStore { service, times } => {
                let Some(known) = self.services.get_mut(&service).filter(|_| self.board.service(service).is_some()) else {
                    return Err(ActionError::Missing(format!("service with id {}", service.0)));
                };
                known.store_times = times;
                let acted = Acted::StoreSlowed { service, times };
                self.record(Actor::new(service, Role::Instance, 0), acted, self.acted(), see);
            }
            &Action::Reading { wire, stops } => self.reading_action(wire, stops, see)?,
            Action::Pin(pin) => self.pin_action(pin, see)?,
            Action::Edit(change) => self.edit_action(change, see)?,
        }
        Ok(())
    }

    /// The cause of an action: the beginning of the run. Nothing in the run makes a person act.
    fn acted(&self) -> Cause {
        Cause::by(FactId::FIRST)
    }

    fn wire_action(
        &mut self,
        wire: WireId,
        acted: Acted,
        see: &mut impl Observer,
        does: impl FnOnce(&mut Network<Payload>, &Cx, &mut Out),
    ) -> Result<(), ActionError> {
        if self.board.wire(wire).is_none() {
            return Err(ActionError::Missing(format!("wire with id {}", wire.0)));
        }
        let why = self.record(NOBODY, acted, self.acted(), see);
        self.act(NOBODY, Cause::by(why), see, |world, cx, out| does(&mut world.net, cx, out));
        Ok(())
    }

    /// Tells the processes that read over a wire; one that stands still hears of it when it goes on.
    fn reading_action(&mut self, wire: WireId, stops: bool, see: &mut impl Observer) -> Result<(), ActionError> {
        let Some(known) = self.board.wire(wire) else {
            return Err(ActionError::Missing(format!("wire with id {}", wire.0)));
        };
        let WireKind::Consume { to, .. } = known.is else {
            return Err(ActionError::Refused("nothing is read over this wire: choose one from a topic to a service".to_owned()));
        };
        let why = Cause::by(self.record(NOBODY, Acted::Reading { wire, stops }, self.acted(), see));
        let instances: Option<Vec<Actor>> =
            self.services.get(&to).map(|service| service.instances.values().map(|instance| instance.actor).collect());
        for actor in instances.unwrap_or_default() {
            self.reach(actor, Held::Reading { wire, stops, why }, see);
        }
        Ok(())
    }

    fn packet_action(&mut self, packet: PacketName, does: PacketDoes, see: &mut impl Observer) -> Result<(), ActionError> {
        let possible = self.net.can_disturb(packet, does, self.now);
        possible.map_err(|problem| ActionError::Refused(problem.to_string()))?;
        let wire = self.net.wire_of(packet).unwrap_or_default();
        let why = self.record(NOBODY, Acted::Disturbed { wire, does }, self.acted(), see);
        self.act(NOBODY, Cause::by(why), see, |world, cx, out| {
            let disturbed = world.net.disturb(cx, packet, does, out);
            debug_assert_eq!(disturbed, Ok(()), "it was possible in the same moment");
        });
        Ok(())
    }

    fn process_action(&mut self, who: Process, does: ProcessDoes, see: &mut impl Observer) -> Result<(), ActionError> {
        let missing =
            || ActionError::Missing(format!("{} process {} of node {}", role_name(who.role), who.ordinal + 1, who.node.0));
        let record = self.processes.get(&who).ok_or_else(missing)?;
        if who.role == Role::Client {
            return Err(ActionError::Refused("a client stands for the world outside: it does not fail".to_owned()));
        }
        let refused = |problem: &str| Err(ActionError::Refused(problem.to_owned()));
        match (does, record.condition) {
            (ProcessDoes::PowerLoss, Condition::Down { stopped: true }) => return refused("it was stopped for good"),
            (ProcessDoes::PowerLoss, _) if record.without_power => return refused("it has no power already"),
            (ProcessDoes::Crash | ProcessDoes::Pause, Condition::Down { .. }) => return refused("it does not run"),
            (ProcessDoes::Pause, Condition::Paused) => return refused("it is paused already"),
            (ProcessDoes::Restart, Condition::Up | Condition::Paused) => return refused("it runs already"),
            (ProcessDoes::Restart, Condition::Down { stopped: true }) => return refused("it was stopped for good"),
            (ProcessDoes::Resume, Condition::Up | Condition::Down { .. }) => return refused("it is not paused"),
            _ => {}
        }
        let actor = record.actor;
        let acted = self.record(actor, Acted::Did { who, does }, self.acted(), see);
        let why = Cause::by(acted);
        match does {
            ProcessDoes::Crash => self.crash(who, why, see),
            ProcessDoes::Pause => self.pause(who, why, see),
            ProcessDoes::Resume => self.resume(who, why, see),
            ProcessDoes::PowerLoss => {
                // A process that has crashed had left what it wrote to the machine, which now loses it.
                self.crash(who, why, see);
                if let Some(record) = self.processes.get_mut(&who) {
                    record.without_power = true;
                }
                self.act(actor, why, see, |world, cx, out| {
                    if let Some(broker) = world.brokers.get_mut(&cx.me.node) {
                        broker.lose_power(cx, out);
                    }
                });
            }
            ProcessDoes::Restart => self.start(Actor { life: actor.life.saturating_add(1), ..actor }, why, see),
        }
        Ok(())
    }

    fn pin_action(&mut self, action: &PinAction, see: &mut impl Observer) -> Result<(), ActionError> {
        let (service, gap) = match action {
            PinAction::Set(pin) => {
                check_pin(&self.board, pin).map_err(ActionError::Refused)?;
                check_pin_acts(&self.board, pin).map_err(ActionError::Refused)?;
                (pin.service, pin.gap)
            }
            PinAction::Clear { service, gap } => (*service, *gap),
        };
        let after = match gap {
            Gap::Start(_) => LineId(0),
            Gap::After(line) => line,
        };
        let board = Arc::make_mut(&mut self.board);
        board.pins.retain(|known| (known.service, known.gap) != (service, gap));
        let acted = match action {
            PinAction::Set(pin) => {
                board.pins.push(*pin);
                Acted::PinSet { service, after }
            }
            PinAction::Clear { .. } => Acted::PinCleared { service, after },
        };
        let why = self.record(Actor::new(service, Role::Instance, 0), acted, self.acted(), see);
        self.take_up_board(&Arc::clone(&self.board), Cause::by(why), see);
        Ok(())
    }

    fn edit_action(&mut self, change: &Edit, see: &mut impl Observer) -> Result<(), ActionError> {
        let mut board = Board::clone(&self.board);
        edit(&mut board, change)?;
        self.check_plan(&board)?;
        let before = std::mem::replace(&mut self.board, Arc::new(board));
        Arc::make_mut(&mut self.names).extend(&self.board);
        let what = Edited::of(change, &self.names);
        let who = if let Edited::Node(node) = what { node } else { NodeId(0) };
        let why = self.record(Actor::new(who, Role::Instance, 0), Acted::Edited { what }, self.acted(), see);
        self.take_up_board(&before, Cause::by(why), see);
        Ok(())
    }

    /// Gives the board titles and places. They are no part of the run, and change nothing but what is shown.
    pub fn dress(&mut self, looks: &Looks) {
        if !looks.are_on(&self.board) {
            looks.put_on(Arc::make_mut(&mut self.board));
        }
    }

    /// The document as it is now.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// The names of the run.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The draws of the run.
    pub fn draw(&self) -> Draw {
        self.draw
    }

    /// The network.
    pub fn net(&self) -> &Network<Payload> {
        &self.net
    }

    /// A broker.
    pub fn broker(&self, node: NodeId) -> Option<&Broker> {
        self.brokers.get(&node)
    }

    /// A service.
    pub fn service(&self, node: NodeId) -> Option<&Service> {
        self.services.get(&node)
    }

    /// A client.
    pub fn client(&self, node: NodeId) -> Option<&Client> {
        self.clients.get(&node)
    }

    /// A process.
    pub fn process(&self, process: Process) -> Option<&ProcessRecord> {
        self.processes.get(&process)
    }

    /// When a timer of a process is due, if the process has set it.
    pub fn due_at(&self, process: Process, timer: impl Into<Timer>) -> Option<Time> {
        self.queue.time_of(self.process(process)?.timers.get(timer.into())?)
    }

    /// A node's processes of one kind, those that were stopped included.
    pub fn processes_of(&self, node: NodeId, role: Role) -> impl Iterator<Item = (Process, &ProcessRecord)> {
        let of = |ordinal: u16| Process { node, role, ordinal };
        self.processes.between(of(0), of(u16::MAX)).map(|(process, record)| (*process, record))
    }

    /// All processes, those that were stopped included.
    pub fn processes(&self) -> impl Iterator<Item = (Process, &ProcessRecord)> {
        self.processes.iter().map(|(process, record)| (*process, record))
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Instance => "service",
        Role::Relay => "relay",
        Role::Broker => "broker",
    }
}
