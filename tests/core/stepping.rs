//! Steps from fact to fact, both ways.

use crosstalk::session::{Session, Stride};
use crosstalk::sim::{MessageId, Time};

use crate::support::{seconds, session};

/// Where a cursor stands: after how many facts, and their hash.
fn place(session: &Session) -> (usize, String, Time) {
    (session.facts().len(), session.fingerprint().to_string(), session.now())
}

#[test]
fn steps_by_fact_go_back_exactly_the_way_they_came() {
    let mut session = session("orders");
    session.seek(seconds(6));
    let mut way = vec![place(&session)];
    for _ in 0..60 {
        assert_eq!(session.forward(Stride::Fact), Some(session.now()));
        way.push(place(&session));
        let (before, after) = (way[way.len() - 2].0, way[way.len() - 1].0);
        assert!(before < after && session.facts().get(before).map(|entry| entry.at) == Some(session.now()));
    }
    way.pop();
    // The first place is that of a time, not of a fact.
    for known in way.iter().skip(1).rev() {
        assert_eq!(session.back(Stride::Fact), Some(session.now()));
        assert_eq!(&place(&session), known);
    }
}

#[test]
fn there_is_no_step_back_from_the_beginning() {
    let mut session = session("orders");
    assert_eq!(session.back(Stride::Fact), None);
    assert_eq!(session.back(Stride::Moment), None);
    session.forward(Stride::Fact);
    while session.back(Stride::Fact).is_some() {}
    assert_eq!(session.now(), Time::ZERO);
}

#[test]
fn steps_by_moment_go_back_through_those_that_they_came_by() {
    let mut session = session("delivered-twice");
    let mut moments = vec![];
    while let Some(at) = session.forward(Stride::Moment) {
        moments.push(at);
    }
    moments.pop();
    for known in moments.iter().rev() {
        assert_eq!(session.back(Stride::Moment), Some(*known));
    }
}

#[test]
fn steps_by_message_stop_at_each_moment_that_names_it() {
    let mut session = session("orders");
    session.seek(seconds(40));
    let message: MessageId = session.facts().since(800).iter().find_map(|entry| entry.fact.message()).expect("there are some");
    let mut named: Vec<Time> =
        session.facts().iter().filter(|entry| entry.fact.message() == Some(message)).map(|entry| entry.at).collect();
    named.dedup();
    session.seek(Time::ZERO);
    let forward: Vec<Time> = (0..named.len()).filter_map(|_| session.forward(Stride::Message(message))).collect();
    assert_eq!(forward, named);
    let back: Vec<Time> = std::iter::from_fn(|| session.back(Stride::Message(message))).collect();
    assert!(back.iter().rev().eq(&named[..named.len() - 1]));
}
