//! Actions on a running world, and what may be looked at from outside.

use std::sync::Arc;

use crate::board::{Action, ActionError, Board, Edit, Gap, Names, PinAction, Process, ProcessDoes, check_pin, edit, validate};
use crate::broker::Broker;
use crate::net::Network;
use crate::service::{Client, Service};
use crate::sim::{Actor, Cause, Draw, FactId, LineId, NodeId, Role};

use super::compile;
use super::due::Payload;
use super::fact::{Acted, Observer};
use super::process::{Condition, ProcessRecord, process_of};
use super::running::World;

impl World {
    /// Does something to the world now.
    ///
    /// # Errors
    /// Says what is not there or not possible; the world is then as it was.
    pub fn apply(&mut self, action: &Action, see: &mut impl Observer) -> Result<(), ActionError> {
        let nobody = Actor::new(NodeId(0), Role::Client, 0);
        match action {
            Action::Send { client } => {
                if !self.clients.contains_key(client) {
                    return Err(ActionError::Missing(format!("client with id {}", client.0)));
                }
                let actor = Actor::new(*client, Role::Client, 0);
                let why = self.record(actor, Acted::Sent { client: *client }, self.acted(), see);
                self.act(actor, Cause::by(why), see, |world, cx, out| {
                    if let Some(client) = world.clients.get_mut(&cx.me.node) {
                        client.send_by_hand(cx, out);
                    }
                });
            }
            Action::Process(action) => self.process_action(action.who, action.does, see)?,
            Action::Cut { wire, cut } => {
                if self.board.wire(*wire).is_none() {
                    return Err(ActionError::Missing(format!("wire with id {}", wire.0)));
                }
                let why = self.record(nobody, Acted::Cut { wire: *wire, cut: *cut }, self.acted(), see);
                self.act(nobody, Cause::by(why), see, |world, cx, out| world.net.cut(cx, *wire, *cut, out));
            }
            Action::Pin(pin) => self.pin_action(pin, see)?,
            Action::Edit(change) => self.edit_action(change, see)?,
        }
        Ok(())
    }

    /// The cause of an action: the beginning of the run. Nothing in the run makes a person act.
    fn acted(&self) -> Cause {
        Cause::by(FactId::FIRST)
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
            ProcessDoes::Restart => self.start(Actor { life: actor.life.saturating_add(1), ..actor }, why, see),
        }
        Ok(())
    }

    fn pin_action(&mut self, action: &PinAction, see: &mut impl Observer) -> Result<(), ActionError> {
        let (service, gap) = match action {
            PinAction::Set(pin) => {
                check_pin(&self.board, pin).map_err(ActionError::Refused)?;
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
        self.take_up_board(Cause::by(why), see);
        Ok(())
    }

    fn edit_action(&mut self, change: &Edit, see: &mut impl Observer) -> Result<(), ActionError> {
        let mut board = Board::clone(&self.board);
        edit(&mut board, change)?;
        validate(&board).map_err(|problem| ActionError::Refused(problem.to_string()))?;
        self.board = Arc::new(board);
        Arc::make_mut(&mut self.names).extend(&self.board);
        let place = edit_place(change);
        let why = self.record(Actor::new(NodeId(place), Role::Instance, 0), Acted::Edited { place }, self.acted(), see);
        self.take_up_board(Cause::by(why), see);
        Ok(())
    }

    /// Brings everything that runs into line with the document.
    fn take_up_board(&mut self, why: Cause, see: &mut impl Observer) {
        let board = Arc::clone(&self.board);
        for wire in &board.wires {
            self.net.set_wire(wire.id, compile::latency(wire, board.timings));
        }
        for node in &board.brokers {
            let Some(broker) = self.brokers.get_mut(&node.id) else { continue };
            broker.set_config(compile::groups(node, board.timings));
            for topic in &node.topics {
                if let Some(id) = self.names.topic_id(&topic.name) {
                    broker.add_topic(id, topic.partitions);
                }
            }
        }
        for node in &board.services {
            let config = compile::service(&board, &self.names, node);
            if self.services.get(&node.id).is_some_and(|service| service.config != config) {
                self.act(Actor::new(node.id, Role::Instance, 0), why, see, |world, cx, out| {
                    if let Some(service) = world.services.get_mut(&cx.me.node) {
                        service.set_config(cx, config, out);
                    }
                });
            }
            self.take_up_processes(node.id, &compile::service_processes(node, board.timings), why, see);
        }
        for node in &board.clients {
            let config = compile::request_config(&board, &self.names, node);
            self.act(Actor::new(node.id, Role::Client, 0), why, see, |world, cx, out| {
                if let Some(client) = world.clients.get_mut(&cx.me.node) {
                    client.set_config(cx, config, out);
                }
            });
        }
    }

    /// Starts the processes that a service lacks and stops those that it has too many, from the highest ordinal.
    fn take_up_processes(&mut self, node: NodeId, wanted: &[Actor], why: Cause, see: &mut impl Observer) {
        for actor in wanted {
            match self.processes.get(&process_of(*actor)) {
                None => self.start(*actor, why, see),
                Some(ProcessRecord { condition: Condition::Down { stopped: true }, actor, .. }) => {
                    self.start(Actor { life: actor.life.saturating_add(1), ..*actor }, why, see);
                }
                Some(_) => {}
            }
        }
        let surplus: Vec<(Actor, Condition)> = self
            .processes
            .iter()
            .filter(|(process, _)| process.node == node && !wanted.iter().any(|actor| process_of(*actor) == **process))
            .map(|(_, record)| (record.actor, record.condition))
            .collect();
        for (actor, condition) in surplus.into_iter().rev() {
            if condition == Condition::Up && actor.role == Role::Instance {
                self.act(actor, why, see, |world, cx, out| {
                    if let Some(service) = world.services.get_mut(&cx.me.node) {
                        service.stop(cx, out);
                    }
                });
            } else if !matches!(condition, Condition::Down { stopped: true }) {
                self.crash(process_of(actor), why, see);
                if let Some(record) = self.processes.get_mut(&process_of(actor)) {
                    record.condition = Condition::Down { stopped: true };
                }
            }
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

fn edit_place(change: &Edit) -> u32 {
    match change {
        Edit::Set { place: crate::board::Place::Node(node), .. } | Edit::Pattern { service: node, .. } => node.0,
        Edit::Set { place: crate::board::Place::Wire(wire), .. } => wire.0,
        Edit::Partitions { .. } => 0,
    }
}
