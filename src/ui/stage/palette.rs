//! Colours and fonts of the style sheet, as canvases need them: read once for each theme.

use leptos::prelude::{document, window};

use crate::view::raster::{Inks, KeyInk};

pub use crate::view::raster::{COLOURS, tint_of};

/// A colour with what is written on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tint {
    /// The colour itself.
    pub full: String,
    /// Text on the colour itself: black or white, whichever reads better.
    pub on_full: &'static str,
    /// A fill that text is written on.
    pub fill: String,
    /// The border of what is done.
    pub faded: String,
}

/// The style sheet's values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// Text.
    pub ink: String,
    /// Lesser text.
    pub ink_2: String,
    /// Lines of wires.
    pub ink_3: String,
    /// Cards.
    pub card: String,
    /// The accent.
    pub accent: String,
    /// Broken.
    pub bad: String,
    /// One for each of eight keys, then the one for messages without a key.
    pub keys: Vec<Tint>,
    /// The monospaced fonts.
    pub mono: String,
    /// The others.
    pub sans: String,
    /// The colours of moving dots; none where one of them is not `#rrggbb`.
    pub inks: Option<Inks>,
}

type Rgb = [f64; 3];

impl Palette {
    /// Reads the values that are in force.
    pub fn read() -> Palette {
        let style = document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
        let value = |name: &str| {
            let text = style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
            text.trim().to_owned()
        };
        let (card, line, ink_2) = (value("--card"), value("--line"), value("--ink-2"));
        let mut keys: Vec<Tint> = (0..COLOURS).map(|n| tint(&value(&format!("--k{n}")), &card, &line)).collect();
        keys.push(tint(&ink_2, &card, &line));
        let (ink, accent) = (value("--ink"), value("--accent"));
        let inks = inks([&card, &ink_2, &accent, &ink], &keys);
        Palette {
            ink,
            ink_3: value("--ink-3"),
            accent,
            bad: value("--bad"),
            mono: value("--mono"),
            sans: value("--sans"),
            card,
            ink_2,
            keys,
            inks,
        }
    }
}

fn tint(full: &str, card: &str, line: &str) -> Tint {
    let (Some(colour), Some(card), Some(line)) = (rgb(full), rgb(card), rgb(line)) else {
        return Tint { full: full.to_owned(), on_full: "#000", fill: card.to_owned(), faded: line.to_owned() };
    };
    // Contrast with white against contrast with black (WCAG 2.2).
    let light = luminance(colour);
    let on_full = if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 { "#fff" } else { "#000" };
    Tint { full: full.to_owned(), on_full, fill: mixed(colour, card, 0.22), faded: mixed(colour, line, 0.45) }
}

/// The colours of moving dots: the card's, the ring's around what came again, the selected one's, and the text's.
fn inks(texts: [&str; 4], keys: &[Tint]) -> Option<Inks> {
    let bytes = |text: &str| rgb(text).map(|colour| colour.map(|part| (part * 255.0).round() as u8));
    let mut inks = Inks {
        card: bytes(texts[0])?,
        again: bytes(texts[1])?,
        selected: bytes(texts[2])?,
        ink: bytes(texts[3])?,
        ..Inks::default()
    };
    for (ink, tint) in inks.keys.iter_mut().zip(keys) {
        *ink = KeyInk { full: bytes(&tint.full)?, on_full: bytes(tint.on_full)? };
    }
    Some(inks)
}

/// `#rrggbb` as three shares.
fn rgb(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#')?;
    let wide = match digits.len() {
        6 => digits.to_owned(),
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => return None,
    };
    let number = u32::from_str_radix(&wide, 16).ok()?;
    Some([16, 8, 0].map(|shift| f64::from(number >> shift & 0xff) / 255.0))
}

fn mixed(a: Rgb, b: Rgb, share: f64) -> String {
    let part = |at: usize| ((a[at] * share + b[at] * (1.0 - share)) * 255.0).round() as u8;
    format!("#{:02x}{:02x}{:02x}", part(0), part(1), part(2))
}

fn luminance(colour: Rgb) -> f64 {
    let linear = |part: f64| if part <= 0.040_45 { part / 12.92 } else { js_sys::Math::pow((part + 0.055) / 1.055, 2.4) };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}
