//! Messages on their way, drawn in each frame: a path for each colour, then letters and rings.

use crate::net::Key;
use crate::view::{Dot, Path, Point, Selection, Shape, WireView};

use super::canvas::Pen;
use super::palette::{COLOURS, Palette, tint_of};

/// Half of a dot's size.
const RADIUS: f64 = 8.0;
/// With more dots than these in sight letters are left out.
const LETTERS: usize = 400;

/// Draws the dots.
pub fn draw(pen: &Pen, palette: &Palette, dots: &[Dot], selected: Selection) {
    let seen: Vec<&Dot> = dots.iter().filter(|dot| pen.sees(dot.at, 24.0)).collect();
    for tint in 0..=COLOURS {
        let of = |held: bool| seen.iter().filter(move |dot| dot.held == held && tint_of(dot.key) == tint);
        let Some(colour) = palette.keys.get(tint) else { continue };
        if of(false).next().is_some() {
            pen.to.begin_path();
            of(false).for_each(|dot| pen.outline(dot.shape, dot.at, RADIUS));
            pen.to.set_fill_style_str(&colour.full);
            pen.to.fill();
            pen.to.set_line_width(1.5);
            pen.to.set_stroke_style_str(&palette.card);
            pen.to.stroke();
        }
        // A cut holds these: they are hollow, as they go nowhere.
        if of(true).next().is_some() {
            pen.to.begin_path();
            of(true).for_each(|dot| pen.outline(dot.shape, dot.at, RADIUS - 1.0));
            pen.to.set_fill_style_str(&palette.card);
            pen.to.fill();
            pen.to.set_line_width(2.0);
            pen.to.set_stroke_style_str(&colour.full);
            pen.to.stroke();
        }
    }
    rings(pen, &palette.ink_2, 1.5, RADIUS + 2.5, seen.iter().filter(|dot| dot.again));
    rings(pen, &palette.accent, 2.5, RADIUS + 5.5, seen.iter().filter(|dot| selected == Selection::Message(dot.message)));
    if pen.camera.zoom >= 0.7 && seen.len() <= LETTERS {
        letters(pen, palette, &seen);
    }
}

fn rings<'a>(pen: &Pen, colour: &str, width: f64, radius: f64, dots: impl Iterator<Item = &'a &'a Dot>) {
    let mut any = false;
    pen.to.begin_path();
    for dot in dots {
        any = true;
        pen.outline(dot.shape, dot.at, radius);
    }
    if any {
        pen.to.set_line_width(width);
        pen.to.set_stroke_style_str(colour);
        pen.to.stroke();
    }
}

fn letters(pen: &Pen, palette: &Palette, dots: &[&Dot]) {
    pen.to.set_font(&format!("700 11px {}", palette.mono));
    pen.to.set_text_align("center");
    pen.to.set_text_baseline("middle");
    for dot in dots {
        let (Some(key), Some(tint)) = (dot.key, palette.keys.get(tint_of(dot.key))) else { continue };
        let text = letter(key);
        pen.to.set_fill_style_str(if dot.held { &palette.ink } else { tint.on_full });
        let lift = if dot.shape == Shape::Triangle { -2.0 } else { 0.5 };
        let _ = pen.to.fill_text(&text, f64::from(dot.at.x), f64::from(dot.at.y) + lift);
    }
}

/// What a dot has room for.
pub fn letter(key: Key) -> String {
    let text = key.to_string();
    if text.chars().count() <= 2 { text } else { String::new() }
}

/// Without motion: how many messages each wire carries, written on it.
pub fn counts(pen: &Pen, palette: &Palette, wires: &[WireView], dots: &[Dot]) {
    pen.to.set_font(&format!("600 11px {}", palette.mono));
    pen.to.set_text_align("center");
    pen.to.set_text_baseline("middle");
    for wire in wires {
        let count = dots.iter().filter(|dot| dot.wire == wire.id).count();
        let Some(at) = wire.paths.first().map(middle).filter(|_| count > 0) else { continue };
        let text = count.to_string();
        let half = 7.0 + 3.5 * text.len() as f64;
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        pen.to.begin_path();
        let _ = pen.to.round_rect_with_f64(x - half, y - 9.0, half * 2.0, 18.0, 9.0);
        pen.to.set_fill_style_str(&palette.card);
        pen.to.fill();
        pen.to.set_line_width(1.5);
        pen.to.set_stroke_style_str(&palette.ink_2);
        pen.to.stroke();
        pen.to.set_fill_style_str(&palette.ink);
        let _ = pen.to.fill_text(&text, x, y + 0.5);
    }
}

fn middle(path: &Path) -> Point {
    path.at(0.5)
}
