//! The board in sentences, and what is said aloud.

use crosstalk::board::{Action, Process, ProcessDoes};
use crosstalk::net::Cut;
use crosstalk::session::Session;
use crosstalk::sim::{Role, WireId};
use crosstalk::view::{Announcer, OutlineRow, PlanState, Point, ProcessState, Selection};

use crate::support::{BROKER, PAYMENTS, board, instance, process, seconds, session};

fn does(rows: &[OutlineRow], name: &str) -> String {
    let row = rows.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("{name} is in {rows:#?}")).does.clone()
}

#[test]
fn everything_on_the_board_has_a_line_that_says_what_it_does() {
    let mut session = session("orders");
    session.seek(seconds(30));
    let rows = session.outline();
    assert!(does(&rows, "Web shop").contains("placed"));
    assert!(does(&rows, "outbox").contains("the relay: "));
    assert!(does(&rows, "order-events 1").contains(" records, "), "{}", does(&rows, "order-events 1"));
    for name in ["payments-1", "payments-2", "payments-3", "emails-1", "orders-1", "Broker", "order-events"] {
        assert!(!does(&rows, name).is_empty());
    }
    assert!(rows.iter().all(|row| !row.down && row.leads != Selection::Nothing));
    let steps = rows.windows(2).all(|two| two[1].level <= two[0].level + 1);
    assert!(rows[0].level == 1 && steps, "no level is left out");
}

#[test]
fn an_instance_that_works_says_on_which_line_and_for_which_order() {
    let mut session = session("orders");
    session.seek(seconds(20));
    let working = (0..400).find_map(|_| {
        session.step();
        session.outline().into_iter().find(|row| row.name.starts_with("payments-") && row.does.starts_with("line "))
    });
    let does = working.expect("somebody charges an order").does;
    assert!(does.contains("; order "), "{does}");
}

#[test]
fn a_crashed_instance_says_since_when_and_who_has_its_partitions() {
    let mut session = session("orders");
    session.seek(seconds(12));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("payments-2 runs");
    session.seek(seconds(13));
    assert_eq!(does(&session.outline(), "payments-2"), "crashed 1 second ago");
    session.seek(seconds(32));
    let said = does(&session.outline(), "payments-2");
    assert!(said.starts_with("crashed 20 seconds ago; its partitions went to payments-"), "{said}");
    let row = session.outline().into_iter().find(|row| row.name == "payments-2").expect("it is there");
    assert!(row.down && row.leads == Selection::Node(PAYMENTS));
}

#[test]
fn a_wire_that_is_cut_has_a_line() {
    let mut session = session("orders");
    session.act(Action::Cut { wire: WireId(2), cut: Cut::Both }).expect("the wire is there");
    assert_eq!(does(&session.outline(), "wire from Orders to order-events"), "cut both ways");
}

#[test]
fn what_is_worth_most_is_said_and_nothing_twice() {
    let mut session = session("orders");
    let mut announcer = Announcer::default();
    session.seek(seconds(12));
    let groups = announcer.next(&session).expect("groups have become stable");
    assert!(groups.contains("is stable in generation"), "{groups}");
    assert_eq!(announcer.next(&session), None);
    session.seek(seconds(14));
    assert_eq!(announcer.next(&session), None, "heartbeats and records are not worth saying");
    session.act(Action::Send { client: crate::support::SHOP }).expect("there is a shop");
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("payments-2 runs");
    assert_eq!(announcer.next(&session).as_deref(), Some("Payments-2 crashed."));
    session.seek(seconds(5));
    assert_eq!(announcer.next(&session), None, "what is gone back to has not just happened");
}

#[test]
fn a_violation_goes_before_all_else() {
    let mut session = session("delivered-twice");
    let mut announcer = Announcer::default();
    let said: Vec<String> = (1..60)
        .filter_map(|second| {
            session.seek(seconds(second));
            announcer.next(&session)
        })
        .collect();
    assert!(said.iter().any(|line| line.contains("was charged twice.")), "{said:#?}");
    assert!(said.len() < 20, "{said:#?}");
}

#[test]
fn a_failure_that_happened_as_planned_says_so_on_the_strip() {
    let mut planned = board("orders");
    planned.plan(seconds(8), process(instance(PAYMENTS, 0), ProcessDoes::Crash));
    let mut session = Session::new(planned).expect("it fits together");
    session.seek(seconds(7));
    assert_eq!(session.strip().planned.iter().map(|row| &row.state).collect::<Vec<_>>(), [&PlanState::ToCome]);
    session.seek(seconds(10));
    session.act(process(instance(PAYMENTS, 1), ProcessDoes::Crash)).expect("payments-2 runs");
    let strip = session.strip();
    let labels: Vec<&str> = strip.failures.iter().map(|bar| bar.label.as_str()).collect();
    assert_eq!(labels, ["payments-1 crashed, as planned", "payments-2 crashed"]);
    assert_eq!(strip.planned[0].state, PlanState::Happened);
    assert_eq!(strip.failures[0].plan, Some(strip.planned[0].id), "one mark stands for both");
}

#[test]
fn a_broker_without_power_is_told_from_one_that_has_crashed_wherever_it_is_shown() {
    let broker = Process { node: BROKER, role: Role::Broker, ordinal: 0 };
    let ran = |does: &[ProcessDoes]| {
        let mut session = Session::new(board("orders")).expect("it fits together");
        session.seek(seconds(10));
        let mut announcer = Announcer::default();
        announcer.next(&session);
        for does in does {
            session.act(process(broker, *does)).expect("it can be done");
        }
        session.seek(seconds(11));
        let frame = session.frame(Selection::Nothing);
        let card = &frame.brokers[0];
        let outline = session.outline().into_iter().find(|row| row.name == "Broker").expect("it is on the board");
        let bars: Vec<String> = session.strip().failures.into_iter().map(|bar| bar.label).collect();
        let tip = frame.tip_at(Point { x: card.rect.x + 60.0, y: card.rect.y + 10.0 }).unwrap_or_default();
        (card.state, card.note.clone(), outline.does, bars, tip, announcer.next(&session).unwrap_or_default())
    };
    let (state, note, does, bars, tip, said) = ran(&[ProcessDoes::Crash]);
    assert_eq!((state, note.as_str(), does.as_str()), (ProcessState::Crashed, "crashed", "crashed"));
    assert_eq!((bars, said.starts_with("Broker crashed.")), (vec!["broker crashed".to_owned()], true), "{said}");
    assert!(tip.contains("still on its machine"), "{tip}");
    // Also one that had crashed before.
    for does in [&[ProcessDoes::PowerLoss][..], &[ProcessDoes::Crash, ProcessDoes::PowerLoss]] {
        let (state, note, outline, bars, tip, said) = ran(does);
        assert_eq!((state, note.as_str(), outline.as_str()), (ProcessState::NoPower, "without power", "without power"));
        assert_eq!(bars.last().map(String::as_str), Some("broker lost its power"));
        assert!(tip.contains("since the last flush to disk") && said.starts_with("Broker lost its power."), "{tip} {said}");
    }
    let (state, ..) = ran(&[ProcessDoes::PowerLoss, ProcessDoes::Restart]);
    assert_eq!(state, ProcessState::Up);
}
