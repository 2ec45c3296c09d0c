//! The registry of settings.

use super::settings::{Setting, Timings};

#[test]
fn every_default_lies_within_its_own_limits() {
    for setting in Setting::ALL {
        for timings in [Timings::Classroom, Timings::Real] {
            assert_eq!(setting.check(setting.default_at(timings)), Ok(()), "{timings:?}");
        }
    }
}

#[test]
fn every_setting_belongs_to_exactly_one_kind_of_place() {
    let mut placed: Vec<Setting> = [Setting::CLIENT, Setting::SERVICE, Setting::BROKER, Setting::WIRE].concat();
    placed.sort();
    let mut all = Setting::ALL.to_vec();
    all.sort();
    assert_eq!(placed, all);
}

#[test]
fn a_value_out_of_range_is_refused_with_its_limits() {
    let refused = Setting::SessionTimeout.check(10).expect_err("10 ms is below the limit");
    assert_eq!(refused, "session.timeout.ms takes 100 to 3600000 ms, not 10");
}
