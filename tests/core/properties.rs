//! What must always hold, whatever the board and whatever is done to it.

use std::collections::BTreeMap;

use crosstalk::board::{
    Acknowledges, Action, Board, Edit, Gap, IfAgain, Often, Pattern, Pin, PinAction, PinDoes, Place, ProcessDoes,
};
use crosstalk::board::{Process, Publishes, Setting, edit};
use crosstalk::broker::BrokerFact;
use crosstalk::check::Check;
use crosstalk::net::{Cut, Loss, PacketDoes, Slow};
use crosstalk::session::{Session, Stride};
use crosstalk::sim::{Actor, GroupId, HandlerId, LineId, Role, Span, Time, TopicId, WireId};
use crosstalk::store::StoreFact;
use crosstalk::world::{Entry, Fact, World};
use proptest::prelude::*;

use crate::support::{BROKER, EMAILS, ORDERS, PAYMENTS, SHOP, board, process, seconds};

const HANDLER: HandlerId = HandlerId(1);

pub fn some_board() -> impl Strategy<Value = Board> {
    let numbers = (1u16..9, 0u64..4, 1u64..4, 1u64..4, 200u64..2_500, 20u64..600);
    let forms = (0usize..3, any::<bool>(), 0usize..3);
    (numbers, forms).prop_map(|((partitions, payments, orders, workers, interval, latency), (again, early, publishes))| {
        let mut board = board("orders");
        board.brokers[0].topics[0].partitions = partitions;
        let set = |board: &mut Board, place, setting, value| {
            edit(board, &Edit::Set { place, setting, value: Some(value) }).expect("it is within the limits");
        };
        set(&mut board, Place::Node(PAYMENTS), Setting::Instances, payments);
        set(&mut board, Place::Node(PAYMENTS), Setting::Workers, workers);
        set(&mut board, Place::Node(ORDERS), Setting::Instances, orders);
        set(&mut board, Place::Node(SHOP), Setting::ArrivalInterval, interval);
        for wire in 1..=4 {
            set(&mut board, Place::Wire(WireId(wire)), Setting::Latency, latency);
        }
        let again = [IfAgain::DoesItAgain, IfAgain::IsIdempotent, IfAgain::TracksIds][again];
        let acknowledges = if early { Acknowledges::BeforeHandling } else { Acknowledges::AfterHandling };
        let publishes = [Publishes::AfterCommit, Publishes::BeforeCommit, Publishes::ThroughOutbox][publishes];
        for (service, pattern) in [
            (PAYMENTS, Pattern::IfAgain(HANDLER, again)),
            (PAYMENTS, Pattern::Acknowledges(HANDLER, acknowledges)),
            (ORDERS, Pattern::Publishes(HANDLER, publishes)),
        ] {
            edit(&mut board, &Edit::Pattern { service, pattern }).expect("the program has that form");
        }
        board
    })
}

fn some_process() -> impl Strategy<Value = Process> {
    (0usize..4, 0u16..3).prop_map(|(which, ordinal)| match which {
        0 => Process { node: ORDERS, role: Role::Instance, ordinal },
        1 => Process { node: ORDERS, role: Role::Relay, ordinal: 0 },
        2 => Process { node: BROKER, role: Role::Broker, ordinal: 0 },
        _ => Process { node: PAYMENTS, role: Role::Instance, ordinal },
    })
}

pub fn some_action() -> impl Strategy<Value = Action> {
    let does =
        prop_oneof![Just(ProcessDoes::Crash), Just(ProcessDoes::Restart), Just(ProcessDoes::Pause), Just(ProcessDoes::Resume)];
    let weather = (1u32..5, 0u8..60, 0u8..30, 1u16..6, 0u32..2_000);
    let weather = weather.prop_map(|(wire, percent, breaks, times, extra_ms)| match percent % 3 {
        0 => Action::Slow { wire: WireId(wire), slow: Slow { times, extra_ms } },
        1 => Action::Heal { wire: WireId(wire) },
        _ => Action::Lossy { wire: WireId(wire), loss: Loss { percent, breaks } },
    });
    let slow_store = (any::<bool>(), 1u16..20)
        .prop_map(|(payments, times)| Action::SlowStore { service: if payments { PAYMENTS } else { ORDERS }, times });
    let cut = prop_oneof![Just(Cut::Both), Just(Cut::ToServer), Just(Cut::ToClient), Just(Cut::None), Just(Cut::None)];
    let pin = (1u16..6, 0u8..30, any::<bool>(), 500u32..9_000).prop_map(|(line, kind, payments, back)| {
        let often = [Often::Always, Often::Once, Often::Nth(3)][usize::from(kind % 3)];
        let does = match kind / 3 {
            0..6 => PinDoes::Crash,
            6 => PinDoes::Pause,
            7 => PinDoes::DropReply,
            8 => PinDoes::Fail,
            _ => PinDoes::Delay(back),
        };
        let service = if payments { PAYMENTS } else { ORDERS };
        let pin = Pin { service, gap: Gap::After(LineId(line)), does, often, only: None, key: None, back_after_ms: Some(back) };
        Action::Pin(PinAction::Set(pin))
    });
    let instances = (0u64..5).prop_map(|count| {
        Action::Edit(Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(count) })
    });
    prop_oneof![
        4 => (some_process(), does).prop_map(|(who, does)| process(who, does)),
        2 => (1u32..5, cut).prop_map(|(wire, cut)| Action::Cut { wire: WireId(wire), cut }),
        2 => pin,
        2 => weather,
        1 => slow_store,
        1 => instances,
        1 => Just(Action::Send { client: SHOP }),
        1 => (1u16..20).prop_map(|partitions| Action::Edit(Edit::Partitions { topic: "order-events".into(), partitions })),
    ]
}

