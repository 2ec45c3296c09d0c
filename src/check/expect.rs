//! What a board's programs lead to: which effects each request should have, and on which ways they can still come.

use crate::sim::Gather;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::board::{Board, Do, HandlerDoc, Names, ServiceNode, ValueDoc, WireKind};
use crate::sim::{Dense, GroupId, HandlerId, LineId, MessageId, NodeId, TopicId};

/// What makes messages: a client (line 0) or a line of a service.
pub(super) type Source = (NodeId, LineId);

/// What made a message.
pub(super) fn source(message: MessageId) -> Source {
    (message.by, message.line)
}

/// A program: of which service, and which.
type Program = (NodeId, HandlerId);

/// An effect that every accepted intent of a client should have once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The service.
    pub service: NodeId,
    /// The handler.
    pub handler: HandlerId,
    /// The line that writes.
    pub line: LineId,
    pub(super) route: Route,
}

/// All ways on which a handler can be reached: which messages are handled by which service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Route(Arc<[Way]>);

/// A message that is handled by a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    source: Source,
    service: NodeId,
    /// It is the handler itself that handles it.
    last: bool,
}

impl Route {
    /// Whether such a message can lead to the handler.
    pub(super) fn leads(&self, source: Source) -> bool {
        self.0.iter().any(|way| way.source == source)
    }

    /// Whether such a message can lead to the handler by way of that service.
    pub(super) fn leads_by(&self, source: Source, service: NodeId) -> bool {
        self.0.iter().any(|way| (way.source, way.service) == (source, service))
    }

    /// Whether such a message is handled by the handler itself.
    pub(super) fn ends(&self, source: Source) -> bool {
        self.0.iter().any(|way| way.last && way.source == source)
    }
}

/// What the programs of a board, as they are at one time, lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectations {
    clients: Dense<NodeId, Vec<Expected>>,
    routes: Dense<(NodeId, Program), Route>,
    programs: Dense<Program, Lines>,
    /// The program in which a line stands.
    places: Dense<Source, HandlerId>,
    /// The groups that read a topic, each with the services that are its members.
    readers: Dense<TopicId, BTreeMap<GroupId, BTreeSet<NodeId>>>,
    /// Which messages a service handles.
    handled: Dense<(NodeId, Source), ()>,
    /// The programs that handle messages of several sources.
    mixed: BTreeSet<Program>,
}

/// The lines of a program by what they do. There are thousands on a large board: they lie in one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lines {
    /// Those that write, then those that send a message on, then those of the first that replace a value, so that doing
    /// it again adds nothing to it.
    all: Box<[LineId]>,
    /// Where those begin that send.
    sends: u16,
    /// Where those begin that replace.
    sets: u16,
    /// Whether it tracks what it has handled.
    tracks: bool,
}

impl Lines {
    fn of(handler: &HandlerDoc) -> Lines {
        let mut all = Vec::new();
        let mut begins = |fits: fn(&Do) -> bool| {
            let begin = u16::try_from(all.len()).expect("a program has fewer than 2^14 lines");
            all.extend(handler.lines.iter().filter(|line| fits(&line.does)).map(|line| line.id));
            begin
        };
        let _writes_come_first = begins(|does| matches!(does, Do::Write(_)));
        let sends = begins(|does| matches!(does, Do::Outbox { .. } | Do::Publish { .. }));
        let sets =
            begins(|does| matches!(does, Do::Write(write) if matches!(write.op, ValueDoc::Set(_) | ValueDoc::SetIfNewer { .. })));
        Lines { all: all.into(), sends, sets, tracks: handler.lines.iter().any(|line| line.does.tracks()) }
    }

    fn writes(&self) -> &[LineId] {
        &self.all[..self.sends.into()]
    }

    fn sends(&self) -> &[LineId] {
        &self.all[self.sends.into()..self.sets.into()]
    }

    fn sets(&self) -> &[LineId] {
        &self.all[self.sets.into()..]
    }
}

/// One message type's way from what makes it into the program that handles it.
struct Step {
    from: Option<Program>,
    source: Source,
    to: Program,
    /// False when the message may go to another service of the same group instead.
    certain: bool,
}

