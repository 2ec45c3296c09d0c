//! The table of terms, without those of single checks.

use super::Term;

pub(super) const fn term(name: &'static str, also: &'static [&'static str], explanation: &'static str) -> Term {
    Term { name, also, explanation, in_texts: true }
}

/// A word of programs and headings: elsewhere it is plain English.
const fn word(name: &'static str, explanation: &'static str) -> Term {
    Term { name, also: &[], explanation, in_texts: false }
}

/// The terms. A text about Kafka uses Kafka's; where two things share a word, each says what it is not.
pub(super) const TERMS: &[Term] = &[
    // Messages.
    term(
        "message",
        &["messages"],
        "A header (id, type, key) and a body. What a service sends to another, through a broker or as a request.",
    ),
    word("id", "The message id: it stays the same when the message is delivered, or published, again."),
    term(
        "message id",
        &["message ids"],
        "Names a message wherever it goes. It stays the same when the message is delivered, or published, again.",
    ),
    term(
        "intent",
        &["intents"],
        "What the business meant, once: this order, whatever messages and attempts it takes. Checks compare intents with what the stores hold.",
    ),
    term("command", &["commands"], "A message that asks for something to be done. It is drawn as a square."),
    term("event", &["events"], "A message that tells of something that has happened. It is drawn as a circle."),
    word("document", "As a kind of message: one that carries data, drawn as a diamond. The board itself is a document, too."),
    term("request", &["requests"], "A message that somebody waits for the answer to."),
    term(
        "key",
        &["keys"],
        "Decides a record's partition: Kafka's producer hashes it (murmur2). Records of one key stay in their order.",
    ),
    term(
        "delivered again",
        &["redelivered", "redelivery"],
        "The same message reached the same reader a second time, as after a crash before its offset was committed. It is drawn with a double ring.",
    ),
    term(
        "duplicate",
        &["duplicates"],
        "A message that says what another said before: the same id, delivered or published again.",
    ),
    // The broker.
    term(
        "broker",
        &["brokers"],
        "Keeps topics on disk and hands their records out. Kafka's is a cluster; this one is a single machine that keeps its log through a crash.",
    ),
    term(
        "topic",
        &["topics"],
        "A named log of records, cut into partitions. Every consumer group reads all of it, at its own pace.",
    ),
    term(
        "partition",
        &["partitions"],
        "One of a topic's logs. Records keep their order within it, and in each group one member at a time reads it.",
    ),
    term("record", &["records"], "A message in a partition, at its offset. Reading does not remove it."),
    term(
        "offset",
        &["offsets"],
        "A record's place in its partition, counted from 0. It belongs to the log; a message that is published again gets another.",
    ),
    word("end", "The offset that the next record of the partition will get. Kafka calls it the log end offset."),
    term(
        "high watermark",
        &["high watermarks"],
        "Up to where all replicas in sync have a partition, and consumers may read. With one broker it is the log's end.",
    ),
    term(
        "producer",
        &["producers"],
        "The part of a service that sends records to the broker, chooses their partitions and tries again.",
    ),
    term(
        "acks",
        &[],
        "A producer's setting: whose acknowledgement it waits for, none (0), the leader's (1) or all replicas' in sync (all). Not the ack of a consumer.",
    ),
    // Consumer groups.
    term("consumer", &["consumers"], "The part of an instance that joins a group, fetches records and commits offsets."),
    term(
        "consumer group",
        &["consumer groups", "group", "groups"],
        "Consumers that share a topic's partitions: each record goes to one of them. Another group reads all of it again.",
    ),
    term(
        "member",
        &["members"],
        "One consumer in its group. The coordinator knows it by a member id, and until its session times out.",
    ),
    term(
        "coordinator",
        &["group coordinator"],
        "The part of the broker that keeps a group's members, its generation and its committed offsets.",
    ),
    term(
        "leader",
        &["group leader"],
        "Of a group: the member that assigns the partitions, in Kafka's classic protocol. Of a partition: the replica that takes the writes.",
    ),
    term(
        "generation",
        &["generations"],
        "Counts a group's rebalances. A heartbeat or an offset commit that names an older one is refused.",
    ),
    term(
        "epoch",
        &["epochs"],
        "In the consumer protocol, counts the changes of a group; each member has the epoch that it has come to. A commit with an older one is refused.",
    ),
    term("assignment", &["assignments"], "Which member reads which partition, in one generation of a group."),
    term("owner", &["owners"], "The member that a partition is assigned to."),
    term(
        "rebalance",
        &["rebalances", "rebalanced", "rebalancing"],
        "A group's members stop, join anew and share the partitions again, as when one joins, leaves or dies. With eager assignors nobody reads meanwhile.",
    ),
    term(
        "zombie",
        &["zombies"],
        "A member that has been removed from its group and does not know it: it works on what is another's by now. Its offset commits are refused, its effects are not.",
    ),
    term("heartbeat", &["heartbeats"], "A member's sign of life to the coordinator, every heartbeat.interval.ms."),
    term(
        "session timeout",
        &["session timeouts"],
        "How long the coordinator waits for a heartbeat before it removes a member (session.timeout.ms).",
    ),
    term(
        "position",
        &["positions"],
        "The offset that a partition's owner reads next. It is in memory: a crash forgets it, and the committed offset counts. A hollow caret.",
    ),
    term(
        "committed offset",
        &["committed offsets"],
        "Where the group starts to read again after a crash or a rebalance; the broker keeps it. Not a commit of a database. A solid caret.",
    ),
    word("committed", "The committed offset: where the group starts to read again after a crash. Nothing of a database."),
    word("behind", "The lag: how many records the group has yet to read and commit."),
    term("lag", &[], "How many records lie between a group's committed offset and the end of the partition."),
    term("long poll", &[], "A fetch that the broker holds until there is a record, or until fetch.max.wait.ms is over."),
    term("client id", &[], "A name that a client gives itself (client.id). The coordinator makes member ids from it."),
    // Services and their programs.
    term("service", &["services"], "A program with a database of its own, run by one instance or more."),
    term("client", &["clients"], "Stands for the world outside: it sends requests on its schedule, whatever becomes of them."),
    term("instance", &["instances"], "One running process of a service. A crash takes its memory, never the store."),
    term("process", &["processes"], "Anything that runs and can crash: an instance, a relay, a broker."),
    term(
        "worker",
        &["workers"],
        "Handles one message at a time. An instance with several handles messages of several partitions at once.",
    ),
    term("store", &["stores"], "A service's private database: tables, transactions, row locks. It survives crashes."),
    term("handler", &["handlers"], "The program that a service runs for one type of message."),
    word("on", "The type of message that starts this program."),
    word("from", "The topic that the message is read from."),
    word("as", "The consumer group that the instances join to read it."),
    word("work", "Holds a worker for this long, as computing or waiting for a slow system would."),
    word("begin", "Begins a transaction in the service's own database. A crash before its commit leaves nothing of it."),
    term(
        "commit",
        &[],
        "Of a database: all writes of the transaction become visible together, or none. Not the committed offset of a group.",
    ),
    term(
        "transaction",
        &["transactions"],
        "Writes to one database that happen together or not at all. It ends at the database: no message rides in it but through an outbox.",
    ),
    word("write", "Writes a row of the service's own database."),
    term("lock", &["locks", "locked"], "Holds a row for one transaction until it ends; others wait in line."),
    word(
        "track",
        "Inserts the message id into processed_messages, in the same transaction. If it is there already: roll back, acknowledge, done.",
    ),
    term(
        "tracks ids",
        &["tracking ids", "message tracking", "tracked ids"],
        "The handler keeps the ids of messages it has handled, in the transaction of its work, so that a second delivery changes nothing.",
    ),
    term("processed_messages", &[], "The table of ids of messages that were handled. Eventuate Tram calls it received_messages."),
    term(
        "idempotent",
        &["is idempotent", "idempotence"],
        "Done twice is the same as done once, as with setting a value or inserting a row by the order's number.",
    ),
    word(
        "require",
        "Goes on only if a row's value is great enough; otherwise the transaction is rolled back, and the handler has failed.",
    ),
    term(
        "tracks ids first",
        &["tracks ids last"],
        "The ids are kept in a transaction of their own, before the work or after it: a crash between the two loses the work, or does it again.",
    ),
    term(
        "tracks offsets",
        &[],
        "The handler keeps the places of records, not the ids of messages: what is published again has a new place and is not recognised.",
    ),
    term(
        "poison message",
        &["poison messages", "poison pill"],
        "A message whose handling fails whenever it is tried. Its partition waits behind it, or it is given up.",
    ),
    term(
        "dead letter",
        &["dead letters", "dead letter topic", "DLT"],
        "A record that could not be handled, kept in a topic of its own: what is behind it goes on, and somebody can see to it later.",
    ),
    term("does it again", &[], "A message that comes a second time has its effects a second time."),
    term(
        "outbox",
        &["outboxes", "transactional outbox"],
        "A table for messages that are to be published. The row rides in the transaction of the business change, so neither is there without the other.",
    ),
    term(
        "relay",
        &["relays", "polling publisher"],
        "The process that reads the outbox, publishes its rows and records that. It may publish twice. One that reads by cursor can also pass a row over.",
    ),
    term("publish", &["publishes"], "Hands a message to the broker and waits as the setting acks says."),
    term(
        "dual write",
        &["dual writes"],
        "One change in two systems, a database and a broker, without a transaction over both. A crash between the two leaves one without the other.",
    ),
    term("reply", &["replies"], "Answers the request: the client has been told, and the system has accepted it."),
    term(
        "ack",
        &[],
        "Commits the offset: the group will not read this record again. Its place in the program is the delivery guarantee. Not the acks of a producer.",
    ),
    term(
        "fencing token",
        &["fencing tokens", "fenced", "fence"],
        "A number that grows whenever a partition gets a new owner: its generation. The store refuses the work of an older one, so that a zombie does nothing. What was done before the new owner came is not recognised by it.",
    ),
    term(
        "at least once",
        &["at-least-once"],
        "What is acknowledged after handling is delivered again if a crash comes between. Nothing is lost, something may be done twice.",
    ),
    term(
        "at most once",
        &["at-most-once"],
        "What is acknowledged before handling is never delivered again. Nothing is done twice, something may be lost.",
    ),
    word(
        "poll",
        "Of a relay: reads rows of the outbox that are not marked as published, or that come after the last id. Of a consumer: asks for the next records.",
    ),
    term(
        "log of commits",
        &["commit log", "write-ahead log", "binlog"],
        "The store's list of all committed changes, in the order of the commits. A relay that tails it misses nothing and keeps that order.",
    ),
    word("tail", "Of a relay: reads the log of commits from its position on, instead of asking the outbox's table."),
    word("save", "Of a relay: writes down how far it has got. After a crash it goes on from there, and repeats what came since."),
    term(
        "lease",
        &["leases"],
        "A right that runs out unless it is renewed. Of several relays the one with the lease works; the others wait until it runs out.",
    ),
    term(
        "connection pool",
        &["pool of connections"],
        "The connections to a store that its service's processes share. A transaction holds one to its end; who finds none free waits.",
    ),
    word("mark", "Marks the rows that were published, so that the relay does not publish them again."),
    term(
        "retry",
        &["retries"],
        "The same thing tried again after a failure. Whoever retries must expect that the first attempt did arrive.",
    ),
    term(
        "timeout",
        &["timeouts"],
        "How long somebody waits before giving up. It says nothing about whether the other side did the work.",
    ),
    term("backoff", &[], "The rest before the next attempt, so that what is in trouble is not pressed further."),
    // The network and its failures.
    term("wire", &["wires"], "A network path. Its latency is set; while it is cut, what travels waits."),
    term(
        "cut",
        &["cuts"],
        "The wire lets nothing through, one way or both. Packets arrive when it heals, if their connection still lives.",
    ),
    term("latency", &[], "How long a packet travels a wire, one way."),
    term("crash", &["crashes", "crashed"], "The process dies and loses its memory. Its store, and what it had sent, stay."),
    term(
        "pause",
        &["pauses", "paused"],
        "The process stands still, as in a long garbage collection. It does not know, and goes on as if nothing had been.",
    ),
    term("pin", &["pins"], "A failure that waits between two lines of a program for whoever comes there."),
    word("planned", "A failure that the board's file has at a time of its own. It happens in every run."),
    // Time, runs and verdicts.
    term(
        "virtual time",
        &[],
        "The clock of the run. It goes as fast as you let it, stands still when you pause, and can be gone back in.",
    ),
    term("cursor", &[], "The moment that the board shows."),
    term("frontier", &[], "How far the run has got. What lies before it is known and can be gone back to."),
    term(
        "branch",
        &["branches"],
        "Another future: doing something in the past leaves the old one, which stays to be taken again.",
    ),
    term(
        "seed",
        &["seeds"],
        "A number that all chance of a run comes from. The same board, seed and actions give the same run, bit for bit.",
    ),
    term("fingerprint", &["fingerprints"], "A hash of everything that happened. Two runs with the same one were the same."),
    term(
        "fact",
        &["facts"],
        "One thing that happened: when, to whom, and what set it off. Everything on the screen is read off them.",
    ),
    term(
        "classroom timings",
        &[],
        "Defaults slow enough to be watched at 1×: a hop takes a third of a second, a session times out after 6 s.",
    ),
    term("real timings", &[], "The defaults of the real systems: Kafka's session timeout of 45 s, and hops of a millisecond."),
    term("pending", &[], "Missing so far, and it may still come: something alive can bring it. It counts as no violation."),
    term("confirmed", &[], "Certain, and never taken back: nothing that is alive could still change it."),
    term("violation", &["violations"], "A check that does not hold, for one request, with the reasons why."),
];
