//! When a file was written, and which file it is.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::fault;

/// What differs once a file was written or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::disk) struct Stamp {
    /// When it was written.
    pub modified: Option<SystemTime>,
    /// How many bytes it has.
    pub size: u64,
    /// Its number, by which one that took its place within the same moment is known; 0 where the system has none.
    pub number: u64,
}

/// The stamp of what a path leads to, through links.
pub(in crate::disk) fn stamp(path: &Path) -> io::Result<Stamp> {
    fault::step("look at", || fs::metadata(path)).map(|about| Stamp {
        modified: about.modified().ok(),
        size: about.len(),
        number: number(&about),
    })
}

#[cfg(unix)]
fn number(about: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}
