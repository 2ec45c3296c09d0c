//! The strip's scale: a window of time on so many pixels, where its ticks are, and how it is zoomed and moved.

use crate::sim::{Span, Time};

const SECOND: u64 = 1_000_000;
/// What all of a run is shown on, in seconds; twice the last, and so on, for longer runs.
const SPANS: [u64; 10] = [60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];
/// What lies between two ticks, in milliseconds.
const STEPS: [u64; 19] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
    7_200_000, 14_400_000, 28_800_000,
];
/// The most ticks after the first.
const TICKS: u64 = 6;
/// The shortest window.
const SHORTEST: u64 = 500_000;
/// A tenth of a second of so many pixels is too coarse to put something at.
const LONG_TENTH: f64 = 24.0;
/// Where the cursor stays while the window follows it, as a share of the window.
const FOLLOWED: f64 = 0.8;

/// A window of time on a line of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The time at its left end.
    pub from: Time,
    /// The time at its right end.
    pub to: Time,
    /// Its width in pixels, at least 1.
    pub width: f64,
}

/// A line across the lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// How far to the right, in pixels.
    pub x: f64,
    /// What is written under it.
    pub label: String,
}

impl Scale {
    /// The whole of a run that has got so far.
    pub fn whole(frontier: Time, width: f64) -> Scale {
        let mut span = SPANS.iter().copied().find(|span| frontier.0 <= span * SECOND).unwrap_or(14_400);
        while frontier.0 > span.saturating_mul(SECOND) && span < u64::MAX / 2 {
            span *= 2;
        }
        Scale { from: Time::ZERO, to: Time(span.saturating_mul(SECOND)), width: width.max(1.0) }
    }

    /// How much time it shows.
    pub fn span(self) -> Span {
        self.to.since(self.from)
    }

    /// How far to the right a time is, in pixels: below 0 before the window, beyond its width after it.
    pub fn x(self, at: Time) -> f64 {
        (at.0 as f64 - self.from.0 as f64) / self.span().0.max(1) as f64 * self.width
    }

    /// The time at a place; the ends for places beyond them.
    pub fn time(self, x: f64) -> Time {
        let share = (x / self.width).clamp(0.0, 1.0);
        Time(self.from.0 + (share * self.span().0 as f64).round() as u64)
    }

    /// The time at a place, to a whole tenth of a second; to a hundredth where a tenth is long.
    pub fn round_time(self, x: f64) -> Time {
        let tenth = self.x(self.from + Span::ms(100)) - self.x(self.from);
        let step = if tenth > LONG_TENTH { 10_000 } else { 100_000 };
        Time((self.time(x).0 + step / 2) / step * step)
    }

    /// How much time so many pixels stand for.
    pub fn time_of(self, pixels: f64) -> Span {
        Span((pixels.max(0.0) / self.width * self.span().0 as f64) as u64)
    }

    /// Whether any of a stretch of time is within the window.
    pub fn shows(self, from: Time, to: Time) -> bool {
        from <= self.to && to >= self.from
    }

    /// The window `factor` times as long, with the time at `x` staying where it is; no longer than `whole`, no shorter than
    /// half a second.
    pub fn zoomed(self, factor: f64, x: f64, whole: Scale) -> Scale {
        let (still, share) = (self.time(x), (x / self.width).clamp(0.0, 1.0));
        let longest = whole.span().0;
        let span = (self.span().0 as f64 * factor).clamp(SHORTEST.min(longest) as f64, longest as f64);
        let from = (still.0 as f64 - share * span).max(0.0);
        Scale { from: Time(from as u64), to: Time((from + span) as u64), width: self.width }.within(whole)
    }

    /// The window moved to the right by so many pixels, within `whole`.
    pub fn moved(self, pixels: f64, whole: Scale) -> Scale {
        let by = pixels / self.width * self.span().0 as f64;
        let from = Time((self.from.0 as f64 + by).max(0.0) as u64);
        Scale { from, to: from + self.span(), ..self }.within(whole)
    }

    /// The window moved so that it shows a time: not at all if it does already.
    pub fn following(self, cursor: Time, whole: Scale) -> Scale {
        let ahead = Span((self.span().0 as f64 * FOLLOWED) as u64);
        let from = if cursor < self.from {
            cursor - self.span().minus(ahead)
        } else if cursor > self.from + ahead {
            cursor - ahead
        } else {
            self.from
        };
        Scale { from, to: from + self.span(), ..self }.within(whole)
    }

