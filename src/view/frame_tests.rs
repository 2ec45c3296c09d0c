//! The board as it is drawn, of boards that run.

use proptest::prelude::*;

use crate::board::{Action, Board, Edit, Place, Process, ProcessAction, ProcessDoes, Setting, WireKind, from_json};
use crate::net::Cut;
use crate::session::Session;
use crate::sim::{NodeId, Role, Time, WireId};

use super::cards::{Dot, Frame, Path, Point, ProcessState, Rect, Shape, Target};
use super::inspect::Selection;
use super::layout::caret_y;
use super::wires::consuming;

const ORDERS: &str = include_str!("../../public/boards/orders.json");
const TWICE: &str = include_str!("../../public/boards/delivered-twice.json");
const DUAL: &str = include_str!("../../public/boards/dual-write.json");
const SHOP: NodeId = NodeId(1);
const SERVICE: NodeId = NodeId(2);
const PAYMENTS: NodeId = NodeId(4);

fn secs(seconds: f64) -> Time {
    Time((seconds * 1e6) as u64)
}

fn board(text: &str) -> Board {
    from_json(text).expect("the board can be read")
}

fn at(text: &str, seconds: f64) -> Session {
    let mut session = Session::new(board(text)).expect("the board fits together");
    session.seek(secs(seconds));
    session
}

fn does(session: &mut Session, node: NodeId, ordinal: u16, does: ProcessDoes) {
    let who = Process { node, role: Role::Instance, ordinal };
    session.act(Action::Process(ProcessAction { who, does })).expect("it can be done");
}

fn dots(session: &Session, frame: &Frame) -> Vec<Dot> {
    let mut dots = Vec::new();
    session.dots(frame, &mut dots);
    dots
}

fn inside(inner: Rect, outer: Rect) -> bool {
    inner.x >= outer.x - 0.01
        && inner.y >= outer.y - 0.01
        && inner.right() <= outer.right() + 0.01
        && inner.bottom() <= outer.bottom() + 0.01
}

fn rects(frame: &Frame) -> Vec<Rect> {
    let mut rects: Vec<Rect> = frame.clients.iter().map(|card| card.rect).collect();
    for card in &frame.services {
        rects.push(card.rect);
        rects.extend(card.instances.iter().map(|row| row.rect));
        rects.extend(card.tray.as_ref().map(|tray| tray.rect));
    }
    for card in &frame.brokers {
        rects.push(card.rect);
        for lane in card.topics.iter().flat_map(|topic| &topic.lanes) {
            rects.push(lane.rect);
            rects.extend(lane.records.iter().map(|record| record.rect));
        }
    }
    rects
}

/// What must hold of every frame.
fn holds(session: &Session, frame: &Frame) {
    let numbers = |rect: &Rect| [rect.x, rect.y, rect.w, rect.h];
    for rect in rects(frame) {
        assert!(numbers(&rect).iter().all(|number| number.is_finite()), "{rect:?}");
        assert!(inside(rect, frame.bounds), "{rect:?} in {:?}", frame.bounds);
    }
    for Path(points) in frame.wires.iter().flat_map(|wire| &wire.paths) {
        assert!(points.iter().all(|point| point.x.is_finite() && point.y.is_finite()));
    }
    for row in frame.services.iter().flat_map(|card| &card.instances) {
        assert!((0.0..=1.0).contains(&row.progress), "{row:?}");
        assert!(!row.doing.is_empty(), "{row:?}");
    }
    for card in &frame.brokers {
        for topic in &card.topics {
            assert!(inside(topic.rect, card.rect));
            assert!(topic.lanes.windows(2).all(|two| two[0].rect.bottom() < two[1].rect.y));
            for lane in &topic.lanes {
                assert!(inside(lane.rect, topic.rect));
                assert!(lane.records.iter().all(|record| inside(record.rect, lane.rect)), "{lane:?}");
                assert!(lane.records.windows(2).all(|two| two[0].rect.right() < two[1].rect.x));
                assert!(lane.carets.iter().all(|caret| caret.at.y == caret_y(lane.rect) && caret.at.x <= lane.rect.right()));
            }
        }
    }
    for dot in dots(session, frame) {
        let wire = frame.wires.iter().find(|wire| wire.id == dot.wire).expect("a dot is on a wire");
        let far =
            |path: &Path| (0..=400).map(|nth| path.at(nth as f32 / 400.0)).map(|on| apart(on, dot.at)).fold(f32::MAX, f32::min);
        let nearest = wire.paths.iter().map(far).fold(f32::MAX, f32::min);
        let lost = || responses(session, frame, dot.wire).iter().map(far).fold(f32::MAX, f32::min);
        assert!(dot.at.x.is_finite() && dot.at.y.is_finite());
        // A response may be on its way to an instance that has lost the partition meanwhile.
        assert!(nearest < 3.0 || lost() < 3.0, "{dot:?} is {nearest} off {wire:?}");
    }
}

