//! Model cards: what of each real thing is modelled, what is not, and whose defaults it has.
//!
#![doc = include_str!("models.md")]

use crate::board::{Board, Place, WireKind};

/// What a part of the board stands for, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelCard {
    /// What it is the card of: `Broker and topics`.
    pub title: &'static str,
    /// What it does as the real thing does.
    pub models: &'static [&'static str],
    /// What it leaves out, or does otherwise.
    pub leaves_out: &'static [&'static str],
    /// Whose defaults it has at real timings, and from which version.
    pub defaults_from: &'static str,
}

const CLIENT: ModelCard = ModelCard {
    title: "Client",
    models: &[
        "Requests arrive on their own schedule, whatever becomes of them: an open loop, evenly or at random (exponential gaps).",
        "A request waits for its reply, and is sent again after a timeout or a broken connection, with the same order number.",
        "Each attempt goes to one instance, the instances in turn; one that refuses the connection is passed over within the attempt.",
    ],
    leaves_out: &[
        "No circuit breaker, no limit on open requests but a bound of 10,000, no load balancer: it knows the instances by number.",
        "The pause between attempts is fixed: no growing backoff, no jitter.",
        "It never fails: it stands for the world outside.",
    ],
    defaults_from: "resilience4j 2.3: retry of three attempts in all with 500 ms between them, time limiter of 1 s.",
};

const SERVICE: ModelCard = ModelCard {
    title: "Service",
    models: &[
        "Instances are processes of their own: a crash takes the memory, connections and unfinished handlings of one of them.",
        "A handler runs line by line; a message that fails is handled again after a pause, which may grow, and its partition waits behind it.",
        "Or it is skipped, at once or after so many retries, or kept in a topic for dead letters, or its instance stops reading, as with Spring Kafka's error handlers.",
        "With several workers, one instance handles messages of several partitions at once, one of each partition at a time.",
        "Where concurrent.handling is on, it handles records of the same partition at once, and their order is lost.",
        "An acknowledgement commits up to the lowest record that is unfinished, or its own offset, past what is unfinished below.",
        "Requests wait in a line for a worker; beyond its limit, connections are closed unread.",
    ],
    leaves_out: &[
        "No processor, memory or garbage collector: work takes the time that the line says, however much else runs.",
        "No threads within a handler, no calls from one service to another, no deployment: instances are started and stopped at once.",
        "A dead letter has no headers of its own: where it was read, its facts tell; what is skipped is gone, and a client's error carries no reason.",
        "Every line takes a little time at classroom timings, so that it can be seen and a pin can hit it.",
    ],
    defaults_from: "Apache Tomcat for the line of waiting requests (acceptCount); the others have no counterpart.",
};

const STORE: ModelCard = ModelCard {
    title: "Store",
    models: &[
        "Local ACID transactions: writes become visible together, at the commit, or not at all.",
        "Row locks are held to the end of the transaction; waiters take their turn, and a circle of them is broken by rolling one back.",
        "processed_messages has a unique key: a second transaction with the same id waits for the first, then finds it there.",
        "Fences: a transaction aborts if a newer generation has worked on its record's partition. A broker that loses its power counts generations anew.",
        "The outbox's ids are given at the insert and seen at the commit, as a database sequence gives them: they may have gaps.",
        "Each statement takes a round trip, a commit a flush beside it; meanwhile it holds one of the connections, a transaction to its end.",
        "Who finds no free connection waits in line; who waits too long for one, or for a lock, fails and is handled again.",
        "Where store.idle.timeout.ms is set, a transaction that does nothing is ended for those who need the store.",
    ],
    leaves_out: &[
        "No SQL, no queries and no indexes: rows of one number each, found by their key.",
        "One isolation level: a transaction reads what is committed and locks what it writes.",
        "It never fails and never loses a commit: the machine under it does not exist.",
        "The pool is one for all processes of the service, as a pooler before the database has it; a rollback takes no time.",
        "A process that stands still does not time out: it holds what it holds, and what it waits for, until it goes on.",
    ],
    defaults_from: "HikariCP for the connections, MySQL for the lock timeout; the tables follow Eventuate Tram's message and received_messages.",
};