/// Actions at random times of the first 40 seconds, in order; those that make no sense are passed over.
pub fn some_story() -> impl Strategy<Value = Vec<(u64, Action)>> {
    at_some_times(some_action())
}

/// The same, in which the broker may lose its power as well.
fn some_hard_story() -> impl Strategy<Value = Vec<(u64, Action)>> {
    let broker = Process { node: BROKER, role: Role::Broker, ordinal: 0 };
    let restart = Just(process(broker, ProcessDoes::Restart));
    at_some_times(prop_oneof![8 => some_action(), 1 => Just(process(broker, ProcessDoes::PowerLoss)), 1 => restart])
}

fn at_some_times(action: impl Strategy<Value = Action>) -> impl Strategy<Value = Vec<(u64, Action)>> {
    prop::collection::vec((0u64..40_000_000, action), 0..14).prop_map(|mut story| {
        story.sort_by_key(|(at, _)| *at);
        story
    })
}

fn run(board: &Board, seed: u64, story: &[(u64, Action)], until: Time) -> (World, Vec<Entry>) {
    let mut facts = Vec::new();
    let mut world = World::new(board, seed, &mut facts).expect("the board can be put to work");
    for (at, action) in story {
        world.run_until(Time(*at), u32::MAX, &mut facts);
        let _passed_over = world.apply(action, &mut facts);
    }
    world.run_until(until, u32::MAX, &mut facts);
    (world, facts)
}

