//! From resources to bytes.

pub mod tree;
pub mod yaml;
