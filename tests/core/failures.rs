//! Failures of wires, brokers and databases, and what is done to one message on its way.

use crosstalk::board::{Action, Board, Edit, Gap, Often, Pin, PinDoes, Place, Process, ProcessDoes, Setting, edit};
use crosstalk::broker::BrokerFact;
use crosstalk::check::{Check, Story, explain};
use crosstalk::net::{Cargo, Loss, NetFact, PacketDoes, PacketName, Side, Slow};
use crosstalk::rpc::RpcFact;
use crosstalk::session::Session;
use crosstalk::sim::{LineId, Role, Span, Time, WireId};
use crosstalk::world::{Entry, Fact, Payload};

use crate::support::{BROKER, ORDERS, PAYMENTS, board, found, instance, on, process, seconds};

/// From the shop to Orders, from Orders to the topic, from the topic to Payments.
const CALLS: WireId = WireId(1);
const PUBLISHES: WireId = WireId(2);
const READS: WireId = WireId(3);

fn broker() -> Process {
    Process { node: BROKER, role: Role::Broker, ordinal: 0 }
}

fn ran(board: &Board, s: u64) -> Session {
    let mut session = Session::new(board.clone()).expect("it is a board");
    session.seek(seconds(s));
    session
}

fn count(session: &Session, fits: impl Fn(&Fact) -> bool) -> usize {
    session.facts().iter().filter(|entry| fits(&entry.fact)).count()
}

/// The first packet on a wire that carries a message, once there is one.
fn on_its_way(session: &mut Session, wire: WireId, to: Side) -> PacketName {
    for _ in 0..2_000 {
        let carries = |cargo: Option<&Payload>| cargo.is_some_and(|cargo| cargo.messages().next().is_some());
        let world = session.world();
        let fits =
            |packet: &crosstalk::net::InFlight<'_, Payload>| packet.wire == wire && packet.to == to && carries(packet.cargo);
        let found = world.net().in_flight(world.now()).find(fits).and_then(|packet| packet.name);
        if let Some(name) = found {
            return name;
        }
        session.seek(session.now() + Span::ms(20));
    }
    panic!("nothing came")
}

fn disturb(session: &mut Session, packet: PacketName, does: PacketDoes) -> Result<(), String> {
    session.act(Action::Packet { packet, does }).map_err(|problem| problem.to_string())
}

#[test]
fn a_slow_wire_delays_what_is_sent_from_then_on_and_is_healed() {
    let mut session = ran(&board("orders"), 6);
    let slow = Slow { times: 3, extra_ms: 500 };
    session.act(Action::Slow { wire: READS, slow }).expect("there is a wire");
    assert_eq!(session.world().net().slow_of(READS), slow);
    on(&mut session, 10);
    let trip = |session: &Session, since: Time| {
        let sent = session.facts().iter().find_map(|entry| match entry.fact {
            Fact::Net(NetFact::Sent { packet, wire: READS, .. }) if entry.at > since => Some((packet, entry.at)),
            _ => None,
        });
        let (packet, at) = sent.expect("members send heartbeats");
        let arrived = |entry: &&Entry| matches!(entry.fact, Fact::Net(NetFact::Arrived { packet: p, .. }) if p == packet);
        session.facts().iter().find(arrived).map(|entry| entry.at.since(at).as_ms())
    };
    assert!(trip(&session, seconds(7)).is_some_and(|ms| (1_400..=1_700).contains(&ms)), "3 × 350 ± 150 and 500");
    session.act(Action::Heal { wire: READS }).expect("there is a wire");
    let healed = session.now();
    on(&mut session, 10);
    assert!(trip(&session, healed).is_some_and(|ms| ms <= 400));
    let refused = session.act(Action::Slow { wire: READS, slow: Slow { times: 0, extra_ms: 0 } }).expect_err("it is too little");
    assert_eq!(refused.to_string(), "a wire is slowed 1 to 100 times, not 0");
}

#[test]
fn on_a_lossy_wire_packets_come_late_or_break_their_connection_and_nothing_is_lost() {
    let mut calm = board("orders");
    calm.plan(seconds(5), Action::Lossy { wire: CALLS, loss: Loss { percent: 40, breaks: 10 } });
    calm.plan(seconds(5), Action::Lossy { wire: PUBLISHES, loss: Loss { percent: 40, breaks: 10 } });
    calm.plan(seconds(40), Action::Heal { wire: CALLS });
    calm.plan(seconds(40), Action::Heal { wire: PUBLISHES });
    let session = ran(&calm, 120);
    assert!(count(&session, |fact| matches!(fact, Fact::Net(NetFact::Retransmitted { .. }))) > 5);
    assert!(count(&session, |fact| matches!(fact, Fact::Net(NetFact::ConnectionBroke { .. }))) > 1);
    for check in [Check::Lost, Check::RowWithoutMessage] {
        assert_eq!(session.checks().count(check), 0, "{:?}", found(&session));
    }
    assert_eq!(session.world().happened().len(), 4);
}

