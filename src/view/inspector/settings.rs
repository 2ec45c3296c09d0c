//! Settings as they stand, with the defaults beside them.

use crate::board::{Setting, Settings, Timings};

use super::super::inspect::SettingRow;

/// A row for each of them.
pub(super) fn rows(settings: &Settings, which: impl Iterator<Item = Setting>, timings: Timings) -> Vec<SettingRow> {
    which
        .map(|setting| {
            let info = setting.info();
            SettingRow {
                setting,
                value: settings.get(setting, timings),
                own: settings.0.contains_key(&setting),
                default: setting.text(setting.default_at(timings)),
                real: setting.text(info.real),
                applies: info.applies,
            }
        })
        .collect()
}

/// What a service does, as far as it decides which settings matter.
#[derive(Clone, Copy)]
pub(super) struct Does {
    pub handles: bool,
    pub consumes: bool,
    pub publishes: bool,
    pub relays: bool,
}

/// The settings that matter to a service.
pub(super) fn of_service(does: Does) -> impl Iterator<Item = Setting> {
    Setting::SERVICE.iter().copied().filter(move |setting| match setting {
        Setting::RelayInterval | Setting::RelayBatch => does.relays,
        Setting::Acks | Setting::DeliveryTimeout => does.publishes,
        Setting::RequestTimeout | Setting::RetryBackoff => does.publishes || does.consumes,
        Setting::SessionTimeout
        | Setting::HeartbeatInterval
        | Setting::MaxPollInterval
        | Setting::MaxPollRecords
        | Setting::FetchMaxWait
        | Setting::OffsetReset => does.consumes,
        Setting::Workers | Setting::RetryPause => does.handles,
        _ => true,
    })
}