pub fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_same_run_gives_the_same_facts_and_watching_changes_nothing(board in some_board(), seed: u64, story in some_hard_story()) {
        let (first, facts) = run(&board, seed, &story, seconds(50));
        let (second, again) = run(&board, seed, &story, seconds(50));
        prop_assert_eq!(first.hash(), second.hash());
        prop_assert_eq!(facts, again);
        let mut unwatched = World::new(&board, seed, &mut ()).expect("the board can be put to work");
        for (at, action) in &story {
            unwatched.run_until(Time(*at), u32::MAX, &mut ());
            let _passed_over = unwatched.apply(action, &mut ());
        }
        unwatched.run_until(seconds(50), u32::MAX, &mut ());
        prop_assert_eq!(unwatched.hash(), first.hash());
    }

    #[test]
    fn every_fact_has_a_cause_that_came_before_it(board in some_board(), seed: u64, story in some_hard_story()) {
        let (_, facts) = run(&board, seed, &story, seconds(50));
        for (place, entry) in facts.iter().enumerate() {
            let causes = std::iter::once(entry.cause.trigger).chain(entry.cause.because.into_iter().flatten());
            for cause in causes {
                prop_assert!(cause.index() < place.max(1), "fact {} names {} as its cause: {:?}", place, cause.index(), entry);
            }
        }
        prop_assert!(facts.is_sorted_by_key(|entry| entry.at));
    }

    #[test]
    fn in_each_generation_a_partition_has_at_most_one_owner(board in some_board(), seed: u64, story in some_story()) {
        let (_, facts) = run(&board, seed, &story, seconds(60));
        let mut owners: BTreeMap<(GroupId, u32, TopicId, u16), Actor> = BTreeMap::new();
        for entry in &facts {
            if let Fact::Broker(BrokerFact::Assigned { group, generation, topic, partition, .. }) = entry.fact {
                let owner = *owners.entry((group, generation, topic, partition)).or_insert(entry.who);
                prop_assert_eq!(owner, entry.who);
            }
        }
    }

    #[test]
    fn a_row_and_its_outbox_row_are_there_together_or_not_at_all(mut board in some_board(), seed: u64, story in some_hard_story()) {
        let outbox = Edit::Pattern { service: ORDERS, pattern: Pattern::Publishes(HANDLER, Publishes::ThroughOutbox) };
        edit(&mut board, &outbox).expect("there is a transaction");
        let (world, _) = run(&board, seed, &story, seconds(60));
        let service = world.service(ORDERS).expect("it is on the board");
        let table = world.names().table_id("orders").expect("it is written");
        let mut rows: Vec<u32> = service.store.rows(table).map(|(row, _)| row).collect();
        let mut sent: Vec<u32> = service.store.outbox_rows().map(|row| row.message.id.intent.n).collect();
        rows.sort_unstable();
        sent.sort_unstable();
        sent.dedup();
        prop_assert_eq!(rows, sent);
    }

    #[test]
    fn with_tracking_inside_the_transaction_no_effect_happens_twice(mut board in some_board(), seed: u64, story in some_story()) {
        let tracks = Edit::Pattern { service: PAYMENTS, pattern: Pattern::IfAgain(HANDLER, IfAgain::TracksIds) };
        edit(&mut board, &tracks).expect("there is a transaction");
        // One message for each order: a dual write whose request is tried again may make two, each handled once.
        let outbox = Edit::Pattern { service: ORDERS, pattern: Pattern::Publishes(HANDLER, Publishes::ThroughOutbox) };
        edit(&mut board, &outbox).expect("there is a transaction");
        let (_, facts) = run(&board, seed, &story, seconds(60));
        let mut effects = BTreeMap::new();
        for entry in &facts {
            if let Fact::Store(StoreFact::Changed { line, intent, changed: true, .. }) = entry.fact {
                let count: &mut u32 = effects.entry((intent, entry.who.node, line)).or_insert(0);
                *count += 1;
                prop_assert_eq!(*count, 1, "{:?} at {}", entry.fact, entry.at);
            }
        }
    }

    #[test]
    fn seeking_to_a_time_is_the_same_as_running_to_it(board in some_board(), story in some_hard_story(), to in 0u64..50_000_000) {
        let mut board = board;
        for (at, action) in story.into_iter().filter(|(_, action)| !matches!(action, Action::Edit(_))) {
            board.plan(Time(at), action);
        }
        let mut straight = Session::new(board.clone()).expect("the board can be put to work");
        straight.seek(Time(to));
        let mut around = Session::new(board).expect("the board can be put to work");
        around.seek(seconds(50));
        around.seek(Time(to / 2));
        around.seek(Time(to));
        prop_assert_eq!(straight.world().hash(), around.world().hash());
        prop_assert_eq!(straight.facts(), around.facts());
        prop_assert_eq!(straight.checks().violations(), around.checks().violations());
    }

    #[test]
    fn any_mixture_of_stepping_seeking_and_acting_can_be_replayed(
        board in some_board(),
        moves in prop::collection::vec((0u8..7, 0u64..30_000_000, some_action()), 1..40),
    ) {
        // The session itself asserts that a replay derives the facts that it recorded.
        let mut session = Session::new(board).expect("the board can be put to work");
        for (what, at, action) in moves {
            match what {
                0 => session.seek(Time(at)),
                1 => {
                    session.play_until(session.now() + Span(at / 10), 50);
                }
                2 => (0..at % 7).for_each(|_| { session.step(); }),
                3 => drop(session.back(Stride::Fact)),
                4 if !session.branches().is_empty() => {
                    let id = session.branches()[at as usize % session.branches().len()].id;
                    session.switch(id).expect("it is there");
                }
                5 => {
                    let on_their_way: Vec<_> =
                        session.world().net().in_flight(session.now()).filter_map(|packet| packet.name).collect();
                    let does = [PacketDoes::Break, PacketDoes::Delay(700), PacketDoes::Overtake][at as usize % 3];
                    if let Some(packet) = on_their_way.get(at as usize % on_their_way.len().max(1)) {
                        let _refused = session.act(Action::Packet { packet: *packet, does });
                    }
                }
                // Those that make no sense are refused.
                _ => drop(session.act(action)),
            }
        }
        let end = session.frontier();
        session.seek(end);
        let (hash, verdict) = (session.world().hash(), crate::support::found(&session));
        session.seek(Time::ZERO);
        session.seek(end);
        prop_assert_eq!(session.world().hash(), hash);
        prop_assert_eq!(crate::support::found(&session), verdict);
        prop_assert_eq!(session.frontier_checks().violations(), session.checks().violations());
    }

    #[test]
    fn a_setting_that_a_draw_does_not_depend_on_does_not_change_the_draw(board in some_board(), seed: u64, instances in 1u64..6) {
        let orders = |board: &Board| -> Vec<(u32, i32)> {
            let (world, facts) = run(board, seed, &[], seconds(40));
            let amounts = facts.iter().filter_map(|entry| match entry.fact {
                Fact::Store(StoreFact::Changed { intent, delta, .. }) if entry.who.node == ORDERS => Some((intent.n, delta)),
                _ => None,
            });
            let mut amounts: Vec<(u32, i32)> = amounts.collect();
            amounts.sort_unstable();
            assert!(world.facts() > 0);
            amounts
        };
        let mut other = board.clone();
        let more = Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(instances) };
        edit(&mut other, &more).expect("it is within the limits");
        prop_assert_eq!(orders(&board), orders(&other));
    }
}

