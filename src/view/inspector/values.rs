//! Numbers of a store as the board's fields mean them: letters, counts, money.

use crate::board::{Board, Field, FieldSource, HandlerDoc, WriteDoc};
use crate::net::{Key, Value};

/// What a write's row is named by and what its value is.
pub(super) struct Meaning<'a> {
    pub key: Option<&'a Field>,
    pub value: Option<&'a Field>,
}

impl<'a> Meaning<'a> {
    pub(super) fn of(write: &WriteDoc, handler: &HandlerDoc, board: &'a Board) -> Meaning<'a> {
        let fields = board.message(&handler.on).map_or(&[][..], |kind| &kind.fields);
        let field = |name: &str| fields.iter().find(|field| field.name == name);
        Meaning { key: field(&write.key), value: field(write.op.field()) }
    }

    pub(super) fn is_money(&self) -> bool {
        self.value.is_some_and(|field| matches!(field.from, FieldSource::Cents(..)))
    }
}

/// A row's name.
pub(super) fn row_text(field: Option<&Field>, row: u32) -> String {
    match field.map(|field| &field.from) {
        Some(FieldSource::Key(_)) => Key::Letter(row).to_string(),
        Some(FieldSource::Cents(..)) => Value::Cents(i32::try_from(row).unwrap_or(i32::MAX)).to_string(),
        Some(FieldSource::Number) | None => row.to_string(),
    }
}

/// A row's value.
pub(super) fn value_text(field: Option<&Field>, value: i32) -> String {
    match (field.map(|field| &field.from), u32::try_from(value)) {
        (Some(FieldSource::Cents(..)), _) => Value::Cents(value).to_string(),
        (Some(FieldSource::Key(_)), Ok(letter)) => Key::Letter(letter).to_string(),
        (_, Ok(number)) => number.to_string(),
        (_, Err(_)) => format!("−{}", value.unsigned_abs()),
    }
}