impl Expectations {
    /// Reads them off a board.
    ///
    /// Where several services share one group on a topic, a record goes to one of them only: no effect behind it is
    /// expected of either.
    pub fn of(board: &Board, names: &Names) -> Expectations {
        let mut all = Expectations::default();
        for wire in &board.wires {
            if let WireKind::Consume { to, topic, group } = &wire.is
                && let (Some(topic), Some(group)) = (names.topic_id(topic), names.group_id(group))
            {
                all.readers.or_default(topic).entry(group).or_default().insert(*to);
            }
        }
        for service in &board.services {
            for handler in &service.handlers {
                all.programs.insert((service.id, handler.id), Lines::of(handler));
                for line in &handler.lines {
                    all.places.insert((service.id, line.id), handler.id);
                }
            }
        }
        let steps = all.steps(board, names);
        for step in &steps {
            all.handled.insert((step.to.0, step.source), ());
        }
        let of_many = |step: &&Step| steps.iter().any(|other| other.to == step.to && other.source != step.source);
        all.mixed = steps.iter().filter(of_many).map(|step| step.to).into_set();
        for client in &board.clients {
            let entries: Vec<&Step> = steps.iter().filter(|step| step.source == (client.id, LineId(0))).collect();
            let within = reached(&entries, &steps, |_| true);
            let certain = reached(&entries, &steps, |step| step.certain);
            for program in &within {
                let route = route(*program, &within, &steps, client.id);
                for line in all.programs.get(program).map_or(&[][..], Lines::writes) {
                    if certain.contains(program) {
                        let expected = Expected { service: program.0, handler: program.1, line: *line, route: route.clone() };
                        all.clients.or_default(client.id).push(expected);
                    }
                }
                all.routes.insert((client.id, *program), route);
            }
        }
        all
    }

    fn steps(&self, board: &Board, names: &Names) -> Vec<Step> {
        let mut steps = Vec::new();
        for wire in &board.wires {
            if let WireKind::Call { from, to } = &wire.is
                && let Some(client) = board.clients.iter().find(|client| client.id == *from)
                && let Some(handler) = board.service(*to).and_then(|service| handler_of(service, &client.sends, None))
            {
                steps.push(Step { from: None, source: (*from, LineId(0)), to: (*to, handler.id), certain: true });
            }
        }
        for service in &board.services {
            for handler in &service.handlers {
                for (line, message, topic) in sends(handler) {
                    let groups = names.topic_id(topic).and_then(|topic| self.readers.get(&topic));
                    for members in groups.into_iter().flat_map(BTreeMap::values) {
                        let takers = members.iter().filter_map(|id| board.service(*id));
                        for (taker, taken) in takers.filter_map(|s| Some((s, handler_of(s, message, Some(topic))?))) {
                            steps.push(Step {
                                from: Some((service.id, handler.id)),
                                source: (service.id, line),
                                to: (taker.id, taken.id),
                                certain: members.len() == 1,
                            });
                        }
                    }
                }
            }
        }
        self.dead_letters(board, names, &mut steps);
        steps
    }

    /// The ways of dead letters: whoever reads them may do something with them, and nobody has to.
    fn dead_letters(&self, board: &Board, names: &Names, steps: &mut Vec<Step>) {
        let mut at = 0;
        while let Some(step) = steps.get(at) {
            at += 1;
            let (source, (service, id)) = (step.source, step.to);
            let handlers = board.service(service).into_iter().flat_map(|node| &node.handlers);
            let Some(handler) = handlers.into_iter().find(|handler| handler.id == id) else { continue };
            let Some(topic) = handler.on_failure.dead_letters() else { continue };
            let groups = names.topic_id(topic).and_then(|topic| self.readers.get(&topic));
            let members = groups.into_iter().flat_map(BTreeMap::values).flatten().filter_map(|id| board.service(*id));
            for (taker, taken) in members.filter_map(|node| Some((node, handler_of(node, &handler.on, Some(topic))?))) {
                let (from, to) = (Some((service, id)), (taker.id, taken.id));
                if !steps.iter().any(|known| (known.from, known.source, known.to) == (from, source, to)) {
                    steps.push(Step { from, source, to, certain: false });
                }
            }
        }
    }

    /// The effects that an accepted intent of a client should have.
    pub fn of_client(&self, client: NodeId) -> &[Expected] {
        self.clients.get(&client).map_or(&[], Vec::as_slice)
    }

    /// Whether a line writes in that program.
    pub(super) fn writes(&self, service: NodeId, handler: HandlerId, line: LineId) -> bool {
        self.write_lines(service, handler).contains(&line)
    }

