//! Ids for what is new: none is ever given twice within an editing session, even when what had it is gone.

use std::collections::BTreeMap;

use crate::board::{Board, PlanId};
use crate::sim::{HandlerId, LineId, NodeId, WireId};

/// The highest ids that have been seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    node: u32,
    wire: u32,
    plan: u32,
    /// Of each service, its highest program and line.
    programs: BTreeMap<NodeId, (u16, u16)>,
}

impl Ids {
    /// Those of a board.
    pub fn of(board: &Board) -> Ids {
        let mut ids = Ids::default();
        ids.see(board);
        ids
    }

    /// Takes note of all ids of a board: they are not given again.
    pub fn see(&mut self, board: &Board) {
        let nodes = board.clients.iter().map(|node| node.id).chain(board.services.iter().map(|node| node.id));
        let nodes = nodes.chain(board.brokers.iter().map(|node| node.id));
        self.node = nodes.map(|id| id.0).fold(self.node, u32::max);
        self.wire = board.wires.iter().map(|wire| wire.id.0).fold(self.wire, u32::max);
        self.plan = board.planned.iter().map(|planned| planned.id.0).fold(self.plan, u32::max);
        for service in &board.services {
            let (program, line) = self.programs.entry(service.id).or_default();
            for (id, lines) in service.programs() {
                *program = id.0.max(*program);
                *line = lines.iter().map(|line| line.id.0).fold(*line, u16::max);
            }
        }
    }

    pub(super) fn node(&mut self) -> NodeId {
        self.node = self.node.saturating_add(1);
        NodeId(self.node)
    }

    pub(super) fn wire(&mut self) -> WireId {
        self.wire = self.wire.saturating_add(1);
        WireId(self.wire)
    }

    pub(super) fn plan(&mut self) -> PlanId {
        self.plan = self.plan.saturating_add(1);
        PlanId(self.plan)
    }

    pub(super) fn program(&mut self, service: NodeId) -> HandlerId {
        let (program, _) = self.programs.entry(service).or_default();
        *program = program.saturating_add(1);
        HandlerId(*program)
    }

    pub(super) fn line(&mut self, service: NodeId) -> LineId {
        let (_, line) = self.programs.entry(service).or_default();
        *line = line.saturating_add(1);
        LineId(*line)
    }
}
