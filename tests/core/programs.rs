//! What handlers can say: conditions, upserts by version, tracking by place, failure policies, records handled at the
//! same time.

use crosstalk::board::{
    Board, Danger, Do, Gap, HandlerDoc, LineDoc, Often, OnFailure, Pin, PinDoes, ProcessDoes, RequireDoc, Setting, ValueDoc,
    WriteDoc, hazards, validate,
};
use crosstalk::broker::BrokerFact;
use crosstalk::check::Check;
use crosstalk::rpc::RpcFact;
use crosstalk::service::ServiceFact;
use crosstalk::session::Session;
use crosstalk::sim::{LineId, MessageId, NodeId, Span, Time};
use crosstalk::store::{Rollback, StoreFact};
use crosstalk::world::{Entry, Fact};

use crate::support::{EMAILS, ORDERS, PAYMENTS, board, count, found, instance, process, seconds, set, verdict};

pub fn handler(board: &mut Board, service: NodeId) -> &mut HandlerDoc {
    &mut board.service_mut(service).expect("it is on the board").handlers[0]
}

/// Gives a service's handler other lines, numbered from 1.
pub fn program(board: &mut Board, service: NodeId, lines: Vec<Do>) {
    let numbered = (1..).zip(lines).map(|(n, does)| LineDoc { id: LineId(n), does });
    handler(board, service).lines = numbered.collect();
    board.pins.retain(|pin| pin.service != service);
}

pub fn write(op: ValueDoc) -> Do {
    let (table, key) = ("accounts".to_owned(), "customer".to_owned());
    Do::Write(WriteDoc { table, key, op, instead_of: None })
}

pub fn subtract() -> Do {
    write(ValueDoc::Subtract("amount".to_owned()))
}

pub fn work(ms: u32) -> Do {
    Do::Work { ms, spread: 0 }
}

pub fn pinned(board: &mut Board, service: NodeId, after: u16, does: PinDoes) -> &mut Pin {
    let (gap, often) = (Gap::After(LineId(after)), Often::Once);
    board.pins.push(Pin { service, gap, does, often, only: None, key: None, back_after_ms: None });
    board.pins.last_mut().expect("it was pushed")
}

pub fn ran(board: &Board, until: u64) -> Session {
    let mut session = Session::with_seed(board.clone(), 1).expect("the board can be put to work");
    session.seek(seconds(until));
    session
}

/// The facts of a service, as far as they are wanted.
pub fn said<T>(session: &Session, service: NodeId, wanted: impl Fn(&Entry) -> Option<T>) -> Vec<T> {
    session.facts().iter().filter(|entry| entry.who.node == service).filter_map(wanted).collect()
}

fn failed(entry: &Entry) -> Option<(MessageId, Time)> {
    if let Fact::Service(ServiceFact::Failed { message, .. }) = entry.fact { Some((message, entry.at)) } else { None }
}

fn skipped(entry: &Entry) -> Option<MessageId> {
    if let Fact::Service(ServiceFact::Skipped { message, .. }) = entry.fact { Some(message) } else { None }
}

fn acked(entry: &Entry) -> Option<(u16, u32)> {
    match entry.fact {
        Fact::Broker(BrokerFact::OffsetCommitted { partition, offset, .. }) => Some((partition, offset)),
        _ => None,
    }
}

/// The orders whose row changed, in the order of their commits, by row.
fn changes(session: &Session, service: NodeId) -> Vec<(u32, u32)> {
    said(session, service, |entry| match entry.fact {
        Fact::Store(StoreFact::Changed { row, intent, changed: true, .. }) => Some((row, intent.n)),
        _ => None,
    })
}

/// Whether an older order changed a row after a newer one had.
fn goes_back(changes: &[(u32, u32)]) -> bool {
    let back = |at: usize| changes[..at].iter().any(|(row, n)| *row == changes[at].0 && *n > changes[at].1);
    (0..changes.len()).any(back)
}

/// Many orders a second, each handled by one of several workers of one instance.
fn crowded(lines: Vec<Do>) -> Board {
    let mut board = board("orders");
    program(&mut board, PAYMENTS, lines);
    set(&mut board.clients[0].settings, Setting::ArrivalInterval, 200);
    let payments = &mut board.service_mut(PAYMENTS).expect("it is on the board").settings;
    set(payments, Setting::Instances, 1);
    set(payments, Setting::Workers, 6);
    set(payments, Setting::MaxPollRecords, 10);
    set(payments, Setting::ConcurrentHandling, 1);
    board
}

