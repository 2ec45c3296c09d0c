//! A service's store: its tables, what it has processed, its outbox.

use crate::board::{Action, Board, Do, Edit, Field, HandlerDoc, PartId, Pattern, ServiceNode, WriteDoc, edit};
use crate::session::Session;
use crate::sim::{FactId, HandlerId, InOrder, MessageId, Time};
use crate::store::{Fence, Row, Store};

use super::super::inspect::{OutboxRow, TableView};
use super::message::full_name;
use super::values::{Meaning, row_text, value_text};

/// How many rows are shown.
const ROWS: usize = 200;

/// The tables that a service writes or has written, then `processed_messages`.
pub(super) fn tables(session: &Session, node: &ServiceNode) -> Vec<TableView> {
    let Some(service) = session.world().service(node.id) else { return Vec::new() };
    let (store, past) = (&service.store, past_boards(session, node));
    let mut views: Vec<TableView> =
        table_names(session, node).iter().map(|table| table_view(session, node, table, &past)).collect();
    if node.tracks() || store.tracked_count() > 0 {
        views.push(processed(session, node, store));
    }
    if has_fences(node, store) {
        let rows: Vec<Vec<String>> = fences(session, store).into_iter().map(|row| row.map(|(text, _)| text).to_vec()).collect();
        views.push(TableView { name: "fences".to_owned(), columns: FENCES.map(str::to_owned).to_vec(), count: rows.len(), rows });
    }
    views
}

/// The columns of `fences`.
pub(super) const FENCES: [&str; 4] = ["group", "topic", "partition", "generation"];

/// Whether a service has fences, or had them.
pub(super) fn has_fences(node: &ServiceNode, store: &Store) -> bool {
    let fences = |handler: &HandlerDoc| handler.lines.iter().any(|line| line.does == Do::Fence);
    node.handlers.iter().any(fences) || store.fences().next().is_some()
}

/// The rows of `fences`: each value, and whether it is text.
pub(super) fn fences(session: &Session, store: &Store) -> Vec<[(String, bool); 4]> {
    let names = session.world().names();
    let row = |(fence, generation): (Fence, u32)| {
        let (group, topic) = (names.group(fence.group).to_owned(), names.topic(fence.topic).to_owned());
        [(group, true), (topic, true), (fence.partition.to_string(), false), (generation.to_string(), false)]
    };
    store.fences().map(row).collect()
}

/// The names of the tables that a service writes or has written.
pub(super) fn table_names(session: &Session, node: &ServiceNode) -> Vec<String> {
    let mut tables: Vec<String> = Vec::new();
    let written = writes(node).map(|(_, write)| write.table.as_str());
    let service = session.world().service(node.id);
    let has_rows = |id| service.is_some_and(|service| service.store.rows(id).next().is_some());
    let left = session.world().names().tables().filter(|(id, _)| has_rows(*id)).map(|(_, name)| name);
    for name in written.chain(left) {
        if !tables.iter().any(|known| known == name) {
            tables.push(name.to_owned());
        }
    }
    tables
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
pub(super) fn past_boards(session: &Session, node: &ServiceNode) -> Vec<(Time, Board)> {
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

/// A row with what its key and its value meant when it was written.
pub(super) struct Told<'a> {
    /// The field that names it.
    pub key: Option<&'a Field>,
    /// The field of its value.
    pub value: Option<&'a Field>,
    /// Its key.
    pub row: u32,
    /// What is in it.
    pub state: &'a Row,
}

/// What a table's two columns are called now, and its rows, with `told`, in the order in which they were written last.
/// `past` is what [`past_boards`] gives.
pub(super) fn with_rows<R>(
    session: &Session,
    node: &ServiceNode,
    table: &str,
    past: &[(Time, Board)],
    told: impl FnOnce(String, String, Vec<Told>) -> R,
) -> R {
    let written_in = |node: &ServiceNode, board| -> Option<Meaning<'_>> {
        let (handler, write) = writes(node).find(|(_, write)| write.table == table)?;
        Some(Meaning::of(write, handler, board))
    };
    let now = written_in(node, session.board());
    let facts = session.facts();
    let before: Vec<(usize, Option<Meaning>)> = past
        .iter()
        .map(|(until, board)| (facts.count_until(*until), board.service(node.id).and_then(|node| written_in(node, board))))
        .collect();
    let meant = |by: FactId| {
        let then = before.iter().find(|(until, _)| by.index() < *until).map_or(now.as_ref(), |(_, then)| then.as_ref());
        then.map_or((None, None), |then| (then.key, then.value))
    };
    let store = session.world().service(node.id).map(|service| &service.store);
    let id = session.world().names().table_id(table);
    let mut all: Vec<(u32, &Row)> = store.zip(id).into_iter().flat_map(|(store, id)| store.rows(id)).collect();
    all.in_order_by_key(|(row, state)| (state.by, *row));
    let rows = all.into_iter().map(|(row, state)| {
        let (key, value) = meant(state.by);
        Told { key, value, row, state }
    });
    let name = |field: Option<&Field>, other: &str| field.map_or_else(|| other.to_owned(), |field| field.name.clone());
    let (key, value) = now.as_ref().map_or((None, None), |now| (now.key, now.value));
    told(name(key, "row"), name(value, "value"), rows.collect())
}

fn table_view(session: &Session, node: &ServiceNode, table: &str, past: &[(Time, Board)]) -> TableView {
    with_rows(session, node, table, past, |key, value, all| {
        let text = |told: &Told| vec![row_text(told.key, told.row), value_text(told.value, told.state.value)];
        let rows = all[all.len().saturating_sub(ROWS)..].iter().map(text).collect();
        TableView { name: table.to_owned(), columns: vec![key, value], rows, count: all.len() }
    })
}

/// The rows of `processed_messages` in the order of their commits, each as its message and its handler.
pub(super) fn tracked_in_order(store: &Store) -> Vec<(FactId, MessageId, HandlerId)> {
    let mut all: Vec<(FactId, MessageId, HandlerId)> =
        store.tracked_rows().map(|(row, commit)| (commit, row.message, row.handler)).collect();
    all.in_order();
    all
}

/// What a handler is called in `processed_messages`.
pub(super) fn handler_name(node: &ServiceNode, handler: HandlerId) -> String {
    let handler = node.handlers.iter().find(|known| known.id == handler);
    handler.map_or_else(|| "?".to_owned(), |handler| format!("on {}", handler.on))
}

fn processed(session: &Session, node: &ServiceNode, store: &Store) -> TableView {
    let all = tracked_in_order(store);
    let count = all.len();
    let text = |(_, message, handler): &(FactId, MessageId, HandlerId)| {
        vec![full_name(*message, session.board()), handler_name(node, *handler)]
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
