//! All that cwc asks of the system about files, each operation by itself.
//!
//! Enters: paths and bytes. Leaves: what the system answers, unchanged. The rest of `disk` decides what is asked, and in which order; only here
//! it is asked. So every operation passes [`fault::step`], where a test makes the N-th of them fail, or lets the process end there.

mod dir;
mod fault;
mod file;
mod lock;
mod stamp;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::Metadata;

pub(super) use dir::Dir;
#[cfg(test)]
pub(crate) use fault::{Fault, Script};
pub(super) use file::{About, File, Kind, Rights};
pub(super) use lock::{Lock, Taken, holder};
pub(super) use stamp::{Stamp, stamp};

/// Whether something is at a path.
pub(super) fn exists(path: &Path) -> bool {
    fault::step("look for", || Ok(path.exists())).unwrap_or_default()
}

/// Whether a folder, or a link to one, is at a path.
pub(super) fn is_dir(path: &Path) -> bool {
    fault::step("look for", || Ok(path.is_dir())).unwrap_or_default()
}

/// What is at a path; a link is a link.
pub(super) fn kind(path: &Path) -> io::Result<Kind> {
    let about = fault::step("look at", || fs::symlink_metadata(path))?;
    Ok(Kind::of(Metadata::from_just_metadata(about).file_type()))
}

/// The path of what a path leads to, through all links.
pub(super) fn canonicalize(path: &Path) -> io::Result<PathBuf> {
    fault::step("resolve", || path.canonicalize())
}

/// The standard input.
pub(super) fn stdin() -> impl io::Read {
    io::stdin().lock()
}
