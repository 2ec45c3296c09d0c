//! A message as services know it: a header and a body.

use std::fmt;
use std::sync::Arc;

use crate::sim::{MessageId, TypeId};

/// One field of a message's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// One of a key set, counted from 0; written as a letter: `A`, `B`, … `Z`, `A1`, …
    Key(u32),
    /// The intent's number.
    Number(u32),
    /// Money in cents.
    Cents(i32),
}

/// What a record is partitioned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// One of a key set, counted from 0.
    Letter(u32),
    /// A number, such as an order's.
    Number(u32),
}

impl fmt::Display for Key {
    /// The key's text; its UTF-8 bytes are what a partitioner hashes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Key::Number(n) => write!(f, "{n}"),
            Key::Letter(n) => {
                let letter = char::from(b'A' + (n % 26) as u8);
                match n / 26 {
                    0 => write!(f, "{letter}"),
                    round => write!(f, "{letter}{round}"),
                }
            }
        }
    }
}

impl Value {
    /// The value as a key. Money is no key.
    pub fn key(self) -> Option<Key> {
        match self {
            Value::Key(n) => Some(Key::Letter(n)),
            Value::Number(n) => Some(Key::Number(n)),
            Value::Cents(_) => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Key(n) => Key::Letter(n).fmt(f),
            Value::Number(n) => Key::Number(n).fmt(f),
            Value::Cents(cents) => {
                let sign = if cents < 0 { "−" } else { "" };
                write!(f, "{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
            }
        }
    }
}

/// A message: header (id, type, key) and body (its type's fields, in the type's order).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// Who made it, for which intent.
    pub id: MessageId,
    /// Its type.
    pub kind: TypeId,
    /// What it is partitioned by, if anything.
    pub key: Option<Key>,
    /// The fields, in the order in which its type lists them.
    pub body: Arc<[Value]>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_set_are_written_as_letters_and_then_as_letters_with_a_number() {
        let labels: Vec<String> = [0, 6, 25, 26, 53].map(|n| Key::Letter(n).to_string()).to_vec();
        assert_eq!(labels, ["A", "G", "Z", "A1", "B2"]);
    }

    #[test]
    fn money_is_written_with_two_decimals() {
        assert_eq!(Value::Cents(875).to_string(), "8.75");
        assert_eq!(Value::Cents(-1205).to_string(), "−12.05");
    }
}
