//! Services: instances that run handler programs, the outbox's relays, and the clients that send them requests.

mod acks;
mod activation;
mod client;
mod config;
mod connections;
mod facts;
mod failure;
mod inputs;
mod instance;
mod interpreter;
mod lines;
mod program;
mod relay;
mod runtime;
mod take_up;

pub use activation::{Activation, Source, Wait};
pub use client::{Client, ClientConfig, ClientOut, FieldDraw, Gaps, request};
pub use config::{
    AckOf, GapAt, PinConfig, PinEffect, PinTimes, PublishConfig, RelayConfig, RetryPauses, ServiceConfig, StoreConfig,
};
pub use facts::{ServiceFact, ServiceOut, ServiceTimer};
pub use inputs::ServiceInput;
pub use instance::Instance;
pub use program::{Change, FailurePolicy, Instruction, Line, Making, Program, key_of};
pub use relay::{Relay, RelayWait};
pub use runtime::{After, Pinned, Service};
