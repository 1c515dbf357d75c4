//! What the smallest run costs.

use std::fs;
use std::path::Path;

use crate::goals::cwc;
use crate::measure::{self, Usage};

/// Measures so many runs of `cwc check` with mesh.toml.example.
pub fn measure(runs: usize) -> Usage {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("mesh.toml.example");
    fs::copy(example, place.path().join("mesh.toml")).unwrap();
    let usages: Vec<Usage> = (0..runs).map(|_| cwc(place.path(), &["check"])).collect();
    measure::median(&usages)
}
