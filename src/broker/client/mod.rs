//! The broker's clients, owned by the processes that use them: producers and consumers.

mod automatic;
mod codec;
mod commits;
mod consumer;
mod contract;
mod fetcher;
mod link;
mod membership;
mod modern;
mod placing;
mod presence;
mod producer;

pub use codec::{decode_assignment, decode_subscription, encode_assignment, encode_subscription};
pub use consumer::Consumer;
pub use contract::{Cluster, ConsumerConfig, ConsumerEvent, ConsumerInput, GroupProtocol, Reset, Strategy};
pub use link::PortUse;
pub use membership::Phase;
pub use producer::{Producer, ProducerConfig, ProducerEvent, ProducerInput};
