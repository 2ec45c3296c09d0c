//! A service's store as SQL: what a database engine needs to answer questions about it.

use std::fmt::Write;

use crate::board::{Field, FieldSource};
use crate::net::Key;
use crate::session::Session;
use crate::sim::NodeId;

use super::message::full_name;
use super::tables::{FENCES, Told, fences, handler_name, has_fences, past_boards, table_names, tracked_in_order, with_rows};
use super::values::row_text;

/// How many rows of a table are copied: the newest.
pub const COPIED: usize = 20_000;

/// A copy of a store at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreScript {
    /// Statements for an empty database: tables and rows.
    pub text: String,
    /// The tables, each with its columns.
    pub tables: Vec<(String, Vec<String>)>,
    /// A table has more than [`COPIED`] rows: older ones are missing.
    pub cut: bool,
}

impl Session {
    /// The store of a service as SQL: its tables as its programs mean them, `processed_messages` and `outbox`. Money is in
    /// cents. None if there is no such service.
    pub fn store_script(&self, service: NodeId) -> Option<StoreScript> {
        let node = self.board().service(service)?;
        let store = &self.world().service(service)?.store;
        let mut script = StoreScript::default();
        let past = past_boards(self, node);
        for table in table_names(self, node) {
            with_rows(self, node, &table, &past, |key, value, rows| {
                let columns = distinct([key, value, "version".to_owned()]);
                script.table(&table, &columns, rows.iter().map(written));
            });
        }
        if node.tracks() || store.tracked_count() > 0 {
            let all = tracked_in_order(store);
            let row = |(_, message, handler): &(_, _, _)| {
                vec![quoted(&full_name(*message, self.board())), quoted(&handler_name(node, *handler))]
            };
            let columns = ["message", "handler"].map(str::to_owned);
            script.table("processed_messages", &columns, all.iter().map(row));
        }
        if has_fences(node, store) {
            let literal = |(text, is_text): &(String, bool)| if *is_text { quoted(text) } else { text.clone() };
            let all = fences(self, store);
            script.table("fences", &FENCES.map(str::to_owned), all.iter().map(|row| row.iter().map(literal).collect()));
        }
        if node.relay.is_some() || store.outbox_rows().next().is_some() {
            let names = self.world().names();
            let row = |row: &crate::store::OutboxRow| {
                let key = row.message.key.map_or_else(|| "NULL".to_owned(), |key| quoted(&key.to_string()));
                vec![
                    row.id.0.to_string(),
                    quoted(&full_name(row.message.id, self.board())),
                    quoted(names.topic(row.topic)),
                    key,
                    u8::from(row.published).to_string(),
                ]
            };
            let columns = ["id", "message", "topic", "key", "published"].map(str::to_owned);
            script.table("outbox", &columns, store.outbox_rows().map(row).collect::<Vec<_>>().into_iter());
        }
        Some(script)
    }
}

impl StoreScript {
    /// Adds a table with its rows, each a list of literals.
    fn table(&mut self, name: &str, columns: &[String], rows: impl ExactSizeIterator<Item = Vec<String>>) {
        let list = columns.iter().map(|column| identifier(column)).collect::<Vec<_>>().join(", ");
        let table = identifier(name);
        self.text += &format!("CREATE TABLE {table} ({list});\n");
        let older = rows.len().saturating_sub(COPIED);
        self.cut |= older > 0;
        for row in rows.skip(older) {
            let written = writeln!(self.text, "INSERT INTO {table} VALUES ({});", row.join(", "));
            debug_assert!(written.is_ok(), "a string takes all that is written to it");
        }
        self.tables.push((name.to_owned(), columns.to_vec()));
    }
}

/// The literals of a row: letters are text, all else is a number.
fn written(told: &Told) -> Vec<String> {
    let is_letter = |field: Option<&Field>| field.is_some_and(|field| matches!(field.from, FieldSource::Key(_)));
    let key = if is_letter(told.key) { quoted(&row_text(told.key, told.row)) } else { told.row.to_string() };
    let value = match u32::try_from(told.state.value) {
        Ok(letter) if is_letter(told.value) => quoted(&Key::Letter(letter).to_string()),
        _ => told.state.value.to_string(),
    };
    vec![key, value, told.state.version.to_string()]
}

/// Column names that differ: a number is put behind one that was there before.
fn distinct(names: [String; 3]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for name in names {
        let taken = |name: &str| columns.iter().any(|known| known.eq_ignore_ascii_case(name));
        let free = (2..).map(|n| format!("{name}_{n}")).find(|other| !taken(other));
        let name = if taken(&name) { free.unwrap_or(name) } else { name };
        columns.push(name);
    }
    columns
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_end_their_quotes() {
        assert_eq!(identifier("a\"; DROP TABLE b; --"), "\"a\"\"; DROP TABLE b; --\"");
        assert_eq!(quoted("it's"), "'it''s'");
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let names = |one: &str, two: &str| distinct([one.to_owned(), two.to_owned(), "version".to_owned()]);
        assert_eq!(names("order", "order"), ["order", "order_2", "version"]);
        assert_eq!(names("Version", "amount"), ["Version", "amount", "version_2"]);
    }
}
