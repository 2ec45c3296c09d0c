//! What the canvases show, and when they are drawn again.

use leptos::prelude::*;

use crate::ui::play::now_ms;
use crate::ui::theme;
use crate::view::{Dot, Frame, Selection};

use super::canvas::Pen;
use super::dots::DotLayer;
use super::hands;
use super::palette::Palette;
use super::records;
use super::state::StageState;
use crate::editor::{Camera, Spot};

/// All on which a picture depends, besides what the session shows.
#[derive(Clone, Copy, PartialEq)]
struct Setting {
    camera: Camera,
    size: Spot,
    density: f64,
    selected: Selection,
    colours: u32,
}

/// What the canvases show.
#[derive(Default)]
pub struct Scene {
    /// The board.
    pub frame: Frame,
    /// Messages on their way.
    pub dots: Vec<Dot>,
    palette: Palette,
    layer: DotLayer,
    setting: Option<Setting>,
    revision: u64,
    /// When the board was read last, in real time.
    read: f64,
    /// The session has moved on since then.
    behind: bool,
}

/// While time runs the board is read anew at most once in so many milliseconds; what moves on it, in each frame.
const BOARD_MS: f64 = 50.0;

/// Draws what has changed. Called in each frame that the loop asks for.
pub fn paint(stage: StageState) {
    let carried = hands::carry(stage);
    let ui = stage.ui;
    let (Some(camera), Some(size)) = (stage.camera.try_get_untracked(), stage.size.try_get_untracked()) else { return };
    let setting = Setting {
        camera,
        size,
        density: window().device_pixel_ratio(),
        selected: ui.selection.get_untracked(),
        colours: stage.theme.changes.get_untracked(),
    };
    stage.scene.try_update_value(|scene| {
        if scene.setting.map(|drawn| drawn.colours) != Some(setting.colours) {
            scene.palette = Palette::read();
        }
        let mut lanes = scene.setting != Some(setting);
        let mut moving = lanes;
        let running = ui.playing.get_untracked() && !carried;
        if scene.revision != ui.revision() || lanes || (scene.behind && !running) {
            let now = now_ms();
            scene.behind = true;
            if lanes || !running || now - scene.read >= BOARD_MS {
                let frame = ui.read(|session| session.frame(setting.selected)).unwrap_or_default();
                lanes |= frame != scene.frame;
                scene.frame = frame;
                scene.read = now;
                scene.behind = false;
            }
            let Scene { frame, dots, .. } = scene;
            if ui.read(|session| session.dots(frame, dots)).is_none() {
                dots.clear();
            }
            moving = true;
            scene.revision = ui.revision();
        }
        scene.setting = Some(setting);
        if lanes && let Some(pen) = Pen::on(stage.records, camera, size) {
            records::draw(&pen, &scene.palette, &scene.frame, setting.selected);
        }
        if moving {
            let place = (camera, size);
            if theme::still() {
                scene.layer.count(stage.dots, place, &scene.palette, &scene.frame.wires, &scene.dots);
            } else {
                scene.layer.draw(stage.dots, place, &scene.palette, &scene.dots, setting.selected);
            }
        }
    });
}

/// Draws these dots instead of the board's, as they would be, and returns how many milliseconds that took.
pub fn paint_only(stage: StageState, dots: &[Dot]) -> f64 {
    let (camera, size) = (stage.camera.get_untracked(), stage.size.get_untracked());
    let began = now_ms();
    stage.scene.update_value(|scene| {
        // What is on the canvas is not the board's.
        scene.setting = None;
        scene.layer.draw(stage.dots, (camera, size), &scene.palette, dots, Selection::Nothing);
    });
    now_ms() - began
}
