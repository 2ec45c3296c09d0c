//! Line drawings of 16 by 16 for controls and cards. They never stand alone: what they say is in a label beside them.

use leptos::prelude::*;

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// An arrow round, back to the start.
    Reset,
    /// One step back.
    Back,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// One step on.
    Step,
    /// On to the next moment.
    Skip,
    /// Quiet time, which is skipped.
    Quiet,
    /// Boards.
    Boards,
    /// Failures.
    Bolt,
    /// The board as a tree.
    Outline,
    /// A file that is opened.
    Open,
    /// A file that is saved.
    Save,
    /// The inspector.
    Inspect,
    /// Time.
    Time,
    /// A client.
    Client,
    /// A service.
    Service,
    /// A broker.
    Broker,
    /// More.
    Plus,
    /// Less.
    Minus,
    /// The whole board.
    Fit,
    /// Close.
    Close,
    /// How the page looks.
    Look,
    /// A menu follows.
    More,
    /// A list opens below.
    Down,
    /// A die, for the seed.
    Seed,
    /// A message sent by hand, and a wire that is drawn.
    Send,
    /// A step back in the history of editing.
    Undo,
    /// A step on in the history of editing.
    Redo,
    /// A name is typed anew.
    Rename,
    /// One more like it.
    Duplicate,
    /// It goes from the board.
    Delete,
    /// The words of the field.
    Words,
    /// A name that can be changed.
    Pencil,
    /// All that has happened.
    Facts,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Reset => "M3.5 5.5A5.5 5.5 0 118 13.5M3.5 2v3.500H7",
            Glyph::Back => "M11.5 3.5v9L5 8zM3.5 3.5v9",
            Glyph::Play => "M5 3.2v9.600L12.500 8z",
            Glyph::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Glyph::Step => "M4.5 3.5v9L11 8zM12.5 3.5v9",
            Glyph::Skip => "M3 4v8l5-4zM8.5 4v8l5-4z",
            Glyph::Quiet => "M2 8h.01M5 8h.01M8 8h.01M9.500 4.500v7l4.500-3.500z",
            Glyph::Boards => "M2.500 3.500h4v4h-4zM9.500 8.500h4v4h-4zM6.500 5.500h2.500a2.500 2.500 0 012.500 2.500v.5",
            Glyph::Bolt => "M9 1.500L3 9h4.200L6.400 14.500 13 7H8.600z",
            Glyph::Inspect => "M2.500 3.500h11v9h-11zM9.500 3.500v9M11 6h1M11 8h1",
            Glyph::Time => "M2 11.500h12M2 7.500h12M9 3v10M4 5.500v4M12 9.500v4",
            Glyph::Client => {
                "M3.500 3h9A1.500 1.500 0 0114 4.500v6a1.500 1.500 0 01-1.500 1.500h-9A1.500 1.500 0 012 10.500v-6A1.500 1.500 0 013.500 3zM5 14.500h6"
            }
            Glyph::Service => "M8 1.500l5.500 3.200v6.600L8 14.500l-5.500-3.200V4.700z",
            Glyph::Broker => "M2 4.500h12M2 8h12M2 11.500h12",
            Glyph::Plus => "M8 3.500v9M3.500 8h9",
            Glyph::Minus => "M3.500 8h9",
            Glyph::Fit => "M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10",
            Glyph::Close => "M4 4l8 8M12 4l-8 8",
            Glyph::Look => "M8 2.500a5.500 5.500 0 100 11 5.500 5.500 0 100-11zM8 2.500v11M8 5h3.800M8 8h5.300M8 11h3.800",
            Glyph::More => "M3.500 8h.01M8 8h.01M12.500 8h.01",
            Glyph::Down => "M4.500 6.500L8 10l3.500-3.500",
            Glyph::Seed => {
                "M3.500 2.500h9a1 1 0 011 1v9a1 1 0 01-1 1h-9a1 1 0 01-1-1v-9a1 1 0 011-1zM5.500 5.500h.01M10.500 5.500h.01M8 8h.01M5.500 10.500h.01M10.500 10.500h.01"
            }
            Glyph::Undo => "M5.500 3L2.500 6l3 3M2.500 6H10a3.500 3.500 0 010 7H6.500",
            Glyph::Redo => "M10.500 3l3 3-3 3M13.500 6H6a3.500 3.500 0 000 7h3.500",
            Glyph::Rename => "M3 13l.7-3L10.500 3.200l2.300 2.300L6 12.300z",
            Glyph::Duplicate => "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
            Glyph::Delete => "M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.6 9h5.800l.6-9",
            Glyph::Outline => "M2.500 3.500h5M5.500 8h8M5.500 12.500h8M2.500 3.500v9h1.500M2.500 8h1.500",
            Glyph::Open => "M2.500 12.500v-9h4l1.500 2h5.500v7zM8 11V7.800M6.300 9.300L8 7.600l1.700 1.700",
            Glyph::Save => "M8 2.500v7.500M4.800 7L8 10.200 11.200 7M2.500 13.500h11",
            Glyph::Send => "M2.500 8h9M8 4l4 4-4 4",
            Glyph::Words => {
                "M8 4C6.500 3 4.500 2.800 2.500 3v9.500c2-.2 4 0 5.500 1 1.500-1 3.500-1.200 5.500-1V3c-2-.2-4 0-5.500 1zM8 4v9.500"
            }
            Glyph::Facts => {
                "M2.500 3.500h1M2.500 6.500h1M2.500 9.500h1M2.500 12.500h1M6 3.500h7.500M6 6.500h5M6 9.500h7.500M6 12.500h4"
            }
            Glyph::Pencil => "M3 13l.7-3L10.500 3.200l2.300 2.300L6 12.300zM9.200 4.500l2.300 2.300",
        }
    }
}

/// A drawing.
#[component]
pub fn Icon(
    /// Which.
    of: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=of.path() />
        </svg>
    }
}

/// Two lines that cross: the word mark's drawing.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 22 22" aria-hidden="true">
            <path d="M2 6h5c5 0 3 10 8 10h5" />
            <path class="under" d="M2 16h5c2.2 0 3-1.900 3.700-4M12 9c.700-1.700 1.500-3 3-3h5" />
        </svg>
    }
}
