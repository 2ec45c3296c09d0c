//! What the panel of failures, the menus and the strip say about what can be broken, is broken, and is planned to be.

use crosstalk::board::{Action, Process, ProcessDoes, Storm, WireKind};
use crosstalk::check::Check;
use crosstalk::editor::{Desk, Operation};
use crosstalk::net::{Cut, Loss, PacketDoes, Slow};
use crosstalk::session::Session;
use crosstalk::sim::{Role, Span, Time, WireId};
use crosstalk::view::{Aim, Breakable, Breaking, Broken, Failure, PlanState, Selection, Target, in_seconds, soon, typed_seconds};

use crate::support::{BROKER, ORDERS, PAYMENTS, SHOP, board, instance, process, seconds, session};

fn breaking(session: &Session, planned: bool) -> Breaking {
    session.breaking(&session.frame(Selection::Nothing), planned)
}

fn thing(session: &Session, what: Broken) -> Breakable {
    let mut things = breaking(session, false).things.into_iter();
    things.find(|thing| thing.what == what).expect("it is on the board")
}

fn verbs(list: &[Failure]) -> Vec<&str> {
    list.iter().map(|failure| failure.verb).collect()
}

fn first_wire(session: &Session) -> WireId {
    session.board().wires[0].id
}

#[test]
fn a_wire_offers_what_is_not_so_already_and_says_what_is_wrong_with_it() {
    let mut session = session("orders");
    session.seek(seconds(2));
    let wire = first_wire(&session);
    let whole = thing(&session, Broken::Wire(wire));
    assert_eq!(verbs(&whole.failures), ["Cut", "Cut there", "Cut back", "Slow", "Lossy"]);
    assert_eq!(whole.state, "");
    assert_eq!(whole.failures[1].words, "Cut what goes to Orders");
    for failure in [whole.failures[3].clone(), whole.failures[4].clone()] {
        session.act(failure.action).expect("it is offered");
    }
    let bad = thing(&session, Broken::Wire(wire));
    assert_eq!(verbs(&bad.failures), ["Heal", "Cut", "Cut there", "Cut back"]);
    assert_eq!(bad.state, "5 × as long, 30 % are lost and come late, 5 % break their connection");
    session.act(bad.failures[0].action.clone()).expect("it is offered");
    assert_eq!(thing(&session, Broken::Wire(wire)), whole);
}

#[test]
fn a_wire_that_is_too_slow_for_whoever_waits_for_answers_over_it_says_so_with_both_times() {
    let mut session = session("orders");
    session.seek(seconds(2));
    let publishes = session.board().wires.iter().find(|wire| matches!(wire.is, WireKind::Publish { from: ORDERS, .. }));
    let publishes = publishes.expect("Orders publishes").id;
    let slow = |session: &Session, wire| {
        let all = session.wire_failures(wire, false).into_iter();
        all.filter(|failure| matches!(failure.verb, "Slow" | "Heal")).map(|failure| failure.note).collect::<Vec<_>>()
    };
    let notes = slow(&session, publishes);
    let [note] = notes.as_slice() else { panic!("{notes:?}") };
    assert!(note.contains("longer than request.timeout.ms of Orders: 3 s"), "{note}");
    assert!(note.starts_with("A round trip then takes about 3."), "{note}");
    // Requests of the shop wait for 6 s: five times as slow, their answers still come in time.
    let calls = first_wire(&session);
    assert_eq!(slow(&session, calls), [""]);
    session.act(Action::Slow { wire: calls, slow: Slow { times: 20, extra_ms: 0 } }).expect("it can be slowed");
    let notes = slow(&session, calls);
    assert!(notes[0].contains("longer than call.timeout.ms of Web shop: 6 s"), "{notes:?}");
}

#[test]
fn everything_offered_for_any_thing_is_taken_unless_it_says_why_not() {
    let mut session = session("orders");
    session.seek(seconds(4));
    for thing in breaking(&session, false).things {
        for failure in thing.failures {
            let mut other = crate::support::session("orders");
            other.seek(seconds(4));
            assert_eq!(failure.refused, "");
            other.act(failure.action).unwrap_or_else(|problem| panic!("{}: {problem}", failure.words));
        }
    }
}

#[test]
fn a_broker_can_lose_its_power_and_a_client_cannot_fail() {
    let session = session("orders");
    let broker = Process { node: BROKER, role: Role::Broker, ordinal: 0 };
    let offered = thing(&session, Broken::Process(broker));
    assert_eq!(verbs(&offered.failures), ["Crash", "Pause", "Power loss"]);
    assert_eq!(offered.failures[2].words, "Cut the power of Broker");
    let all = breaking(&session, false).things;
    assert!(!all.iter().any(|thing| matches!(thing.what, Broken::Process(process) if process.role == Role::Client)));
}

