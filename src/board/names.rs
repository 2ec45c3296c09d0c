//! Names and their numbers: facts carry numbers, people read names.

use crate::sim::InOrder;
use crate::sim::{GroupId, TableId, TopicId, TypeId};

use super::document::{Board, WireKind};

/// The names of a run, each list in the order of its numbers: sorted at the start; later names follow, so that a number
/// never changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    topics: Vec<String>,
    groups: Vec<String>,
    tables: Vec<String>,
    messages: Vec<String>,
}

impl Names {
    /// The names of a board at the start of its run.
    pub fn of(board: &Board) -> Names {
        let mut names = Names::default();
        names.extend(board);
        names
    }

    /// Adds the names that an edit has brought. Those that are known keep their numbers.
    pub fn extend(&mut self, board: &Board) {
        let topics = board.brokers.iter().flat_map(|broker| &broker.topics).map(|topic| topic.name.as_str());
        add(&mut self.topics, topics.collect());
        let groups = board.wires.iter().filter_map(|wire| match &wire.is {
            WireKind::Consume { group, .. } => Some(group.as_str()),
            _ => None,
        });
        add(&mut self.groups, groups.collect());
        let lines = board.services.iter().flat_map(|service| service.programs()).flat_map(|(_, lines)| lines);
        let tables = lines.filter_map(|line| line.does.table());
        add(&mut self.tables, tables.collect());
        add(&mut self.messages, board.messages.iter().map(|kind| kind.name.as_str()).collect());
    }

    /// The number of a topic.
    pub fn topic_id(&self, name: &str) -> Option<TopicId> {
        number(&self.topics, name).map(TopicId)
    }

    /// The number of a consumer group.
    pub fn group_id(&self, name: &str) -> Option<GroupId> {
        number(&self.groups, name).map(GroupId)
    }

    /// The number of a table.
    pub fn table_id(&self, name: &str) -> Option<TableId> {
        number(&self.tables, name).map(TableId)
    }

    /// The number of a message type.
    pub fn type_id(&self, name: &str) -> Option<TypeId> {
        number(&self.messages, name).map(TypeId)
    }

    /// The name of a topic; `?` for a number that was never given.
    pub fn topic(&self, id: TopicId) -> &str {
        name(&self.topics, id.0)
    }

    /// The name of a consumer group; `?` for a number that was never given.
    pub fn group(&self, id: GroupId) -> &str {
        name(&self.groups, id.0)
    }

    /// The name of a table; `?` for a number that was never given.
    pub fn table(&self, id: TableId) -> &str {
        name(&self.tables, id.0)
    }

    /// The name of a message type; `?` for a number that was never given.
    pub fn message(&self, id: TypeId) -> &str {
        name(&self.messages, id.0)
    }

    /// The topics in the order of their numbers.
    pub fn topics(&self) -> impl Iterator<Item = (TopicId, &str)> {
        (0..).map(TopicId).zip(self.topics.iter().map(String::as_str))
    }

    /// The consumer groups in the order of their numbers.
    pub fn groups(&self) -> impl Iterator<Item = (GroupId, &str)> {
        (0..).map(GroupId).zip(self.groups.iter().map(String::as_str))
    }

    /// The tables in the order of their numbers.
    pub fn tables(&self) -> impl Iterator<Item = (TableId, &str)> {
        (0..).map(TableId).zip(self.tables.iter().map(String::as_str))
    }

    /// The message types in the order of their numbers.
    pub fn messages(&self) -> impl Iterator<Item = (TypeId, &str)> {
        (0..).map(TypeId).zip(self.messages.iter().map(String::as_str))
    }
}

fn add(known: &mut Vec<String>, mut names: Vec<&str>) {
    names.in_order();
    names.dedup();
    names.retain(|name| !known.iter().any(|known| known == name));
    known.extend(names.into_iter().map(str::to_owned));
}

fn number(known: &[String], name: &str) -> Option<u16> {
    known.iter().position(|known| known == name).and_then(|at| u16::try_from(at).ok())
}

fn name(known: &[String], number: u16) -> &str {
    known.get(usize::from(number)).map_or("?", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::super::document::{BrokerNode, SCHEMA, TopicDoc};
    use super::super::settings::{Settings, Timings};
    use super::*;
    use crate::sim::NodeId;

    fn board(topics: &[&str]) -> Board {
        let topics = topics.iter().map(|name| TopicDoc { name: (*name).to_owned(), partitions: 1 }).collect();
        let broker = BrokerNode { id: NodeId(1), title: String::new(), x: 0, y: 0, topics, settings: Settings::default() };
        Board {
            schema: SCHEMA,
            title: String::new(),
            about: String::new(),
            tries: Vec::new(),
            seed: 0,
            timings: Timings::default(),
            keys: Vec::new(),
            messages: Vec::new(),
            clients: Vec::new(),
            services: Vec::new(),
            brokers: vec![broker],
            wires: Vec::new(),
            pins: Vec::new(),
            planned: Vec::new(),
        }
    }

    #[test]
    fn names_are_numbered_in_their_sorted_order_and_found_both_ways() {
        let names = Names::of(&board(&["payments", "emails"]));
        assert_eq!(names.topic_id("emails"), Some(TopicId(0)));
        assert_eq!(names.topic(TopicId(1)), "payments");
        assert_eq!((names.topic_id("none"), names.topic(TopicId(9))), (None, "?"));
    }

    #[test]
    fn a_name_that_an_edit_brings_follows_those_that_are_known() {
        let mut names = Names::of(&board(&["payments", "emails"]));
        names.extend(&board(&["audits", "emails", "payments"]));
        let listed: Vec<&str> = names.topics().map(|(_, name)| name).collect();
        assert_eq!(listed, ["emails", "payments", "audits"]);
    }
}
