//! Operations on the document.

use crosstalk::board::{Board, Do as Line, Edit, Gap, Often, Pattern, Pin, PinDoes, Publishes, WireKind, validate};
use crosstalk::editor::{
    Axis, BESIDE, Card, Direction, EditError, Edited, End, Ids, Item, Line as Along, Preset, Rect, Selection, Starter, Way, add,
    align, along_wires, can_add, copy, delete, distribute, duplicate, empty_board, judge, next_in_direction, next_in_order,
    offers, paste, reading_order, rename_board, rename_group, rename_message, rename_node, rename_topic, stood_up, tidy, wire,
};
use crosstalk::sim::{HandlerId, LineId, NodeId, WireId};

use crate::by_hand::Hand;
use crate::support::{BROKER, ORDERS, PAYMENTS, SHOP, board};

const EMAILS: NodeId = NodeId(5);
const TOPIC: &str = "order-events";

fn done(result: Result<Edited, EditError>) -> Board {
    let edited = result.expect("it can be done");
    assert!(!edited.label.is_empty());
    validate(&edited.board).expect("what comes out fits together");
    edited.board
}

fn words(board: &Board, service: NodeId) -> Vec<&'static str> {
    board.service(service).expect("it is there").handlers[0].lines.iter().map(|line| line.does.word()).collect()
}

pub fn cards(board: &Board) -> Vec<Card> {
    let card = |node, x: i32, y: i32| Card { node, rect: Rect { x: x as f32, y: y as f32, w: 214.0, h: 140.0 } };
    let services = board.services.iter().map(|node| card(node.id, node.x, node.y));
    let clients = board.clients.iter().map(|node| card(node.id, node.x, node.y));
    clients.chain(services).chain(board.brokers.iter().map(|node| card(node.id, node.x, node.y))).collect()
}

#[test]
fn everything_in_the_palette_can_be_added_twice_or_says_why_not() {
    let mut hand = Hand::on_an_empty_board();
    for starter in Starter::ALL {
        hand.adds(starter);
        let again = can_add(&hand.board, starter);
        match starter {
            Starter::Broker => unreachable!("the topic brought one"),
            _ if starter == Starter::Topic => {
                let refused = can_add(&hand.board, Starter::Broker).expect_err("one is the most");
                assert_eq!(refused.to_string(), "A board has one broker for now: add topics to Broker instead");
                break;
            }
            _ => assert_eq!(again, Ok(())),
        }
    }
    for starter in [Starter::Client, Starter::Service(Preset::Payments), Starter::Service(Preset::Service), Starter::Topic] {
        hand.adds(starter);
    }
    let titles: Vec<&str> = hand.board.services.iter().map(|node| node.title.as_str()).collect();
    assert_eq!(titles, ["Orders", "Payments", "Emails", "Service", "Payments 2", "Service 2"]);
    assert_eq!(hand.board.clients[1].title, "Web shop 2");
    assert_eq!(hand.board.brokers[0].topics[1].name, "order-events-2");
    assert_eq!((hand.board.messages.len(), hand.board.keys.len()), (2, 1), "the types came along once");
    let table = |service: usize| hand.board.services[service].handlers[0].lines[2].does.rest();
    assert_eq!([table(3), table(5)], ["service[order] insert amount", "service-2[order] insert amount"]);
}

#[test]
fn a_message_type_of_the_same_name_with_other_fields_is_left_as_it_is() {
    let mut mine = empty_board();
    mine.messages.push(crosstalk::board::MessageType {
        name: "PlaceOrder".to_owned(),
        kind: crosstalk::board::MessageKind::Command,
        fields: Vec::new(),
    });
    let edited = add(&mine, &Ids::of(&mine), Starter::Service(Preset::Orders), (0, 0)).expect("there is room");
    assert_eq!(edited.board.services[0].handlers[0].on, "PlaceOrder-2");
    assert!(edited.notes[0].contains("PlaceOrder-2"), "{:?}", edited.notes);
}

