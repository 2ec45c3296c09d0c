//! Boards as files beside the page, fetched at run time.

use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::state::Ui;
use crate::board::Board;
use crate::view::Selection;

/// The board of a first visit.
pub const FIRST: &str = "orders.json";

/// A board in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The file's name in `boards/`.
    pub file: String,
    /// Its name.
    pub title: String,
    /// What it shows.
    #[serde(default)]
    pub about: String,
    /// The question that it answers: boards of one question stand together.
    #[serde(default)]
    pub question: String,
}

/// Fetches the list.
///
/// # Errors
/// A sentence that says what could not be had.
pub async fn list() -> Result<Vec<Entry>, String> {
    let text = fetch("boards.json").await?;
    serde_json::from_str(&text).map_err(|error| format!("The list of boards, boards.json, cannot be read: {error}."))
}

/// Fetches a board's text.
///
/// # Errors
/// A sentence that says what could not be had.
pub async fn text(file: &str) -> Result<String, String> {
    fetch(&("boards/".to_owned() + file)).await
}

/// Fetches a board and opens it; says why when it cannot be opened. True when it was opened.
pub async fn open(ui: Ui, file: &str) -> bool {
    match text(file).await {
        Ok(text) => ui.load_board(&text),
        Err(problem) => {
            ui.complain(problem);
            false
        }
    }
}

async fn fetch(path: &str) -> Result<String, String> {
    let lost = |_| format!("{path} could not be fetched. Is the server still there?");
    let answer = JsFuture::from(window().fetch_with_str(path)).await.map_err(lost)?;
    let answer: Response = answer.dyn_into().map_err(lost)?;
    if !answer.ok() {
        return Err(format!("{path} could not be fetched: the server answered {}.", answer.status()));
    }
    let text = JsFuture::from(answer.text().map_err(lost)?).await.map_err(lost)?;
    text.as_string().ok_or_else(|| format!("{path} is not text."))
}

/// What is selected when a board opens: a service that reads a topic, since its program is what there is to read.
pub(super) fn program_to_read(board: &Board) -> Selection {
    let consumer = board.services.iter().find(|service| service.handlers.iter().any(|handler| handler.from.is_some()));
    consumer.or(board.services.first()).map_or(Selection::Nothing, |service| Selection::Node(service.id))
}