const RELAY: ModelCard = ModelCard {
    title: "Outbox relay",
    models: &[
        "By flag: it reads rows that are not marked, by id, publishes them all, waits for every acknowledgement, then marks them.",
        "By cursor: it reads rows after the id that it saved last. One that commits after a greater id was read is passed over for ever.",
        "Tailing: it reads the log in the order of commits, and saves its position every relay.flush.interval.ms.",
        "A crash before it has recorded what it published makes it publish that again: at least once.",
        "Of several relays one leads, by a lease in the store; one that comes back too late still finishes its batch. Without a leader all publish.",
        "It deletes published rows after outbox.keep.ms. A log can drop what is older than log.keep.ms, read or not.",
    ],
    leaves_out: &[
        "No horizon of open transactions and no gap detection: a cursor does not wait for smaller ids that may still commit.",
        "No SKIP LOCKED: relays without a leader do not share the rows among them.",
        "A log is read and its position saved without a connection of the pool, and reading it takes no time.",
        "A relay of another kind goes on where the one before it had got; in life a person has to see to that.",
    ],
    defaults_from: "Eventuate Tram's polling reader; Debezium for saving positions; MySQL for the log; Kubernetes for the lease.",
};

const BROKER: ModelCard = ModelCard {
    title: "Broker and topics",
    models: &[
        "Partitions are logs; order holds within one. Logs, committed offsets and groups survive a crash of the broker as last written.",
        "A power loss is more than a crash: what was written since the last flush is gone, of logs, committed offsets and groups.",
        "A consumer that had read further goes back to where the log was cut, as Kafka's clients do since 2.3 (KIP-320).",
        "The producer chooses the partition, not the broker: murmur2 of the key modulo the partitions, as Kafka's Java client does it.",
        "Records without a key stick to one partition for about batch.size bytes, weighed by the partitions' load (KIP-794).",
        "A producer keeps its order over retries up to max.in.flight, tries again after request.timeout.ms, and gives up after delivery.timeout.ms.",
    ],
    leaves_out: &[
        "One broker, no replicas: with acks=all the leader alone is in sync, and the high watermark is the log's end.",
        "Everything is flushed at once, each log.flush.interval.ms; Kafka leaves that to the kernel, which writes page by page.",
        "No leader epochs: a consumer whose place the log has grown past again does not notice that it was cut.",
        "The clients of a broker learn of a power loss as they learn of a crash; in life nobody closes their connections.",
        "No idempotent producer and no transactions: a lost acknowledgement can put a record into the log twice.",
        "One record in each produce request: no batching, no linger.ms, no compression. retry.backoff.ms does not grow.",
        "No retention and no compaction: nothing is deleted. Partitions only grow, and then keys map elsewhere, as in Kafka.",
        "Other clients hash otherwise (partitioner): librdkafka's default is CRC32. A topic written by both splits a key over two partitions.",
    ],
    defaults_from: "Apache Kafka 4.0, Java producer and broker.",
};

const GROUP: ModelCard = ModelCard {
    title: "Consumer group",
    models: &[
        "Kafka's classic protocol: join, sync, heartbeat, leave; generations, session and rebalance timeouts, the initial delay.",
        "The coordinator elects a leader among the members, and that member assigns the partitions: by range, round robin, sticky or cooperative sticky (partition.assignment.strategy).",
        "With cooperative-sticky alone a member reads on through a rebalance, and gives up only what moves; a second one follows.",
        "Other rebalances are eager: every member gives up all partitions, waits for its running handlers, and joins anew.",
        "With group.protocol=consumer (KIP-848) the broker assigns, and each member gives up and takes by itself, with its heartbeats.",
        "With group.instance.id a process keeps its place while it is away, until its session ends.",
        "A consumer can be told to stop reading (KafkaConsumer.pause): it polls on and fetches nothing. What it gives up in a rebalance is read again by whoever gets it.",
        "A member that was removed and does not know goes on; its commits are refused with ILLEGAL_GENERATION or UNKNOWN_MEMBER_ID.",
        "Offsets are committed where the program says ack or, with enable.auto.commit, by the consumer at its polls; auto.offset.reset decides where a group without one begins.",
    ],
    leaves_out: &[
        "No racks and no share groups.",
        "Members of both protocols do not share a group, as they do in Kafka while it is migrated: whoever comes later waits.",
        "A fetch returns as soon as there is a record (fetch.min.bytes of 1); there is no limit in bytes.",
    ],
    defaults_from: "Apache Kafka 4.0, Java consumer and group coordinator.",
};

