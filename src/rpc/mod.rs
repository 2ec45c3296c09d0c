//! Remote calls: a request and its response over a connection of their own, with a timeout and retries.

mod caller;
mod facts;
#[cfg(test)]
mod tests;

pub use caller::{CallConfig, CallDone, CallInput, Caller, Target};
pub use facts::{CallCargo, CallTimer, RpcFact, RpcOut};