#[test]
fn for_a_plan_everything_is_offered_whatever_the_state_is_now() {
    let session = session("orders");
    let all = breaking(&session, true).things;
    let of = |what: Broken| all.iter().find(|thing| thing.what == what).map(|thing| verbs(&thing.failures));
    assert_eq!(of(Broken::Process(instance(PAYMENTS, 0))), Some(vec!["Crash", "Restart", "Pause", "Resume"]));
    assert_eq!(of(Broken::Store(PAYMENTS)), Some(vec!["Slow", "As usual"]));
    assert_eq!(of(Broken::Wire(first_wire(&session))), Some(vec!["Heal", "Cut", "Cut there", "Cut back", "Slow", "Lossy"]));
}

#[test]
fn the_plan_says_what_is_to_come_what_happened_and_what_was_passed_over_and_why() {
    let mut desk = Desk::new(session("orders"));
    let crash = || process(instance(PAYMENTS, 0), ProcessDoes::Crash);
    for at in [8, 4, 6] {
        desk.edit(None, |board, ids| Operation::Plan(seconds(at), crash()).make(board, ids, &[])).expect("it is to come");
    }
    desk.session_mut().seek(seconds(7));
    let rows = desk.session().plan_rows();
    assert_eq!(rows.iter().map(|row| row.at).collect::<Vec<_>>(), [4, 6, 8].map(seconds));
    assert_eq!(rows[0].state, PlanState::Happened);
    assert_eq!(rows[1].state, PlanState::PassedOver("It does not run.".to_owned()));
    assert_eq!(rows[2].state, PlanState::ToCome);
    assert!(rows[2].label.ends_with("crashes"), "{}", rows[2].label);
    desk.session_mut().seek(seconds(1));
    assert!(desk.session().plan_rows().iter().all(|row| row.state == PlanState::ToCome), "the cursor went back");
}

#[test]
fn storms_are_offered_for_each_service_and_each_entry_of_one_has_words() {
    let mut desk = Desk::new(session("orders"));
    let storms = breaking(desk.session(), false).storms;
    assert!(storms.iter().any(|offer| offer.words == "A rolling restart of Payments" && offer.refused.is_empty()));
    assert_eq!(storms[0].storm, Storm::FlakyNetwork);
    for offer in storms {
        let at = soon(desk.session().now(), Span::ZERO);
        let planned = desk.edit(None, |board, ids| Operation::Storm(offer.storm, at).make(board, ids, &[]));
        planned.unwrap_or_else(|problem| panic!("{}: {problem}", offer.words));
    }
    assert!(desk.session().plan_rows().iter().all(|row| !row.label.is_empty()));
}

#[test]
fn a_message_on_its_way_can_be_broken_and_is_sent_again() {
    let mut session = session("orders");
    let mut dots = Vec::new();
    let message = loop {
        session.step();
        session.dots(&session.frame(Selection::Nothing), &mut dots);
        if let Some(dot) = dots.first() {
            break dot.message;
        }
    };
    let offered = session.message_failures(message);
    assert_eq!(verbs(&offered), ["Break", "Delay", "Overtake"]);
    assert_eq!([offered[0].refused.as_str(), offered[1].refused.as_str()], ["", ""]);
    assert_eq!(offered[2].refused, "Nothing that carries a message is behind it on this wire.");
    session.act(offered[0].action.clone()).expect("it is on its way");
    assert_eq!(session.message_failures(message), [], "it is gone");
    let late = session.act(offered[0].action.clone()).expect_err("it is gone").to_string();
    assert!(late.starts_with("that packet is not on its way"), "{late}");
    let again = loop {
        assert!(session.step() && session.now() < seconds(60), "its sender tries again");
        session.dots(&session.frame(Selection::Nothing), &mut dots);
        if let Some(dot) = dots.iter().find(|dot| dot.message == message) {
            break dot.again;
        }
    };
    assert!(again, "it has the ring of what comes again");
}

#[test]
fn the_packet_of_a_message_that_is_held_up_comes_later() {
    let mut session = session("orders");
    let mut dots = Vec::new();
    while dots.is_empty() {
        session.step();
        session.dots(&session.frame(Selection::Nothing), &mut dots);
    }
    let delay = session.message_failures(dots[0].message).remove(1);
    assert!(matches!(delay.action, Action::Packet { does: PacketDoes::Delay(2_000), .. }));
    session.act(delay.action).expect("it is on its way");
    let message = dots[0].message;
    session.seek(session.now() + Span::ms(1_900));
    session.dots(&session.frame(Selection::Nothing), &mut dots);
    assert!(dots.iter().any(|dot| dot.message == message), "it is on its way still");
}

