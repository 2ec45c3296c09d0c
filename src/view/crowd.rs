//! A service of very many instances: which of them have a row, and the row that stands for the others.

use crate::service::{Service, Source};
use crate::sim::InOrder;

use super::cards::{InstanceRow, ProcessState, Rect, RestRow};
use super::inspect::Selection;

/// So many instances each have a row; of more than these so many have one.
const ROWS: usize = 12;
const LISTED: usize = 6;

/// Takes the rows apart of those to look at: crashed, then paused, then at work on what is selected, then the first.
pub(super) fn summarised(
    rows: Vec<InstanceRow>,
    service: Option<&Service>,
    selected: Selection,
) -> (Vec<InstanceRow>, Option<RestRow>) {
    if rows.len() <= ROWS {
        return (rows, None);
    }
    let text = states(&rows);
    let rank = |row: &InstanceRow| match row.state {
        ProcessState::Crashed | ProcessState::NoPower => 0,
        ProcessState::Paused => 1,
        ProcessState::Up if works_on(service, row, selected) => 2,
        ProcessState::Up => 3,
    };
    let mut rows = rows;
    rows.in_order_by_key(|row| (rank(row), row.number));
    let mut ordinals: Vec<u16> = rows.split_off(LISTED).iter().map(|row| row.process.ordinal).collect();
    ordinals.in_order();
    (rows, Some(RestRow { ordinals, text, rect: Rect::default() }))
}

fn works_on(service: Option<&Service>, row: &InstanceRow, selected: Selection) -> bool {
    let instance = service.and_then(|service| service.instances.get(&row.process.ordinal));
    instance.is_some_and(|instance| {
        instance.activations.values().any(|activation| match selected {
            Selection::Message(message) => activation.message.id == message,
            Selection::Record(record) => matches!(activation.source, Source::Record(_, from) if from == record),
            _ => false,
        })
    })
}

/// How many do what.
fn states(rows: &[InstanceRow]) -> String {
    let state = |row: &InstanceRow| match (row.state, row.doing.as_str()) {
        (ProcessState::Crashed | ProcessState::NoPower, _) => "crashed",
        (ProcessState::Paused, _) => "paused",
        (ProcessState::Up, "waiting") => "wait",
        (ProcessState::Up, "joining" | "rebalancing" | "left its group") => "join",
        (ProcessState::Up, "stopping") => "stop",
        (ProcessState::Up, _) => "work",
    };
    let count = |wanted: &str| rows.iter().filter(|row| state(row) == wanted).count();
    let counts = ["wait", "work", "join", "stop", "paused", "crashed"].map(|state| (count(state), state));
    let said: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, state)| format!("{count} {state}")).collect();
    said.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Process;
    use crate::sim::{NodeId, Role};

    fn rows(count: u16) -> Vec<InstanceRow> {
        let row = |ordinal: u16| {
            let (state, doing) = match ordinal {
                30 => (ProcessState::Crashed, "crashed"),
                31 => (ProcessState::Paused, "paused"),
                ordinal if ordinal % 10 == 3 => (ProcessState::Up, "write +1"),
                _ => (ProcessState::Up, "waiting"),
            };
            InstanceRow {
                process: Process { node: NodeId(4), role: Role::Instance, ordinal },
                number: ordinal + 1,
                name: format!("payments-{}", ordinal + 1),
                state,
                doing: doing.to_owned(),
                progress: 0.0,
                waits_for_group: false,
                rect: Rect::default(),
            }
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn a_dozen_have_a_row_each() {
        let (listed, rest) = summarised(rows(12), None, Selection::Nothing);
        assert!(listed.len() == 12 && rest.is_none());
    }

    #[test]
    fn of_fifty_those_that_stand_still_come_first_and_the_others_are_counted() {
        let (listed, rest) = summarised(rows(50), None, Selection::Nothing);
        let numbers: Vec<u16> = listed.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [31, 32, 1, 2, 3, 4]);
        let rest = rest.expect("there are more");
        assert_eq!(rest.text, "43 wait · 5 work · 1 paused · 1 crashed");
        assert_eq!(rest.ordinals.len(), 44);
        assert!(rest.ordinals.iter().all(|ordinal| !numbers.contains(&(ordinal + 1))));
    }
}
