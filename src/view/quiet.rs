//! Words for quiet time that is skipped.

use crate::sim::{Span, Time};

/// What is said where nothing happens for as long as anybody looks ahead.
pub const QUIET_FOR_LONG: &str =
    "Nothing but heartbeats and empty fetches in the next two minutes: time stands still while quiet time is skipped.";

/// `skipped 12.4 s`.
pub fn skipped_words(span: Span) -> String {
    format!("skipped {span}")
}

/// What was skipped, drawn along a line: the path of its stretches on a scale, none narrower than two pixels, and how much of
/// it lies before a time.
pub fn skipped_path(skipped: &[(Time, Time)], until: Time, x: impl Fn(Time) -> f64, y: f64) -> (String, Span) {
    let known = skipped.iter().filter(|(from, _)| *from < until);
    let (mut path, mut whole) = (String::new(), 0);
    for (from, to) in known {
        let (left, right) = (x(*from), x((*to).min(until)));
        path += &format!("M{:.0} {y}H{:.0}", left, right.max(left + 2.0));
        whole += to.since(*from).0;
    }
    (path, Span(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_is_drawn_up_to_what_has_been_run_and_added_up() {
        let second = |s| Time::ZERO + Span::secs(s);
        let skipped = [(second(2), second(4)), (second(5), second(5) + Span::ms(10)), (second(8), second(9))];
        let (path, whole) = skipped_path(&skipped, second(6), |at| at.seconds() * 10.0, 7.0);
        assert_eq!(path, "M20 7H40M50 7H52");
        assert_eq!(skipped_words(whole), "skipped 2.0 s");
    }
}
