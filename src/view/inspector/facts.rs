//! Facts as lines of text: those about a node, and those that name a message.

use crate::broker::BrokerFact;
use crate::session::Session;
use crate::sim::{GroupId, MessageId, NodeId};
use crate::world::{Acted, Edited, Entry, Fact};

use super::super::inspect::FactLine;
use super::super::naming::process_name;
use super::super::words::describe;

/// How many lines a page has.
const LINES: usize = 60;
/// How many facts are looked at for them.
const BACK: usize = 5_000;

/// A fact as a line.
pub(in crate::view) fn line(session: &Session, entry: &Entry) -> FactLine {
    let board = session.board();
    let named = process_name(entry.who, board);
    let what = describe(entry, session.world().names(), board);
    let (who, what) = match what.strip_prefix(&format!("{named} ")) {
        Some(rest) => (named, rest.to_owned()),
        None if entry.who.node == NodeId(0) || matches!(entry.fact, Fact::Acted(_)) => (String::new(), what),
        None => (named, what),
    };
    FactLine { at: entry.at.to_string(), time: entry.at, who, what }
}

/// The latest facts about a node, newest first: its own, and others' that name it or one of these groups.
pub(super) fn about(session: &Session, node: NodeId, groups: &[GroupId]) -> Vec<FactLine> {
    let latest = session.facts().iter().rev().take(BACK);
    let fits = |entry: &&Entry| is_about(entry, node, groups);
    latest.filter(fits).take(LINES).map(|entry| line(session, entry)).collect()
}

fn is_about(entry: &Entry, node: NodeId, groups: &[GroupId]) -> bool {
    match entry.fact {
        Fact::Net(_) => false,
        Fact::Acted(Acted::Edited { what }) => what == Edited::Node(node),
        Fact::Broker(BrokerFact::MemberAdded { member, .. } | BrokerFact::MemberRemoved { member, .. }) => {
            entry.who.node == node || member.node == node
        }
        Fact::Broker(BrokerFact::GroupBecame { group, .. }) => entry.who.node == node || groups.contains(&group),
        _ => entry.who.node == node,
    }
}

/// The message that a fact names.
pub(in crate::view) fn message_of(fact: &Fact) -> Option<MessageId> {
    fact.message()
}
