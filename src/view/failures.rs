//! What can be broken and mended at each thing of the board, in words and as actions.

use crate::board::{Action, Board, Process, ProcessAction, ProcessDoes, Setting, WireKind};
use crate::net::{Cargo, Cut, Loss, PacketDoes, PacketName, Slow};
use crate::session::Session;
use crate::sim::{MessageId, NodeId, Role, WireId};

use super::cards::ProcessState;
use super::naming::{loss_words, sentence, slow_words};

/// How slow a wire becomes that is made slow by one click.
const SLOW: Slow = Slow { times: 5, extra_ms: 0 };
/// What a wire loses that is made lossy by one click.
const LOSSY: Loss = Loss { percent: 30, breaks: 5 };
/// So many times as long the statements of a store take that is made slow by one click.
const SLOW_STORE: u16 = 20;
/// For how many milliseconds a packet is held up by one click.
const HELD_UP: u32 = 2_000;

/// Something that breaks a thing, or mends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// In a word or two, beside the thing's name: `Crash`.
    pub verb: &'static str,
    /// In words that stand alone: `Crash payments-1`.
    pub words: String,
    /// What is done.
    pub action: Action,
    /// It breaks something; otherwise it mends it.
    pub breaks: bool,
    /// Why it cannot be done, as a sentence; empty where it can.
    pub refused: String,
    /// What comes of it that is not seen at once, as a sentence; mostly empty.
    pub note: String,
}

impl Failure {
    fn new(verb: &'static str, words: String, action: Action, breaks: bool) -> Failure {
        Failure { verb, words, action, breaks, refused: String::new(), note: String::new() }
    }
}

/// What can be done to a process; nothing to a client, which stands for the world outside. Where the state is not known yet,
/// as for a plan, everything.
pub fn process_failures(who: Process, name: &str, state: Option<ProcessState>) -> Vec<Failure> {
    use ProcessState::{Crashed, NoPower, Paused, Up};
    if who.role == Role::Client {
        return Vec::new();
    }
    let one = |does, verb, breaks| {
        let words = if does == ProcessDoes::Resume { format!("Let {name} go on") } else { format!("{verb} {name}") };
        Failure::new(verb, words, Action::Process(ProcessAction { who, does }), breaks)
    };
    let resume = || one(ProcessDoes::Resume, "Resume", false);
    let crash = || one(ProcessDoes::Crash, "Crash", true);
    let pause = || one(ProcessDoes::Pause, "Pause", true);
    let restart = || one(ProcessDoes::Restart, "Restart", false);
    let mut list = match state {
        Some(Up) => vec![crash(), pause()],
        Some(Paused) => vec![resume(), crash()],
        Some(Crashed | NoPower) => vec![restart()],
        None => vec![crash(), restart(), pause(), resume()],
    };
    if who.role == Role::Broker && state != Some(NoPower) {
        let power = one(ProcessDoes::PowerLoss, "Power loss", true);
        list.push(Failure { words: format!("Cut the power of {name}"), ..power });
    }
    list
}