#[test]
fn a_request_whose_connection_breaks_is_sent_again_by_whoever_waits_for_its_answer() {
    let mut session = ran(&board("orders"), 0);
    let packet = on_its_way(&mut session, CALLS, Side::Server);
    disturb(&mut session, packet, PacketDoes::Break).expect("it is on its way");
    let refused = disturb(&mut session, packet, PacketDoes::Break).expect_err("it is gone");
    assert_eq!(refused, "that packet is not on its way: it has arrived, or is gone with its connection");
    on(&mut session, 8);
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Rpc(RpcFact::AttemptFailed { timed_out: false, .. }))), 1);
    on(&mut session, 60);
    assert_eq!(found(&session), []);
}

#[test]
fn an_answer_of_the_broker_that_is_broken_makes_the_producer_send_its_record_again() {
    let mut session = ran(&board("orders"), 0);
    // The packet that carries the record, then the answer to it, which carries none.
    let sent = on_its_way(&mut session, PUBLISHES, Side::Server);
    let answer = PacketName { to: Side::Client, ..sent };
    while disturb(&mut session, answer, PacketDoes::Break).is_err() {
        session.seek(session.now() + Span::ms(20));
        assert!(session.now() < seconds(20), "the answer never left");
    }
    on(&mut session, 20);
    let retried = count(&session, |fact| matches!(fact, Fact::Broker(BrokerFact::ProduceRetried { .. })));
    assert!(retried >= 1, "and what was in flight with it");
    let mut appended: Vec<_> = session
        .facts()
        .iter()
        .filter_map(|entry| match entry.fact {
            Fact::Broker(BrokerFact::Appended { message, .. }) => Some(message),
            _ => None,
        })
        .collect();
    let all = appended.len();
    appended.sort_unstable();
    appended.dedup();
    assert!(all > appended.len(), "it lies in the log twice");
}

#[test]
fn a_packet_that_is_held_up_stays_where_it_is_and_comes_as_much_later() {
    let mut session = ran(&board("orders"), 0);
    let packet = on_its_way(&mut session, CALLS, Side::Server);
    on_the_way(&mut session, packet, 0.3);
    let (before, rest) = progress(&session, packet);
    disturb(&mut session, packet, PacketDoes::Delay(2_000)).expect("it is on its way");
    let (after, rest_now) = progress(&session, packet);
    assert!((before - after).abs() < 0.02, "{before} {after}");
    assert!((rest_now - rest - 2.0).abs() < 0.01, "{rest} {rest_now}");
    assert_eq!(
        disturb(&mut session, packet, PacketDoes::Delay(0)).expect_err("it is too little"),
        "a packet is held up for 1 to 600000 ms, not 0"
    );
    on(&mut session, 60);
    assert_eq!(found(&session), []);
}

fn on_the_way(session: &mut Session, packet: PacketName, least: f32) {
    while progress(session, packet).0 < least {
        session.seek(session.now() + Span::ms(10));
    }
}

/// How far a packet has come, and how many seconds later it arrives if nothing else happens.
fn progress(session: &Session, name: PacketName) -> (f32, f64) {
    let world = session.world();
    let packet = world.net().in_flight(world.now()).find(|packet| packet.name == Some(name)).expect("it is on its way");
    let share = packet.progress;
    let mut ahead = world.clone();
    while ahead.net().in_flight(ahead.now()).any(|packet| packet.name == Some(name)) {
        ahead.step(&mut ());
    }
    (share, ahead.now().since(world.now()).seconds())
}

