//! Editing the board without a screen: what a new thing is, what a wire asks, operations on copies of the document, undo,
//! gestures, the keyboard's way around, the camera. Plain values in, plain values out; nothing here knows the browser.

mod arrange;
mod camera;
mod clip;
mod clipboard;
mod delete;
mod desk;
mod draft;
mod error;
mod geometry;
pub mod gesture;
mod history;
mod ids;
mod keyboard;
mod making;
mod offers;
mod operation;
mod planning;
mod program;
mod programs;
mod relays;
mod rename;
mod rerun;
mod selection;
mod sprout;
mod starters;
mod tidy;
mod types;
mod wiring;

pub use arrange::{Axis, Direction, FAR, Line, align, distribute, move_by, nudge, place};
pub use camera::{Camera, Insets, LEAST, MOST, Spot, stacked};
pub use clipboard::{BESIDE, copy, duplicate, paste};
pub use delete::delete;
pub use desk::Desk;
pub use draft::{Edited, Item};
pub use error::{EditError, Refusal};
pub use geometry::{Card, GRID, Point, Rect, card_at, cards_touching, snapped};
pub use history::{History, MOST_STEPS, MergeKey};
pub use ids::Ids;
pub use keyboard::{along_wires, next_in_direction, next_in_order, reading_order};
pub use operation::Operation;
pub use program::{
    FieldChoice, FieldOffers, HandlerOffer, LineField, LineOffer, ProgramEdit, edit_program, field_offers, handler_offers,
    line_offers, with_text, write_part,
};
pub use relays::{relay_like, relay_reads};
pub use rename::{rename_board, rename_group, rename_message, rename_node, rename_topic};
pub use rerun::{Changing, Rerun};
pub use selection::Selection;
pub use sprout::{Sprout, sprout, sprouts};
pub use starters::{Preset, Starter, add, can_add, empty_board};
pub use tidy::{stood_up, tidy};
pub use wiring::{End, Making, Offer, Way, judge, offers, wire};