    fn within(self, whole: Scale) -> Scale {
        let span = Span(self.span().0.min(whole.span().0));
        let from = Time(self.from.0.min(whole.to.0 - span.0).max(whole.from.0));
        Scale { from, to: from + span, width: self.width }
    }

    /// The ticks: in seconds, or in minutes on a long window.
    pub fn ticks(self) -> Vec<Tick> {
        let length = self.span().as_ms();
        let step = STEPS.iter().copied().find(|step| length / step <= TICKS).unwrap_or(length / TICKS + 1) * 1_000;
        let minutes = step >= 60 * SECOND;
        let first = self.from.0.div_ceil(step);
        let tick = |nth: u64| {
            let at = nth * step;
            let number = if minutes { (at / 60 / SECOND).to_string() } else { seconds(at, step) };
            let unit = if minutes { "min" } else { "s" };
            let label = if nth == first { format!("{number} {unit}") } else { number };
            Tick { x: self.x(Time(at)), label }
        };
        (first..=self.to.0 / step).map(tick).collect()
    }
}

/// Seconds, with a decimal where ticks are closer than that.
fn seconds(at: u64, step: u64) -> String {
    if step < SECOND { format!("{}.{}", at / SECOND, at % SECOND / 100_000) } else { (at / SECOND).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: u64) -> Time {
        Time(seconds * SECOND)
    }

    fn labels(scale: Scale) -> Vec<String> {
        scale.ticks().into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn a_run_is_shown_whole_and_the_scale_grows_with_it() {
        let whole = |frontier| Scale::whole(frontier, 900.0).to;
        assert_eq!([s(0), s(60), s(61), s(400), s(20_000)].map(whole), [s(60), s(60), s(120), s(600), s(28_800)]);
        assert_eq!(labels(Scale::whole(s(47), 900.0)), ["0 s", "10", "20", "30", "40", "50", "60"]);
        assert_eq!(labels(Scale::whole(s(400), 900.0)), ["0 min", "2", "4", "6", "8", "10"]);
        let far = Scale::whole(Time(u64::MAX / 4), 900.0);
        assert!(far.ticks().len() <= 8 && far.x(far.to) == 900.0);
    }

    #[test]
    fn times_and_places_go_to_and_fro() {
        let scale = Scale { from: s(30), to: s(40), width: 500.0 };
        assert_eq!((scale.x(s(30)), scale.x(s(35)), scale.x(s(50))), (0.0, 250.0, 1_000.0));
        assert_eq!((scale.time(250.0), scale.time(-9.0), scale.time(9_999.0)), (s(35), s(30), s(40)));
        assert_eq!(scale.time_of(50.0), Span::secs(1));
        assert_eq!([251.0, 253.0, -4.0].map(|x| scale.round_time(x)), [s(35), Time(35_100_000), s(30)]);
        let near = Scale { to: s(31), ..scale };
        assert_eq!([7.0, 8.0].map(|x| near.round_time(x)), [Time(30_010_000), Time(30_020_000)]);
        assert!(scale.shows(s(10), s(31)) && !scale.shows(s(10), s(20)) && !scale.shows(s(41), s(50)));
    }

    #[test]
    fn zooming_keeps_the_time_under_the_pointer_and_stays_within_the_run() {
        let whole = Scale::whole(s(47), 600.0);
        let near = whole.zoomed(0.5, 300.0, whole);
        assert_eq!((near.from, near.to), (s(15), s(45)));
        assert_eq!(near.zoomed(0.5, 0.0, whole).from, s(15));
        assert_eq!(near.zoomed(100.0, 10.0, whole), whole);
        let mut closest = whole;
        for _ in 0..40 {
            closest = closest.zoomed(0.5, 200.0, whole);
        }
        assert_eq!(closest.span(), Span(SHORTEST));
        assert_eq!(
            labels(Scale { from: Time(31_250_000), to: Time(31_750_000), width: 600.0 }),
            ["31.3 s", "31.4", "31.5", "31.6", "31.7"]
        );
    }

    #[test]
    fn the_window_is_moved_within_the_run_and_follows_the_cursor() {
        let whole = Scale::whole(s(47), 600.0);
        let window = Scale { from: s(10), to: s(20), width: 600.0 };
        assert_eq!(window.moved(60.0, whole).from, s(11));
        assert_eq!(window.moved(-9_999.0, whole).from, s(0));
        assert_eq!(window.moved(9_999.0, whole).to, s(60));
        assert_eq!(window.following(s(15), whole), window);
        assert_eq!(window.following(s(19), whole).from, s(11));
        assert_eq!(window.following(s(5), whole).from, s(3));
        assert_eq!(window.following(s(0), whole).from, s(0));
    }
}