#[test]
fn publishing_after_the_commit_and_through_an_outbox_are_the_patterns_of_these_names() {
    let mut hand = Hand::on_an_empty_board();
    for starter in [Starter::Service(Preset::Orders), Starter::Service(Preset::Emails), Starter::Topic] {
        hand.adds(starter);
    }
    let (orders, emails, topic) = (End::Node(NodeId(1)), End::Node(NodeId(2)), End::Topic(TOPIC.to_owned()));
    let ids = hand.ids.clone();
    let choose = |end: &End, wanted: fn(&Way) -> bool| {
        let all = offers(&hand.board, end, &topic).expect("it can publish");
        let offer = all.into_iter().find(|offer| wanted(&offer.way)).expect("it is offered");
        done(wire(&hand.board, &ids, &offer))
    };
    let published = choose(&orders, |way| matches!(way, Way::Publish { .. }));
    assert_eq!(words(&published, NodeId(1)), ["begin", "track", "write", "commit", "publish", "reply"]);
    let outbox = choose(&orders, |way| matches!(way, Way::Outbox { .. }));
    assert_eq!(words(&outbox, NodeId(1)), ["begin", "track", "write", "outbox", "commit", "reply"]);
    assert!(outbox.service(NodeId(1)).is_some_and(|node| node.relay.is_some()));
    let mut switched = published;
    let pattern = Pattern::Publishes(HandlerId(1), Publishes::ThroughOutbox);
    crosstalk::board::edit(&mut switched, &Edit::Pattern { service: NodeId(1), pattern }).expect("it has that form");
    assert_eq!(switched, outbox);
    // Without a transaction, one is put around what is written.
    let emails_outbox = choose(&emails, |way| matches!(way, Way::Outbox { .. }));
    assert_eq!(words(&emails_outbox, NodeId(2)), ["work", "begin", "write", "outbox", "commit", "reply"]);
    assert!(emails_outbox.message("EmailsDone").is_some(), "an event of its own");
    let emails_published = choose(&emails, |way| matches!(way, Way::Publish { .. }));
    assert_eq!(words(&emails_published, NodeId(2)), ["work", "write", "publish", "reply"]);
    let only = choose(&emails, |way| matches!(way, Way::WireOnly { .. }));
    assert_eq!(words(&only, NodeId(2)), ["work", "write", "reply"]);
    // What is only a wire is given its line later.
    let later = offers(&only, &emails, &topic).expect("a line can still be added");
    assert!(later.iter().all(|offer| !matches!(offer.way, Way::WireOnly { .. })));
    assert_eq!(done(wire(&only, &Ids::of(&only), &later[0])).wires.len(), 1);
}

#[test]
fn a_service_that_reads_takes_over_its_handler_or_gets_a_new_one() {
    let mut hand = Hand::on_an_empty_board();
    hand.builds_the_shop();
    let payments = hand.board.service(hand.node("Payments")).expect("it is there").clone();
    assert_eq!(payments.handlers[0].from.as_deref(), Some(TOPIC));
    assert_eq!(payments.handlers[0].lines[4].id, LineId(5), "the reply became the acknowledgement");
    let topic = End::Topic(TOPIC.to_owned());
    let refused = judge(&hand.board, &topic, &End::Node(payments.id)).expect_err("it reads already");
    assert_eq!(refused.reason, "Payments reads from order-events already, as payments");
    hand.adds(Starter::Service(Preset::Service));
    let service = hand.node("Service");
    let offer = hand.wires(topic, End::Node(service), |way| matches!(way, Way::Read { handler: None, .. }));
    assert_eq!(offer.words, "read OrderPlaced as service");
    let handlers = &hand.board.service(service).expect("it is there").handlers;
    assert_eq!((handlers.len(), handlers[1].from.as_deref()), (2, Some(TOPIC)));
}

#[test]
fn a_broker_stands_for_each_of_its_topics() {
    let mut hand = Hand::on_an_empty_board();
    hand.adds(Starter::Broker);
    hand.adds(Starter::Service(Preset::Orders));
    let (broker, orders) = (End::Node(NodeId(1)), End::Node(NodeId(2)));
    let refused = judge(&hand.board, &orders, &broker).expect_err("it has no topic");
    assert_eq!(refused.to_string(), "The broker has no topic: add a topic to it first");
    hand.adds(Starter::Topic);
    hand.adds(Starter::Topic);
    let words: Vec<String> =
        offers(&hand.board, &orders, &broker).expect("two topics").into_iter().map(|offer| offer.words).collect();
    assert_eq!(words.len(), 6);
    assert!(words.contains(&"outbox OrderPlaced to order-events-2".to_owned()), "{words:?}");
}

