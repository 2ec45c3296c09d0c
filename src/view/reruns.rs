//! What a run could be repeated with: every form of a pattern that its services could have and do not.

use crate::board::{Do, Edit, HandlerDoc, OnFailure, RelayDoc, RelayPreset, ServiceNode, relay_preset_of};
use crate::editor::{Changing, Ids, LineField, Operation, ProgramEdit, Rerun, field_offers};
use crate::session::Session;
use crate::sim::{NodeId, Time};
use crate::store::RelayKind;

use super::inspector::{policies, switches};

impl Session {
    /// What the run could be repeated with from its start: other forms of one service's patterns, or of all services'. None
    /// before anything has run.
    pub fn reruns(&self, of: Option<NodeId>) -> Vec<Rerun> {
        if self.frontier() == Time::ZERO {
            return Vec::new();
        }
        let asked = self.board().services.iter().filter(|node| of.is_none_or(|of| of == node.id));
        let ids = Ids::of(self.board());
        let changes = |rerun: &Rerun| matches!(rerun.with.on(self.board(), &ids), Ok(Some(_)));
        asked.flat_map(|node| self.of_service(node)).filter(changes).collect()
    }

    fn of_service(&self, node: &ServiceNode) -> Vec<Rerun> {
        let several = node.handlers.len() > 1;
        let mut all = Vec::new();
        for handler in &node.handlers {
            let of = if several { format!("{}, on {}:", node.title, handler.on) } else { node.title.clone() };
            let named = |(clause, with): (String, Changing)| Rerun { name: format!("{of} {clause}"), with };
            all.extend(forms(self, node, handler).into_iter().chain(policies_of(self, node, handler)).map(named));
            all.extend(keys_of(self, node, handler).into_iter().map(named));
        }
        all.extend(relays(self, node));
        all
    }
}

fn forms(session: &Session, node: &ServiceNode, handler: &HandlerDoc) -> Vec<(String, Changing)> {
    let mut all = Vec::new();
    for switch in switches(session.board(), node, handler) {
        let others = switch.forms.iter().filter(|(_, form, why)| why.is_empty() && switch.now != Some(*form));
        let with = |pattern| Changing::Edit(Edit::Pattern { service: node.id, pattern });
        all.extend(others.map(|(_, form, _)| (form.clause(), with(*form))));
    }
    all
}

/// One of each kind of policy for messages that fail.
fn policies_of(session: &Session, node: &ServiceNode, handler: &HandlerDoc) -> Vec<(String, Changing)> {
    let kind = |policy: &OnFailure| std::mem::discriminant(policy);
    let mut seen = vec![kind(&handler.on_failure)];
    let mut all = Vec::new();
    for (words, policy, why) in policies(session.board(), handler) {
        if why.is_empty() && !seen.contains(&kind(&policy)) {
            seen.push(kind(&policy));
            let change = ProgramEdit::OnFailure(handler.id, policy);
            all.push((format!("{words}, if a message fails"), Changing::Operation(Operation::Program(node.id, change))));
        }
    }
    all
}

/// Other keys of what a handler publishes.
fn keys_of(session: &Session, node: &ServiceNode, handler: &HandlerDoc) -> Vec<(String, Changing)> {
    let mut all = Vec::new();
    for line in &handler.lines {
        let (Do::Publish { message, key, .. } | Do::Outbox { message, key, .. }) = &line.does else { continue };
        let now = key.as_deref().unwrap_or("none");
        let offers = field_offers(session.board(), node.id, line.id);
        let keys = offers.into_iter().filter(|part| part.field == LineField::RecordKey).flat_map(|part| part.choices);
        for choice in keys.filter(|choice| choice.refused.is_none() && choice.words != now) {
            let clause = match choice.words.as_str() {
                "none" => format!("sends {message} without a key"),
                field => format!("keys {message} by {field}"),
            };
            let change = ProgramEdit::ChangeLine { line: line.id, does: choice.does };
            let with = Changing::Operation(Operation::Program(node.id, change));
            all.push((clause, with));
        }
    }
    all
}

/// Other ways for a service's relay to read, and real ones that it could be like.
fn relays(session: &Session, node: &ServiceNode) -> Vec<Rerun> {
    let Some(now) = node.relay.as_ref().and_then(RelayDoc::kind) else { return Vec::new() };
    let like = relay_preset_of(session.board(), node);
    let kinds = RelayKind::ALL.into_iter().filter(|kind| *kind != now);
    let kinds = kinds.map(|kind| (kind.words().to_owned(), Operation::RelayReads(node.id, kind)));
    let presets = RelayPreset::ALL.into_iter().filter(|preset| like != Some(*preset));
    let presets = presets.map(|preset| (format!("is like {}", preset.name()), Operation::RelayLike(node.id, preset)));
    let named = |(clause, operation)| Rerun {
        name: format!("the relay of {} {clause}", node.title),
        with: Changing::Operation(operation),
    };
    kinds.chain(presets).map(named).collect()
}
