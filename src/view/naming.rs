//! How people call things: processes, intents, messages, lines, rows.

use crate::board::{Board, Do, FieldSource, LineDoc, Names, WireKind};
use crate::net::{Key, Value};
use crate::net::{Loss, Slow};
use crate::sim::{Actor, IntentId, LineId, MessageId, NodeId, RecordId, Role, Span, TableId, WireId};

/// A process: `payments-2`, `orders relay`, `orders relay-2`, `broker`, `web shop`.
pub fn process_name(who: Actor, board: &Board) -> String {
    let service = board.service(who.node).map(|service| service.process_name());
    match (who.role, service) {
        (Role::Instance, Some(service)) => format!("{service}-{}", u32::from(who.ordinal) + 1),
        (Role::Relay, Some(service)) if who.ordinal == 0 => format!("{service} relay"),
        (Role::Relay, Some(service)) => format!("{service} relay-{}", u32::from(who.ordinal) + 1),
        _ if who.node == NodeId(0) => "somebody".to_owned(),
        _ if !board.has_node(who.node) => gone(who.node),
        _ => board.title_of(who.node).to_lowercase(),
    }
}

/// A node that is no longer on the board: its title went with it.
pub(super) fn gone(node: NodeId) -> String {
    format!("node {} (gone)", node.0)
}

/// An intent: `order 27`; `order 3 by hand`.
pub fn intent_name(intent: IntentId, board: &Board) -> String {
    let by_hand = if intent.manual { " by hand" } else { "" };
    format!("{} {}{by_hand}", intent_noun(intent.client, board), intent.n)
}

/// What a client's intents are called: by the field that holds their number, or else by the message that asks for them.
fn intent_noun(client: NodeId, board: &Board) -> String {
    let kind = board.clients.iter().find(|node| node.id == client).and_then(|node| board.message(&node.sends));
    let number = kind.and_then(|kind| kind.fields.iter().find(|field| field.from == FieldSource::Number));
    match (number, kind) {
        (Some(field), _) => field.name.to_lowercase(),
        (None, Some(kind)) => kind.name.clone(),
        (None, None) => "intent".to_owned(),
    }
}

/// A message: `OrderPlaced of order 27`.
pub fn message_name(message: MessageId, board: &Board) -> String {
    format!("{} of {}", message_kind(message, board), intent_name(message.intent, board))
}

/// A message's type, by what made it.
pub(super) fn message_kind(message: MessageId, board: &Board) -> &str {
    if let Some(client) = board.clients.iter().find(|client| client.id == message.by) {
        return &client.sends;
    }
    match line_of(message.by, message.line, board).map(|line| &line.does) {
        Some(Do::Outbox { message, .. } | Do::Publish { message, .. }) => message,
        _ => "a message",
    }
}

/// A line of one of a service's programs.
pub(super) fn line_of(service: NodeId, line: LineId, board: &Board) -> Option<&LineDoc> {
    board.service(service)?.programs().flat_map(|(_, lines)| lines).find(|known| known.id == line)
}

/// A line's first word: `commit`. A line that was taken away is called by its number.
pub(super) fn line_word(service: NodeId, line: LineId, board: &Board) -> String {
    line_of(service, line, board).map_or_else(|| format!("line {}", line.0), |line| line.does.word().to_owned())
}

/// A whole line: `write accounts[customer] −= amount`.
pub(super) fn line_text(service: NodeId, line: LineId, board: &Board) -> String {
    let Some(line) = line_of(service, line, board) else { return format!("line {}", line.0) };
    let (word, rest) = (line.does.word(), line.does.rest());
    if rest.is_empty() { word.to_owned() } else { format!("{word} {rest}") }
}

/// The gap behind a line: `between commit and ack`.
pub(super) fn gap_name(service: NodeId, after: LineId, board: &Board) -> String {
    let programs = board.service(service).into_iter().flat_map(|service| service.programs());
    let found = programs.map(|(_, lines)| lines).find_map(|lines| Some((lines, lines.iter().position(|l| l.id == after)?)));
    match found {
        None if after == LineId(0) => "before the first line".to_owned(),
        None => format!("after line {}", after.0),
        Some((lines, place)) => match lines.get(place + 1) {
            Some(next) => format!("between {} and {}", lines[place].does.word(), next.does.word()),
            None => format!("after {}", lines[place].does.word()),
        },
    }
}

/// A record: `offset 12 of order-events 1`.
pub(super) fn record_name(record: RecordId, names: &Names) -> String {
    format!("offset {} of {} {}", record.offset, names.topic(record.topic), record.partition)
}

/// A row: `accounts[B]`. What kind of key it has is what the table's write lines say.
pub(super) fn row_name(table: TableId, row: u32, names: &Names, board: &Board) -> String {
    let name = names.table(table);
    let handlers = board.services.iter().flat_map(|service| &service.handlers);
    let keyed = handlers.flat_map(|handler| handler.lines.iter().map(move |line| (handler, line)));
    let letter = keyed.filter_map(|(handler, line)| match &line.does {
        Do::Write(write) if write.table == name => {
            board.message(&handler.on)?.fields.iter().find(|field| field.name == write.key)
        }
        _ => None,
    });
    let letter = letter.map(|field| matches!(field.from, FieldSource::Key(_))).next().unwrap_or(false);
    let key = if letter { Key::Letter(row) } else { Key::Number(row) };
    format!("{name}[{key}]")
}

