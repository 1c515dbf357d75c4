//! The only module that touches files.
//!
//! Enters: paths. Leaves: texts, the committed tree, or a [`Failure`] that says which path and why. Everything else is a pure function of what
//! is read here.
#![allow(clippy::disallowed_methods, reason = "files are touched here and nowhere else")]

mod find;
mod folder;
mod source;

use std::fmt;
use std::io;
use std::path::Path;

pub use find::find_mesh;
pub use folder::{Folder, Found};
pub use source::{Read, create_new, read_lock, read_source, read_stdin, write_lock};

/// Why a file could not be read or written.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    /// A failure that says what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("{what} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
