//! The network: links, connections and packets. Loss is delay or a broken connection, never a silently missing or
//! doubled packet; order holds within a connection.

mod conn;
mod message;

pub use conn::{Cargo, Closed, ConnId, Delivery, Post, Side, Subject};
pub use message::{Key, Message, Value};