fn dangers(board: &Board, service: NodeId) -> Vec<Danger> {
    hazards(board).into_iter().filter(|hazard| hazard.service == service).map(|hazard| hazard.danger).collect()
}

#[test]
fn records_handled_at_the_same_time_change_rows_out_of_order_and_one_at_a_time_they_do_not() {
    let lines = || vec![Do::Work { ms: 900, spread: 800 }, Do::Begin, subtract(), Do::Commit, Do::Ack];
    let mut board = crowded(lines());
    assert!(goes_back(&changes(&ran(&board, 40), PAYMENTS)));
    assert!(dangers(&board, PAYMENTS).contains(&Danger::LosesOrder));
    set(&mut board.service_mut(PAYMENTS).expect("there").settings, Setting::ConcurrentHandling, 0);
    assert!(!goes_back(&changes(&ran(&board, 40), PAYMENTS)));
    assert_eq!(dangers(&board, PAYMENTS), []);
}

#[test]
fn a_value_set_by_an_older_message_replaces_a_newer_one_unless_versions_are_compared() {
    let amount = || "amount".to_owned();
    let lines = |op| vec![Do::Work { ms: 900, spread: 800 }, Do::Begin, write(op), Do::Commit, Do::Ack];
    let blind = crowded(lines(ValueDoc::Set(amount())));
    assert!(goes_back(&changes(&ran(&blind, 40), PAYMENTS)));
    assert!(dangers(&blind, PAYMENTS).contains(&Danger::SetsOldAgain));
    let versioned = crowded(lines(ValueDoc::SetIfNewer { value: amount(), by: "order".to_owned() }));
    let changes = changes(&ran(&versioned, 40), PAYMENTS);
    assert!(!changes.is_empty() && !goes_back(&changes));
    assert!(!dangers(&versioned, PAYMENTS).contains(&Danger::SetsOldAgain));
}

#[test]
fn an_acknowledgement_of_its_own_offset_loses_what_is_unfinished_below_and_one_of_the_lowest_does_not() {
    let mut board = crowded(vec![Do::Work { ms: 900, spread: 800 }, Do::Begin, subtract(), Do::Commit, Do::Ack]);
    let payments = &mut board.service_mut(PAYMENTS).expect("there").settings;
    set(payments, Setting::AckOf, 1);
    set(payments, Setting::StoreRoundTrip, 0);
    set(payments, Setting::StoreCommit, 0);
    let lost = |board: &Board| {
        let crashed = |after: u64| {
            let mut session = ran(board, after);
            session.act(process(instance(PAYMENTS, 0), ProcessDoes::Crash)).expect("it runs");
            session.act(process(instance(PAYMENTS, 0), ProcessDoes::Restart)).expect("it is down");
            session.seek(seconds(after + 60));
            count(&session, Check::CommittedEarly)
        };
        (12..20).map(crashed).sum::<u64>()
    };
    assert!(dangers(&board, PAYMENTS).contains(&Danger::AcksPast));
    assert!(lost(&board) > 0);
    set(&mut board.service_mut(PAYMENTS).expect("there").settings, Setting::AckOf, 0);
    assert!(!dangers(&board, PAYMENTS).contains(&Danger::AcksPast));
    assert_eq!(lost(&board), 0);
}

#[test]
fn acknowledging_the_lowest_unfinished_offset_commits_all_in_the_end() {
    let mut board = crowded(vec![Do::Work { ms: 900, spread: 800 }, Do::Ack]);
    set(&mut board.clients[0].settings, Setting::ArrivalInterval, 700);
    let session = ran(&board, 60);
    let commits = said(&session, crate::support::BROKER, acked);
    let highest = |partition| commits.iter().filter(|(of, _)| *of == partition).map(|(_, offset)| *offset).max().unwrap_or(0);
    let log = session.world().broker(crate::support::BROKER).expect("there");
    let topic = session.world().names().topic_id("order-events").expect("there");
    for partition in 0..3 {
        let end = log.log(topic, partition).expect("there").end();
        assert!(end > 5 && end - highest(partition) <= 6, "partition {partition}: {} of {end}", highest(partition));
    }
}

