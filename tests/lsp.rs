//! `cwc lsp`: what an editor may rely on, capability by capability.
//!
//! The server is a function of what it is told, so these tests tell it and read what it says, without a process; `tests/lsp/client.rs` lets a real editor
//! speak with the program.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and one runs an editor"
)]

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/completion.rs"]
mod completion;
#[path = "lsp/conversation.rs"]
mod conversation;
#[path = "lsp/diagnostics.rs"]
mod diagnostics;
#[path = "lsp/editor.rs"]
mod editor;
#[path = "lsp/edits.rs"]
mod edits;
#[path = "lsp/names.rs"]
mod names;

/// A fleet of two clusters, and everything that names one of them or something of a service.
const FLEET: &str = r#"[lint]
allow = ["CW0421"]

[clusters.east]
gateway = "203.0.113.10"
region = "us-east-1"

[clusters.west]
gateway = "203.0.113.20"
region = "us-west-1"

[services.reviews]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["east", "west"]
callers = ["west", "east/frontend/productpage"]
prefer = ["west", "east"]
versions = { v1 = { version = "v1" }, v2 = { version = "v2" } }

[services.reviews.backends.west]
versions = ["v1"]

[[services.reviews.routes]]
match = { path-prefix = "/api", port = "http" }
to = [{ cluster = "east", version = "v2" }]
mirror = { service = "ratings" }

[[services.reviews.routes]]
to = [{ cluster = "west", version = "v1" }]

[services.ratings]
namespace = "bookinfo"
ports = { http = 9080 }
clusters = ["east"]
"#;
