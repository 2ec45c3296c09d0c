//! The broker's clients, owned by the processes that use them: producers and consumers.

mod codec;
mod commits;
mod consumer;
mod fetcher;
mod link;
mod membership;
mod presence;
mod producer;

pub use codec::{decode_assignment, decode_subscription, encode_assignment, encode_subscription};
pub use consumer::{Consumer, ConsumerConfig, ConsumerEvent, ConsumerInput, Reset};
pub use membership::Phase;
pub use producer::{Producer, ProducerConfig, ProducerEvent, ProducerInput};
