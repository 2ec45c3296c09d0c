//! What is followed, and its diagram as picture and text.

use super::*;
use crate::board::{Action, Process, ProcessAction, ProcessDoes, from_json};
use crate::service::ServiceFact;
use crate::sim::{NodeId, Role, Span};
use crate::view::Scale;
use crate::world::Fact;

fn session(name: &str) -> Session {
    let text = std::fs::read_to_string(format!("public/boards/{name}.json")).expect("the board's file is there");
    Session::new(from_json(&text).expect("a board")).expect("it fits together")
}

fn order(n: u32) -> Followed {
    Followed::Intent(IntentId { client: NodeId(1), n, manual: false })
}

fn at(seconds: u64) -> Time {
    Time::ZERO + Span::secs(seconds)
}

#[test]
fn an_order_is_followed_from_the_request_to_the_last_offset_that_is_committed_behind_it() {
    let mut session = session("orders");
    session.seek(at(40));
    let journey = Follower::new(order(3)).journey(&session);
    assert_eq!(journey.name, "order 3");
    assert!(journey.facts.windows(2).all(|pair| pair[0].id < pair[1].id), "they are in their order, once each");
    let told: Vec<&str> = journey.facts.iter().filter(|fact| fact.telling).map(|fact| fact.line.what.as_str()).collect();
    let place = |what: &str| told.iter().position(|told| told.contains(what)).unwrap_or_else(|| panic!("{what}: {told:#?}"));
    let story = ["sent", "began to handle", "is in the outbox", "got the answer", "appended", "fetched", "committed offset"];
    let mut places = vec![place(story[0]), place(story[1]), place(story[2])];
    places.extend(story[4..].iter().map(|what| place(what)));
    assert!(places.is_sorted(), "{told:#?}");
    let committed = told.iter().filter(|told| told.contains("committed offset")).count();
    assert_eq!(committed, 2, "one for each group: {told:#?}");
}

#[test]
fn each_packet_of_the_message_is_an_arrow_that_goes_forward_in_time() {
    let mut session = session("orders");
    session.seek(at(40));
    let Journey { diagram, .. } = Follower::new(order(3)).journey(&session);
    assert!(diagram.arrows.len() >= 10, "{:#?}", diagram.arrows);
    for arrow in &diagram.arrows {
        assert!(arrow.arrived.is_some_and(|at| at > arrow.sent), "{arrow:?}");
        assert_ne!(arrow.from, arrow.to, "{arrow:?}");
    }
    let carrying: Vec<&str> = diagram.arrows.iter().filter(|arrow| arrow.carries).map(|arrow| arrow.name.as_str()).collect();
    assert!(carrying.iter().any(|name| name.starts_with("Produce: OrderPlaced")), "{carrying:?}");
    assert!(diagram.runs.iter().all(|run| run.end == RunEnd::Finished && run.to > run.from), "{:#?}", diagram.runs);
    assert_eq!(diagram.runs.len(), 3, "Orders, Payments and Emails handle it once each");
}

#[test]
fn what_is_gathered_while_the_run_goes_on_is_what_is_gathered_at_its_end() {
    let mut session = session("orders");
    let mut follower = Follower::new(order(5));
    for second in 0..40 {
        session.seek(at(second));
        follower.journey(&session);
    }
    session.seek(at(39));
    assert_eq!(follower.journey(&session), Follower::new(order(5)).journey(&session));
}

