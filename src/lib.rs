#![doc = include_str!("architecture.md")]

pub mod board;
pub mod broker;
pub mod check;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod editor;
pub mod net;
pub mod rpc;
pub mod service;
pub mod session;
pub mod sim;
pub mod store;
#[cfg(target_arch = "wasm32")]
pub mod ui;
pub mod view;
pub mod world;
