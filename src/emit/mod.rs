//! From resources to bytes.

pub mod file;
pub mod known;
pub mod tree;
pub mod yaml;
