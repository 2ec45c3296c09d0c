//! Boards to measure: the default one, and larger ones of the same parts.

use std::process::ExitCode;

use crosstalk::board::{
    Board, BoardError, Do, IfAgain, Pattern, Setting, Settings, TopicDoc, Wire, WireKind, apply_pattern, from_json, to_json,
    validate,
};
use crosstalk::session::Session;
use crosstalk::sim::{HandlerId, LineId, NodeId, Span, Time, WireId};
use crosstalk::view::Selection;

/// The board of a first visit.
///
/// # Errors
/// If it is none.
pub fn default_board() -> Result<Board, BoardError> {
    from_json(include_str!("../../../public/boards/orders.json"))
}

/// A group has a topic, two clients, two Orders services that publish to it, two Payments and three Emails that read it.
const OF_A_GROUP: usize = 9;

/// The parts of the default board in groups around one broker, with exactly so many nodes.
///
/// # Errors
/// If the default board is none, or what comes out.
pub fn grouped(nodes: usize) -> Result<Board, BoardError> {
    let mut maker = Maker::new(nodes)?;
    for group in 0..(nodes - 1) / OF_A_GROUP {
        maker.group(group);
    }
    while maker.nodes() < nodes {
        maker.client(0);
    }
    maker.place();
    validate(&maker.board)?;
    Ok(maker.board)
}

/// The same with exactly so many wires: readers read the topics of further groups.
///
/// # Errors
/// As [`grouped`].
pub fn woven(nodes: usize, wires: usize) -> Result<Board, BoardError> {
    let mut maker = Maker { board: grouped(nodes)?, plain: default_board()?, next: u32::MAX };
    let topics = maker.board.brokers[0].topics.len();
    let mut further = 1;
    while maker.board.wires.len() < wires && further < topics {
        for at in 0..maker.board.services.len() {
            if maker.board.wires.len() < wires {
                maker.read_also(at, further);
            }
        }
        further += 1;
    }
    validate(&maker.board)?;
    Ok(maker.board)
}

/// Some two thousand messages on their way at any time, from half a minute on: requests take long.
pub fn busy(mut board: Board) -> Board {
    for client in &mut board.clients {
        client.settings = Settings([(Setting::ArrivalInterval, 330), (Setting::CallTimeout, 3_600_000)].into());
    }
    for wire in board.wires.iter_mut().filter(|wire| matches!(wire.is, WireKind::Call { .. })) {
        wire.settings = Settings([(Setting::Latency, 20_000)].into());
    }
    board
}

/// The same with locks held longer, every handler that can tracking ids, and three relays of each outbox.
pub fn burdened(mut board: Board) -> Board {
    let handlers: Vec<(NodeId, HandlerId)> =
        board.services.iter().flat_map(|service| service.handlers.iter().map(|handler| (service.id, handler.id))).collect();
    for (service, handler) in handlers {
        // A program without a transaction has no place for it, and stays as it is.
        let _kept_if_refused = apply_pattern(&mut board, service, Pattern::IfAgain(handler, IfAgain::TracksIds));
    }
    for service in &mut board.services {
        service.settings.0.insert(Setting::StoreRoundTrip, 20);
        service.settings.0.insert(Setting::Workers, 4);
        if service.relay.is_some() {
            service.settings.0.insert(Setting::RelayInstances, 3);
            service.settings.0.insert(Setting::RelayLeader, 0);
        }
    }
    board
}

/// The shipped boards by their files' names, in order.
pub fn shipped() -> Vec<(String, Board)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/boards");
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let named = |path: std::path::PathBuf| {
        let board = from_json(&std::fs::read_to_string(&path).ok()?).ok()?;
        Some((path.file_stem()?.to_string_lossy().into_owned(), board))
    };
    let mut boards: Vec<(String, Board)> = files.filter_map(named).collect();
    boards.sort_by(|one, other| one.0.cmp(&other.0));
    boards
}

