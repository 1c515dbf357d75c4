//! A language server for `mesh.toml`: what an editor asks of it, answered by the same steps that `cwc check` and `cwc build` run.
//!
//! Enters: [`Event`]s, the messages of a client and the files that were asked for. Leaves: [`Effect`]s, the messages to send and the files to read.
//! [`Server`] is a pure function of what it was told: `commands::lsp` reads and writes. One file a capability; a request's is found by its method in
//! [`requests`]. A text that is no TOML is answered for too: what can be read of it is read, and its [`Sketch`](crate::document::sketch) tells the rest.

pub mod actions;
pub mod client;
pub mod completion;
pub mod definition;
pub mod diagnostics;
pub mod file;
pub mod formatting;
pub mod hover;
pub mod lines;
pub mod names;
pub mod rename;
pub mod requests;
pub mod server;
pub mod shapes;
pub mod symbols;
pub mod wire;

pub use server::{Effect, Event, Server};
