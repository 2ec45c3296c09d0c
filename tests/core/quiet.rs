//! Skipping quiet time: it goes right before what happens next, and changes nothing of the run.

use crosstalk::board::{Action, Board, ProcessDoes, Setting};
use crosstalk::net::NetFact;
use crosstalk::session::{Quiet, Session};
use crosstalk::sim::{Span, Time};
use crosstalk::world::{Acted, Entry, Fact, ProcessFact};

use crate::support::{PAYMENTS, SHOP, board, instance, on, process, seconds, session, set, without};

/// A board whose client seldom sends anything.
fn seldom(name: &str) -> Board {
    let mut board = board(name);
    board.clients.iter_mut().for_each(|client| set(&mut client.settings, Setting::ArrivalInterval, 40_000));
    board
}

/// Whether anybody would want to see a fact, said otherwise than the code says it: it names a message, or is a failure, or was done.
fn is_seen(entry: &Entry) -> bool {
    match entry.fact {
        Fact::Process(fact) => fact != ProcessFact::Started,
        Fact::Acted(acted) => acted != Acted::Began,
        Fact::Net(NetFact::WireCut { .. } | NetFact::WireSlowed { .. } | NetFact::WireLossy { .. }) => true,
        fact => fact.message().is_some(),
    }
}

/// Plays as the page does, a frame after the other, and skips what is quiet. Gives what was skipped.
fn played(session: &mut Session, until: Time) -> Vec<(Time, Time)> {
    let mut skipped = Vec::new();
    while session.now() < until {
        let from = session.now();
        match session.skip_quiet() {
            Quiet::Skipped(span) => {
                assert_eq!(session.now(), from + span);
                skipped.push((from, session.now()));
            }
            Quiet::Not(_) => assert_eq!(session.now(), from),
            Quiet::Endless => panic!("something happens within two minutes of {from}"),
        }
        session.play(session.now() + Span::ms(16), u32::MAX);
    }
    skipped
}

#[test]
fn what_is_skipped_is_quiet_and_ends_right_before_the_next_thing_to_be_seen() {
    for name in ["orders", "out-of-the-outbox", "two-hands"] {
        let mut session = Session::new(seldom(name)).expect("it fits together");
        let skipped = played(&mut session, seconds(200));
        let whole: u64 = skipped.iter().map(|(from, to)| to.since(*from).as_ms()).sum();
        assert!(whole > 100_000, "{name}: only {whole} ms of 200 s are skipped");
        for (from, to) in &skipped {
            assert!(to.since(*from) >= Span::secs(1));
            let inside = session.facts().iter().find(|entry| entry.at > *from && entry.at <= *to && is_seen(entry));
            assert_eq!(inside, None, "{name}: skipped from {from} to {to}");
        }
        let lands = |(_, to): &&(Time, Time)| session.facts().iter().any(|entry| entry.at == *to + Span(1) && is_seen(entry));
        // A rebalance and a violation are to be seen as well, and a look ends somewhere.
        let exact = skipped.iter().filter(lands).count();
        assert!(exact * 4 >= skipped.len() * 3, "{name}: {exact} of {}", skipped.len());
    }
}

#[test]
fn a_run_whose_quiet_time_was_skipped_is_the_same_run() {
    let mut skipping = Session::new(seldom("orders")).expect("it fits together");
    skipping.seek(seconds(20));
    skipping.act(process(instance(PAYMENTS, 0), ProcessDoes::Pause)).expect("it runs");
    played(&mut skipping, seconds(150));
    let mut plain = Session::new(seldom("orders")).expect("it fits together");
    plain.seek(seconds(20));
    plain.act(process(instance(PAYMENTS, 0), ProcessDoes::Pause)).expect("it runs");
    plain.seek(skipping.now());
    assert_eq!(skipping.fingerprint(), plain.fingerprint());
    assert_eq!(skipping.facts(), plain.facts());
    assert_eq!(skipping.checks().violations().len(), plain.checks().violations().len());
}

#[test]
fn a_failure_that_is_planned_for_quiet_time_is_gone_to_and_so_is_one_that_was_done_before() {
    let mut board = seldom("orders");
    set(&mut board.clients[0].settings, Setting::FirstArrival, 60_000);
    board.plan(seconds(30), process(instance(PAYMENTS, 0), ProcessDoes::Crash));
    let mut session = Session::new(board).expect("it fits together");
    session.seek(seconds(40));
    session.act(Action::Send { client: SHOP }).expect("it can send");
    for from in [12, 33] {
        session.seek(seconds(from));
        // Groups settle after the start and after the crash.
        while let Some(at) = session.forward(crosstalk::session::Stride::Moment).filter(|at| *at < seconds(from + 6)) {
            assert!(at >= seconds(from));
        }
        session.seek(seconds(from));
        let to = std::iter::from_fn(|| match session.skip_quiet() {
            Quiet::Skipped(_) => Some(session.now() + Span(1)),
            _ => {
                on(&mut session, 1);
                (session.now() < seconds(45)).then_some(Time::ZERO)
            }
        });
        let ends: Vec<Time> = to.collect();
        let due = if from == 12 { seconds(30) } else { seconds(40) };
        assert!(ends.contains(&due), "from {from} s: {ends:?}");
    }
}

#[test]
fn nothing_is_skipped_while_a_message_moves_and_where_nothing_happens_any_more() {
    let mut session = session("orders");
    session.seek(seconds(4) + Span::ms(100));
    let moving = session.world().net().in_flight(session.now()).count();
    assert!(moving > 0, "the first request is on its way");
    assert_eq!(session.skip_quiet(), Quiet::Not(session.now()));
    let mut board = board("orders");
    without(&mut board, SHOP);
    let mut session = Session::new(board).expect("it fits together");
    session.seek(seconds(20));
    let hash = session.fingerprint();
    assert_eq!((session.skip_quiet(), session.now(), session.fingerprint()), (Quiet::Endless, seconds(20), hash));
}
