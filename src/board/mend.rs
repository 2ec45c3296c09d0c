//! Small changes of a service's programs that leave all else as it is, whatever else has been changed by then.

use serde::{Deserialize, Serialize};

use crate::sim::{HandlerId, LineId, NodeId, WireId};

use super::dead_letters::send_dead_letters;
use super::document::{Board, ServiceNode};
use super::error::ActionError;
use super::on_failure::OnFailure;
use super::program::Do;

/// A small change of a service's programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Mend {
    /// A line that publishes keys its messages by a field.
    KeyedBy {
        /// The line.
        line: LineId,
        /// The field.
        field: String,
    },
    /// A line is taken out.
    Without(LineId),
    /// What becomes of a message whose handling fails. A topic for dead letters comes along where it is not there, and a wire
    /// to it.
    OnFailure(HandlerId, OnFailure),
}

impl Mend {
    /// What it does, in a few words: `tries again for ever`, `keyed by order`.
    pub fn words(&self) -> String {
        match self {
            Mend::KeyedBy { field, .. } => format!("keyed by {field}"),
            Mend::Without(_) => "without the condition".to_owned(),
            Mend::OnFailure(_, policy) => policy.words(),
        }
    }

    /// The same behind a service's title: `keys by order`.
    pub fn clause(&self) -> String {
        match self {
            Mend::KeyedBy { field, .. } => format!("keys by {field}"),
            Mend::Without(_) => "without the condition".to_owned(),
            Mend::OnFailure(_, policy) => format!("{}, if a message fails", policy.words()),
        }
    }
}

/// Makes a mend of a service's programs.
///
/// # Errors
/// What is not there. The board may then have been changed in part.
pub(super) fn mend(board: &mut Board, service: NodeId, mend: &Mend) -> Result<(), ActionError> {
    let missing = |what: String| ActionError::Missing(format!("{what} of service {}", service.0));
    let wire = WireId(board.wires.iter().map(|wire| wire.id.0).max().unwrap_or(0) + 1);
    if let Mend::OnFailure(handler, OnFailure::RetryThenDeadLetter(to)) = mend {
        let made = send_dead_letters(board, (service, *handler), to.clone(), wire);
        return made.then_some(()).ok_or_else(|| missing(format!("handler {} of records", handler.0)));
    }
    let node = board.service_mut(service).ok_or_else(|| ActionError::Missing(format!("service {}", service.0)))?;
    match mend {
        Mend::KeyedBy { line, field } => {
            let key = key_of(node, *line).ok_or_else(|| missing(format!("line {} that publishes", line.0)))?;
            *key = Some(field.clone());
        }
        Mend::Without(line) => {
            let mut lines = node.handlers.iter_mut().map(|handler| &mut handler.lines);
            let lines = lines.find(|lines| lines.iter().any(|known| known.id == *line));
            lines.ok_or_else(|| missing(format!("line {}", line.0)))?.retain(|known| known.id != *line);
        }
        Mend::OnFailure(handler, policy) => {
            let known = node.handlers.iter_mut().find(|known| known.id == *handler);
            known.ok_or_else(|| missing(format!("handler {}", handler.0)))?.on_failure = policy.clone();
        }
    }
    Ok(())
}

fn key_of(node: &mut ServiceNode, line: LineId) -> Option<&mut Option<String>> {
    let mut lines = node.handlers.iter_mut().flat_map(|handler| &mut handler.lines);
    match &mut lines.find(|known| known.id == line)?.does {
        Do::Publish { key, .. } | Do::Outbox { key, .. } => Some(key),
        _ => None,
    }
}
