//! What orders should have done in a service, and what they did.

use crate::sim::{Gather, InOrder};
use std::collections::{BTreeMap, BTreeSet};

use crate::board::{Board, Do, FieldSource, HandlerDoc, ServiceNode, ValueDoc, WriteDoc};
use crate::check::{Aside, Check, Detail, EffectCount, Violation};
use crate::net::Value;
use crate::service::request;
use crate::session::Session;
use crate::sim::{FactId, IntentId, LineId, NodeId};

use super::super::inspect::EffectRow;
use super::tables::writes;
use super::values::Meaning;

/// How many are shown: at most half of them older ones that went wrong.
const ROWS: usize = 12;

/// What a service's first write is called: `charged`, or by its table. Empty where it writes nothing.
pub(super) fn heading(board: &Board, node: &ServiceNode) -> String {
    let Some((handler, write)) = writes(node).next() else { return String::new() };
    let meant = write.instead_of.as_deref().unwrap_or(write);
    if matches!(meant.op, ValueDoc::Subtract(_)) && Meaning::of(meant, handler, board).is_money() {
        return "charged".to_owned();
    }
    format!("{} written", write.table)
}

/// Those that are shown, in the order in which they came.
pub(super) fn rows(session: &Session, node: &ServiceNode) -> Vec<EffectRow> {
    let violations = session.checks().violations().iter();
    let never = |violation: &&Violation| {
        matches!(violation.check, Check::Lost | Check::CommittedEarly)
            || matches!(violation.detail, Detail::Hole { twice: false } | Detail::GivenUp)
    };
    let lost = violations.filter(never).filter(|violation| violation.service == node.id);
    let lost: BTreeSet<(IntentId, LineId)> = lost.map(|violation| (violation.intent, violation.line)).into_set();
    let order = |line: LineId| {
        let mut lines = node.handlers.iter().flat_map(|handler| &handler.lines);
        lines.position(|known| known.id == line).unwrap_or(usize::MAX)
    };
    let wrong = |effect: &EffectCount| effect.count > 1 || lost.contains(&(effect.intent, effect.line));
    // One row for each intent: that of the line that went wrong, or else of the first.
    let mut by_intent: BTreeMap<IntentId, EffectCount> = BTreeMap::new();
    for effect in session.checks().effects_of(node.id) {
        let rank = |effect: &EffectCount| (!wrong(effect), order(effect.line));
        let kept = by_intent.entry(effect.intent).or_insert(effect);
        if rank(&effect) < rank(kept) {
            *kept = effect;
        }
    }
    let shown = choose(in_order(by_intent.into_values()), wrong);
    shown.iter().map(|effect| row(session, node, effect, lost.contains(&(effect.intent, effect.line)))).collect()
}

/// The effects of all clients' intents: within a client by number, among clients by the facts so far.
fn in_order(effects: impl Iterator<Item = EffectCount>) -> Vec<EffectCount> {
    let mut reached: BTreeMap<(NodeId, bool), Option<FactId>> = BTreeMap::new();
    let mut all: Vec<(Option<FactId>, EffectCount)> = effects
        .map(|effect| {
            let so_far = reached.entry((effect.intent.client, effect.intent.manual)).or_default();
            *so_far = (*so_far).max(effect.first);
            (*so_far, effect)
        })
        .collect();
    all.in_order_by_key(|(so_far, effect)| (*so_far, effect.intent));
    all.into_iter().map(|(_, effect)| effect).collect()
}

/// The latest, and among them the latest that went wrong, however long ago.
fn choose(all: Vec<EffectCount>, wrong: impl Fn(&EffectCount) -> bool) -> Vec<EffectCount> {
    let places = || (0..all.len()).rev();
    let mut kept: BTreeSet<usize> = places().filter(|place| wrong(&all[*place])).take(ROWS / 2).into_set();
    let room = ROWS.saturating_sub(kept.len());
    let others: Vec<usize> = places().filter(|place| !kept.contains(place)).take(room).collect();
    kept.extend(others);
    kept.into_iter().map(|place| all[place]).collect()
}

fn row(session: &Session, node: &ServiceNode, effect: &EffectCount, lost: bool) -> EffectRow {
    let IntentId { n, manual, .. } = effect.intent;
    let (asked, done) = amounts(session, node, effect);
    EffectRow {
        intent: if manual { format!("by hand {n}") } else { n.to_string() },
        // Nothing is expected of a request that was not answered.
        expected: if effect.expected { times(1, asked) } else { "–".to_owned() },
        actual: match effect.count {
            0 if lost || effect.aside.is_some() => "never".to_owned(),
            0 => "not yet".to_owned(),
            count => times(count, done),
        },
        verdict: match effect.count {
            0 if lost => "lost".to_owned(),
            0 if effect.aside == Some(Aside::Reset) => "passed over".to_owned(),
            0 if effect.aside == Some(Aside::DeadLetter) => "set aside".to_owned(),
            0 | 1 => String::new(),
            2 => "twice".to_owned(),
            count => format!("{count} times"),
        },
    }
}

/// `2 × 8.75`; without money just how often.
fn times(count: u16, amount: Option<i32>) -> String {
    match (amount, count) {
        (Some(amount), _) => format!("{count} × {}", Value::Cents(amount)),
        (None, 1) => "once".to_owned(),
        (None, 2) => "twice".to_owned(),
        (None, _) => format!("{count} times"),
    }
}

/// The money that a request asks for, and the money that each effect was; none where the line writes something else.
fn amounts(session: &Session, node: &ServiceNode, effect: &EffectCount) -> (Option<i32>, Option<i32>) {
    let Some((handler, write)) = written_by(node, effect.line) else { return (None, None) };
    if !Meaning::of(write, handler, session.board()).is_money() {
        return (None, None);
    }
    let asked = asked(session, effect.intent, write.op.field());
    let count = i32::from(effect.count);
    let each = match write.op {
        ValueDoc::Add(_) | ValueDoc::Subtract(_) if count > 0 && effect.sum != 0 && effect.sum % count == 0 => {
            Some((effect.sum / count).saturating_abs())
        }
        _ => asked,
    };
    (asked.or(each), each)
}

fn written_by(node: &ServiceNode, line: LineId) -> Option<(&HandlerDoc, &WriteDoc)> {
    node.handlers.iter().find_map(|handler| {
        let found = handler.lines.iter().find(|known| known.id == line)?;
        if let Do::Write(write) = &found.does { Some((handler, write)) } else { None }
    })
}

/// A field of an intent's request. What is made from a request copies fields by name.
fn asked(session: &Session, intent: IntentId, field: &str) -> Option<i32> {
    let board = session.board();
    let client = board.clients.iter().find(|client| client.id == intent.client)?;
    let fields = &board.message(&client.sends)?.fields;
    let place = fields.iter().position(|known| known.name == field && matches!(known.from, FieldSource::Cents(..)))?;
    let config = &session.world().client(client.id)?.config;
    let request = request(session.world().draw(), client.id, intent.n, intent.manual, config);
    match *request.body.get(place)? {
        Value::Cents(cents) => Some(cents),
        Value::Key(_) | Value::Number(_) => None,
    }
}