#[test]
fn a_topic_is_renamed_wherever_it_stands_and_a_name_that_is_taken_is_refused() {
    let shop = board("orders");
    let ids = Ids::of(&shop);
    let renamed = done(rename_topic(&shop, &ids, TOPIC, "orders"));
    assert!(!crosstalk::board::to_json(&renamed).contains(TOPIC));
    let renamed = done(rename_message(&shop, &ids, "OrderPlaced", "OrderTaken"));
    assert!(!crosstalk::board::to_json(&renamed).contains("OrderPlaced"));
    assert!(
        rename_message(&shop, &ids, "OrderPlaced", "PlaceOrder").is_err_and(|taken| taken.to_string().contains("has this name"))
    );
    let renamed = done(rename_group(&shop, &ids, WireId(3), "money"));
    assert!(matches!(&renamed.wires[2].is, WireKind::Consume { group, .. } if group == "money"));
    assert!(rename_group(&shop, &ids, WireId(1), "money").is_err());
    assert_eq!(done(rename_node(&shop, &ids, SHOP, " Kiosk ")).title_of(SHOP), "Kiosk");
    assert!(rename_node(&shop, &ids, SHOP, "  ").is_err() && rename_board(&shop, &ids, "").is_err());
    assert_eq!(done(rename_board(&shop, &ids, "Mine")).title, "Mine");
}

#[test]
fn what_is_deleted_takes_along_what_cannot_be_without_it() {
    let mut shop = board("orders");
    let pin =
        |service, gap| Pin { service, gap, does: PinDoes::Crash, often: Often::Once, only: None, key: None, back_after_ms: None };
    shop.pins = vec![pin(ORDERS, Gap::After(LineId(6))), pin(PAYMENTS, Gap::Start(HandlerId(1)))];
    let ids = Ids::of(&shop);
    let topic = done(delete(&shop, &ids, &[Item::Topic(TOPIC.to_owned())]));
    assert_eq!(words(&topic, ORDERS), ["begin", "track", "write", "commit", "reply"]);
    assert!(topic.service(ORDERS).is_some_and(|node| node.relay.is_none()));
    assert!(topic.service(PAYMENTS).is_some_and(|node| node.handlers.is_empty()));
    assert_eq!((topic.wires.len(), topic.pins.len()), (1, 1));
    assert_eq!(topic.pins[0].gap, Gap::After(LineId(3)), "the pin moved to the line before");
    let broker = done(delete(&shop, &ids, &[Item::Node(BROKER)]));
    assert_eq!((broker.wires, broker.pins), (topic.wires, topic.pins));
    let services = delete(&shop, &ids, &[Item::Node(ORDERS), Item::Node(PAYMENTS)]).expect("they are there");
    assert_eq!(services.label, "delete Orders and 1 other");
    assert_eq!((services.board.wires.len(), services.board.pins.len()), (1, 0));
    let nothing = delete(&shop, &ids, &[Item::Node(NodeId(99))]);
    assert!(nothing.is_err());
}

#[test]
fn a_deleted_reading_wire_leaves_its_handler_which_a_new_wire_takes_up_again() {
    let shop = board("orders");
    let cut = done(delete(&shop, &Ids::of(&shop), &[Item::Wire(WireId(3))]));
    assert_eq!(cut.services, shop.services);
    let offers = offers(&cut, &End::Topic(TOPIC.to_owned()), &End::Node(PAYMENTS)).expect("it can read again");
    let again = done(wire(&cut, &Ids::of(&shop), &offers[0]));
    assert_eq!(again.services, shop.services);
    assert_eq!(again.wires.last().map(|wire| wire.id), Some(WireId(5)), "an id is never given twice");
}

#[test]
fn a_duplicate_has_its_own_ids_name_and_group_and_only_the_wires_within() {
    let shop = board("orders");
    let ids = Ids::of(&shop);
    let alone = duplicate(&shop, &ids, &[ORDERS], BESIDE).expect("it is there");
    let copy = alone.board.services.last().expect("it is there");
    let orders = shop.service(ORDERS).expect("it is there");
    assert_eq!((copy.title.as_str(), copy.x, copy.y), ("Orders 2", orders.x + 32, orders.y + 32));
    assert_eq!((&copy.settings, alone.board.wires.len()), (&orders.settings, 4));
    assert!(alone.notes.iter().any(|note| note.contains("not wired")), "{:?}", alone.notes);
    let nodes = Selection::all(&shop).nodes();
    let all = done(duplicate(&shop, &ids, &nodes, BESIDE));
    assert_eq!((all.wires.len(), all.services.len(), all.brokers.len(), all.clients.len()), (8, 6, 1, 2));
    let groups: Vec<&str> = all
        .wires
        .iter()
        .filter_map(|wire| if let WireKind::Consume { group, .. } = &wire.is { Some(group.as_str()) } else { None })
        .collect();
    assert_eq!(groups, ["payments", "emails", "payments-2", "emails-2"]);
    assert!(duplicate(&shop, &ids, &[BROKER], BESIDE).is_err_and(|refused| refused.to_string().contains("one broker")));
}

