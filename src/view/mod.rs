//! What is on the screen at one moment, as plain data in the words of the interface. Nothing here is reactive, and
//! nothing here knows the browser.

mod added;
mod aim;
mod announce;
mod branches;
mod breaking;
mod cards;
mod carried;
mod changes;
mod crowd;
mod curing;
mod detail;
mod dots;
mod failures;
mod figures;
mod follow;
mod frame;
#[cfg(test)]
mod frame_tests;
mod glossary;
mod inspect;
mod inspector;
mod lanes;
mod layout;
mod log;
mod marks;
mod models;
mod naming;
mod outline;
mod picture;
mod planned;
#[cfg(test)]
mod played;
mod programs;
mod quiet;
pub mod raster;
mod reading;
mod recent;
mod reruns;
mod rows;
mod said;
mod scale;
mod search;
mod several;
mod step_by;
mod stops;
mod store_words;
mod strip;
mod target;
mod telling;
mod telling_groups;
mod timeline;
mod timings;
mod tip;
mod titles;
mod verdict;
mod waiting;
mod why;
mod wire_words;
mod wires;
mod words;

pub use added::lines_added;
pub use aim::Aim;
pub use announce::Announcer;
pub use branches::{BesideRow, BranchRow, Differing, SideBySide};
pub use breaking::{Breakable, Breaking, Broken, StormOffer, When, in_seconds, soon, typed_seconds};
pub use cards::{
    BrokerCard, Caret, ClientCard, Dot, Frame, InstanceRow, Lane, LaneGroup, Path, Point, ProcessState, RecordView, Rect,
    RelayMark, RestRow, ServiceCard, Shape, Target, TopicView, Tray, WireView,
};
pub use changes::Changes;
pub use curing::prevent;
pub use detail::Detail;
pub use failures::{Failure, process_failures};
pub use figures::{Chart, ChartLine, FigureRow, Figures};
pub use follow::{
    Arrow, Diagram, DiagramLane, Drawing, Followed, FollowedFact, Follower, Gone, Journey, LANE, Lit, MARGIN, MarkKind, Moment,
    RunBar, RunEnd, Still,
};
pub use glossary::{Term, TextSpan, explain, spans, terms, words_found};
pub use inspect::{
    BrokerInspection, ClientInspection, CopyRow, Countdown, EffectRow, FactLine, GroupInspection, Inspection, MemberRow,
    MessageInspection, OutboxRow, PartitionRow, ReadRow, ReaderRow, Selection, ServiceInspection, SettingRow, TableView,
    WireInspection,
};
pub use inspector::{COPIED, StoreScript};
pub use log::{FactKind, Log, LogFilter, LogRow, json_line};
pub use marks::{MarkState, StripLane, StripMark};
pub use models::{MODELS, ModelCard, model_of};
pub use naming::{intent_name, message_name, process_name, sentence};
pub use outline::OutlineRow;
pub use picture::{Picture, PictureCard, PictureKind};
pub use planned::{PlanKind, PlanRow, PlanState};
pub use programs::{GapView, LineView, OlderLine, OlderProgram, PatternSwitch, PatternWhich, ProgramView, RelayChoice};
pub use quiet::{QUIET_FOR_LONG, skipped_path, skipped_words};
pub use scale::{Scale, Tick};
pub use search::SettingHit;
pub use several::{ItemRow, counted};
pub use step_by::StepBy;
pub use stops::{StopChoice, StopKind};
pub use strip::{Bar, CheckChip, Mark, Strip, ViolationView};
pub use telling::how;
pub use timings::{TimingChange, timings_change};
pub use titles::title;
pub use verdict::tell;
pub use words::describe;