/// Prints a woven board.
pub fn print(nodes: &str, wires: &str, kind: &str) -> ExitCode {
    let made = match (nodes.parse(), wires.parse()) {
        (Ok(nodes), Ok(wires)) => woven(nodes, wires).map_err(|error| error.to_string()),
        _ => Err("nodes and wires are numbers".to_owned()),
    };
    match made {
        Ok(board) => {
            print!("{}", to_json(&if kind == "busy" { busy(board) } else { board }));
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// Prints how many messages are on their way on a busy board after so many seconds.
pub fn print_dots(seconds: &str) -> ExitCode {
    let session = woven(100, 200).and_then(|board| Session::new(busy(board)));
    let (Ok(mut session), Ok(seconds)) = (session, seconds.parse()) else { return ExitCode::from(2) };
    session.seek(Time::ZERO + Span::secs(seconds));
    let mut dots = Vec::new();
    session.dots(&session.frame(Selection::Nothing), &mut dots);
    println!("{}", dots.len());
    ExitCode::SUCCESS
}

struct Maker {
    board: Board,
    plain: Board,
    next: u32,
}

impl Maker {
    fn new(nodes: usize) -> Result<Maker, BoardError> {
        let plain = default_board()?;
        let mut board = Board { title: format!("{nodes} nodes"), ..plain.clone() };
        board.clients.clear();
        board.services.clear();
        board.wires.clear();
        board.brokers[0].topics.clear();
        board.brokers[0].id = NodeId(1);
        Ok(Maker { board, plain, next: 1 })
    }

    fn nodes(&self) -> usize {
        self.board.clients.len() + self.board.services.len() + 1
    }

    fn id(&mut self) -> NodeId {
        self.next += 1;
        NodeId(self.next)
    }

    fn wire(&mut self, is: WireKind) {
        let id = WireId(self.board.wires.len() as u32 + 1);
        self.board.wires.push(Wire { id, is, settings: Settings::default() });
    }

    fn group(&mut self, group: usize) {
        let topic = topic(group);
        self.board.brokers[0].topics.push(TopicDoc { name: topic.clone(), partitions: 3 });
        for _ in 0..2 {
            let mut orders = self.plain.services[0].clone();
            orders.id = self.id();
            for line in orders.handlers.iter_mut().flat_map(|handler| &mut handler.lines) {
                if let Do::Outbox { topic: to, .. } = &mut line.does {
                    topic.clone_into(to);
                }
            }
            self.wire(WireKind::Publish { from: orders.id, topic: topic.clone() });
            self.board.services.push(orders);
            self.client(self.board.services.len() - 1);
        }
        for kind in [1, 1, 2, 2, 2] {
            let mut reader = self.plain.services[kind].clone();
            reader.id = self.id();
            reader.handlers[0].from = Some(topic.clone());
            self.wire(WireKind::Consume { to: reader.id, topic: topic.clone(), group: format!("group-{}", reader.id.0) });
            self.board.services.push(reader);
        }
    }

    /// One more client of a service.
    fn client(&mut self, service: usize) {
        let mut client = self.plain.clients[0].clone();
        client.id = self.id();
        self.wire(WireKind::Call { from: client.id, to: self.board.services[service].id });
        self.board.clients.push(client);
    }

    /// A service that reads a topic reads that of a further group as well, by the same program.
    fn read_also(&mut self, at: usize, further: usize) {
        let topics = self.board.brokers[0].topics.len();
        let service = &mut self.board.services[at];
        let Some(from) = service.handlers[0].from.clone() else { return };
        let own = (0..topics).find(|n| topic(*n) == from).unwrap_or(0);
        let (to, other) = (service.id, topic((own + further) % topics));
        let mut handler = service.handlers[0].clone();
        handler.id = HandlerId(service.handlers.len() as u16 + 1);
        handler.from = Some(other.clone());
        for line in &mut handler.lines {
            line.id = LineId(line.id.0 + 100 * further as u16);
        }
        service.handlers.push(handler);
        self.wire(WireKind::Consume { to, topic: other, group: format!("group-{}", to.0) });
    }

    /// Rows of cards that do not touch, with the broker before them.
    fn place(&mut self) {
        let at = |n: usize| ((n % 20) as i32 * 260 + 700, (n / 20) as i32 * 260);
        for (n, client) in self.board.clients.iter_mut().enumerate() {
            (client.x, client.y) = at(n);
        }
        let clients = self.board.clients.len();
        for (n, service) in self.board.services.iter_mut().enumerate() {
            (service.x, service.y) = at(clients + n);
        }
        (self.board.brokers[0].x, self.board.brokers[0].y) = (0, 0);
    }
}

fn topic(group: usize) -> String {
    format!("order-events-{group}")
}
