//! The terms of single checks.

use super::Term;
use super::terms::term;

/// One for each check.
pub(super) const CHECKS: &[Term] = &[
    term("Lost", &[], "A check: a request that was answered never had an effect that it should have had."),
    term("Done twice", &[], "A check: a request had the same effect twice, such as a charge for one order on two occasions."),
    term(
        "Row, no message",
        &["row without message"],
        "A check: a row was committed, and the message that should tell of it reached no log.",
    ),
    term(
        "Message, no row",
        &["message without row"],
        "A check: a message reached a log, and the row that it tells of was never committed.",
    ),
    term(
        "Out of order",
        &[],
        "A check: a message changed a row after a later one for the same row had changed it. Later is what was committed later where it was made.",
    ),
    term(
        "Skipped row",
        &["skipped rows"],
        "A check: a relay has passed a committed row of its outbox and will never publish it, as when it got its id early and committed late.",
    ),
    term(
        "Outbox grows",
        &[],
        "A check: the rows of an outbox that are not published, or those that are and are not deleted, have grown in number for a long time.",
    ),
    term(
        "Dedup hole",
        &["dedup holes"],
        "A check: a handler that tracks messages did one twice or never, since it does not track in the transaction of the effect.",
    ),
    term(
        "Stuck",
        &[],
        "A check: a partition, a process or an outbox has work and has got nowhere with it for three times as long as anything may take.",
    ),
    term(
        "Poison",
        &[],
        "A check: the handling of one message fails whenever it is tried, so that what is behind it waits; or it was given up.",
    ),
    term(
        "Pool dry",
        &[],
        "A check: the connections to a service's store are in use so much that somebody has waited for one nearly all the time, for store.connection.timeout.ms in all.",
    ),
    term(
        "Committed early",
        &[],
        "A check: the offset of a record was committed, and the record was never handled. Nobody in the group reads it again.",
    ),
    term(
        "Passed over",
        &[],
        "A check: a group that had committed no offset began to read behind records, as auto.offset.reset=latest has it.",
    ),
    term(
        "Rebalance storm",
        &["rebalance storms"],
        "A check: members of a group were removed and came back at least four times, as quickly as may be. Whoever is slow between two polls does so for ever.",
    ),
    term(
        "Hot partition",
        &["hot partitions"],
        "A check: of 60 records one partition got at least six times as many as the others on average, it is read no less than they are, and yet nearly all that waits lies there.",
    ),
    term(
        "Stuck group",
        &["stuck groups"],
        "A check: a group that rebalances has records to read, and nobody is handed any for as long as session.timeout.ms.",
    ),
];