#[test]
fn a_crash_in_the_middle_of_a_handling_is_a_cross_and_the_handling_comes_again() {
    let mut session = session("orders");
    let handled = |entry: &crate::world::Entry| {
        entry.who.node == NodeId(4) && matches!(entry.fact, Fact::Service(ServiceFact::Started { .. }))
    };
    session.seek(at(20));
    let (who, message, when) = session
        .facts()
        .iter()
        .rev()
        .find(|entry| handled(entry))
        .map(|entry| match entry.fact {
            Fact::Service(ServiceFact::Started { message, .. }) => (entry.who, message, entry.at),
            _ => unreachable!(),
        })
        .expect("Payments handled something");
    session.seek(when + Span::ms(100));
    let who = Process { node: who.node, role: Role::Instance, ordinal: who.ordinal };
    session.act(Action::Process(ProcessAction { who, does: ProcessDoes::Crash })).expect("it runs");
    session.seek(when + Span::secs(30));
    let journey = Follower::new(Followed::Message(message)).journey(&session);
    let diagram = &journey.diagram;
    assert!(diagram.moments.iter().any(|moment| moment.kind == MarkKind::Crash), "{:#?}", diagram.moments);
    assert!(diagram.stills.iter().any(|still| still.why == Gone::Crashed && still.to == session.frontier()));
    let ends: Vec<RunEnd> = diagram.runs.iter().map(|run| run.end).collect();
    assert!(ends.contains(&RunEnd::Aborted) && ends.iter().filter(|end| **end == RunEnd::Finished).count() >= 2, "{ends:?}");
    let text = journey.mermaid();
    assert!(text.contains("crashed, until"), "{text}");
}

#[test]
fn the_way_over_the_board_is_lit_up_to_the_cursor_only() {
    let mut session = session("orders");
    session.seek(at(40));
    let mut follower = Follower::new(order(3));
    let whole = follower.journey(&session).lit;
    assert_eq!(whole.nodes.first(), Some(&NodeId(1)));
    assert_eq!((whole.nodes.len(), whole.wires.len()), (5, 4), "{whole:?}");
    session.seek(Time::ZERO);
    let at_the_start = follower.journey(&session);
    assert_eq!(at_the_start.lit, Lit::default());
    assert!(!at_the_start.facts.is_empty(), "what is known to come is still shown");
}

#[test]
fn another_path_of_actions_is_followed_anew() {
    let mut session = session("orders");
    session.seek(at(40));
    let mut follower = Follower::new(order(9));
    let before = follower.journey(&session);
    session.seek(at(8));
    session.act(Action::Send { client: NodeId(1) }).expect("a client sends");
    session.seek(at(9));
    let after = follower.journey(&session);
    assert!(after.facts.len() < before.facts.len());
}

#[test]
fn a_sequence_diagram_names_every_line_once_and_uses_no_others() {
    let mut session = session("orders");
    session.seek(at(40));
    let text = Follower::new(order(3)).journey(&session).mermaid();
    assert!(text.starts_with("sequenceDiagram\n    title order 3\n    participant p0 as web shop\n"), "{text}");
    let declared = text.lines().filter(|line| line.trim().starts_with("participant")).count();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 2 && word.starts_with('p')) {
        let number: usize = word[1..].parse().expect("a participant's number");
        assert!(number < declared, "{word} is not declared: {text}");
    }
    let statement = |line: &str| {
        let rest = line.trim();
        ["sequenceDiagram", "title ", "participant ", "Note over "].iter().any(|word| rest.starts_with(word))
            || ["->>", "-->>", "-x"].iter().any(|arrow| rest.contains(arrow)) && rest.contains(": ")
    };
    assert!(text.lines().all(statement), "{text}");
    assert!(!text.contains(';'));
}

#[test]
fn a_picture_is_well_formed_and_each_mark_of_it_names_its_fact() {
    let mut session = session("orders");
    session.seek(at(40));
    let journey = Follower::new(order(3)).journey(&session);
    let scale = Scale { from: journey.diagram.from, to: journey.diagram.to, width: 900.0 };
    let svg = journey.svg(scale);
    let opened = svg.matches('<').count() - svg.matches("</").count();
    let closed = svg.matches("</").count() + svg.matches("/>").count();
    assert_eq!(opened, closed, "each tag is closed: {svg}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    let picture = journey.picture(scale, Some(journey.diagram.moments[0].fact));
    assert_eq!(picture.matches("data-fact").count(), journey.diagram.moments.len() + journey.diagram.arrows.len());
    assert_eq!(picture.matches(" chosen").count(), 1);
    assert_eq!(picture.matches(" later").count(), 0, "the cursor is at the end");
}
