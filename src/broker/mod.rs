//! The in-browser broker: logs, partitioners, producers, groups. Words and behaviour are Apache Kafka's.

pub mod assignor;
pub mod coordinator;
mod facts;
pub mod partitioner;
pub mod protocol;
pub mod sticky;

pub use facts::{BrokerFact, BrokerOut, BrokerTimer, ClientTimer, GroupState, GroupTimer, RebalanceWhy};
