//! A diagram as a picture: for the page, and as a file of its own.

use std::fmt::Write;

use crate::sim::{FactId, Time};

use super::super::scale::Scale;
use super::Journey;
use super::diagram::{Arrow, Gone, MarkKind, RunBar, RunEnd, Still};
use super::drawing::Drawing;

/// How wide the names of the lines are in a file, in pixels.
const NAMES: f64 = 132.0;
/// How high the scale of time is in a file, in pixels.
const FOOT: f64 = 30.0;
/// How high a handling's bar is, in pixels.
const BAR: f64 = 12.0;
/// What a file looks like: that of the page's light theme, in which pictures are mostly shown and printed.
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1c2430}.d-line{stroke:#c6ccd4}.d-bar{fill:#dbe7fb;stroke:#2458c5}\
.d-bar.failed{fill:#fbe1df;stroke:#b42318}.d-still{stroke:#b42318;stroke-width:3;stroke-dasharray:2 4}\
.d-still.paused{stroke:#6b7480}.d-arrow{stroke:#8a94a1;stroke-width:1.2;fill:none}.d-arrow.carries{stroke:#2458c5;stroke-width:1.8}\
.d-arrow.lost{stroke:#b42318}.d-mark{fill:#fff;stroke:#4b5563;stroke-width:1.4}.d-mark.effect{fill:#1c2430;stroke:#1c2430}\
.d-mark.failed{fill:#b42318;stroke:#b42318}.d-mark.again{stroke:#1c2430;stroke-width:2.4}.d-mark.line{fill:#c6ccd4;stroke:none}\
.d-cross{stroke:#b42318;stroke-width:2.4}.d-tick{stroke:#e5e8ec}.d-time{fill:#5a6472}";

impl Journey {
    /// What is between the tags of the page's picture, at a scale: its lines, bars, arrows and marks, each with the number of
    /// its fact (`data-fact`) where it stands for one. What lies after the cursor has the class `later`.
    pub fn picture(&self, scale: Scale, chosen: Option<FactId>) -> String {
        let drawing = Drawing { diagram: &self.diagram, scale };
        let mut out = String::new();
        let draw = Draw { drawing, now: self.cursor, chosen };
        draw.all(&mut out);
        out
    }

    /// A file of its own: names, lines, marks and a scale of time. `scale` says how wide it is.
    pub fn svg(&self, scale: Scale) -> String {
        let drawing = Drawing { diagram: &self.diagram, scale };
        let (width, height) = (NAMES + scale.width + 20.0, drawing.height() + FOOT);
        let mut out = String::new();
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\
             <title>{}</title><style>{STYLE}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
            escaped(&self.name)
        );
        for (nth, lane) in self.diagram.lanes.iter().enumerate() {
            let _ = write!(out, "<text x=\"8\" y=\"{:.1}\">{}</text>", drawing.y(nth) + 4.0, escaped(&lane.name));
        }
        let _ = write!(out, "<g transform=\"translate({NAMES} 0)\">");
        let bottom = drawing.height();
        for tick in scale.ticks() {
            let _ = write!(
                out,
                "<path class=\"d-tick\" d=\"M{0:.1} 0V{bottom:.1}\"/><text class=\"d-time\" x=\"{0:.1}\" y=\"{1:.1}\">{2}</text>",
                tick.x,
                bottom + 18.0,
                tick.label
            );
        }
        Draw { drawing, now: self.diagram.to, chosen: None }.all(&mut out);
        out.push_str("</g></svg>\n");
        out
    }
}

/// Writes a picture.
struct Draw<'a> {
    drawing: Drawing<'a>,
    now: Time,
    chosen: Option<FactId>,
}

impl Draw<'_> {
    fn all(&self, out: &mut String) {
        let width = self.drawing.scale.width;
        for lane in 0..self.drawing.diagram.lanes.len() {
            let _ = write!(out, "<path class=\"d-line\" d=\"M0 {:.1}H{width:.1}\"/>", self.drawing.y(lane));
        }
        self.drawing.diagram.stills.iter().for_each(|still| self.still(out, still));
        self.drawing.diagram.runs.iter().for_each(|run| self.run(out, run));
        self.drawing.diagram.arrows.iter().for_each(|arrow| self.arrow(out, arrow));
        self.moments(out);
    }

    fn later(&self, at: Time) -> &'static str {
        if at > self.now { " later" } else { "" }
    }

    fn still(&self, out: &mut String, still: &Still) {
        let (from, to, y) = (self.drawing.x(still.from), self.drawing.x(still.to), self.drawing.y(still.lane));
        let why = if still.why == Gone::Paused { " paused" } else { "" };
        let _ = write!(out, "<path class=\"d-still{why}{}\" d=\"M{from:.1} {y:.1}H{to:.1}\"/>", self.later(still.from));
    }

    fn run(&self, out: &mut String, run: &RunBar) {
        let (from, to) = (self.drawing.x(run.from), self.drawing.x(run.to));
        let y = self.drawing.y(run.lane) - BAR / 2.0;
        let end = if matches!(run.end, RunEnd::Failed | RunEnd::Aborted) { " failed" } else { "" };
        let _ = write!(
            out,
            "<rect class=\"d-bar{end}{}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"3\"><title>{}</title></rect>",
            self.later(run.from),
            (to - from).max(2.0),
            escaped(&run.name)
        );
    }

    fn arrow(&self, out: &mut String, arrow: &Arrow) {
        let [(x1, y1), (x2, y2)] = self.drawing.arrow(arrow, self.now.max(arrow.sent));
        let mut class = String::from("d-arrow");
        for (has, name) in
            [(arrow.carries, " carries"), (arrow.lost.is_some(), " lost"), (self.chosen == Some(arrow.fact), " chosen")]
        {
            class.push_str(if has { name } else { "" });
        }
        class.push_str(self.later(arrow.sent));
        let fact = arrow.fact.index();
        // The head: two strokes back from its end, or a cross where the packet was lost.
        let (dx, dy) = (x2 - x1, y2 - y1);
        let long = (dx * dx + dy * dy).sqrt().max(1.0);
        let (ux, uy) = (dx / long * 7.5, dy / long * 7.5);
        let stroke = |side: f64| (x2 - ux - side * uy * 0.45, y2 - uy + side * ux * 0.45);
        let head = if arrow.lost.is_some() {
            format!("M{:.1} {:.1}l10 10m0 -10l-10 10", x2 - 5.0, y2 - 5.0)
        } else if arrow.arrived.is_some() {
            let ((ax, ay), (bx, by)) = (stroke(1.0), stroke(-1.0));
            format!("M{ax:.1} {ay:.1}L{x2:.1} {y2:.1}L{bx:.1} {by:.1}")
        } else {
            String::new()
        };
        let _ = write!(
            out,
            "<path class=\"{class}\" data-fact=\"{fact}\" d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}{head}\"><title>{}</title></path>",
            escaped(&arrow.name)
        );
    }

    fn moments(&self, out: &mut String) {
        for (x, moment) in self.drawing.moments() {
            let y = self.drawing.y(moment.lane);
            let (fact, later) = (moment.fact.index(), self.later(moment.at));
            let chosen = if self.chosen == Some(moment.fact) { " chosen" } else { "" };
            let shape = match moment.kind {
                MarkKind::Crash => format!(
                    "<path class=\"d-cross{chosen}{later}\" data-fact=\"{fact}\" d=\"M{:.1} {:.1}l14 14m0 -14l-14 14\">",
                    x - 7.0,
                    y - 7.0
                ),
                MarkKind::Line => {
                    format!(
                        "<circle class=\"d-mark line{chosen}{later}\" data-fact=\"{fact}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.5\">"
                    )
                }
                kind => {
                    let class = match kind {
                        MarkKind::Effect => " effect",
                        MarkKind::Duplicate => " again",
                        MarkKind::Failed => " failed",
                        _ => "",
                    };
                    format!(
                        "<circle class=\"d-mark{class}{chosen}{later}\" data-fact=\"{fact}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\">"
                    )
                }
            };
            let tag = if moment.kind == MarkKind::Crash { "path" } else { "circle" };
            let _ = write!(out, "{shape}<title>{}</title></{tag}>", escaped(&moment.text));
        }
    }
}

/// A text without what means something in a picture's source.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
