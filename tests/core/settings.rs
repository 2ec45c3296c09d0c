//! Settings: found by words, typed with units, compared with real timings, and every one of them of effect.

use crosstalk::board::{Action, Edit, Place, Setting, Timings, WireKind, from_json, to_json};
use crosstalk::session::Session;
use crosstalk::sim::{NodeId, WireId};
use crosstalk::view::timings_change;

use crate::support::{BROKER, ORDERS, PAYMENTS, SHOP, board, seconds, session};

fn found(session: &Session, query: &str) -> Vec<(Place, &'static str)> {
    session.settings_search(query).iter().map(|hit| (hit.place, hit.row.setting.info().name)).collect()
}

#[test]
fn a_search_puts_the_beginning_of_a_name_before_a_name_before_a_sentence_before_a_place() {
    let session = session("orders");
    let hits = found(&session, "retry");
    assert_eq!(hits[0], (Place::Node(ORDERS), "retry.backoff.ms"), "{hits:?}");
    let first_inside = hits.iter().position(|(_, name)| *name == "handler.retry.ms").expect("a name has it inside");
    let in_sentence = hits.iter().position(|(_, name)| *name == "max.in.flight.requests.per.connection");
    assert!(hits[..first_inside].iter().all(|(_, name)| *name == "retry.backoff.ms"), "{hits:?}");
    assert!(in_sentence.expect("a sentence has it") > first_inside, "{hits:?}");
}

#[test]
fn all_words_of_a_search_must_fit_in_any_case_and_in_any_order() {
    let session = session("orders");
    let one = [(Place::Node(PAYMENTS), "session.timeout.ms")];
    assert_eq!(found(&session, "payments SESSION.timeout"), one);
    assert_eq!(found(&session, "  session.timeout payments "), one);
    assert_eq!(found(&session, "session nonsense"), []);
    let wires = found(&session, "latency order-events");
    assert!(!wires.is_empty() && wires.iter().all(|(place, _)| matches!(place, Place::Wire(_))), "{wires:?}");
}

#[test]
fn an_empty_search_lists_every_setting_that_matters_in_the_order_of_the_board() {
    let session = session("orders");
    let all = session.settings_search("");
    assert_eq!(all.first().map(|hit| (hit.place, hit.title.as_str())), Some((Place::Node(SHOP), "Web shop")));
    assert_eq!(all.last().map(|hit| hit.place), Some(Place::Wire(WireId(4))));
    let acks = all.iter().filter(|hit| hit.row.setting == Setting::Acks).count();
    assert_eq!(acks, 1, "only Orders publishes");
}

#[test]
fn real_timings_change_what_has_no_value_of_its_own_and_the_list_says_from_what_to_what() {
    let mut board = board("orders");
    board.clients[0].settings.0.insert(Setting::ArrivalInterval, 1_500);
    let changes = timings_change(&board, Timings::Real);
    let of = |place, setting| changes.iter().find(|change| (change.place, change.setting) == (place, setting));
    let session_timeout = of(Place::Node(PAYMENTS), Setting::SessionTimeout).expect("it changes");
    assert_eq!((session_timeout.from.as_str(), session_timeout.to.as_str()), ("6 s", "45 s"));
    assert_eq!(of(Place::Node(SHOP), Setting::ArrivalInterval), None, "the board has a value of its own");
    assert_eq!(of(Place::Node(ORDERS), Setting::SessionTimeout), None, "Orders consumes nothing");
    assert_eq!(timings_change(&board, Timings::Classroom), []);
}

#[test]
fn a_row_shows_the_value_the_limits_and_whose_default_the_other_is() {
    let session = session("orders");
    let hits = session.settings_search("payments session.timeout.ms");
    let row = &hits[0].row;
    assert_eq!((row.text.as_str(), row.default.as_str(), row.real.as_str(), row.source), ("6 s", "6 s", "45 s", "Kafka"));
    assert_eq!(row.limits, "100 ms to 3600 s");
    let acks = &session.settings_search("acks orders")[0].row;
    assert_eq!(acks.limits, "0, 1 or all");
}