/// The ways from each lane to each instance over a consuming wire.
fn responses(session: &Session, frame: &Frame, wire: WireId) -> Vec<Path> {
    let Some(WireKind::Consume { to, topic, .. }) = session.board().wire(wire).map(|wire| wire.is.clone()) else {
        return Vec::new();
    };
    let rows = frame.service(to).map_or(0, |card| card.instances.len() as u16);
    let ways = (0..rows).flat_map(|ordinal| (0..3).map(move |partition| (partition, ordinal)));
    ways.filter_map(|(partition, ordinal)| consuming(frame, &topic, partition, to, ordinal)).collect()
}

fn apart(one: Point, other: Point) -> f32 {
    let (x, y) = (one.x - other.x, one.y - other.y);
    (x * x + y * y).sqrt()
}

#[test]
fn the_cards_say_what_their_nodes_do() {
    let session = at(ORDERS, 20.0);
    let frame = session.frame(Selection::Nothing);
    holds(&session, &frame);
    let shop = &frame.clients[0];
    let client = session.world().client(SHOP).expect("the shop runs");
    assert_eq!(shop.lines[0], "1 order every 1.5 s");
    let hot = at(include_str!("../../public/boards/hot-partition.json"), 1.0).frame(Selection::Nothing).clients.remove(0);
    assert_eq!(hot.lines[0], "2.5 orders / s");
    assert_eq!(shop.lines[1], "7 customers, A–G");
    assert_eq!(shop.lines[2], format!("{} placed", client.sent));
    assert!(client.sent > 3);
    let orders = frame.service(SERVICE).expect("the card is there");
    assert_eq!((orders.note.as_str(), orders.instances[1].name.as_str()), ("2 instances", "orders-2"));
    assert!(orders.tray.is_some());
    let payments = frame.service(PAYMENTS).expect("the card is there");
    assert!(payments.note.starts_with("generation "), "{}", payments.note);
    assert!(payments.foot.iter().any(|figure| figure.starts_with("accounts ")), "{:?}", payments.foot);
    assert!(payments.foot.iter().any(|figure| figure.ends_with(" behind")), "{:?}", payments.foot);
    assert!(payments.tray.is_none());
    let broker = &frame.brokers[0];
    assert_eq!(broker.note, "1 of 1 up");
    assert!(broker.topics[0].note.starts_with("by customer · "), "{}", broker.topics[0].note);
    assert!(broker.topics[0].note.ends_with(" / s"), "{}", broker.topics[0].note);
}

#[test]
fn lanes_show_what_the_log_holds_and_carets_are_committed_offsets() {
    for seconds in [0.0, 3.0, 9.0, 20.0, 61.0] {
        let session = at(ORDERS, seconds);
        let frame = session.frame(Selection::Node(PAYMENTS));
        let world = session.world();
        let broker = world.broker(frame.brokers[0].id).expect("the broker is there");
        let topic = world.names().topic_id("order-events").expect("the topic is there");
        for lane in &frame.brokers[0].topics[0].lanes {
            let log = broker.log(topic, lane.partition).expect("the partition is there");
            assert_eq!(lane.hidden + lane.records.len() as u32, log.end());
            for group in ["payments", "emails"] {
                let id = world.names().group_id(group).expect("the group is there");
                let caret = lane.carets.iter().find(|caret| caret.committed && caret.groups.iter().any(|name| name == group));
                assert_eq!(caret.map(|caret| caret.offset), broker.committed(id, topic, lane.partition));
                assert!(caret.is_none_or(|caret| caret.accent == caret.groups.iter().any(|name| name == "payments")));
                if let Some(record) = caret.and_then(|caret| lane.records.iter().find(|record| record.id.offset == caret.offset))
                {
                    assert_eq!(caret.map(|caret| caret.at.x), Some(record.rect.middle().x), "under the record that is read next");
                }
            }
            for record in &lane.records {
                let past = |group| broker.committed(group, topic, lane.partition).is_some_and(|offset| offset > record.id.offset);
                assert_eq!(record.done, world.names().groups().all(|(group, _)| past(group)));
            }
        }
    }
}

