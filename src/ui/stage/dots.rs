//! Messages on their way, drawn in each frame: as pixels that the core blends and that the canvas takes where they have
//! changed. Where that cannot be, as paths: one for each colour, then letters and rings.

use crate::sim::InOrder;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, ImageData};

use crate::net::Key;
use crate::sim::WireId;
use crate::view::raster::{AGAIN, COLOURS, DotRaster, Look, RADIUS, SELECTED, tint_of};
use crate::view::{Dot, Path, Point, Selection, Shape, WireView};

use super::canvas::{Pen, Sheet};
use super::palette::Palette;
use crate::editor::Camera;

/// Half of a dot's size.
const HALF: f64 = RADIUS as f64;
/// Dots are drawn as at this scale where the board is smaller: they are 5 pixels wide then.
const LEAST: f64 = 0.3;
/// Below this scale letters cannot be read.
const LETTERS: f64 = 0.7;
/// With more dots than these in sight paths have no letters.
const LETTERED: usize = 400;
/// A larger canvas is drawn on in paths: its pixels would take more than 64 MB.
const MOST_PIXELS: u64 = 1 << 24;

/// The canvas of moving dots.
#[derive(Default)]
pub struct DotLayer {
    raster: DotRaster,
    /// The canvas shows what the raster holds, and nothing else.
    in_step: bool,
    /// Pixels are not to be had, or not wanted: known from the first drawing on.
    plain: Option<bool>,
}

impl DotLayer {
    /// Draws the dots.
    pub fn draw(
        &mut self,
        canvas: NodeRef<html::Canvas>,
        (camera, size): (Camera, (f64, f64)),
        palette: &Palette,
        dots: &[Dot],
        selected: Selection,
    ) {
        let Some(sheet) = Sheet::of(canvas, size) else { return };
        let plain = *self.plain.get_or_insert_with(paths_wanted);
        let fits = u64::from(sheet.pixels.0) * u64::from(sheet.pixels.1) <= MOST_PIXELS;
        let inks = palette.inks.filter(|_| fits && !plain);
        if let Some(inks) = inks {
            let scale = camera.zoom * sheet.dense;
            let look = Look {
                origin: ((camera.x * sheet.dense) as f32, (camera.y * sheet.dense) as f32),
                scale: scale as f32,
                size: (camera.zoom.max(LEAST) * sheet.dense) as f32,
                letters: camera.zoom >= LETTERS,
                selected: match selected {
                    Selection::Message(message) => Some(message),
                    _ => None,
                },
                inks,
            };
            if self.pixels(&sheet, dots, &look) {
                return;
            }
            self.plain = Some(true);
        }
        self.in_step = false;
        if let Some(pen) = Pen::over(sheet, camera, size) {
            paths(&pen, palette, dots, selected);
        }
    }

    /// Without motion: writes on each wire how many messages it carries.
    pub fn count(
        &mut self,
        canvas: NodeRef<html::Canvas>,
        (camera, size): (Camera, (f64, f64)),
        palette: &Palette,
        wires: &[WireView],
        dots: &[Dot],
    ) {
        self.in_step = false;
        if let Some(pen) = Pen::on(canvas, camera, size) {
            counts(&pen, palette, wires, dots);
        }
    }

    /// Blends the dots and gives the canvas what has changed. False if it does not take it.
    fn pixels(&mut self, sheet: &Sheet, dots: &[Dot], look: &Look) -> bool {
        let (width, height) = sheet.pixels;
        if sheet.anew || !self.in_step || self.raster.size() != sheet.pixels {
            sheet.clear();
            self.raster = DotRaster::new(width, height);
        }
        self.raster.paint(dots, look);
        self.in_step = true;
        if self.raster.areas().is_empty() {
            return true;
        }
        // It looks into the program's memory and copies nothing; memory that grows leaves it behind, so it lives for now.
        let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(self.raster.bytes()), width, height) else {
            return false;
        };
        self.raster.areas().iter().all(|area| {
            let [x, y, w, h] = [area.x, area.y, area.w, area.h].map(f64::from);
            let put = CanvasRenderingContext2d::put_image_data_with_dirty_x_and_dirty_y_and_dirty_width_and_dirty_height;
            put(&sheet.to, &image, 0.0, 0.0, x, y, w, h).is_ok()
        })
    }
}

/// Whether the address asks for paths: `#dots=arcs`, to compare them.
fn paths_wanted() -> bool {
    window().location().hash().is_ok_and(|hash| hash.split(['#', '?', '&']).any(|word| word == "dots=arcs"))
}

/// Draws the dots as paths.
fn paths(pen: &Pen, palette: &Palette, dots: &[Dot], selected: Selection) {
    let seen: Vec<&Dot> = dots.iter().filter(|dot| pen.sees(dot.at, 24.0)).collect();
    let larger = (LEAST / pen.camera.zoom).max(1.0);
    for tint in 0..=COLOURS {
        let of = |held: bool| seen.iter().filter(move |dot| dot.held == held && tint_of(dot.key) == tint);
        let Some(colour) = palette.keys.get(tint) else { continue };
        if of(false).next().is_some() {
            pen.to.begin_path();
            of(false).for_each(|dot| pen.outline(dot.shape, dot.at, HALF * larger));
            pen.to.set_fill_style_str(&colour.full);
            pen.to.fill();
            pen.to.set_line_width(1.5 * larger);
            pen.to.set_stroke_style_str(&palette.card);
            pen.to.stroke();
        }
        // A cut holds these: they are hollow, as they go nowhere.
        if of(true).next().is_some() {
            pen.to.begin_path();
            of(true).for_each(|dot| pen.outline(dot.shape, dot.at, (HALF - 1.0) * larger));
            pen.to.set_fill_style_str(&palette.card);
            pen.to.fill();
            pen.to.set_line_width(2.0 * larger);
            pen.to.set_stroke_style_str(&colour.full);
            pen.to.stroke();
        }
    }
    let around = |outside: f32| (HALF + f64::from(outside)) * larger;
    rings(pen, &palette.ink_2, 1.5 * larger, around(AGAIN), seen.iter().filter(|dot| dot.again));
    let chosen = seen.iter().filter(|dot| selected == Selection::Message(dot.message));
    rings(pen, &palette.accent, 2.5 * larger, around(SELECTED), chosen);
    if pen.camera.zoom >= LETTERS && seen.len() <= LETTERED {
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
fn counts(pen: &Pen, palette: &Palette, wires: &[WireView], dots: &[Dot]) {
    pen.to.set_font(&format!("600 11px {}", palette.mono));
    pen.to.set_text_align("center");
    pen.to.set_text_baseline("middle");
    let mut carried: Vec<WireId> = dots.iter().map(|dot| dot.wire).collect();
    carried.in_order();
    for wire in wires {
        let count = carried.partition_point(|on| *on <= wire.id) - carried.partition_point(|on| *on < wire.id);
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
