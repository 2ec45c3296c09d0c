//! What a person types as a setting's value: `1.5 s`, `300ms`, `2 min`, `16 KiB`, `all`, or a plain number.

use crate::sim::Span;

use super::settings::{Setting, Unit};

/// The units that a time may be typed in, each with its milliseconds.
const TIMES: &[(&str, u64)] = &[
    ("ms", 1),
    ("millisecond", 1),
    ("milliseconds", 1),
    ("s", 1_000),
    ("sec", 1_000),
    ("second", 1_000),
    ("seconds", 1_000),
    ("min", 60_000),
    ("minute", 60_000),
    ("minutes", 60_000),
    ("h", 3_600_000),
    ("hour", 3_600_000),
    ("hours", 3_600_000),
];

/// The units that a size may be typed in, each with its bytes.
const SIZES: &[(&str, u64)] =
    &[("b", 1), ("byte", 1), ("bytes", 1), ("kb", 1_024), ("kib", 1_024), ("mb", 1_048_576), ("mib", 1_048_576)];

impl Setting {
    /// Reads a value as it was typed. A plain number is in the setting's own unit.
    ///
    /// # Errors
    /// Says why it is not taken: what the setting takes, with its limits in the unit that was typed.
    pub fn parse(self, text: &str) -> Result<u64, String> {
        let info = self.info();
        let text = text.trim();
        match info.unit {
            Unit::Choice(words) => {
                let place = words.iter().position(|word| word.eq_ignore_ascii_case(text));
                let value = place.and_then(|place| u64::try_from(place).ok());
                value.ok_or_else(|| format!("{} takes {}, not “{text}”", info.name, listed(words)))
            }
            Unit::Count => self.measured(text, &[], "a whole number"),
            Unit::Ms => self.measured(text, TIMES, "a time such as 300 ms, 1.5 s or 2 min"),
            Unit::Bytes => self.measured(text, SIZES, "a size such as 16384 or 16 KiB"),
        }
    }

    fn measured(self, text: &str, units: &[(&str, u64)], wanted: &str) -> Result<u64, String> {
        let info = self.info();
        let wrong = || format!("{} takes {wanted}, not “{text}”", info.name);
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = (&text[..digits], text[digits..].trim());
        let scale = match (unit.is_empty(), units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))) {
            (true, _) => 1,
            (false, Some((_, scale))) => *scale,
            (false, None) => return Err(wrong()),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && part.is_empty() || part.contains('.') {
            return Err(wrong());
        }
        let many = || {
            format!(
                "{} takes {} to {}, not {text}",
                info.name,
                limit(self, info.min, unit, scale),
                limit(self, info.max, unit, scale)
            )
        };
        // Digits without end are no mistake in writing, but too much of something.
        if whole.len() > 18 || part.len() > 9 {
            return Err(many());
        }
        let read = |digits: &str| if digits.is_empty() { Ok(0) } else { digits.parse::<u64>() };
        let (Ok(whole), Ok(fraction)) = (read(whole), read(part)) else { return Err(wrong()) };
        let tens = part.bytes().fold(1_u64, |tens, _| tens * 10);
        let (Some(whole), Some(fraction)) = (whole.checked_mul(scale), fraction.checked_mul(scale)) else { return Err(many()) };
        if !fraction.is_multiple_of(tens) {
            let least = match info.unit {
                Unit::Ms => "whole milliseconds",
                Unit::Bytes => "whole bytes",
                Unit::Count | Unit::Choice(_) => "a whole number",
            };
            return Err(format!("{} takes {least}, not {text}", info.name));
        }
        let value = whole.saturating_add(fraction / tens);
        if (info.min..=info.max).contains(&value) { Ok(value) } else { Err(many()) }
    }
}

/// A limit in the unit that was typed, where it is whole in it.
fn limit(setting: Setting, value: u64, unit: &str, scale: u64) -> String {
    match (unit.is_empty(), value.is_multiple_of(scale)) {
        (true, _) => match setting.info().unit {
            Unit::Ms => format!("{value} ms"),
            Unit::Bytes => format!("{value} bytes"),
            Unit::Count | Unit::Choice(_) => value.to_string(),
        },
        (false, true) => format!("{} {unit}", value / scale),
        (false, false) if setting.info().unit == Unit::Ms => Span::ms(value).to_string(),
        (false, false) => setting.text(value),
    }
}

fn listed(words: &[&str]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        _ => words.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_any_unit_and_a_plain_number_in_the_settings_own() {
        for (typed, wanted) in [
            ("1.5 s", 1_500),
            ("300ms", 300),
            (" 2 min ", 120_000),
            ("0.25s", 250),
            ("1 h", 3_600_000),
            ("2 Seconds", 2_000),
            ("750", 750),
            (".5 s", 500),
        ] {
            assert_eq!(Setting::CallTimeout.parse(typed), Ok(wanted), "{typed}");
        }
    }

    #[test]
    fn sizes_counts_and_choices_are_read_too() {
        assert_eq!(Setting::BatchSize.parse("16 KiB"), Ok(16_384));
        assert_eq!(Setting::BatchSize.parse("1.5kb"), Ok(1_536));
        assert_eq!(Setting::Instances.parse("3"), Ok(3));
        assert_eq!(Setting::Acks.parse("ALL"), Ok(2));
        assert_eq!(Setting::OffsetReset.parse("earliest"), Ok(0));
    }

    #[test]
    fn what_is_not_taken_says_why_with_the_limits_in_the_unit_that_was_typed() {
        for (setting, typed, why) in [
            (Setting::SessionTimeout, "0.05 s", "session.timeout.ms takes 100 ms to 3600 s, not 0.05 s"),
            (Setting::SessionTimeout, "50", "session.timeout.ms takes 100 ms to 3600000 ms, not 50"),
            (Setting::SessionTimeout, "90 min", "session.timeout.ms takes 100 ms to 60 min, not 90 min"),
            (
                Setting::SessionTimeout,
                "99999999999999999999",
                "session.timeout.ms takes 100 ms to 3600000 ms, not 99999999999999999999",
            ),
            (Setting::SessionTimeout, "1.0005 s", "session.timeout.ms takes whole milliseconds, not 1.0005 s"),
            (Setting::SessionTimeout, "soon", "session.timeout.ms takes a time such as 300 ms, 1.5 s or 2 min, not “soon”"),
            (Setting::SessionTimeout, "-5", "session.timeout.ms takes a time such as 300 ms, 1.5 s or 2 min, not “-5”"),
            (Setting::SessionTimeout, "1.2.3 s", "session.timeout.ms takes a time such as 300 ms, 1.5 s or 2 min, not “1.2.3 s”"),
            (Setting::SessionTimeout, "", "session.timeout.ms takes a time such as 300 ms, 1.5 s or 2 min, not “”"),
            (Setting::Instances, "1.5", "instances takes a whole number, not 1.5"),
            (Setting::Instances, "51", "instances takes 0 to 50, not 51"),
            (Setting::Instances, "3 s", "instances takes a whole number, not “3 s”"),
            (Setting::BatchSize, "32 MiB", "batch.size takes 1 B to 16 MiB, not 32 MiB"),
            (Setting::Acks, "some", "acks takes 0, 1 or all, not “some”"),
        ] {
            assert_eq!(setting.parse(typed).err().as_deref(), Some(why));
        }
    }

    #[test]
    fn every_value_that_is_shown_can_be_typed() {
        for setting in Setting::ALL {
            let info = setting.info();
            for value in [info.classroom, info.real] {
                assert_eq!(setting.parse(&setting.text(value)), Ok(value), "{}", info.name);
            }
        }
    }
}