/// Whether a line's write puts money, or takes it away.
pub(super) fn is_money(service: NodeId, line: LineId, board: &Board) -> bool {
    let handlers = board.service(service).into_iter().flat_map(|service| &service.handlers);
    let mut found = handlers.flat_map(|handler| handler.lines.iter().map(move |known| (handler, known)));
    let Some((handler, found)) = found.find(|(_, known)| known.id == line) else { return false };
    let Do::Write(write) = &found.does else { return false };
    let fields = board.message(&handler.on).map_or(&[][..], |kind| &kind.fields);
    fields.iter().any(|field| field.name == write.op.field() && matches!(field.from, FieldSource::Cents(..)))
}

/// An amount as the line that wrote it means it: money with decimals, anything else as it is.
pub(super) fn amount(value: i32, service: NodeId, line: LineId, board: &Board) -> String {
    match (is_money(service, line, board), value < 0) {
        (true, _) => Value::Cents(value).to_string(),
        (false, true) => format!("−{}", value.unsigned_abs()),
        (false, false) => value.to_string(),
    }
}

/// A wire: `from Orders to order-events`.
pub(super) fn wire_name(wire: WireId, board: &Board) -> String {
    match board.wire(wire).map(|wire| &wire.is) {
        Some(WireKind::Call { from, to }) => format!("from {} to {}", board.title_of(*from), board.title_of(*to)),
        Some(WireKind::Publish { from, topic }) => format!("from {} to {topic}", board.title_of(*from)),
        Some(WireKind::Consume { to, topic, .. }) => format!("from {topic} to {}", board.title_of(*to)),
        None => "that is gone".to_owned(),
    }
}

/// How much slower a wire is: "5 × as long", "1.5 s more".
pub fn slow_words(slow: Slow) -> String {
    let extra = in_words(Span::ms(u64::from(slow.extra_ms)));
    match (slow.times, slow.extra_ms) {
        (1, 0) => "as fast as usual".to_owned(),
        (1, _) => format!("{extra} more"),
        (times, 0) => format!("{times} × as long"),
        (times, _) => format!("{times} × as long, and {extra} more"),
    }
}

/// What a wire loses: "30 % of packets come late, 5 % break their connection".
pub fn loss_words(loss: Loss) -> String {
    match (loss.percent, loss.breaks) {
        (0, 0) => "nothing is lost".to_owned(),
        (late, 0) => format!("{late} % are lost and come late"),
        (0, breaks) => format!("{breaks} % break their connection"),
        (late, breaks) => format!("{late} % are lost and come late, {breaks} % break their connection"),
    }
}

/// A length of time in words: `6.2 seconds`, `1 second`, `650 milliseconds`.
pub(super) fn in_words(span: Span) -> String {
    let tenths = (span.0 + 50_000) / 100_000;
    match (span.as_ms(), tenths % 10) {
        (ms, _) if ms < 950 => format!("{ms} millisecond{}", if ms == 1 { "" } else { "s" }),
        (_, 0) => format!("{} second{}", tenths / 10, if tenths == 10 { "" } else { "s" }),
        (_, rest) => format!("{}.{rest} seconds", tenths / 10),
    }
}

/// The same text with a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A clause as a sentence.
pub fn sentence(clause: &str) -> String {
    let end = if clause.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{end}", capital(clause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::from_json;

    fn board() -> Board {
        from_json(include_str!("../../public/boards/orders.json")).expect("a board")
    }

    #[test]
    fn processes_are_called_by_their_service_and_number() {
        let name = |node, role, ordinal| process_name(Actor::new(NodeId(node), role, ordinal), &board());
        assert_eq!(name(4, Role::Instance, 1), "payments-2");
        assert_eq!(name(2, Role::Relay, 0), "orders relay");
        assert_eq!(name(2, Role::Relay, 1), "orders relay-2");
        assert_eq!(name(3, Role::Broker, 0), "broker");
        assert_eq!(name(1, Role::Client, 0), "web shop");
    }

    #[test]
    fn an_intent_is_called_by_the_field_that_numbers_it() {
        let intent = IntentId { client: NodeId(1), n: 27, manual: false };
        assert_eq!(intent_name(intent, &board()), "order 27");
        assert_eq!(intent_name(IntentId { n: 3, manual: true, ..intent }, &board()), "order 3 by hand");
        let message = MessageId { intent, by: NodeId(2), line: LineId(6), nth: 0 };
        assert_eq!(message_name(message, &board()), "OrderPlaced of order 27");
    }

    #[test]
    fn a_gap_is_called_by_the_lines_on_both_sides() {
        let gap = |after| gap_name(NodeId(4), LineId(after), &board());
        assert_eq!(gap(4), "between commit and ack");
        assert_eq!(gap(5), "after ack");
        assert_eq!(gap(0), "before the first line");
    }

    #[test]
    fn rows_and_amounts_are_written_as_their_fields_mean_them() {
        let board = board();
        let names = Names::of(&board);
        let row = |table: &str, row| row_name(names.table_id(table).expect("a table"), row, &names, &board);
        assert_eq!((row("accounts", 1), row("orders", 27)), ("accounts[B]".to_owned(), "orders[27]".to_owned()));
        assert_eq!(amount(-875, NodeId(4), LineId(3), &board), "−8.75");
        assert_eq!(amount(27, NodeId(5), LineId(4), &board), "27");
    }

    #[test]
    fn lengths_of_time_are_said_with_one_decimal_at_most() {
        let said = [1, 650, 1_000, 5_921, 6_240, 36_049].map(|ms| in_words(Span::ms(ms)));
        let wanted = ["1 millisecond", "650 milliseconds", "1 second", "5.9 seconds", "6.2 seconds", "36 seconds"];
        assert_eq!(said, wanted);
    }
}