    /// The lines of a program that write.
    pub(super) fn write_lines(&self, service: NodeId, handler: HandlerId) -> &[LineId] {
        self.programs.get(&(service, handler)).map_or(&[], Lines::writes)
    }

    /// Whether a line of a program replaces a value.
    pub(super) fn sets(&self, service: NodeId, handler: HandlerId, line: LineId) -> bool {
        self.programs.get(&(service, handler)).is_some_and(|lines| lines.sets().contains(&line))
    }

    /// Whether a program handles messages of several sources.
    pub(super) fn is_mixed(&self, service: NodeId, handler: HandlerId) -> bool {
        self.mixed.contains(&(service, handler))
    }

    /// Whether a program tracks what it has handled.
    pub(super) fn tracks(&self, service: NodeId, handler: HandlerId) -> bool {
        self.programs.get(&(service, handler)).is_some_and(|lines| lines.tracks)
    }

    /// The program of a service in which a line stands.
    pub(super) fn program_of(&self, (service, line): Source) -> Option<HandlerId> {
        self.places.get(&(service, line)).copied()
    }

    /// The lines of a program that send a message on.
    pub(super) fn sends(&self, service: NodeId, handler: HandlerId) -> &[LineId] {
        self.programs.get(&(service, handler)).map_or(&[], Lines::sends)
    }

    /// The ways on which a program is reached from a client.
    pub(super) fn route(&self, client: NodeId, service: NodeId, handler: HandlerId) -> Option<&Route> {
        self.routes.get(&(client, (service, handler)))
    }

    /// Whether a service handles such a message at all.
    pub(super) fn handles(&self, source: Source, service: NodeId) -> bool {
        self.handled.contains_key(&(service, source))
    }

    /// The groups that read a topic, each with the services in it that handle such a message.
    pub(super) fn readers(&self, topic: TopicId, source: Source) -> impl Iterator<Item = (GroupId, NodeId)> + '_ {
        let groups = self.readers.get(&topic).into_iter().flatten();
        let members = groups.flat_map(|(group, members)| members.iter().map(|member| (*group, *member)));
        members.filter(move |(_, member)| self.handles(source, *member))
    }
}

fn handler_of<'a>(service: &'a ServiceNode, message: &str, from: Option<&str>) -> Option<&'a HandlerDoc> {
    service.handlers.iter().find(|handler| handler.on == message && handler.from.as_deref() == from)
}

fn sends(handler: &HandlerDoc) -> impl Iterator<Item = (LineId, &str, &str)> {
    handler.lines.iter().filter_map(|line| match &line.does {
        Do::Outbox { message, topic, .. } | Do::Publish { message, topic, .. } => {
            Some((line.id, message.as_str(), topic.as_str()))
        }
        _ => None,
    })
}

/// All programs that the entries lead to, over steps that pass.
fn reached(entries: &[&Step], steps: &[Step], pass: impl Fn(&Step) -> bool) -> BTreeSet<Program> {
    let mut found: BTreeSet<Program> = entries.iter().map(|step| step.to).into_set();
    let mut next: VecDeque<Program> = found.iter().copied().collect();
    while let Some(program) = next.pop_front() {
        for step in steps.iter().filter(|step| step.from == Some(program) && pass(step)) {
            if found.insert(step.to) {
                next.push_back(step.to);
            }
        }
    }
    found
}

/// All steps from a client towards a program.
fn route(program: Program, within: &BTreeSet<Program>, steps: &[Step], client: NodeId) -> Route {
    let from_here = |step: &&Step| match step.from {
        None => step.source.0 == client,
        Some(from) => within.contains(&from),
    };
    let mut ways = BTreeSet::new();
    let mut seen = BTreeSet::from([program]);
    let mut next = VecDeque::from([program]);
    while let Some(to) = next.pop_front() {
        for step in steps.iter().filter(|step| step.to == to).filter(from_here) {
            ways.insert((step.source, to));
            next.extend(step.from.filter(|from| seen.insert(*from)));
        }
    }
    let mut route: Vec<Way> = Vec::new();
    for (source, to) in ways {
        let last = to == program;
        match route.last_mut().filter(|way| (way.source, way.service) == (source, to.0)) {
            Some(way) => way.last |= last,
            None => route.push(Way { source, service: to.0, last }),
        }
    }
    Route(route.into())
}