#[test]
fn the_next_message_overtakes_on_another_connection_and_never_on_the_same() {
    let mut board = board("orders");
    edit(&mut board, &Edit::Set { place: Place::Node(ORDERS), setting: Setting::Instances, value: Some(2) }).expect("it fits");
    let mut session = ran(&board, 3);
    let client = board.clients[0].id;
    session.act(Action::Send { client }).expect("it is there");
    let first = on_its_way(&mut session, CALLS, Side::Server);
    assert_eq!(
        disturb(&mut session, first, PacketDoes::Overtake).expect_err("it is alone"),
        "nothing that carries a message is behind it on this wire"
    );
    on(&mut session, 0);
    session.seek(session.now() + Span::ms(60));
    session.act(Action::Send { client }).expect("it is there");
    disturb(&mut session, first, PacketDoes::Overtake).expect("the second goes to the other instance");
    on(&mut session, 3);
    let arrived: Vec<u32> = session
        .facts()
        .iter()
        .filter_map(|entry| match entry.fact {
            Fact::Service(crosstalk::service::ServiceFact::Started { message, .. }) if message.intent.manual => {
                Some(message.intent.n)
            }
            _ => None,
        })
        .collect();
    assert_eq!(arrived.first(), Some(&2), "the second came first: {arrived:?}");
}

/// The board on which a relay publishes, with a flush of so many milliseconds.
fn flushed(ms: u64) -> Board {
    let mut board = board("orders");
    let set = Edit::Set { place: Place::Node(BROKER), setting: Setting::LogFlush, value: Some(ms) };
    edit(&mut board, &set).expect("it is within the limits");
    board
}

fn power_cut(board: &Board) -> Session {
    let mut board = board.clone();
    board.plan(Time(18_500_000), process(broker(), ProcessDoes::PowerLoss));
    board.plan(seconds(20), process(broker(), ProcessDoes::Restart));
    ran(&board, 80)
}

#[test]
fn a_power_loss_takes_what_was_not_flushed_and_a_flush_at_once_prevents_that() {
    let session = power_cut(&flushed(10_000));
    let cut: u32 = session
        .facts()
        .iter()
        .map(|entry| match entry.fact {
            Fact::Broker(BrokerFact::LogCut { records, .. }) => records,
            _ => 0,
        })
        .sum();
    assert!(cut > 0, "records of the last 8.5 s are gone");
    assert!(count(&session, |fact| matches!(fact, Fact::Broker(BrokerFact::CommitsLost { .. }))) > 0);
    let later = |entry: &&Entry| entry.at > seconds(30) && matches!(entry.fact, Fact::Broker(BrokerFact::Fetched { .. }));
    assert!(session.facts().iter().any(|entry| later(&entry)), "its groups go on");
    let safe = power_cut(&flushed(0));
    assert_eq!(count(&safe, |fact| matches!(fact, Fact::Broker(BrokerFact::LogCut { .. } | BrokerFact::CommitsLost { .. }))), 0);
    assert_eq!(safe.checks().count(Check::Lost), 0, "{:?}", found(&safe));
    let other = safe.world().clone().apply(&process(instance(ORDERS, 0), ProcessDoes::PowerLoss), &mut ());
    assert_eq!(
        other.expect_err("it is no broker").to_string(),
        "only a broker loses power: of a service, a crash takes the same"
    );
}

#[test]
fn what_a_power_loss_took_for_good_is_lost_and_explained_with_the_setting_that_prevents_it() {
    // Payments stands still, so that what is acknowledged lies in the log alone.
    let held = |flush| {
        let mut board = flushed(flush);
        for ordinal in 0..2 {
            board.plan(seconds(12), process(instance(PAYMENTS, ordinal), ProcessDoes::Crash));
            board.plan(seconds(30), process(instance(PAYMENTS, ordinal), ProcessDoes::Restart));
        }
        power_cut(&board)
    };
    let session = held(10_000);
    let violations = session.checks().violations();
    let lost = violations.iter().find(|violation| violation.check == Check::Lost).expect("an order was never charged");
    let explanation = explain(lost, session.facts(), session.board());
    let Story::LostPower { acked, .. } = explanation.story else { panic!("{:?}", explanation.story) };
    assert!(acked, "its producer had its acks");
    let prevent = Edit::Set { place: Place::Node(BROKER), setting: Setting::LogFlush, value: Some(0) };
    assert_eq!(explanation.prevent, Some(prevent));
    assert_eq!(held(0).checks().count(Check::Lost), 0);
}

#[test]
fn a_slow_database_makes_statements_take_so_many_times_as_long() {
    let mut board = board("orders");
    board.plan(seconds(6), Action::SlowStore { service: PAYMENTS, times: 100 });
    let slow = ran(&board, 40);
    board.planned.clear();
    let usual = ran(&board, 40);
    let commits =
        |session: &Session| count(session, |fact| matches!(fact, Fact::Store(crosstalk::store::StoreFact::Committed { .. })));
    assert!(commits(&slow) < commits(&usual), "{} {}", commits(&slow), commits(&usual));
    assert!(slow.world().service(PAYMENTS).is_some_and(|service| service.store_times == 100));
}

