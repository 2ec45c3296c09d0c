//! The in-browser broker: logs, partitioners, producers, groups. Words and behaviour are Apache Kafka's.

mod facts;
pub mod protocol;

pub use facts::{BrokerFact, BrokerOut, BrokerTimer, ClientTimer, GroupState, GroupTimer, RebalanceWhy};