#[test]
fn nodes_are_copied_as_text_and_pasted_on_any_board() {
    let shop = board("orders");
    let text = copy(&shop, &Selection::all(&shop).nodes()).expect("there are nodes");
    let nowhere = empty_board();
    let pasted = paste(&nowhere, &Ids::of(&nowhere), &text, Some((1_000, 500))).expect("the text is whole");
    assert_eq!(pasted.label, "paste 5 nodes");
    assert_eq!((pasted.board.wires.len(), pasted.board.messages.len(), pasted.board.keys.len()), (4, 2, 1));
    assert_eq!((pasted.board.clients[0].x, pasted.board.services[1].y), (1_000, 500));
    // Payments without its topic answers requests; with it, it waits for a wire.
    let text = copy(&shop, &[PAYMENTS]).expect("it is there");
    let alone = paste(&nowhere, &Ids::of(&nowhere), &text, None).expect("the text is whole");
    assert_eq!(words(&alone.board, NodeId(1)).last(), Some(&"reply"));
    assert!(alone.notes[0].contains("no topic order-events"), "{:?}", alone.notes);
    let beside = done(paste(&shop, &Ids::of(&shop), &text, None));
    assert_eq!(beside.services.last().and_then(|node| node.handlers[0].from.clone()).as_deref(), Some(TOPIC));
    assert_eq!(copy(&shop, &[NodeId(99)]), None);
}

#[test]
fn types_that_mean_something_else_on_the_other_board_come_under_another_name() {
    let shop = board("orders");
    let text = copy(&shop, &[SHOP]).expect("it is there");
    let mut other = board("orders");
    other.keys[0].size = 3;
    let pasted = paste(&other, &Ids::of(&other), &text, None).expect("the text is whole");
    assert_eq!(pasted.board.clients[1].sends, "PlaceOrder-2");
    assert_eq!(pasted.board.keys[1].name, "customers-2");
    assert_eq!(pasted.notes.len(), 2, "{:?}", pasted.notes);
}

#[test]
fn pasted_text_that_is_wrong_is_refused_with_its_place_and_the_mend() {
    let shop = board("orders");
    let text = copy(&shop, &[SHOP, PAYMENTS]).expect("they are there");
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from));
        text.replacen(from, to, 1)
    };
    let whole = crosstalk::board::to_json(&shop);
    let cases = [
        ("hello".to_owned(), "no part of a board"),
        ("[1, 2]".to_owned(), "no part of a board"),
        (whole, "open it as a file"),
        (changed("\"crosstalk-nodes\": 1", "\"crosstalk-nodes\": 9"), "newer"),
        (changed("\"crosstalk-nodes\": 1", "\"crosstalk-nodes\": true"), "crosstalk-nodes"),
        (changed("\"title\": \"Payments\"", "\"title\": \" \""), "in the pasted text, services[0].title"),
        (changed("\"sends\": \"PlaceOrder\"", "\"sends\": \"Nothing\""), "in the pasted text, clients[0].sends"),
        (changed("\"sends\"", "\"sents\""), "in the pasted text, clients[0]"),
        (changed("\"id\": 4", "\"id\": 1"), "two nodes have the id 1"),
        ("{\"crosstalk-nodes\": 1}".to_owned(), "copy a node"),
    ];
    for (text, said) in cases {
        let refused = paste(&shop, &Ids::of(&shop), &text, None).expect_err(said);
        assert!(refused.to_string().contains(said), "{refused}");
    }
}

