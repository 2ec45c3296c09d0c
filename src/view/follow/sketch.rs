//! A diagram while its facts are read in their order.

use crate::board::{Process, WireKind};
use crate::broker::BrokerFact;
use crate::net::{NetFact, PacketId, Side};
use crate::rpc::RpcFact;
use crate::service::ServiceFact;
use crate::session::Session;
use crate::sim::{Actor, FactId, HandlerId, MessageId, NodeId, Time, WireId};
use crate::store::StoreFact;
use crate::world::{Entry, Fact, ProcessFact};

use super::super::naming::{message_name, process_name};
use super::super::words::{api_name, describe};
use super::diagram::{Arrow, Diagram, DiagramLane, Gone, MarkKind, Moment, RunBar, RunEnd, Still};

/// A handling that goes on.
struct Open {
    who: Actor,
    handler: HandlerId,
    message: MessageId,
    /// Its place among the bars.
    bar: usize,
}

/// A diagram while its facts are read.
pub(super) struct Sketch<'a> {
    session: &'a Session,
    diagram: Diagram,
    open: Vec<Open>,
    /// Each arrow's packet, in the order in which they left.
    packets: Vec<PacketId>,
}

impl<'a> Sketch<'a> {
    /// One with the lines of all processes that come into it.
    pub fn new(session: &'a Session, entries: &[(FactId, &Entry)]) -> Sketch<'a> {
        let mut diagram = Diagram::default();
        for (_, entry) in entries.iter().filter(|(_, entry)| entry.who.node != NodeId(0)) {
            let process = Process::of(entry.who);
            if diagram.lanes.iter().all(|lane| lane.process != process) {
                let lane = DiagramLane { name: process_name(entry.who, session.board()), process };
                let beside = diagram.lanes.iter().rposition(|lane| lane.process.node == process.node);
                diagram.lanes.insert(beside.map_or(diagram.lanes.len(), |place| place + 1), lane);
            }
        }
        diagram.from = entries.first().map_or(Time::ZERO, |(_, entry)| entry.at);
        diagram.to = entries.last().map_or(Time::ZERO, |(_, entry)| entry.at);
        Sketch { session, diagram, open: Vec::new(), packets: Vec::new() }
    }

    /// The diagram, once all facts were drawn.
    pub fn over(mut self, entries: &[(FactId, &Entry)]) -> Diagram {
        let end = self.session.frontier();
        let goes_on = self.open.iter().map(|open| open.bar);
        for bar in goes_on {
            self.diagram.runs[bar].to = end;
        }
        let under_way = self.diagram.arrows.iter().any(|arrow| arrow.arrived.is_none() && arrow.lost.is_none());
        if (!self.open.is_empty() || under_way) && !entries.is_empty() {
            self.diagram.to = end;
        }
        self.diagram
    }

    /// Draws one fact.
    pub fn draw(&mut self, id: FactId, entry: &Entry) {
        let Some(lane) = self.lane(entry.who) else { return };
        match entry.fact {
            Fact::Net(fact) => self.packet(id, entry.at, lane, fact),
            Fact::Process(fact) => self.process(id, entry, lane, fact),
            Fact::Service(fact) => {
                self.run(entry, lane, fact);
                self.moment(id, entry, lane);
            }
            _ => self.moment(id, entry, lane),
        }
    }

    fn lane(&self, who: Actor) -> Option<usize> {
        self.diagram.lanes.iter().position(|lane| lane.process == Process::of(who))
    }

    fn packet(&mut self, id: FactId, at: Time, lane: usize, fact: NetFact) {
        match fact {
            NetFact::Sent { packet, wire, to, api } => {
                self.packets.push(packet);
                let (to, name) = (self.towards(wire, to).unwrap_or(lane), api_name(api));
                let arrow = Arrow { from: lane, to, sent: at, arrived: None, lost: None, carries: false, name, fact: id };
                self.diagram.arrows.push(arrow);
            }
            NetFact::Carries { packet, message } => {
                let name = message_name(message, self.session.board());
                if let Some(arrow) = self.arrow(packet) {
                    arrow.carries = true;
                    arrow.name = format!("{}: {name}", arrow.name);
                }
            }
            NetFact::Arrived { packet, .. } => {
                if let Some(arrow) = self.arrow(packet) {
                    (arrow.to, arrow.arrived) = (lane, Some(at));
                }
            }
            NetFact::Discarded { packet, .. } | NetFact::ConnectionBroke { packet, .. } => {
                if let Some(arrow) = self.arrow(packet) {
                    arrow.lost = Some(at);
                }
            }
            NetFact::ConnectionLost { .. }
            | NetFact::WireCut { .. }
            | NetFact::WireSlowed { .. }
            | NetFact::WireLossy { .. }
            | NetFact::Retransmitted { .. }
            | NetFact::Delayed { .. } => {}
        }
    }

    fn arrow(&mut self, packet: PacketId) -> Option<&mut Arrow> {
        let place = self.packets.binary_search(&packet).ok()?;
        self.diagram.arrows.get_mut(place)
    }

    /// The line of one of the processes at an end of a wire.
    fn towards(&self, wire: WireId, to: Side) -> Option<usize> {
        let board = self.session.board();
        let broker = |topic: &str| board.topic(topic).map(|(broker, _)| broker.id);
        let node = match (&board.wire(wire)?.is, to) {
            (WireKind::Call { to, .. }, Side::Server) => *to,
            (WireKind::Publish { topic, .. } | WireKind::Consume { topic, .. }, Side::Server) => broker(topic)?,
            (WireKind::Call { from, .. } | WireKind::Publish { from, .. }, Side::Client) => *from,
            (WireKind::Consume { to, .. }, Side::Client) => *to,
        };
        self.diagram.lanes.iter().position(|lane| lane.process.node == node)
    }

    fn process(&mut self, id: FactId, entry: &Entry, lane: usize, fact: ProcessFact) {
        let why = match fact {
            ProcessFact::Crashed => Some(Gone::Crashed),
            ProcessFact::Paused => Some(Gone::Paused),
            ProcessFact::Resumed | ProcessFact::Started | ProcessFact::Stopped => None,
        };
        if let Some(why) = why {
            let to = self.back(id, entry);
            self.diagram.stills.push(Still { lane, from: entry.at, to, why });
        }
        self.moment(id, entry, lane);
    }

    /// When a process that has stopped goes on; how far the run has got, if it has not yet.
    fn back(&self, id: FactId, entry: &Entry) -> Time {
        let later = self.session.notable().iter().filter(|(later, fact)| *later > id && fact.who.same_process(entry.who));
        let mut back = later.filter(|(_, fact)| matches!(fact.fact, Fact::Process(_)));
        back.next().map_or(self.session.frontier(), |(_, later)| later.at)
    }

    fn run(&mut self, entry: &Entry, lane: usize, fact: ServiceFact) {
        let (handler, message, end) = match fact {
            ServiceFact::Started { handler, message, .. } => {
                let bar = self.diagram.runs.len();
                self.open.push(Open { who: entry.who, handler, message, bar });
                let name = message_name(message, self.session.board());
                self.diagram.runs.push(RunBar { lane, from: entry.at, to: entry.at, end: RunEnd::Open, name });
                return;
            }
            ServiceFact::Finished { handler, message } => (handler, message, RunEnd::Finished),
            ServiceFact::Failed { handler, message, .. } | ServiceFact::StoppedReading { handler, message } => {
                (handler, message, RunEnd::Failed)
            }
            ServiceFact::Aborted { handler, message, .. } => (handler, message, RunEnd::Aborted),
            _ => return,
        };
        let mine = |open: &Open| (open.who, open.handler, open.message) == (entry.who, handler, message);
        let Some(place) = self.open.iter().position(mine) else { return };
        let bar = self.open.remove(place).bar;
        (self.diagram.runs[bar].to, self.diagram.runs[bar].end) = (entry.at, end);
    }

    fn moment(&mut self, id: FactId, entry: &Entry, lane: usize) {
        let Some(kind) = kind_of(&entry.fact) else { return };
        let text = describe(entry, self.session.world().names(), self.session.board());
        self.diagram.moments.push(Moment { lane, at: entry.at, fact: id, kind, text });
    }
}

/// How a fact is marked; those that bars and arrows show are not.
fn kind_of(fact: &Fact) -> Option<MarkKind> {
    Some(match fact {
        Fact::Process(ProcessFact::Crashed) => MarkKind::Crash,
        Fact::Process(_) => MarkKind::Line,
        Fact::Broker(
            BrokerFact::ProduceFailed { .. } | BrokerFact::ProduceRetried { .. } | BrokerFact::OffsetCommitRefused { .. },
        )
        | Fact::Rpc(
            RpcFact::AttemptFailed { .. } | RpcFact::GaveUp { .. } | RpcFact::ErrorAnswered { .. } | RpcFact::Refused { .. },
        )
        | Fact::Store(StoreFact::RolledBack { .. })
        | Fact::Service(
            ServiceFact::Failed { .. }
            | ServiceFact::Aborted { .. }
            | ServiceFact::AckFailed { .. }
            | ServiceFact::Skipped { .. }
            | ServiceFact::StoppedReading { .. }
            | ServiceFact::PinHit { .. },
        ) => MarkKind::Failed,
        Fact::Store(StoreFact::DuplicateFound { .. } | StoreFact::FencedOff { .. }) => MarkKind::Duplicate,
        Fact::Store(StoreFact::Changed { .. }) => MarkKind::Effect,
        Fact::Service(ServiceFact::LineDone { .. }) => MarkKind::Line,
        Fact::Store(StoreFact::Began { .. } | StoreFact::Committed { .. } | StoreFact::Wrote { .. }) => return None,
        Fact::Service(ServiceFact::Started { .. } | ServiceFact::Finished { .. }) | Fact::Net(_) => return None,
        _ => MarkKind::Done,
    })
}