fn pin(after: u16, does: PinDoes) -> Pin {
    let (gap, often) = (Gap::After(LineId(after)), Often::Once);
    Pin { service: PAYMENTS, gap, does, often, only: None, key: None, back_after_ms: None }
}

#[test]
fn a_pin_before_a_reply_drops_it_and_the_caller_asks_again() {
    let mut board = board("orders");
    let lines = &board.service(ORDERS).expect("it is there").handlers[0].lines;
    let before_reply = lines[lines.len() - 2].id.0;
    board.pins = vec![Pin { service: ORDERS, ..pin(before_reply, PinDoes::DropReply) }];
    let session = ran(&board, 60);
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Net(NetFact::ConnectionBroke { .. }))), 1);
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Rpc(RpcFact::AttemptFailed { .. }))), 1);
    assert_eq!(found(&session), [], "Orders tracks the order's id");
}

#[test]
fn a_pin_before_an_acknowledgement_drops_its_answer_and_the_commit_is_asked_for_again() {
    let mut board = board("orders");
    let lines = &board.service(PAYMENTS).expect("it is there").handlers[0].lines;
    let before_ack = lines[lines.len() - 2].id.0;
    board.pins = vec![pin(before_ack, PinDoes::DropReply)];
    let session = ran(&board, 60);
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Net(NetFact::ConnectionBroke { .. }))), 1);
    let failed = |fact: &Fact| matches!(fact, Fact::Service(crosstalk::service::ServiceFact::AckFailed { .. }));
    assert_eq!(count(&session, failed), 1);
    assert_eq!(session.checks().count(Check::Lost), 0);
}

#[test]
fn a_pin_on_the_relay_drops_the_answer_to_a_row_which_is_published_twice() {
    let mut board = board("orders");
    let relay = board.service(ORDERS).expect("it is there").relay.clone().expect("it has one");
    board.pins = vec![Pin { service: ORDERS, ..pin(relay.lines[0].id.0, PinDoes::DropReply) }];
    let session = ran(&board, 60);
    assert!(count(&session, |fact| matches!(fact, Fact::Broker(BrokerFact::ProduceRetried { .. }))) >= 1);
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Net(NetFact::ConnectionBroke { .. }))), 1);
}

#[test]
fn a_pin_may_hold_the_handling_up_or_act_the_nth_time_only() {
    let mut board = board("orders");
    let lines = &board.service(PAYMENTS).expect("it is there").handlers[0].lines;
    let before_ack = lines[lines.len() - 2].id.0;
    board.pins = vec![Pin { often: Often::Nth(3), ..pin(before_ack, PinDoes::Delay(2_500)) }];
    let session = ran(&board, 60);
    let hit = session
        .facts()
        .iter()
        .position(|entry| matches!(entry.fact, Fact::Service(crosstalk::service::ServiceFact::PinHit { .. })));
    let hit = &session.facts()[hit.expect("it was come to three times")];
    assert_eq!(count(&session, |fact| matches!(fact, Fact::Service(crosstalk::service::ServiceFact::PinHit { .. }))), 1);
    let done = |entry: &&Entry| matches!(entry.fact, Fact::Service(crosstalk::service::ServiceFact::LineDone { line, .. }) if line.0 == before_ack);
    assert_eq!(session.facts().iter().filter(done).filter(|entry| entry.who.node == PAYMENTS && entry.at <= hit.at).count(), 3);
    assert_eq!(found(&session), []);
    for (often, does, why) in [
        (Often::Nth(0), PinDoes::Crash, "a pin acts the 1st to the 100000th time, not the 0th"),
        (Often::Once, PinDoes::Delay(0), "a pin holds the handling up for 1 to 600000 ms, not 0"),
    ] {
        board.pins = vec![Pin { often, ..pin(before_ack, does) }];
        let refused = Session::new(board.clone()).expect_err("it is out of range");
        assert!(refused.to_string().ends_with(why), "{refused}");
    }
}

#[test]
fn a_dropped_reply_needs_a_line_behind_it_that_has_one() {
    let mut session = ran(&board("orders"), 1);
    let last = session.board().service(PAYMENTS).expect("it is there").handlers[0].lines.last().expect("it has lines").id.0;
    let set = |pin| Action::Pin(crosstalk::board::PinAction::Set(pin));
    let refused = session.act(set(pin(last, PinDoes::DropReply))).expect_err("nothing is behind it");
    assert_eq!(refused.to_string(), "no line behind it publishes, replies or acknowledges: put the pin before one that does");
}
