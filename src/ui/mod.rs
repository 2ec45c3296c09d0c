//! What a person sees: all of Leptos and of the browser. It knows the core by the session's facade and its view structs.

mod add;
mod announce;
mod app;
mod bells;
mod boards;
mod crash;
mod crowd;
mod doors;
mod editing;
mod files;
mod icons;
mod keys;
pub mod list;
mod notice;
mod outline;
pub mod pane;
mod panel;
pub mod panels;
mod play;
mod quiet;
mod refresh;
mod split;
mod stage;
mod start;
mod state;
mod theme;
mod top;

pub use app::{first_board, page};
pub use crash::watch as watch_panics;
pub use icons::{Glyph, Icon};
pub use panel::Panel;
pub use state::{Notice, Opened, Ui};