#[test]
fn the_strip_has_a_bar_for_as_long_as_a_wire_or_a_database_is_worse_than_usual() {
    let mut session = session("orders");
    let wire = first_wire(&session);
    let mut at = |s: u64, action: Action| {
        session.seek(seconds(s));
        session.act(action).expect("it makes sense");
    };
    at(2, Action::Slow { wire, slow: Slow { times: 3, extra_ms: 0 } });
    at(3, Action::Lossy { wire, loss: Loss { percent: 20, breaks: 0 } });
    at(4, Action::SlowStore { service: PAYMENTS, times: 10 });
    at(5, Action::Cut { wire, cut: Cut::ToClient });
    at(6, Action::Heal { wire });
    at(7, Action::SlowStore { service: PAYMENTS, times: 1 });
    session.seek(seconds(9));
    let bars: Vec<(Time, Time, String)> = session.strip().failures.into_iter().map(|bar| (bar.from, bar.to, bar.label)).collect();
    let name = "from Web shop to Orders";
    let wanted = [
        (2, 6, format!("the wire {name} is slow: 3 × as long")),
        (3, 6, format!("the wire {name} is lossy: 20 % are lost and come late")),
        (4, 7, "the database of Payments takes 10 × as long".to_owned()),
        (5, 6, format!("the wire {name} cut for responses")),
    ];
    assert_eq!(bars, wanted.map(|(from, to, label)| (seconds(from), seconds(to), label)));
}

#[test]
fn what_is_planned_for_soon_lies_after_now_at_a_whole_tenth_of_a_second() {
    assert_eq!(soon(seconds(5), Span::secs(5)), Time(10_100_000));
    assert_eq!(soon(Time(4_321_987), Span::ZERO), Time(4_400_000));
    assert_eq!(typed_seconds(" 12.5 "), Some(Time(12_500_000)));
    assert_eq!(typed_seconds("0.0004"), Some(Time(0)));
    for text in ["", "-1", "soon", "1e99", "NaN"] {
        assert_eq!(typed_seconds(text), None, "{text}");
    }
    assert_eq!(in_seconds(Time(12_500_000)), "12.5");
}

/// A failure of a thing, taken up to be dropped on another one.
fn taken_up(session: &Session, what: Broken, verb: &str) -> Aim {
    let failure = thing(session, what).failures.into_iter().find(|failure| failure.verb == verb).expect("it is offered");
    session.aim(&session.frame(Selection::Nothing), failure, false)
}

#[test]
fn a_failure_dropped_on_another_thing_is_done_to_that_one() {
    let mut session = session("orders");
    session.seek(seconds(2));
    let (from, wire) = (instance(PAYMENTS, 1), first_wire(&session));
    let crash = taken_up(&session, Broken::Process(from), "Crash");
    let other = instance(ORDERS, 1);
    let (what, failure) = crash.judge(Target::Process(other)).expect("it runs");
    assert_eq!((what, failure.action), (Broken::Process(other), process(other, ProcessDoes::Crash)));
    let broker = Process { node: BROKER, role: Role::Broker, ordinal: 0 };
    assert_eq!(crash.judge(Target::Node(BROKER)).map(|(what, _)| what), Ok(Broken::Process(broker)));
    let slow = taken_up(&session, Broken::Wire(wire), "Slow");
    assert!(matches!(
        slow.judge(Target::Node(PAYMENTS)),
        Ok((Broken::Store(PAYMENTS), Failure { action: Action::SlowStore { .. }, .. }))
    ));
    assert!(matches!(slow.judge(Target::Wire(wire)), Ok((_, Failure { action: Action::Slow { .. }, .. }))));
    for what in crash.takers().chain(slow.takers()).collect::<Vec<_>>() {
        let drawn = session.frame(Selection::Nothing).rect_of_broken(what).is_some();
        assert_eq!(drawn, !matches!(what, Broken::Wire(_)), "{what:?}");
    }
}

#[test]
fn a_failure_dropped_where_it_cannot_be_says_why() {
    let mut session = session("orders");
    session.seek(seconds(2));
    let wire = first_wire(&session);
    let (from, crashed) = (instance(PAYMENTS, 0), instance(PAYMENTS, 1));
    session.act(process(crashed, ProcessDoes::Crash)).expect("it runs");
    let crash = taken_up(&session, Broken::Process(from), "Crash");
    let no = |aim: &Aim, on| aim.judge(on).expect_err("it cannot be done");
    assert_eq!(no(&crash, Target::Wire(wire)), "“Crash” is for an instance, a relay or a broker.");
    assert_eq!(no(&crash, Target::Node(SHOP)), "“Crash” is for an instance, a relay or a broker.");
    assert_eq!(no(&crash, Target::Node(PAYMENTS)), "“Crash” is for one process: drop it on the row of one.");
    assert_eq!(no(&crash, Target::Process(crashed)), "payments-2 is so already: crashed.");
    assert!(!crash.takers().any(|what| what == Broken::Process(crashed)));
    let cut = taken_up(&session, Broken::Wire(wire), "Cut");
    assert_eq!(no(&cut, Target::Node(BROKER)), "“Cut” is for a wire.");
    let restart = taken_up(&session, Broken::Process(crashed), "Restart");
    assert_eq!(no(&restart, Target::Process(from)), "payments-1 is as usual.");
}