/// What is wrong with a wire, in a few words; nothing where it is as its settings say. `unread`: of so many partitions
/// nothing is fetched over it.
pub(super) fn wire_state((cut, slow, loss): (Cut, Slow, Loss), unread: usize) -> String {
    let cut = match cut {
        Cut::None => None,
        Cut::Both => Some("cut".to_owned()),
        Cut::ToServer | Cut::ToClient => Some("cut one way".to_owned()),
    };
    let slow = (slow != Slow::NOT).then(|| slow_words(slow));
    let loss = (loss != Loss::NONE).then(|| loss_words(loss));
    let unread = (unread > 0).then(|| format!("{unread} not read"));
    [cut, slow, loss, unread].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The names of a wire's ends: the one that accepts connections, then the one that opens them.
pub(super) fn ends(board: &Board, wire: WireId) -> Option<[String; 2]> {
    let broker = |topic: &str| board.topic(topic).map_or_else(|| topic.to_owned(), |(broker, _)| broker.title.clone());
    let title = |node| board.title_of(node).to_owned();
    Some(match &board.wire(wire)?.is {
        WireKind::Call { from, to } => [title(*to), title(*from)],
        WireKind::Publish { from, topic } => [broker(topic), title(*from)],
        WireKind::Consume { to, topic, .. } => [broker(topic), title(*to)],
    })
}

impl Session {
    /// What can be done to a wire: as it is at the cursor, or in a plan, for which everything is offered.
    pub fn wire_failures(&self, wire: WireId, planned: bool) -> Vec<Failure> {
        let Some([server, client]) = ends(self.board(), wire) else { return Vec::new() };
        let net = self.world().net();
        let (cut, slow, loss) = (net.cut_of(wire), net.slow_of(wire), net.loss_of(wire));
        let whole = (cut, slow, loss) == (Cut::None, Slow::NOT, Loss::NONE);
        let mut list = Vec::new();
        if planned || !whole {
            let heal = Failure::new("Heal", "Heal it".to_owned(), Action::Heal { wire }, false);
            let note = if slow == Slow::NOT { String::new() } else { self.slow_note(wire, slow) };
            list.push(Failure { note, ..heal });
        }
        let cuts = [
            (Cut::Both, "Cut", "Cut it both ways".to_owned()),
            (Cut::ToServer, "Cut there", format!("Cut what goes to {server}")),
            (Cut::ToClient, "Cut back", format!("Cut what goes to {client}")),
        ];
        for (way, verb, words) in cuts.into_iter().filter(|(way, ..)| planned || *way != cut) {
            list.push(Failure::new(verb, words, Action::Cut { wire, cut: way }, true));
        }
        if planned || slow == Slow::NOT {
            let words = format!("Slow it: {}", slow_words(SLOW));
            let note = self.slow_note(wire, SLOW);
            list.push(Failure { note, ..Failure::new("Slow", words, Action::Slow { wire, slow: SLOW }, true) });
        }
        if planned || loss == Loss::NONE {
            let words = format!("Make it lossy: {}", loss_words(LOSSY));
            list.push(Failure::new("Lossy", words, Action::Lossy { wire, loss: LOSSY }, true));
        }
        list.extend(self.reading_failures(wire, planned));
        list
    }

    /// What can be done to reading over a wire; nothing where nothing is read over it.
    fn reading_failures(&self, wire: WireId, planned: bool) -> Vec<Failure> {
        let Some(WireKind::Consume { to, .. }) = self.board().wire(wire).map(|wire| &wire.is) else { return Vec::new() };
        let who = self.board().title_of(*to);
        let (read, unread) = self.read_over(wire);
        let mut list = Vec::new();
        if planned || unread == 0 || read > unread {
            let words = format!("Have {who} stop reading what it is assigned; it stays in its group");
            list.push(Failure::new("Stop reading", words, Action::Reading { wire, stops: true }, true));
        }
        if planned || unread > 0 {
            let words = format!("Let {who} read on");
            list.push(Failure::new("Read on", words, Action::Reading { wire, stops: false }, false));
        }
        list
    }

    /// How many partitions the instances of a service have over a wire, and of how many of these they fetch nothing.
    pub(super) fn read_over(&self, wire: WireId) -> (usize, usize) {
        let Some(WireKind::Consume { to, .. }) = self.board().wire(wire).map(|wire| &wire.is) else { return (0, 0) };
        let Some(service) = self.world().service(*to) else { return (0, 0) };
        let consumers = || service.instances.values().filter_map(|instance| instance.consumers.get(&wire));
        (consumers().map(|of| of.positions().count()).sum(), consumers().map(|of| of.unread().count()).sum())
    }

    /// What a slow wire means to whoever waits for answers over it, as a sentence with both times; nothing where answers still
    /// come in time.
    fn slow_note(&self, wire: WireId, slow: Slow) -> String {
        let board = self.board();
        let Some(known) = board.wire(wire) else { return String::new() };
        let (user, setting) = match known.is {
            WireKind::Call { from, .. } => (from, Setting::CallTimeout),
            WireKind::Publish { from: service, .. } | WireKind::Consume { to: service, .. } => (service, Setting::RequestTimeout),
        };
        let of_client = board.clients.iter().find(|client| client.id == user).map(|client| &client.settings);
        let Some(settings) = board.service(user).map(|service| &service.settings).or(of_client) else { return String::new() };
        let timeout = settings.span(setting, board.timings);
        let one_way = slow.of(known.settings.span(Setting::Latency, board.timings));
        let round_trip = one_way + one_way;
        if round_trip <= timeout {
            return String::new();
        }
        let name = setting.info().name;
        format!("A round trip then takes about {round_trip}, longer than {name} of {}: {timeout}.", board.title_of(user))
    }

    /// What can be done to the store of a service: as it is at the cursor, or in a plan.
    pub fn store_failures(&self, service: NodeId, planned: bool) -> Vec<Failure> {
        let Some(known) = self.world().service(service) else { return Vec::new() };
        let title = self.board().title_of(service);
        let (slow, usual) = (
            Failure::new(
                "Slow",
                format!("Slow the database of {title}: {SLOW_STORE} × as long"),
                Action::SlowStore { service, times: SLOW_STORE },
                true,
            ),
            Failure::new(
                "As usual",
                format!("Let the database of {title} be as fast as usual"),
                Action::SlowStore { service, times: 1 },
                false,
            ),
        );
        match (planned, known.store_times) {
            (true, _) => vec![slow, usual],
            (false, 1) => vec![slow],
            (false, _) => vec![usual],
        }
    }

    /// What can be done to a message that is on its way at the cursor, or why not; nothing while it is not.
    pub fn message_failures(&self, message: MessageId) -> Vec<Failure> {
        let Some(packet) = self.packet_of(message) else { return Vec::new() };
        let one = |verb, words: &str, does| Failure {
            refused: self.why_not(packet, does),
            ..Failure::new(verb, words.to_owned(), Action::Packet { packet, does }, true)
        };
        vec![
            one("Break", "Break its connection: it is lost", PacketDoes::Break),
            one("Delay", "Delay it by 2 s", PacketDoes::Delay(HELD_UP)),
            one("Overtake", "Let the next one overtake it", PacketDoes::Overtake),
        ]
    }

    /// The packet that carries a message, the one sent first where there are several.
    fn packet_of(&self, message: MessageId) -> Option<PacketName> {
        let mut packets = self.world().net().in_flight(self.now());
        packets
            .find_map(|packet| packet.name.filter(|_| packet.cargo.is_some_and(|cargo| cargo.messages().any(|id| id == message))))
    }

    fn why_not(&self, packet: PacketName, does: PacketDoes) -> String {
        let possible = self.world().net().can_disturb(packet, does, self.now());
        possible.err().map_or_else(String::new, |why| sentence(&why.to_string()))
    }
}
