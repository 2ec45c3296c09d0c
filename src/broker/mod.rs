//! The in-browser broker: logs, partitioners, producers, groups. Words and behaviour are Apache Kafka's.

pub mod assignor;
pub mod client;
pub mod coordinator;
mod facts;
pub mod log;
mod parking;
pub mod partitioner;
pub mod protocol;
pub mod server;
pub mod sticky;
pub mod topic;

pub use facts::{BrokerFact, BrokerOut, BrokerTimer, ClientTimer, GroupState, GroupTimer, RebalanceWhy};
pub use server::{Broker, BrokerInput};
