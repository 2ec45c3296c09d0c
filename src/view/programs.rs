//! A program in the inspector: lines, gaps, switches, what is dangerous, and the relay's choices.

use crate::board::{Gap, OnFailure, Pattern, Pin, RelayPreset};
use crate::sim::{HandlerId, LineId};
use crate::store::RelayKind;

/// A line of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct LineView {
    /// The line.
    pub id: LineId,
    /// Its number, counting the heading as 1.
    pub number: usize,
    /// Its first word.
    pub word: String,
    /// What follows.
    pub rest: String,
    /// What it means.
    pub note: String,
    /// It belongs to a transaction.
    pub in_transaction: bool,
    /// The instances that are on it now, by their numbers.
    pub live: Vec<u16>,
    /// The gap behind it.
    pub after: GapView,
}

/// A gap between lines.
#[derive(Clone, Debug, PartialEq)]
pub struct GapView {
    /// Which.
    pub gap: Gap,
    /// The pin in it.
    pub pin: Option<Pin>,
    /// What the pin has done or will do: `will crash here, once`, `crashed here, once`.
    pub label: String,
    /// The pin has acted and will not act again.
    pub spent: bool,
}

/// Which pattern a switch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternWhich {
    /// If a message comes again.
    IfAgain,
    /// When it acknowledges.
    Acknowledges,
    /// How it publishes.
    Publishes,
}

/// A pattern as a switch in the words of the problem.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternSwitch {
    /// Which.
    pub which: PatternWhich,
    /// Its heading: `If a message comes again`.
    pub heading: &'static str,
    /// Its forms: the words, the edit, why it is not to be had (empty when it is).
    pub forms: Vec<(&'static str, Pattern, String)>,
    /// The form that the program has now; none for a program of one's own ("custom").
    pub now: Option<Pattern>,
}

/// A program.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgramView {
    /// Its id.
    pub id: HandlerId,
    /// Its heading, as pairs of a keyword and what follows: `on` `OrderPlaced`, `from` `order-events`, `as` `payments`.
    pub heading: Vec<(String, String)>,
    /// The gap before the first line.
    pub start: GapView,
    /// Its lines.
    pub lines: Vec<LineView>,
    /// Its pattern switches.
    pub patterns: Vec<PatternSwitch>,
    /// What becomes of a message whose handling fails, in words; empty for a relay.
    pub policy: String,
    /// What could: in words, as a value, and why it is not to be had (empty when it is).
    pub policies: Vec<(String, OnFailure, String)>,
    /// What is dangerous about it: the line's number and first word where it is one line's, and what can happen.
    pub hazards: Vec<(String, &'static str)>,
    /// The keys that its messages can have, by number, where they are few.
    pub keys: Vec<(u32, String)>,
    /// Other versions of it on which messages are still being handled, since each finishes on the one it began with.
    pub older: Vec<OlderProgram>,
}

/// A version of a program that the document no longer has, and that still runs.
#[derive(Clone, Debug, PartialEq)]
pub struct OlderProgram {
    /// Its lines.
    pub lines: Vec<OlderLine>,
}

/// A line of such a version.
#[derive(Clone, Debug, PartialEq)]
pub struct OlderLine {
    /// Its number there, counting the heading as 1.
    pub number: usize,
    /// Its first word.
    pub word: &'static str,
    /// What follows.
    pub rest: String,
    /// The instances that are on it now, by their numbers.
    pub live: Vec<u16>,
}

/// How a relay reads, and what it could be like.
#[derive(Clone, Debug, PartialEq)]
pub struct RelayChoice {
    /// How it reads.
    pub kind: RelayKind,
    /// How it could.
    pub kinds: Vec<RelayKind>,
    /// The real one that it is like, settings and all.
    pub like: Option<RelayPreset>,
}
