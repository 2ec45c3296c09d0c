//! SQLite in a worker of its own: the files beside the page in `sqlite/`, fetched with the first question.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Worker};

use crate::view::sentence;

use super::answer::{Answer, Found, SHOWN};

/// The worker's script, beside the page.
const SCRIPT: &str = "sqlite/worker.sql-wasm.js";
/// A question that takes longer than so many milliseconds is given up.
const PATIENCE_MS: u32 = 5_000;
/// The first question waits for the engine to be fetched: so many milliseconds.
const FETCH_MS: u32 = 30_000;
/// The number of the last request of a question: the one whose answer is wanted.
const QUESTION: f64 = 4.0;

/// A worker with what it calls.
struct Running {
    worker: Worker,
    _said: Closure<dyn Fn(MessageEvent)>,
    _failed: Closure<dyn Fn(Event)>,
}

/// The database engine of a console.
#[derive(Clone, Copy)]
pub struct Engine {
    running: StoredValue<Option<Running>, LocalStorage>,
    patience: StoredValue<Option<Timeout>, LocalStorage>,
    moment: StoredValue<String>,
    tell: Callback<Answer>,
}

impl Engine {
    /// An engine that is not there yet; it tells what came of each question.
    pub fn new(tell: impl Fn(Answer) + Send + Sync + 'static) -> Engine {
        Engine {
            running: StoredValue::new_local(None),
            patience: StoredValue::new_local(None),
            moment: StoredValue::new(String::new()),
            tell: Callback::new(tell),
        }
    }

    /// Asks a question about a store that a script builds. `moment` says what it tells of.
    pub fn ask(self, script: &str, question: &str, moment: String) {
        let is_new = self.running.with_value(Option::is_none);
        if is_new && !self.start() {
            return self.tell.run(Answer::Refused("This browser starts no worker for the database engine here.".to_owned()));
        }
        self.moment.set_value(moment);
        let requests = [("open", ""), ("exec", script), ("exec", "PRAGMA query_only = ON"), ("exec", question)];
        self.running.with_value(|running| {
            let Some(running) = running else { return };
            for (at, (action, sql)) in requests.into_iter().enumerate() {
                // An empty store has an empty script, which the engine does not take.
                if action == "exec" && sql.is_empty() {
                    continue;
                }
                let request = Object::new();
                put(&request, "id", &JsValue::from_f64(at as f64 + 1.0));
                put(&request, "action", &JsValue::from_str(action));
                put(&request, "sql", &JsValue::from_str(sql));
                let sent = running.worker.post_message(&request);
                debug_assert!(sent.is_ok(), "plain objects can be sent to a worker");
            }
        });
        let patience = if is_new { FETCH_MS } else { PATIENCE_MS };
        let given_up = Timeout::new(patience, move || {
            self.stop();
            let seconds = patience / 1_000;
            self.tell.run(Answer::Refused(format!("The question took longer than {seconds} seconds and was given up.")));
        });
        self.patience.set_value(Some(given_up));
    }

    /// Ends it. The next question starts another.
    pub fn stop(self) {
        self.patience.try_update_value(Option::take);
        if let Some(Some(running)) = self.running.try_update_value(Option::take) {
            running.worker.terminate();
        }
    }

    fn start(self) -> bool {
        let Ok(worker) = Worker::new(SCRIPT) else { return false };
        let said = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| self.hear(&event.data()));
        let failed = Closure::<dyn Fn(Event)>::new(move |_| {
            self.stop();
            let lost = "The database engine could not be fetched. Is the server still there?";
            self.tell.run(Answer::Refused(lost.to_owned()));
        });
        worker.set_onmessage(Some(said.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        self.running.set_value(Some(Running { worker, _said: said, _failed: failed }));
        true
    }

    fn hear(self, message: &JsValue) {
        let moment = self.moment.try_get_value().unwrap_or_default();
        let failure = get(message, "error").as_string();
        let is_last = get(message, "id").as_f64() == Some(QUESTION);
        if !is_last && failure.is_none() {
            return;
        }
        self.patience.try_update_value(Option::take);
        match failure {
            // Answers to what follows a failure tell nothing new.
            Some(why) => {
                if !is_last {
                    self.stop();
                }
                self.tell.run(Answer::Refused(sentence(&why)));
            }
            None => self.tell.run(Answer::Found(found(&get(message, "results")), moment)),
        }
    }
}

fn put(object: &Object, name: &str, value: &JsValue) {
    let done = Reflect::set(object, &JsValue::from_str(name), value);
    debug_assert!(done.is_ok(), "a plain object takes any property");
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

/// The tables of an answer.
fn found(results: &JsValue) -> Vec<Found> {
    let list = |value: JsValue| value.dyn_into::<Array>().unwrap_or_default();
    let one = |result: JsValue| {
        let rows = list(get(&result, "values"));
        let cells = |row: JsValue| list(row).iter().map(|cell| text(&cell)).collect();
        Found {
            columns: list(get(&result, "columns")).iter().map(|column| text(&column)).collect(),
            rows: rows.iter().take(SHOWN).map(cells).collect(),
            count: rows.length() as usize,
        }
    };
    list(results.clone()).iter().map(one).collect()
}

/// A value as a database shows it.
fn text(value: &JsValue) -> String {
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return format!("{} bytes", bytes.length());
    }
    match (value.as_string(), value.as_f64()) {
        (Some(text), _) => text,
        (None, Some(number)) => number.to_string(),
        (None, None) => "NULL".to_owned(),
    }
}
