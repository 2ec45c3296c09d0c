//! The network: links, connections and packets. Loss is delay or a broken connection, never a silently missing or
//! doubled packet; order holds within a connection.

mod conn;
mod ends;
mod facts;
mod flight;
mod message;
mod network;
mod packet;
mod packets;
mod paths;
#[cfg(test)]
mod tests;
mod wire;

pub use conn::{Cargo, Closed, ConnId, Delivery, Post, Side, Subject};
pub use facts::{NetFact, NetOut, PacketDue, PacketId};
pub use flight::InFlight;
pub use message::{Key, Message, Value};
pub use network::Network;
pub use packets::{PacketDoes, PacketError, PacketName};
pub use wire::{Cut, Latency, Loss, Slow};