#[test]
fn a_consuming_wire_leads_from_each_lane_to_the_instance_that_reads_it() {
    let session = at(ORDERS, 20.0);
    let frame = session.frame(Selection::Nothing);
    let payments = frame.service(PAYMENTS).expect("the card is there");
    let wire = frame.wires.iter().find(|wire| wire.id == WireId(3)).expect("the wire is there");
    assert_eq!((wire.paths.len(), wire.idle, wire.label.as_str()), (3, false, "order-events to Payments"));
    for (path, lane) in wire.paths.iter().zip(&frame.brokers[0].topics[0].lanes) {
        assert_eq!(path.0[0].y, lane.rect.middle().y);
        assert!(payments.instances.iter().any(|row| row.rect.edge(super::layout::Side::Left) == path.0[3]), "{path:?}");
    }
    let before = at(ORDERS, 0.0);
    let frame = before.frame(Selection::Nothing);
    let wire = frame.wires.iter().find(|wire| wire.id == WireId(3)).expect("the wire is there");
    assert!(wire.idle && wire.paths.len() == 1, "nothing is assigned yet");
}

#[test]
fn every_wire_carries_dots_on_its_way_and_answers_are_triangles() {
    let mut session = at(ORDERS, 0.0);
    let (mut wires, mut answers) = (Vec::new(), 0);
    for tenth in 0..300 {
        session.seek(secs(f64::from(tenth) / 10.0));
        let frame = session.frame(Selection::Nothing);
        holds(&session, &frame);
        for dot in dots(&session, &frame) {
            assert!(dot.key.is_some(), "{dot:?}");
            assert!(!dot.again && !dot.held, "{dot:?}");
            assert_eq!(dot.shape == Shape::Circle, dot.wire != WireId(1), "{dot:?}");
            answers += usize::from(dot.shape == Shape::Triangle);
            wires.push(dot.wire);
        }
    }
    wires.sort_unstable();
    wires.dedup();
    assert_eq!(wires, [1, 2, 3, 4].map(WireId));
    assert!(answers > 0);
}

#[test]
fn a_cut_holds_dots() {
    let mut session = at(ORDERS, 20.0);
    session.act(Action::Cut { wire: WireId(1), cut: Cut::Both }).expect("it can be cut");
    session.seek(secs(28.0));
    let frame = session.frame(Selection::Nothing);
    let held: Vec<Dot> = dots(&session, &frame).into_iter().filter(|dot| dot.wire == WireId(1)).collect();
    assert!(!held.is_empty() && held.iter().all(|dot| dot.held));
    assert_eq!(frame.wires.iter().find(|wire| wire.id == WireId(1)).map(|wire| wire.cut), Some(Cut::Both));
    assert!(held.iter().any(|dot| dot.again), "a call that had no answer is tried again: {held:?}");
}

#[test]
fn each_card_is_found_at_its_middle_and_a_wire_in_between() {
    let session = at(ORDERS, 20.0);
    let frame = session.frame(Selection::Nothing);
    let nodes = [SHOP, SERVICE, NodeId(3), PAYMENTS, NodeId(5)];
    for node in nodes {
        let middle = frame.rect_of(node).expect("the card is there").middle();
        let found = match session.target_at(&frame, &[], middle) {
            Some(Target::Node(found)) => found,
            Some(Target::Process(process)) => process.node,
            Some(Target::Record(_)) => NodeId(3),
            other => panic!("{other:?} at the middle of {node:?}"),
        };
        assert_eq!(found, node);
    }
    let tray = frame.service(SERVICE).and_then(|card| card.tray.as_ref()).expect("there is an outbox");
    assert_eq!(session.target_at(&frame, &[], tray.rect.middle()), Some(Target::Process(tray.relays[0].process)));
    let on_wire = frame.wires[0].paths[0].at(0.5);
    assert_eq!(session.target_at(&frame, &[], on_wire), Some(Target::Wire(WireId(1))));
    let record = frame.brokers[0].topics[0].lanes.iter().find_map(|lane| lane.records.last()).expect("there are records");
    assert_eq!(session.target_at(&frame, &[], record.rect.middle()), Some(Target::Record(record.id)));
    assert_eq!(session.target_at(&frame, &[], Point { x: -500.0, y: -500.0 }), None);
    let dot =
        Dot { at: on_wire, shape: Shape::Circle, key: None, again: false, held: false, message: record.message, wire: WireId(1) };
    assert_eq!(session.target_at(&frame, &[dot], on_wire), Some(Target::Dot(record.message)));
}

