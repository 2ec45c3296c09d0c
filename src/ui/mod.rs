//! What a person sees: all of Leptos and of the browser. It knows the core by the session's facade and its view structs.

mod app;
pub mod panels;
mod play;
mod state;

pub use app::App;
pub use state::{Notice, Panel, Ui};