#[test]
fn a_condition_that_does_not_hold_rolls_back_and_fails_the_handler() {
    let mut board = board("orders");
    let key = "customer".to_owned();
    let require = RequireDoc { table: "accounts".to_owned(), key, at_least: "amount".to_owned() };
    program(&mut board, PAYMENTS, vec![Do::Begin, Do::Require(require), subtract(), Do::Commit, Do::Ack]);
    handler(&mut board, PAYMENTS).on_failure = OnFailure::Skip;
    let session = ran(&board, 30);
    let guarded = said(&session, PAYMENTS, |entry| {
        matches!(entry.fact, Fact::Store(StoreFact::RolledBack { why: Rollback::Guard, .. })).then_some(())
    });
    let given_up = said(&session, PAYMENTS, skipped).len();
    assert!(given_up > 3 && guarded.len() == given_up);
    assert_eq!(changes(&session, PAYMENTS), []);
    let violation =
        session.checks().violations().iter().find(|violation| violation.check == Check::Poison).expect("nobody did it");
    let story = session.explain(violation).story;
    assert!(matches!(story, crosstalk::check::Story::GivenUp { times: 1, line: LineId(2), .. }), "{story:?}");
    assert!(dangers(&board, PAYMENTS).contains(&Danger::Skips));
}

#[test]
fn a_poison_message_blocks_its_partition_under_retry_and_is_passed_under_retry_then_skip() {
    let mut board = board("orders");
    set(&mut board.service_mut(PAYMENTS).expect("there").settings, Setting::MaxPollInterval, 3_600_000);
    let pin = pinned(&mut board, PAYMENTS, 3, PinDoes::Fail);
    (pin.often, pin.key) = (Often::Always, Some(2));
    let blocked = ran(&board, 60);
    let failures = said(&blocked, PAYMENTS, failed);
    assert!(failures.len() > 10);
    let first = failures[0].0;
    let tries = failures.iter().filter(|(message, _)| *message == first).count();
    assert!(tries > 10, "the same message is tried for ever");
    assert_eq!(said(&blocked, PAYMENTS, skipped), []);

    handler(&mut board, PAYMENTS).on_failure = OnFailure::RetryThenSkip(2);
    let passing = ran(&board, 60);
    let given_up = said(&passing, PAYMENTS, skipped);
    assert!(given_up.len() > 2);
    let failures = said(&passing, PAYMENTS, failed);
    for message in &given_up {
        assert_eq!(failures.iter().filter(|(of, _)| of == message).count(), 3, "it is tried three times");
    }
    assert!(changes(&passing, PAYMENTS).len() > changes(&blocked, PAYMENTS).len());
    assert!(count(&blocked, Check::Poison) > 0);
    assert_eq!(count(&passing, Check::DoneTwice), 0);
}

#[test]
fn pauses_between_retries_grow_by_the_multiplier_up_to_the_maximum() {
    let mut board = board("orders");
    let payments = &mut board.service_mut(PAYMENTS).expect("there").settings;
    let pauses = [(Setting::RetryPause, 500), (Setting::RetryMultiplier, 2), (Setting::RetryMaximum, 3_000)];
    let nothing_else_takes_time = [(Setting::LineTime, 0), (Setting::StoreRoundTrip, 0), (Setting::StoreCommit, 0)];
    for (setting, value) in pauses.into_iter().chain(nothing_else_takes_time) {
        set(payments, setting, value);
    }
    set(payments, Setting::MaxPollInterval, 3_600_000);
    program(&mut board, PAYMENTS, vec![Do::Begin, subtract(), Do::Commit, Do::Ack]);
    pinned(&mut board, PAYMENTS, 2, PinDoes::Fail).often = Often::Always;
    let session = ran(&board, 25);
    let failures = said(&session, PAYMENTS, failed);
    let times: Vec<Time> = failures.iter().filter(|(message, _)| *message == failures[0].0).map(|(_, at)| *at).collect();
    let pauses: Vec<Span> = times.windows(2).map(|pair| pair[1].since(pair[0])).take(5).collect();
    assert_eq!(pauses, [500, 1_000, 2_000, 3_000, 3_000].map(Span::ms));
}

