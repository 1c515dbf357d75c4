//! cwc compiles one `mesh.toml` into Istio configuration for many clusters, each with a control plane of its own.

pub mod changes;
pub mod commands;
pub mod compile;
pub mod disk;
pub mod document;
pub mod emit;
pub mod kinds;
pub mod mesh;
pub mod origin;
pub mod plan;
pub mod report;
pub mod rules;
pub mod source;
pub mod span;
