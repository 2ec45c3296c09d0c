//! Files of the person at the page: saved as downloads, read when they are chosen or dropped.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, HtmlElement, Url};

use crate::board::MAX_BYTES;

use super::state::Ui;

/// An address under which the browser holds a text as a file, for as long as the page is open or until it is revoked.
///
/// # Errors
/// What the browser says when it has no room.
pub fn address_of(text: &str) -> Result<String, JsValue> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text)))?;
    Url::create_object_url_with_blob(&blob)
}

/// A file's name from a title: small letters, digits and hyphens.
pub fn name_from(title: &str) -> String {
    let letters = title.chars().map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    let words: Vec<String> = letters.collect::<String>().split('-').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.is_empty() { "board.json".to_owned() } else { words.join("-") + ".json" }
}

/// Saves a text as a file. True if the browser took it.
pub fn save(name: &str, text: &str) -> bool {
    let saved = || -> Result<(), JsValue> {
        let address = address_of(text)?;
        let link: HtmlElement = document().create_element("a")?.dyn_into().map_err(JsValue::from)?;
        link.set_attribute("href", &address)?;
        link.set_attribute("download", name)?;
        link.click();
        Url::revoke_object_url(&address)
    };
    saved().is_ok()
}

/// Reads a file and opens it; says why when it cannot be opened. True when it was opened.
pub async fn open(ui: Ui, file: File) -> bool {
    if file.size() > MAX_BYTES as f64 {
        ui.complain(format!("{} is larger than any board: {} MB at the most.", file.name(), MAX_BYTES >> 20));
        return false;
    }
    let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
    match text {
        Some(text) => {
            ui.pause();
            let opened = ui.load_board(&text);
            if opened {
                ui.panel.set(None);
            }
            opened
        }
        None => {
            ui.complain(format!("{} could not be read.", file.name()));
            false
        }
    }
}