#[test]
fn a_failed_commit_leaves_nothing_and_the_second_try_does_the_work_once() {
    let mut board = board("orders");
    pinned(&mut board, PAYMENTS, 3, PinDoes::Fail);
    let session = ran(&board, 60);
    assert_eq!(said(&session, PAYMENTS, failed).len(), 1);
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn an_instance_that_stops_reads_nothing_more_until_it_is_started_again() {
    let mut board = board("orders");
    handler(&mut board, PAYMENTS).on_failure = OnFailure::Stop;
    pinned(&mut board, PAYMENTS, 3, PinDoes::Fail).only = Some(0);
    let mut session = ran(&board, 60);
    let stopped = said(&session, PAYMENTS, |entry| {
        matches!(entry.fact, Fact::Service(ServiceFact::StoppedReading { .. })).then_some((entry.who, entry.at))
    });
    let [(who, at)] = stopped[..] else { panic!("{stopped:?}") };
    assert_eq!(who.ordinal, 0);
    let began = |session: &Session, since: Time| {
        let starts = session.facts().iter().filter(|entry| entry.at > since && entry.who.node == PAYMENTS);
        let starts = starts.filter(|entry| matches!(entry.fact, Fact::Service(ServiceFact::Started { .. })));
        starts.filter(|entry| entry.who.ordinal == 0).count()
    };
    assert_eq!(began(&session, at), 0);
    assert_eq!(verdict(&session), [0, 0, 0], "the others do its work");
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Crash)).expect("it runs");
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Restart)).expect("it is down");
    let restarted = session.now();
    session.seek(seconds(120));
    assert!(began(&session, restarted) > 0);
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn a_request_that_is_given_up_gets_an_error_and_the_client_asks_again() {
    let mut board = board("orders");
    handler(&mut board, ORDERS).on_failure = OnFailure::Skip;
    pinned(&mut board, ORDERS, 3, PinDoes::Fail);
    let session = ran(&board, 60);
    let errors = said(&session, crate::support::SHOP, |entry| match entry.fact {
        Fact::Rpc(RpcFact::ErrorAnswered { message, attempt: 1 }) => Some(message),
        _ => None,
    });
    assert_eq!((errors.len(), said(&session, ORDERS, skipped).len()), (1, 1));
    let answered = said(&session, crate::support::SHOP, |entry| match entry.fact {
        Fact::Rpc(RpcFact::Answered { message, attempt: 2 }) => Some(message),
        _ => None,
    });
    assert_eq!(answered, errors);
    assert_eq!(verdict(&session), [0, 0, 0]);
}

#[test]
fn tracked_messages_are_forgotten_after_their_time_and_done_again_when_they_come_later() {
    let mut board = board("orders");
    program(&mut board, PAYMENTS, vec![Do::Begin, Do::Track, subtract(), Do::Commit, Do::Ack]);
    pinned(&mut board, PAYMENTS, 4, PinDoes::Crash);
    assert_eq!(verdict(&ran(&board, 60))[1], 0);
    set(&mut board.service_mut(PAYMENTS).expect("there").settings, Setting::ProcessedKeep, 1_000);
    let session = ran(&board, 60);
    let forgotten = said(&session, PAYMENTS, |entry| match entry.fact {
        Fact::Store(StoreFact::Forgotten { message, .. }) => Some(message),
        _ => None,
    });
    assert!(forgotten.len() > 3);
    assert_eq!(found(&session), [(Check::DedupHole, 1)], "the crash gave the record back after more than a second");
    assert!(dangers(&board, PAYMENTS).contains(&Danger::Forgets));
}

#[test]
fn a_program_that_cannot_run_is_refused_with_its_line_and_the_mend() {
    let refused = |service, lines: Vec<Do>| {
        let mut board = board("orders");
        program(&mut board, service, lines);
        validate(&board).expect_err("it cannot run").to_string()
    };
    let require = |key: &str| Do::Require(RequireDoc { table: "a".into(), key: key.into(), at_least: "amount".into() });
    let newer = |by: &str| write(ValueDoc::SetIfNewer { value: "amount".into(), by: by.into() });
    for (service, lines, said) in [
        (ORDERS, vec![Do::TrackOffset, Do::Reply], ["handlers[0].lines[0]", "track its message id"]),
        (PAYMENTS, vec![Do::Begin, require("who"), Do::Commit], ["lines[1].do.require.key", "take order or customer or amount"]),
        (PAYMENTS, vec![newer("version")], ["lines[0].do.write.op.by", "OrderPlaced has no field \"version\""]),
        (EMAILS, vec![Do::Track, Do::Track], ["lines[1]", "take one of the two away"]),
        (EMAILS, vec![Do::Begin], ["lines", "add a commit"]),
    ] {
        let problem = refused(service, lines);
        assert!(said.iter().all(|part| problem.contains(part)), "{problem}");
    }
    let mut board = board("orders");
    handler(&mut board, ORDERS).on_failure = OnFailure::Stop;
    assert!(validate(&board).expect_err("refused").to_string().contains("let it retry or skip"));
    handler(&mut board, ORDERS).on_failure = OnFailure::RetryThenSkip(0);
    assert!(validate(&board).expect_err("refused").to_string().contains("1 to 1000 times, not 0"));
}
