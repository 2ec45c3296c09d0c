//! What the canvases show, and when they are drawn again.

use leptos::prelude::*;

use crate::session::Session;
use crate::ui::play::now_ms;
use crate::ui::theme;
use crate::view::{Dot, Selection};

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

/// What the canvases show, besides the frame.
#[derive(Default)]
pub struct Scene {
    /// Messages on their way.
    pub dots: Vec<Dot>,
    palette: Palette,
    layer: DotLayer,
    setting: Option<Setting>,
    revision: u64,
    /// The edition of the lanes that are drawn.
    lanes: u64,
}

/// While time runs the lanes are read anew at most once in so many milliseconds; what moves on the board, in each frame.
pub(super) const LANES_MS: f64 = 50.0;

/// Draws what has changed. Called in each frame that the loop asks for.
pub fn paint(stage: StageState) {
    hands::carry(stage);
    let ui = stage.ui;
    let drawn = ui.read(|session| {
        // Whoever else moves the run on has shown the board by now.
        if ui.playing.get_untracked() {
            ui.read_lanes(session, LANES_MS);
        }
        draw(stage, Some(session));
    });
    if drawn.is_none() {
        draw(stage, None);
    }
}

/// Draws what has changed in a run on the canvases of a stage.
pub fn draw(stage: StageState, session: Option<&Session>) {
    let ui = stage.ui;
    let (Some(camera), Some(size)) = (stage.camera.try_get_untracked(), stage.size.try_get_untracked()) else { return };
    let setting = Setting {
        camera,
        size,
        density: window().device_pixel_ratio(),
        selected: ui.selection.get_untracked(),
        colours: stage.theme.changes.get_untracked(),
    };
    let (revision, edition) = (ui.revision(), ui.lanes_edition());
    ui.frame.with_untracked(|frame| {
        stage.scene.try_update_value(|scene| {
            if scene.setting.map(|drawn| drawn.colours) != Some(setting.colours) {
                scene.palette = Palette::read();
            }
            let looks = scene.setting != Some(setting);
            if scene.revision != revision || looks {
                match session {
                    Some(session) => session.dots(frame, &mut scene.dots),
                    None => scene.dots.clear(),
                }
                let place = (camera, size);
                if theme::still() {
                    scene.layer.count(stage.dots, place, &scene.palette, &frame.wires, &scene.dots);
                } else {
                    scene.layer.draw(stage.dots, place, &scene.palette, &scene.dots, setting.selected);
                }
            }
            if (scene.lanes != edition || looks)
                && let Some(pen) = Pen::on(stage.records, camera, size)
            {
                records::draw(&pen, &scene.palette, frame, setting.selected);
            }
            scene.setting = Some(setting);
            (scene.revision, scene.lanes) = (revision, edition);
        });
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
