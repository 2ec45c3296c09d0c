//! What is on the screen at one moment, as plain data in the words of the interface. Nothing here is reactive, and
//! nothing here knows the browser.

mod cards;
mod inspect;
mod inspector;
mod naming;
mod strip;
mod telling;
mod timeline;
mod verdict;
mod words;

pub use cards::{
    BrokerCard, Caret, ClientCard, Dot, Frame, InstanceRow, Lane, Path, Point, ProcessState, RecordView, Rect, ServiceCard,
    Shape, Target, TopicView, Tray, WireView,
};
pub use inspect::{
    BrokerInspection, ClientInspection, EffectRow, FactLine, GapView, GroupInspection, Inspection, LineView, MemberRow,
    MessageInspection, OutboxRow, PartitionRow, PatternSwitch, PatternWhich, ProgramView, Selection, ServiceInspection,
    SettingRow, TableView, WireInspection,
};
pub use naming::{intent_name, message_name, process_name};
pub use strip::{Bar, BranchView, CheckChip, Mark, Strip, ViolationView};
pub use telling::{how, prevent, tell, title};
pub use words::describe;
