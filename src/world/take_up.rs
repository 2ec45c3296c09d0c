//! A running world takes up a changed board: what is new starts, what has gone stops, the rest changes.

use crate::sim::{Gather, InOrder};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::board::{Board, Process, Wire, WireKind};
use crate::net::ConnId;
use crate::service::{Client, Service};
use crate::sim::{Actor, Cause, NodeId, Role, TopicId, WireId};

use super::compile;
use super::due::Held;
use super::fact::Observer;
use super::process::{Condition, ProcessRecord};
use super::running::World;

impl World {
    /// Brings everything that runs into line with the document, which was `before`.
    ///
    /// Names only ever grow, so that a number keeps its meaning. A service or client that goes keeps what it is known
    /// by: its store, its counts. It has them again when it comes back. A broker and its topics do not.
    pub(super) fn take_up_board(&mut self, before: &Board, why: Cause, see: &mut impl Observer) {
        let board = Arc::clone(&self.board);
        let rerouted: Vec<WireId> =
            before.wires.iter().filter(|wire| leads_elsewhere(wire, &board)).map(|wire| wire.id).collect();
        // Only what is open now is severed: who takes up the board opens connections over the same wires anew.
        let severed: Vec<ConnId> = rerouted.iter().flat_map(|wire| self.net.connections(*wire)).collect();
        for wire in &board.wires {
            self.net.set_wire(wire.id, compile::latency(wire, board.timings));
        }
        self.take_down_nodes(&board, why, see);
        self.take_up_brokers(&board, why, see);
        let cluster = compile::cluster(&board);
        for node in &board.services {
            let config = compile::service(&board, &self.names, &cluster, node);
            match self.services.get_mut(&node.id) {
                Some(service) if service.config == config => {}
                Some(service) => {
                    service.set_config(config);
                    let theirs = service.instances.values().map(|instance| instance.actor);
                    let theirs: Vec<Actor> = theirs.chain(service.relays.values().map(|relay| relay.actor)).collect();
                    for actor in theirs {
                        self.reach(actor, Held::TakeUp(why), see);
                    }
                }
                None => drop(self.services.insert(node.id, Service::new(node.id, config))),
            }
            self.take_up_processes(node.id, &compile::service_processes(node, board.timings), why, see);
        }
        for node in &board.clients {
            let config = compile::request_config(&board, &self.names, node);
            let process = Actor::new(node.id, Role::Client, 0);
            match self.processes.get(&Process::of(process)).filter(|record| !record.is_gone()).map(|record| record.actor) {
                Some(actor) => self.act(actor, why, see, |world, cx, out| {
                    if let Some(client) = world.clients.get_mut(&cx.me.node) {
                        client.set_config(cx, config, out);
                    }
                }),
                None => {
                    let known = self.clients.or_insert_with(node.id, || Client::new(config.clone()));
                    known.config = config;
                    self.start_or_return(process, why, see);
                }
            }
        }
        let gone: Vec<WireId> = self.net.wires().filter(|wire| board.wire(*wire).is_none()).collect();
        self.act(Actor::new(NodeId(0), Role::Client, 0), why, see, |world, cx, out| {
            for wire in gone {
                world.net.remove_wire(cx, wire, out);
            }
            for conn in severed {
                world.net.sever(cx, conn, out);
            }
        });
    }

    /// Ends the processes of nodes that the board no longer has: clients first, so that nobody asks those that end.
    fn take_down_nodes(&mut self, board: &Board, why: Cause, see: &mut impl Observer) {
        let stays = |process: &Process| match process.role {
            Role::Client => board.clients.iter().any(|node| node.id == process.node),
            Role::Instance | Role::Relay => board.service(process.node).is_some(),
            Role::Broker => board.brokers.iter().any(|node| node.id == process.node),
        };
        let mut gone: Vec<Process> =
            self.processes.iter().filter(|(process, record)| !record.is_gone() && !stays(process)).map(|(is, _)| *is).collect();
        gone.in_order_by_key(|process| process.role);
        for process in gone {
            self.end(process, why, see);
        }
        self.brokers.retain(|id, _| board.brokers.iter().any(|node| node.id == *id));
    }

    fn take_up_brokers(&mut self, board: &Board, why: Cause, see: &mut impl Observer) {
        for node in &board.brokers {
            let process = Actor::new(node.id, Role::Broker, 0);
            let Some(broker) = self.brokers.get_mut(&node.id) else {
                self.make_broker(node);
                self.start_or_return(process, why, see);
                continue;
            };
            broker.set_config(compile::groups(node, board.timings));
            broker.set_flush(compile::flush(node, board.timings));
            let names = &self.names;
            let wanted: BTreeMap<TopicId, u16> =
                node.topics.iter().filter_map(|topic| Some((names.topic_id(&topic.name)?, topic.partitions))).into_map();
            let gone: Vec<TopicId> = broker.topics().map(|topic| topic.id).filter(|id| !wanted.contains_key(id)).collect();
            for topic in gone {
                broker.remove_topic(topic);
            }
            for (topic, partitions) in wanted {
                broker.add_topic(topic, partitions);
                broker.name_topic(topic, names.topic(topic).into());
            }
        }
    }

    /// Starts the processes that a service lacks and stops those that it has too many, from the highest ordinal.
    fn take_up_processes(&mut self, node: NodeId, wanted: &[Actor], why: Cause, see: &mut impl Observer) {
        for actor in wanted {
            if self.processes.get(&Process::of(*actor)).is_none_or(ProcessRecord::is_gone) {
                self.start_or_return(*actor, why, see);
            }
        }
        let is_surplus = |process: &Process| {
            let theirs = process.node == node && matches!(process.role, Role::Instance | Role::Relay);
            theirs && !wanted.iter().any(|actor| Process::of(*actor) == *process)
        };
        let surplus: Vec<(Process, Actor, Condition)> = self
            .processes
            .iter()
            .filter(|(process, record)| is_surplus(process) && !record.is_gone())
            .map(|(process, record)| (*process, record.actor, record.condition))
            .collect();
        for (process, actor, condition) in surplus.into_iter().rev() {
            if condition == Condition::Up && actor.role == Role::Instance {
                self.act(actor, why, see, |world, cx, out| {
                    if let Some(service) = world.services.get_mut(&cx.me.node) {
                        service.stop(cx, out);
                    }
                });
            } else {
                self.end(process, why, see);
            }
        }
    }

    /// Starts a process, in the life after its last one if it had any.
    fn start_or_return(&mut self, actor: Actor, why: Cause, see: &mut impl Observer) {
        let life = self.processes.get(&Process::of(actor)).map_or(0, |record| record.actor.life.saturating_add(1));
        self.start(Actor { life, ..actor }, why, see);
    }
}

/// Whether the wire of that id is not on the board, or connects something else there. Its group is no part of the way.
fn leads_elsewhere(wire: &Wire, board: &Board) -> bool {
    let way = |is: &WireKind| match is {
        WireKind::Consume { to, topic, .. } => WireKind::Consume { to: *to, topic: topic.clone(), group: String::new() },
        other => other.clone(),
    };
    board.wire(wire.id).is_none_or(|now| way(&now.is) != way(&wire.is))
}