#[test]
fn dragging_a_card_takes_the_ends_of_its_wires_along() {
    let mut session = at(ORDERS, 20.0);
    let before = session.frame(Selection::Nothing);
    session.move_node(PAYMENTS, 100, 600);
    let after = session.frame(Selection::Nothing);
    holds(&session, &after);
    assert_eq!(after.rect_of(PAYMENTS).map(|rect| (rect.x, rect.y)), Some((100.0, 600.0)));
    let ends = |frame: &Frame| frame.wires.iter().find(|wire| wire.id == WireId(3)).map(|wire| wire.paths[0].0);
    let (was, is) = (ends(&before).expect("the wire"), ends(&after).expect("the wire"));
    assert_eq!(is[3].x, 100.0 + 214.0, "it comes from the right now");
    assert!(is[0].x < was[0].x && is[1].x < is[0].x, "and leaves to the left");
}

#[test]
fn a_crashed_instance_says_so_and_a_paused_one_stands_still() {
    let mut session = at(ORDERS, 20.0);
    does(&mut session, PAYMENTS, 1, ProcessDoes::Crash);
    does(&mut session, PAYMENTS, 2, ProcessDoes::Pause);
    let frame = session.frame(Selection::Nothing);
    let payments = frame.service(PAYMENTS).expect("the card is there");
    let (crashed, paused) = (payments.instances[1].clone(), payments.instances[2].clone());
    assert_eq!((crashed.state, crashed.doing.as_str()), (ProcessState::Crashed, "crashed"));
    assert_eq!((paused.state, paused.doing.as_str()), (ProcessState::Paused, "paused"));
    session.seek(secs(20.4));
    let later = session.frame(Selection::Nothing);
    assert_eq!(later.service(PAYMENTS).map(|card| card.instances[2].progress), Some(paused.progress));
    session.seek(secs(35.0));
    let payments = session.frame(Selection::Nothing).service(PAYMENTS).cloned().expect("the card is there");
    assert_eq!(payments.instances.len(), 3, "it stays in sight");
}

#[test]
fn an_instance_that_was_stopped_has_no_row() {
    let mut session = at(ORDERS, 20.0);
    let set = |value| Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(value) };
    session.act(Action::Edit(set(1))).expect("it can be set");
    session.seek(secs(26.0));
    let frame = session.frame(Selection::Nothing);
    let payments = frame.service(PAYMENTS).expect("the card is there");
    assert_eq!(payments.instances.len(), 1);
    let joining =
        |seconds| at(ORDERS, seconds).frame(Selection::Nothing).service(PAYMENTS).map(|card| card.instances[0].doing.clone());
    assert_eq!(joining(0.5).as_deref(), Some("joining"));
}

#[test]
fn sixty_four_lanes_thin_out() {
    let mut session = at(ORDERS, 5.0);
    session.act(Action::Edit(Edit::Partitions { topic: "order-events".to_owned(), partitions: 64 })).expect("it grows");
    session.seek(secs(120.0));
    let frame = session.frame(Selection::Nothing);
    holds(&session, &frame);
    let lanes = &frame.brokers[0].topics[0].lanes;
    assert!(lanes.len() == 64 && lanes.iter().all(|lane| lane.bar && lane.records.is_empty() && lane.carets.is_empty()));
    assert!(lanes.iter().any(|lane| lane.full == 1.0) && lanes.iter().any(|lane| lane.hot), "seven keys fill few of the lanes");
    for lane in lanes {
        assert!(lane.groups.iter().all(|group| group.lag == lane.end - group.committed.unwrap_or(0)), "{lane:?}");
        let tip = frame.tip_at(lane.rect.middle()).expect("a bar says what it stands for");
        assert!(tip.starts_with(&format!("order-events {}: {} record", lane.partition, lane.end)), "{tip}");
    }
}