#[test]
fn cards_are_lined_up_spread_and_tidied_into_layers() {
    let shop = board("orders");
    let ids = Ids::of(&shop);
    let three: Vec<Card> = cards(&shop).into_iter().filter(|card| [ORDERS, PAYMENTS, EMAILS].contains(&card.node)).collect();
    let left = done(align(&shop, &ids, &three, Along::Left));
    assert!(left.services.iter().all(|node| node.x == 192));
    let bottom = done(align(&shop, &ids, &three, Along::Bottom));
    assert!(bottom.services.iter().all(|node| node.y == 368));
    let spread = done(distribute(&shop, &ids, &three, Axis::Down));
    let y = |node| spread.service(node).map_or(0, |node| node.y);
    assert_eq!((y(PAYMENTS), y(ORDERS), y(EMAILS)), (96, 232, 368));
    assert!(align(&shop, &ids, &three[..1], Along::Left).is_err() && distribute(&shop, &ids, &three[..2], Axis::Down).is_err());
    let tidied = done(tidy(&shop, &ids, &cards(&shop)));
    let found = cards(&tidied);
    assert!(found.iter().all(|one| found.iter().all(|other| one.node == other.node || !one.rect.touches(other.rect))));
    let x = |node| found.iter().find(|card| card.node == node).map_or(0.0, |card| card.rect.x);
    assert!(x(SHOP) < x(ORDERS) && x(ORDERS) < x(BROKER) && x(BROKER) < x(PAYMENTS));
    assert_eq!(done(tidy(&tidied, &ids, &found)), tidied, "what is tidy stays as it is");
}

#[test]
fn a_board_that_is_stood_up_is_read_from_top_to_bottom_and_no_two_cards_touch() {
    let shop = board("orders");
    let before = cards(&shop);
    let places = stood_up(&shop, &before);
    let rect = |node: NodeId| {
        let (_, (x, y)) = places.iter().find(|(id, _)| *id == node).expect("every card has a place");
        let card = before.iter().find(|card| card.node == node).expect("it is on the board");
        Rect { x: *x as f32, y: *y as f32, ..card.rect }
    };
    let rects: Vec<Rect> = before.iter().map(|card| rect(card.node)).collect();
    for (at, one) in rects.iter().enumerate() {
        assert!(rects.iter().skip(at + 1).all(|other| !one.touches(*other)), "{one:?}");
    }
    let (client, broker) = (rect(shop.clients[0].id), rect(shop.brokers[0].id));
    assert!(shop.services.iter().all(|service| rect(service.id).y > client.bottom()));
    assert!(broker.y > client.bottom());
    let before = Rect::around(before.iter().map(|card| card.rect)).expect("there are cards");
    let after = Rect::around(rects).expect("there are cards");
    assert!(before.w > before.h && after.w < before.w, "{before:?} {after:?}");
}

#[test]
fn the_keyboard_goes_along_the_wires_to_the_nearest_card_and_in_reading_order() {
    let shop = board("orders");
    let cards = cards(&shop);
    let order = reading_order(&shop, &cards);
    assert_eq!(order, [SHOP, ORDERS, BROKER, PAYMENTS, EMAILS]);
    assert_eq!(next_in_order(&order, None, false), Some(SHOP));
    assert_eq!(next_in_order(&order, Some(BROKER), true), Some(ORDERS));
    assert_eq!(next_in_order(&order, Some(EMAILS), false), None, "the focus leaves the board");
    assert_eq!(next_in_direction(&cards, ORDERS, Direction::Right), Some(BROKER));
    assert_eq!(next_in_direction(&cards, PAYMENTS, Direction::Down), Some(EMAILS));
    assert_eq!(next_in_direction(&cards, SHOP, Direction::Left), None);
    assert_eq!(along_wires(&shop, &cards, ORDERS, Direction::Right), Some(BROKER));
    assert_eq!(along_wires(&shop, &cards, EMAILS, Direction::Left), Some(BROKER));
    assert_eq!(along_wires(&shop, &cards, PAYMENTS, Direction::Down), Some(EMAILS));
}

#[test]
fn a_publishing_line_names_the_key_of_its_message() {
    let mut hand = Hand::on_an_empty_board();
    hand.builds_the_shop();
    let orders = hand.board.service(hand.node("Orders")).expect("it is there");
    let keys: Vec<Option<&str>> = orders.handlers[0]
        .lines
        .iter()
        .filter_map(|line| if let Line::Outbox { key, .. } = &line.does { Some(key.as_deref()) } else { None })
        .collect();
    assert_eq!(keys, [Some("customer")]);
}
