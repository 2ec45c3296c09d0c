//! A service's store: its tables, what it has processed, its outbox.

use crate::board::{Action, Board, Do, Edit, HandlerDoc, PartId, Pattern, ServiceNode, WriteDoc, edit};
use crate::session::Session;
use crate::sim::InOrder;
use crate::sim::{FactId, MessageId, Time};
use crate::store::{Row, Store};

use super::super::inspect::{OutboxRow, TableView};
use super::message::full_name;
use super::values::{Meaning, row_text, value_text};

/// How many rows are shown.
const ROWS: usize = 200;

/// The tables that a service writes or has written, then `processed_messages`.
pub(super) fn tables(session: &Session, node: &ServiceNode) -> Vec<TableView> {
    let Some(service) = session.world().service(node.id) else { return Vec::new() };
    let (store, names) = (&service.store, session.world().names());
    let past = past_boards(session, node);
    let mut tables: Vec<&str> = Vec::new();
    for (_, write) in writes(node) {
        if !tables.contains(&write.table.as_str()) {
            tables.push(&write.table);
        }
    }
    let left = names.tables().filter(|(id, _)| store.rows(*id).next().is_some()).map(|(_, name)| name);
    let left: Vec<&str> = left.filter(|name| !tables.contains(name)).collect();
    tables.extend(left);
    let mut views: Vec<TableView> = tables.iter().map(|table| table_view(session, node, store, table, &past)).collect();
    let tracks = node.handlers.iter().any(|handler| handler.lines.iter().any(|line| line.does == Do::Track));
    if tracks || store.tracked_count() > 0 {
        views.push(processed(session, node, store));
    }
    views
}

/// All writes of a service, in the order of its lines.
pub(super) fn writes(node: &ServiceNode) -> impl Iterator<Item = (&HandlerDoc, &WriteDoc)> {
    node.handlers.iter().flat_map(|handler| {
        handler.lines.iter().filter_map(move |line| match &line.does {
            Do::Write(write) => Some((handler, write)),
            _ => None,
        })
    })
}

/// The document as it was before each change of the service's programs, with the time of that change: a row that was
/// written then is named as it was then.
fn past_boards(session: &Session, node: &ServiceNode) -> Vec<(Time, Board)> {
    let changes = |change: &Edit| match change {
        Edit::Pattern { service, pattern: Pattern::IfAgain(..) } => *service == node.id,
        Edit::Change(patch) => patch.put.iter().any(|put| put.part.id() == PartId::Service(node.id)),
        _ => false,
    };
    let mut board = session.start_board().clone();
    let mut past = Vec::new();
    for stamped in session.path().iter().take_while(|stamped| stamped.at <= session.now()) {
        let Action::Edit(change) = &stamped.action else { continue };
        let before = changes(change).then(|| board.clone());
        if edit(&mut board, change).is_ok() {
            past.extend(before.map(|before| (stamped.at, before)));
        }
    }
    past
}

fn table_view(session: &Session, node: &ServiceNode, store: &Store, table: &str, past: &[(Time, Board)]) -> TableView {
    let board = session.board();
    let written_in = |node: &ServiceNode, board| -> Option<Meaning<'_>> {
        let (handler, write) = writes(node).find(|(_, write)| write.table == table)?;
        Some(Meaning::of(write, handler, board))
    };
    let now = written_in(node, board);
    let before: Vec<(Time, Option<Meaning>)> =
        past.iter().map(|(until, board)| (*until, board.service(node.id).and_then(|node| written_in(node, board)))).collect();
    let field =
        |field: Option<&crate::board::Field>, other: &str| field.map_or_else(|| other.to_owned(), |field| field.name.clone());
    let (key, value) = now.as_ref().map_or((None, None), |now| (now.key, now.value));
    let columns = vec![field(key, "row"), field(value, "value")];
    let id = session.world().names().table_id(table);
    let mut all: Vec<(u32, &Row)> = id.into_iter().flat_map(|id| store.rows(id)).collect();
    all.in_order_by_key(|(row, state)| (state.by, *row));
    let count = all.len();
    let text = |(row, state): &(u32, &Row)| {
        let at = session.facts().get(state.by.index()).map_or(Time::MAX, |entry| entry.at);
        let then = before.iter().find(|(until, _)| at <= *until).map_or(now.as_ref(), |(_, then)| then.as_ref());
        let (key, value) = then.map_or((None, None), |then| (then.key, then.value));
        vec![row_text(key, *row), value_text(value, state.value)]
    };
    let rows = all[count.saturating_sub(ROWS)..].iter().map(text).collect();
    TableView { name: table.to_owned(), columns, rows, count }
}

fn processed(session: &Session, node: &ServiceNode, store: &Store) -> TableView {
    let mut all: Vec<(FactId, MessageId, crate::sim::HandlerId)> =
        store.tracked_rows().map(|((handler, message), commit)| (commit, message, handler)).collect();
    all.in_order();
    let count = all.len();
    let text = |(_, message, handler): &(FactId, MessageId, crate::sim::HandlerId)| {
        let handler = node.handlers.iter().find(|known| known.id == *handler);
        let handler = handler.map_or_else(|| "?".to_owned(), |handler| format!("on {}", handler.on));
        vec![full_name(*message, session.board()), handler]
    };
    let rows = all[count.saturating_sub(ROWS)..].iter().map(text).collect();
    TableView { name: "processed_messages".to_owned(), columns: vec!["message".to_owned(), "handler".to_owned()], rows, count }
}

/// The outbox, where a service has one.
pub(super) fn outbox(session: &Session, node: &ServiceNode) -> Option<Vec<OutboxRow>> {
    let store = &session.world().service(node.id)?.store;
    let fills = node.handlers.iter().any(|handler| handler.lines.iter().any(|line| matches!(line.does, Do::Outbox { .. })));
    if node.relay.is_none() && !fills && store.outbox_rows().next().is_none() {
        return None;
    }
    let names = session.world().names();
    let row = |row: &crate::store::OutboxRow| {
        let kind = names.message(row.message.kind);
        OutboxRow {
            id: u64::from(row.id.0),
            message: row.message.id,
            label: row.message.key.map_or_else(|| kind.to_owned(), |key| format!("{kind} {key}")),
            key: row.message.key,
            published: row.published,
        }
    };
    let mut rows: Vec<OutboxRow> = store.outbox_rows().rev().take(ROWS).map(row).collect();
    rows.reverse();
    Some(rows)
}
