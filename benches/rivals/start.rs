//! What the smallest run costs, and the program's size.

use std::fs;
use std::path::Path;

use crate::goals::cwc;
use crate::measure::{self, Usage};

/// Of `cwc check` with mesh.toml.example.
pub struct Start {
    pub usage: Usage,
    pub mebibytes: f64,
}

/// Measures so many runs.
pub fn measure(runs: usize) -> Start {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("mesh.toml.example");
    fs::copy(example, place.path().join("mesh.toml")).unwrap();
    let usages: Vec<Usage> = (0..runs).map(|_| cwc(place.path(), &["check"])).collect();
    let bytes = fs::metadata(env!("CARGO_BIN_EXE_cwc")).unwrap().len();
    Start { usage: measure::median(&usages), mebibytes: bytes as f64 / 1_048_576.0 }
}
