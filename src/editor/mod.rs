//! Editing the board without a screen: what a new thing is, what a wire asks, operations on copies of the document, undo,
//! gestures, the keyboard's way around, the camera. Plain values in, plain values out; nothing here knows the browser.

mod camera;
mod draft;
mod error;
mod geometry;
mod ids;
mod making;
mod programs;
mod starters;
mod types;
mod wiring;

pub use camera::{Camera, Insets, LEAST, MOST, Spot};
pub use draft::{Edited, Item};
pub use error::{EditError, Refusal};
pub use geometry::{Card, GRID, Point, Rect, card_at, cards_touching, snapped};
pub use ids::Ids;
pub use starters::{Preset, Starter, add, can_add, empty_board};
pub use wiring::{End, Making, Offer, Way, judge, offers, wire};
