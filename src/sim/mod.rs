//! Virtual time, the queue of what is due, draws by name, ids, causes. Knows no broker and no service.

mod dense;
mod draw;
mod effects;
mod few;
mod hash;
mod ids;
mod lookup;
mod order;
mod queue;
mod rewind;
mod slab;
mod time;

pub use dense::{Dense, Lead};
pub use draw::{Draw, Sample, What, Zipf, below, between, exponential};
pub use effects::{Cause, Cx, Effects, Emit, FactId};
pub use few::Few;
pub use hash::{FactHash, FactHasher};
pub use ids::{Actor, GroupId, HandlerId, IntentId, LineId, MessageId, NodeId, RecordId, Role, TableId, TopicId, TypeId, WireId};
pub use lookup::Lookup;
pub use order::{Gather, InOrder};
pub use queue::{Due, Queue};
pub use rewind::rewind_if_empty;
pub use slab::Slab;
pub use time::{Span, Time};