const NETWORK: ModelCard = ModelCard {
    title: "Wire",
    models: &[
        "Packets ride on connections, as with TCP: within one they arrive in the order in which they left, once, or the connection breaks.",
        "A cut holds what travels; it arrives when the wire heals, if both ends still keep the connection.",
        "A lossy wire loses packets as an IP network does: the connection sends again after a round trip and 200 ms, then twice that each time, as Linux does; what is behind waits.",
        "A connection that breaks takes what was behind the lost packet with it; whoever waits for an answer tries again.",
        "What a crashed process had sent still arrives; its peers see the end of the connection one hop later.",
    ],
    leaves_out: &[
        "After six losses in a row a connection breaks, where Linux tries for a quarter of an hour; setting one up costs no packet.",
        "No packet is missing or doubled by itself: duplicates come from retries, as in life.",
        "No bandwidth: a packet takes the wire's latency, however large it is and whatever else travels.",
        "Latency is drawn evenly around its mean: no long tail.",
    ],
    defaults_from: "No system: at real timings 1 ms each way, as within a data centre.",
};

/// All cards, in the order of the board from left to right.
pub const MODELS: [&ModelCard; 7] = [&CLIENT, &SERVICE, &STORE, &RELAY, &BROKER, &GROUP, &NETWORK];

/// The cards of what is at a place: a service's own, then those of its store, its relay and its groups.
pub fn model_of(place: Place, board: &Board) -> Vec<&'static ModelCard> {
    let id = match place {
        Place::Wire(_) => return vec![&NETWORK],
        Place::Node(id) => id,
    };
    if board.clients.iter().any(|client| client.id == id) {
        return vec![&CLIENT, &NETWORK];
    }
    if board.brokers.iter().any(|broker| broker.id == id) {
        return vec![&BROKER, &GROUP];
    }
    let Some(service) = board.service(id) else { return Vec::new() };
    let consumes = board.wires.iter().any(|wire| matches!(wire.is, WireKind::Consume { to, .. } if to == id));
    let mut cards = vec![&SERVICE, &STORE];
    cards.extend(service.relay.iter().map(|_| &RELAY));
    cards.extend(consumes.then_some(&GROUP));
    cards
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{NodeId, WireId};

    /// The cards as the documentation has them.
    fn rendered() -> String {
        let mut text = String::new();
        for card in MODELS {
            let list = |lines: &[&str]| lines.iter().map(|line| format!("- {line}\n")).collect::<String>();
            text += &format!(
                "# {}\n\nModelled:\n\n{}\nLeft out:\n\n{}\nDefaults: {}\n\n",
                card.title,
                list(card.models),
                list(card.leaves_out),
                card.defaults_from
            );
        }
        text.trim_end().to_owned() + "\n"
    }

    #[test]
    fn the_documentation_has_the_cards_as_they_are() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/view/models.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == rendered(), "src/view/models.md should read:\n{}", rendered());
    }

    #[test]
    fn every_card_says_what_is_modelled_what_is_not_and_whose_defaults_in_sentences() {
        for card in MODELS {
            assert!(card.models.len() >= 3 && card.leaves_out.len() >= 3, "{}", card.title);
            for line in card.models.iter().chain(card.leaves_out).chain([&card.defaults_from]) {
                assert!(line.ends_with('.') && line.len() < 200, "{}: {line}", card.title);
            }
        }
    }

    #[test]
    fn every_place_of_a_board_has_cards() {
        let board = crate::board::from_json(include_str!("../../public/boards/orders.json")).expect("a board");
        let titles = |place| model_of(place, &board).iter().map(|card| card.title).collect::<Vec<_>>();
        assert_eq!(titles(Place::Node(NodeId(2))), ["Service", "Store", "Outbox relay"]);
        assert_eq!(titles(Place::Node(NodeId(4))), ["Service", "Store", "Consumer group"]);
        assert_eq!(titles(Place::Node(NodeId(3))), ["Broker and topics", "Consumer group"]);
        assert_eq!(titles(Place::Node(NodeId(1))), ["Client", "Wire"]);
        assert_eq!(titles(Place::Wire(WireId(1))), ["Wire"]);
        assert_eq!(titles(Place::Node(NodeId(99))), Vec::<&str>::new());
    }
}
