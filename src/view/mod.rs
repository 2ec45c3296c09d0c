//! What is on the screen at one moment, as plain data in the words of the interface. Nothing here is reactive, and
//! nothing here knows the browser.

mod added;
mod cards;
mod crowd;
mod detail;
mod dots;
mod frame;
#[cfg(test)]
mod frame_tests;
mod inspect;
mod inspector;
mod lanes;
mod layout;
mod naming;
pub mod raster;
mod recent;
mod rows;
mod said;
mod strip;
mod target;
mod telling;
mod timeline;
mod tip;
mod verdict;
mod wires;
mod words;

pub use added::lines_added;
pub use cards::{
    BrokerCard, Caret, ClientCard, Dot, Frame, InstanceRow, Lane, LaneGroup, Path, Point, ProcessState, RecordView, Rect,
    RestRow, ServiceCard, Shape, Target, TopicView, Tray, WireView,
};
pub use detail::Detail;
pub use inspect::{
    BrokerInspection, ClientInspection, EffectRow, FactLine, GapView, GroupInspection, Inspection, LineView, MemberRow,
    MessageInspection, OutboxRow, PartitionRow, PatternSwitch, PatternWhich, ProgramView, Selection, ServiceInspection,
    SettingRow, TableView, WireInspection,
};
pub use naming::{intent_name, message_name, process_name};
pub use strip::{Bar, BranchView, CheckChip, Mark, Strip, ViolationView};
pub use telling::{how, prevent, tell, title};
pub use words::describe;
