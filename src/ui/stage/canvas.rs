//! A canvas over the stage, sharp at any density of pixels, and the outlines of messages.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::view::{Point, Rect, Shape};

use crate::editor::Camera;

/// A canvas that is ready to be drawn on.
pub struct Pen {
    /// What draws. Its unit is the board's.
    pub to: CanvasRenderingContext2d,
    /// The camera.
    pub camera: Camera,
    /// What is in sight.
    pub sight: Rect,
}

/// A canvas of the stage with as many pixels as the screen has there.
pub struct Sheet {
    /// What draws. Its unit is a pixel.
    pub to: CanvasRenderingContext2d,
    /// Pixels a CSS pixel.
    pub dense: f64,
    /// Its width and height in pixels.
    pub pixels: (u32, u32),
    /// It has got this size just now, and is empty.
    pub anew: bool,
}

impl Sheet {
    /// Gives a canvas the stage's size.
    pub fn of(canvas: NodeRef<html::Canvas>, size: (f64, f64)) -> Option<Sheet> {
        let element: HtmlCanvasElement = canvas.try_get_untracked().flatten()?;
        let to = element.get_context("2d").ok().flatten()?.dyn_into::<CanvasRenderingContext2d>().ok()?;
        let dense = window().device_pixel_ratio().clamp(1.0, 4.0);
        let (width, height) = ((size.0 * dense).round() as u32, (size.1 * dense).round() as u32);
        let anew = element.width() != width || element.height() != height;
        if anew {
            element.set_width(width);
            element.set_height(height);
        }
        Some(Sheet { to, dense, pixels: (width, height), anew })
    }

    /// Clears it whole.
    pub fn clear(&self) {
        // Refused only for a matrix without an inverse.
        let _ = self.to.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        self.to.clear_rect(0.0, 0.0, f64::from(self.pixels.0), f64::from(self.pixels.1));
    }
}

impl Pen {
    /// Clears a canvas, gives it the stage's size, and puts its unit to the board's.
    pub fn on(canvas: NodeRef<html::Canvas>, camera: Camera, size: (f64, f64)) -> Option<Pen> {
        Pen::over(Sheet::of(canvas, size)?, camera, size)
    }

    /// Clears a sheet, and puts its unit to the board's.
    pub fn over(sheet: Sheet, camera: Camera, size: (f64, f64)) -> Option<Pen> {
        sheet.clear();
        let (to, dense) = (sheet.to, sheet.dense);
        let scale = camera.zoom * dense;
        to.set_transform(scale, 0.0, 0.0, scale, camera.x * dense, camera.y * dense).ok()?;
        Some(Pen { to, camera, sight: camera.sight(size) })
    }

    /// Whether something so large around a place may be in sight.
    pub fn sees(&self, at: Point, around: f32) -> bool {
        let sight = self.sight;
        Rect { x: sight.x - around, y: sight.y - around, w: sight.w + 2.0 * around, h: sight.h + 2.0 * around }.contains(at)
    }

    /// A size of letters in board units: as that one, but never below 11 pixels.
    pub fn legible(&self, size: f64) -> f64 {
        size.max(11.0 / self.camera.zoom)
    }

    /// Adds a moving message's outline to the path.
    pub fn outline(&self, shape: Shape, at: Point, radius: f64) {
        let (x, y, to) = (f64::from(at.x), f64::from(at.y), &self.to);
        match shape {
            Shape::Circle => {
                to.move_to(x + radius, y);
                // An arc of a positive radius is never refused.
                let _ = to.arc(x, y, radius, 0.0, std::f64::consts::TAU);
            }
            Shape::Square => self.box_outline(x, y, radius * 0.92, 3.0),
            Shape::Diamond => {
                self.polygon(&[(x, y - radius * 1.2), (x + radius * 1.2, y), (x, y + radius * 1.2), (x - radius * 1.2, y)])
            }
            Shape::Triangle => {
                self.polygon(&[(x - radius * 1.15, y - radius), (x + radius * 1.15, y - radius), (x, y + radius * 1.15)])
            }
        }
    }

    fn box_outline(&self, x: f64, y: f64, half: f64, round: f64) {
        let _ = self.to.round_rect_with_f64(x - half, y - half, half * 2.0, half * 2.0, round);
    }

    /// Adds a record's outline to the path: the message's shape, as wide as its place in the lane.
    pub fn record(&self, shape: Shape, at: Rect, grown: f64) {
        let (x, y) = (f64::from(at.x) - grown, f64::from(at.y) - grown);
        let (w, h) = (f64::from(at.w) + 2.0 * grown, f64::from(at.h) + 2.0 * grown);
        let point = (h / 2.0).min(w / 4.0);
        match shape {
            Shape::Circle => {
                let _ = self.to.round_rect_with_f64(x, y, w, h, (h * 0.4).min(w / 2.0) + grown);
            }
            Shape::Square => {
                let _ = self.to.round_rect_with_f64(x, y, w, h, 3.0 + grown);
            }
            Shape::Diamond => self.polygon(&[
                (x + point, y),
                (x + w - point, y),
                (x + w, y + h / 2.0),
                (x + w - point, y + h),
                (x + point, y + h),
                (x, y + h / 2.0),
            ]),
            Shape::Triangle => self.polygon(&[(x, y), (x + w, y), (x + w - point, y + h), (x + point, y + h)]),
        }
    }

    fn polygon(&self, corners: &[(f64, f64)]) {
        for (at, (x, y)) in corners.iter().enumerate() {
            if at == 0 { self.to.move_to(*x, *y) } else { self.to.line_to(*x, *y) }
        }
        self.to.close_path();
    }
}