/// The wire over which Payments reads.
fn read_wire(session: &Session) -> WireId {
    let reads = |is: &WireKind| matches!(is, WireKind::Consume { to, .. } if *to == PAYMENTS);
    session.board().wires.iter().find(|wire| reads(&wire.is)).expect("Payments reads").id
}

#[test]
fn who_stops_reading_stays_in_the_group_while_the_lag_grows_and_what_is_stuck_says_so() {
    let mut session = session("orders");
    session.seek(seconds(12));
    let wire = read_wire(&session);
    let offered = |session: &Session| {
        let verbs = thing(session, Broken::Wire(wire)).failures.into_iter().map(|failure| failure.verb);
        verbs.filter(|verb| matches!(*verb, "Stop reading" | "Read on")).collect::<Vec<_>>()
    };
    assert_eq!(offered(&session), ["Stop reading"]);
    session.act(Action::Reading { wire, stops: true }).expect("Payments reads over it");
    assert_eq!(offered(&session), ["Read on"]);
    let view =
        |session: &Session| session.frame(Selection::Nothing).wires.into_iter().find(|view| view.id == wire).expect("there");
    assert_eq!((view(&session).unread, thing(&session, Broken::Wire(wire)).state), (3, "3 not read".to_owned()));
    session.seek(seconds(100));
    let group = session.world().names().group_id("payments").expect("Payments reads in a group");
    let members = session.world().broker(BROKER).and_then(|broker| broker.group(group)).map(|group| group.members.len());
    assert_eq!(members, Some(3), "all of them are there");
    assert!(session.checks().count(Check::Stuck) > 0);
    let told = session.verdict().swap_remove(Check::Stuck as usize).violations.swap_remove(0);
    assert!(
        told.how.starts_with("payments-") && told.how.contains(" was told to stop reading, and goes on polling"),
        "{}",
        told.how
    );

    session.act(Action::Reading { wire, stops: false }).expect("it was stopped");
    session.seek(seconds(110));
    assert_eq!((view(&session).unread, offered(&session)), (0, vec!["Stop reading"]));
    let bars: Vec<(Time, Time, String)> = session.strip().failures.into_iter().map(|bar| (bar.from, bar.to, bar.label)).collect();
    assert!(
        matches!(&bars[..], [(from, to, label)]
        if (*from, *to) == (seconds(12), seconds(100)) && label == "nothing is read over the wire from order-events to Payments"),
        "{bars:?}"
    );
}

#[test]
fn a_crash_and_a_rebalance_end_that_nothing_is_read_and_the_strip_says_when() {
    let mut board = board("orders");
    board.plan(seconds(12), Action::Reading { wire: WireId(3), stops: true });
    let mut session = Session::new(board).expect("it is a board");
    let wire = read_wire(&session);
    assert_eq!(wire, WireId(3));
    session.seek(seconds(14));
    assert!(session.plan_rows()[0].label.contains("reading over the wire from order-events to Payments stops"));
    session.act(process(instance(PAYMENTS, 0), ProcessDoes::Crash)).expect("it runs");
    session.seek(seconds(40));
    let unread = session.frame(Selection::Nothing).wires.iter().find(|view| view.id == wire).map(|view| view.unread);
    assert_eq!(unread, Some(0), "an eager group forgets it");
    let bars = session.strip().failures;
    let bar = bars.iter().find(|bar| bar.label.starts_with("nothing is read")).expect("it is on the strip");
    assert!(bar.plan.is_some() && bar.label.ends_with(", as planned"), "{bar:?}");
    assert!(bar.to > seconds(14) && bar.to < seconds(30), "{bar:?}");
}

#[test]
fn reading_is_stopped_only_where_something_is_read() {
    let mut session = session("orders");
    session.seek(seconds(12));
    let (reads, calls) = (read_wire(&session), first_wire(&session));
    let refused = session.act(Action::Reading { wire: calls, stops: true }).expect_err("nothing is read over it").to_string();
    assert!(refused.contains("nothing is read over this wire"), "{refused}");
    let stop = taken_up(&session, Broken::Wire(reads), "Stop reading");
    assert_eq!(stop.judge(Target::Wire(calls)).expect_err("a call"), "Nothing is read over Web shop to Orders.");
    assert!(stop.takers().all(|what| what != Broken::Wire(calls)) && stop.takers().count() == 2);
    assert_eq!(stop.judge(Target::Node(SHOP)).expect_err("a client"), "“Stop reading” is for a wire from a topic to a service.");
}
