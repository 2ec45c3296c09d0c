//! The document that a person draws: nodes, wires, programs, settings, pins and planned failures. Plain data by name;
//! [`crate::world`] puts it to work.

mod action;
mod dead_letters;
mod document;
mod edit;
mod error;
mod goal;
mod hazards;
mod judged;
mod load;
mod locate;
mod looks;
mod mend;
mod names;
mod nearest;
mod on_failure;
mod patch;
#[cfg(test)]
mod patch_tests;
mod patterns;
mod planned;
mod presets;
mod program;
mod program_rules;
mod relay;
mod settings;
#[cfg(test)]
mod settings_tests;
mod storms;
#[cfg(test)]
mod tests;
mod typed;
mod validate;

pub use action::{Action, Edit, Often, Pin, PinAction, PinDoes, Process, ProcessAction, ProcessDoes, Stamped};
pub use dead_letters::{dead_letter_topic, send_dead_letters};
pub use document::{
    Arrivals, Board, BrokerNode, ClientNode, Field, FieldSource, HandlerDoc, KeyDistribution, KeySet, MessageKind, MessageType,
    SCHEMA, ServiceNode, TopicDoc, Wire, WireKind,
};
pub use edit::{edit, settle_pins};
pub use error::{ActionError, BoardError};
pub use goal::{Goal, Step};
pub use hazards::{Danger, Hazard, hazards};
pub use judged::{Check, Question};
pub use load::{MAX_BYTES, from_json, read_json, to_json};
pub(crate) use load::{Version, check_whole, readable};
pub use looks::Looks;
pub use mend::Mend;
pub use names::Names;
pub use on_failure::{DeadLetterDoc, OnFailure};
pub use patch::{Part, PartId, Patch, Put};
pub use patterns::{Acknowledges, Forms, IfAgain, Pattern, Publishes, apply_pattern, idempotent_form, pattern_of};
pub use planned::{LATEST_PLAN, PlanId, Planned, check_action, check_planned};
pub use presets::{RelayPreset, apply_relay_preset, relay_preset_of};
pub use program::{Do, Gap, LineDoc, RequireDoc, ValueDoc, WriteDoc};
pub use relay::{RelayDoc, set_relay_kind};
pub use settings::{Applies, Place, Setting, SettingInfo, Settings, Source, Timings, Unit};
pub use storms::Storm;
pub use validate::{check_pin, check_pin_acts, validate};