#[test]
fn once_all_is_healed_every_order_that_was_accepted_is_charged() {
    // Random failures, then peace: with the outbox, tracking and a late ack nothing may be missing in the end.
    let mut runner = proptest::test_runner::TestRunner::new(config());
    let outcome = runner.run(&(any::<u64>(), some_story()), |(seed, story)| {
        let mut board = board("orders");
        board.seed = seed;
        let tracks = Edit::Pattern { service: PAYMENTS, pattern: Pattern::IfAgain(HANDLER, IfAgain::TracksIds) };
        edit(&mut board, &tracks).expect("there is a transaction");
        let mut session = Session::with_seed(board, seed).expect("the board can be put to work");
        for (at, action) in story {
            session.seek(Time(at).max(session.now()));
            let _passed_over = session.act(action);
        }
        session.seek(seconds(41));
        heal(&mut session);
        session.seek(session.now() + Span::secs(600));
        // What time confirmed while all was broken stays true, what a pin made fail again and again as well, and a relay that
        // fails may bring messages out of order.
        let never = [
            Check::Lost,
            Check::DoneTwice,
            Check::RowWithoutMessage,
            Check::MessageWithoutRow,
            Check::SkippedRow,
            Check::DedupHole,
        ];
        prop_assert_eq!(never.map(|check| crate::support::count(&session, check)), [0; 6]);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}

/// Takes every failure back and slows the shop down, so that what was held up can be worked off.
pub fn heal(session: &mut Session) {
    let pins = session.board().pins.clone();
    for pin in pins {
        session.act(Action::Pin(PinAction::Clear { service: pin.service, gap: pin.gap })).expect("the pin is there");
    }
    for wire in 1..=4 {
        session.act(Action::Heal { wire: WireId(wire) }).expect("there is a wire");
    }
    for service in [ORDERS, PAYMENTS] {
        session.act(Action::SlowStore { service, times: 1 }).expect("it is on the board");
    }
    let processes: Vec<Process> = session.world().processes().map(|(process, _)| process).collect();
    for who in processes {
        for does in [ProcessDoes::Restart, ProcessDoes::Resume] {
            // Those that run already refuse.
            let _refused = session.act(process(who, does));
        }
    }
    for (place, setting, value) in
        [(Place::Node(SHOP), Setting::ArrivalInterval, 20_000), (Place::Node(PAYMENTS), Setting::Instances, 3)]
    {
        session.act(Action::Edit(Edit::Set { place, setting, value: Some(value) })).expect("it is a value");
    }
}

#[test]
fn time_goes_on_with_every_setting_at_its_least_and_everything_crashed_or_not() {
    for crashed in [None, Some(BROKER), Some(ORDERS), Some(PAYMENTS)] {
        let mut board = board("orders");
        for setting in Setting::ALL {
            let least = if *setting == Setting::Instances { 1 } else { setting.info().min };
            let nodes = [SHOP, ORDERS, BROKER, PAYMENTS, EMAILS].map(Place::Node);
            let places = nodes.into_iter().chain((1..=4).map(|wire| Place::Wire(WireId(wire))));
            for place in places {
                // Each setting belongs to one kind of place; the others refuse it.
                let _elsewhere = edit(&mut board, &Edit::Set { place, setting: *setting, value: Some(least) });
            }
        }
        let mut world = World::new(&board, 1, &mut ()).expect("the board can be put to work");
        world.run_until(seconds(1), u32::MAX, &mut ());
        let processes: Vec<Process> = world.processes().map(|(process, _)| process).collect();
        for who in processes.into_iter().filter(|who| Some(who.node) == crashed) {
            world.apply(&process(who, ProcessDoes::Crash), &mut ()).expect("it runs");
        }
        let progress = world.run_until(seconds(3), 2_000_000, &mut ());
        assert!(progress.done, "{crashed:?}: two seconds take more than {} items", progress.items);
    }
}
