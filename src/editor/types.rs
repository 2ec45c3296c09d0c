//! Message types and key sets that come along with what needs them.

use crate::board::{Field, FieldSource, KeyDistribution, KeySet, MessageKind, MessageType};

use super::draft::{Draft, numbered};

/// The key set of the shop's customers.
const CUSTOMERS: &str = "customers";

/// What the shop's client asks for.
pub(super) fn place_order() -> MessageType {
    let field = |name: &str, from| Field { name: name.to_owned(), from };
    let fields = vec![
        field("order", FieldSource::Number),
        field("customer", FieldSource::Key(CUSTOMERS.to_owned())),
        field("amount", FieldSource::Cents(500, 3_000)),
    ];
    MessageType { name: "PlaceOrder".to_owned(), kind: MessageKind::Command, fields }
}

/// What the shop's Orders tells of.
pub(super) fn order_placed() -> MessageType {
    MessageType { name: "OrderPlaced".to_owned(), kind: MessageKind::Event, ..place_order() }
}

/// The name of the event that follows from a message: `OrderPlaced` from `PlaceOrder`.
pub(super) fn event_after(message: &str) -> String {
    let second = message.char_indices().skip(1).find(|(_, letter)| letter.is_uppercase());
    match second.map(|(at, _)| message.split_at(at)) {
        Some((verb, noun)) if verb.ends_with('e') => format!("{noun}{verb}d"),
        _ => format!("{message}Done"),
    }
}

/// The name of the event by which a service tells that it is done: `PaymentsDone`.
pub(super) fn event_of(title: &str) -> String {
    title.split_whitespace().flat_map(str::chars).take(60).chain("Done".chars()).collect()
}

/// The first field that holds a key: what a record of this type is keyed by.
pub(super) fn key_field(kind: &MessageType) -> Option<String> {
    kind.fields.iter().find(|field| matches!(field.from, FieldSource::Key(_))).map(|field| field.name.clone())
}

/// Whether all fields of a type are also fields of another.
pub(super) fn can_be_made_from(made: &MessageType, from: &MessageType) -> bool {
    made.fields.iter().all(|field| from.fields.iter().any(|known| known.name == field.name))
}

impl Draft<'_> {
    /// Brings one of the shop's message types, with its key set, unless one of its name has all its fields. Gives the
    /// name that it has here.
    pub(super) fn bring_shop_type(&mut self, wanted: MessageType) -> String {
        if self.board.message(&wanted.name).is_some_and(|known| can_be_made_from(&wanted, known)) {
            return wanted.name;
        }
        let customers = KeySet { name: CUSTOMERS.to_owned(), size: 7, distribution: KeyDistribution::Uniform };
        if !self.board.keys.iter().any(|known| known.name == CUSTOMERS) {
            self.board.keys.push(customers);
        }
        self.bring_type(wanted)
    }

    /// Brings a message type whose key sets are there. Where another type has its name, it gets a number.
    pub(super) fn bring_type(&mut self, mut wanted: MessageType) -> String {
        if self.board.messages.contains(&wanted) {
            return wanted.name;
        }
        let name = numbered(&wanted.name, "-", |name| self.board.message(name).is_some());
        if name != wanted.name {
            self.notes.push(format!(
                "This board has another message type {}, with other fields: the one that came is called {name}.",
                wanted.name
            ));
        }
        wanted.name.clone_from(&name);
        self.board.messages.push(wanted);
        name
    }

    /// Brings a key set. Where another has its name, it gets a number. Gives the name that it has here.
    pub(super) fn bring_keys(&mut self, mut wanted: KeySet) -> String {
        if self.board.keys.contains(&wanted) {
            return wanted.name;
        }
        let name = numbered(&wanted.name, "-", |name| self.board.keys.iter().any(|known| known.name == name));
        if name != wanted.name {
            self.notes.push(format!("This board has other keys called {}: those that came are called {name}.", wanted.name));
        }
        wanted.name.clone_from(&name);
        self.board.keys.push(wanted);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_after_what_it_follows_from() {
        assert_eq!(event_after("PlaceOrder"), "OrderPlaced");
        assert_eq!(event_after("ShipParcel"), "ShipParcelDone");
        assert_eq!(event_after("OrderPlaced"), "OrderPlacedDone");
        assert_eq!(event_after(""), "Done");
    }
}
