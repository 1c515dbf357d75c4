//! Live clusters: what runs in them, by their Kubernetes API servers.
//!
//! Enters: which context of which kubeconfig a cluster is. Leaves: its Services, or the reason why they are not known. Services are listed and watched;
//! nothing else is asked, and nothing is ever written to a cluster. No credential leaves this module: reasons are words of its own.

mod kubeconfig;
mod list;
mod service;
mod watch;

pub use kubeconfig::{Access, Barred, Files, Plugin};
pub use service::{Seen, seen};
pub use watch::{News, watch};