#[test]
fn of_fifty_instances_few_have_a_row_and_wires_lead_to_the_others_row() {
    let mut session = at(ORDERS, 5.0);
    let set = |value| Edit::Set { place: Place::Node(PAYMENTS), setting: Setting::Instances, value: Some(value) };
    session.act(Action::Edit(set(50))).expect("it can be set");
    session.act(Action::Edit(Edit::Partitions { topic: "order-events".to_owned(), partitions: 64 })).expect("it grows");
    session.seek(secs(40.0));
    does(&mut session, PAYMENTS, 30, ProcessDoes::Crash);
    let frame = session.frame(Selection::Nothing);
    holds(&session, &frame);
    let card = frame.service(PAYMENTS).expect("the card is there");
    assert_eq!((card.instances.len(), card.instances[0].number), (6, 31), "the crashed one comes first");
    let rest = card.rest.as_ref().expect("the others have a row");
    assert!(rest.text.ends_with("1 crashed") && rest.ordinals.len() == 44, "{rest:?}");
    assert_eq!(card.row_of(49), Some(rest.rect));
    let wire = frame.wires.iter().find(|wire| wire.id == WireId(3)).expect("the wire is there");
    assert!(wire.paths.len() > 40, "{} partitions are assigned", wire.paths.len());
}

#[test]
fn what_came_again_is_ringed_and_what_a_check_names_is_marked() {
    let mut session = at(TWICE, 0.0);
    let mut dots_again = 0;
    for tenth in 0..800 {
        session.seek(secs(f64::from(tenth) / 10.0));
        let frame = session.frame(Selection::Nothing);
        dots_again += dots(&session, &frame).iter().filter(|dot| dot.again).count();
        let records = || frame.brokers[0].topics[0].lanes.iter().flat_map(|lane| &lane.records);
        let violations = session.checks().violations();
        assert!(records().filter(|record| record.bad).all(|record| record.again), "done twice since it came twice");
        if let Some(violation) = violations.last().filter(|violation| violation.at == session.now()) {
            assert!(records().any(|record| record.bad && record.message == violation.message));
        }
    }
    assert!(!session.checks().violations().is_empty() && dots_again > 0, "{dots_again}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_frame_of_any_moment_holds_together(
        text in prop::sample::select(vec![ORDERS, TWICE, DUAL]),
        seed in 0_u64..50,
        steps in prop::collection::vec((0.0_f64..6.0, 0_u8..6, 0_u16..3), 1..10),
        (x, y) in (-900_i32..900, -900_i32..900),
    ) {
        let mut session = Session::with_seed(board(text), seed).expect("the board fits together");
        let nodes: Vec<NodeId> = session.board().services.iter().map(|node| node.id).collect();
        let mut selected = Selection::Nothing;
        for (wait, what, which) in steps {
            session.seek(session.now() + crate::sim::Span((wait * 1e6) as u64));
            let node = nodes[usize::from(which) % nodes.len()];
            let wires: Vec<WireId> = session.board().wires.iter().map(|wire| wire.id).collect();
            let wire = wires[usize::from(which) % wires.len()];
            let process = |role, does| Action::Process(ProcessAction { who: Process { node, role, ordinal: which % 2 }, does });
            // What makes no sense at this moment is refused, and that is fine.
            let _ = match what {
                0 => session.act(process(Role::Instance, ProcessDoes::Crash)),
                1 => session.act(process(Role::Instance, ProcessDoes::Restart)),
                2 => session.act(process(Role::Instance, ProcessDoes::Pause)),
                3 => session.act(process(Role::Relay, ProcessDoes::Crash)),
                4 => session.act(Action::Cut { wire, cut: Cut::ToServer }),
                _ => session.act(Action::Cut { wire, cut: Cut::None }),
            };
            session.move_node(node, x, y);
            let frame = session.frame(selected);
            holds(&session, &frame);
            selected = if what % 2 == 0 { Selection::Node(node) } else { Selection::Wire(wire) };
            let consumes = |wire: &crate::board::Wire| matches!(wire.is, WireKind::Consume { .. });
            prop_assert_eq!(frame.wires.len(), session.board().wires.len());
            prop_assert!(session.board().wires.iter().zip(&frame.wires).all(|(wire, view)| consumes(wire) || !view.idle));
        }
    }
}