#[test]
fn a_session_timeout_that_the_broker_does_not_take_is_refused_and_the_broker_can_be_told_to_take_it() {
    let mut session = session("orders");
    let set = |place, setting, value| Action::Edit(Edit::Set { place, setting, value: Some(value) });
    let short = set(Place::Node(PAYMENTS), Setting::SessionTimeout, 2_000);
    let problem = session.act(short.clone()).expect_err("the broker takes 6 s and more").to_string();
    assert!(problem.contains("Broker takes session timeouts from 6 s to 1800 s, not 2 s"), "{problem}");
    assert!(problem.contains("group.min.session.timeout.ms"), "{problem}");
    session.act(set(Place::Node(BROKER), Setting::GroupMinSession, 1_000)).expect("it is within its limits");
    session.act(short).expect("now it is taken");
    let read = from_json(&to_json(&session.document())).expect("the document can be read");
    assert_eq!(read.service(PAYMENTS).and_then(|node| node.settings.0.get(&Setting::SessionTimeout)), Some(&2_000));
}

/// A board on which a change of any setting can be noticed.
fn busy(name: &str) -> crosstalk::board::Board {
    let mut board = board(name);
    // Requests come faster than they are handled.
    board.clients[0].settings.0.insert(Setting::ArrivalInterval, 100);
    board.clients[0].settings.0.insert(Setting::CallTimeout, 4_000);
    board
}

fn hash_with(setting: Setting, value: Option<u64>, busy: &crosstalk::board::Board) -> String {
    let mut board = busy.clone();
    let set = |settings: &mut crosstalk::board::Settings| {
        value.map(|value| settings.0.insert(setting, value));
    };
    if Setting::CLIENT.contains(&setting) {
        board.clients.iter_mut().for_each(|node| set(&mut node.settings));
    } else if Setting::SERVICE.contains(&setting) {
        board.services.iter_mut().for_each(|node| set(&mut node.settings));
    } else if Setting::BROKER.contains(&setting) {
        board.brokers.iter_mut().for_each(|node| set(&mut node.settings));
    } else {
        board.wires.iter_mut().for_each(|wire| set(&mut wire.settings));
    }
    let mut session = Session::new(board).expect("it is a board");
    session.seek(seconds(40));
    session.world().hash().to_string()
}

#[test]
fn a_limit_of_waiting_requests_a_window_of_one_and_a_full_group_change_what_happens() {
    let busy_relay = busy("orders");
    let window = |value| hash_with(Setting::MaxInFlight, value, &busy_relay);
    assert_ne!(window(Some(1)), window(None), "the relay sends several rows at once");
    let busy = busy("dual-write");
    let placed = |value| hash_with(Setting::Partitioner, value, &busy_relay);
    assert_ne!(placed(Some(1)), placed(None), "librdkafka puts keys elsewhere");
    assert_eq!(placed(Some(2)), placed(Some(0)), "murmur2_random agrees with Java about keys");
    let plain = hash_with(Setting::Instances, None, &busy);
    for (setting, value) in
        [(Setting::RequestsWaiting, 1), (Setting::GroupMaxSize, 1), (Setting::CallTimeout, 1_000), (Setting::Latency, 500)]
    {
        assert_ne!(hash_with(setting, Some(value), &busy), plain, "{}", setting.info().name);
    }
    // Kafka sticks to a partition by bytes only where a record has no key.
    let mut keyless = busy.clone();
    for service in &mut keyless.services {
        for line in service.handlers.iter_mut().flat_map(|handler| &mut handler.lines) {
            if let crosstalk::board::Do::Publish { key, .. } = &mut line.does {
                *key = None;
            }
        }
    }
    assert_ne!(hash_with(Setting::BatchSize, Some(1), &keyless), hash_with(Setting::BatchSize, None, &keyless));
}

#[test]
fn a_setting_belongs_to_the_places_that_the_registry_names_and_nowhere_else() {
    let mut board = board("orders");
    let publishes = board.wires.iter().find(|wire| matches!(wire.is, WireKind::Publish { .. })).map(|wire| wire.id);
    let place = Place::Wire(publishes.expect("Orders publishes"));
    let wrong = Edit::Set { place, setting: Setting::BatchSize, value: Some(1) };
    assert!(crosstalk::board::edit(&mut board, &wrong).is_err());
    let right = Edit::Set { place: Place::Node(NodeId(2)), setting: Setting::BatchSize, value: Some(1) };
    crosstalk::board::edit(&mut board, &right).expect("it belongs to a service");
}
