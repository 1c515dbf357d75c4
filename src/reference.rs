//! What is written about `mesh.toml` from its field tables and about the diagnostics from their rules, so that none of it can go stale.
//!
//! Enters: `document::ROOT` and `rules::ALL`. Leaves: texts, which tests compare with the committed `schemas/mesh.schema.json`,
//! `docs/mesh-toml.md` and `docs/diagnostics.md`. Nothing here reads or writes a file.

pub mod diagnostics;
pub mod form;
pub mod page;
pub mod releases;
pub mod schema;
