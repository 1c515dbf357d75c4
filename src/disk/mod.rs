//! The only module that touches files, and within it only `system`.
//!
//! Enters: paths. Leaves: texts, the committed tree, or a [`Failure`] that says which path and why. Everything else is a pure function of what
//! is read here.
#![allow(clippy::disallowed_methods, reason = "files are touched here and nowhere else")]

mod beneath;
mod find;
mod folder;
mod git;
#[cfg(feature = "ui")]
mod handed;
mod hold;
#[cfg(feature = "ui")]
mod kubeconfig;
#[cfg(feature = "ui")]
mod opener;
mod owned;
mod rewrite;
mod seen;
mod source;
mod staging;
mod system;

use std::fmt;
use std::io;

pub use find::{find_mesh, repository_root};
pub use folder::{Entry, EntryKind, Folder, There};
pub use git::Commit;
#[cfg(feature = "ui")]
pub use handed::Handed;
pub use hold::{Hold, Use};
#[cfg(feature = "ui")]
pub use kubeconfig::{comes_with, existing, named_by, read_kubeconfig};
#[cfg(feature = "ui")]
pub use opener::open as open_by_system;
pub use owned::{is_unfinished, unfinished_path};
pub use rewrite::rewrite;
pub use seen::Seen;
pub use source::{
    Read, create_new, read_foreign, read_if_there, read_lock, read_source, read_stdin,
};
pub use staging::{Staging, look_at_begun_lock, look_at_lock, write_lock};
#[cfg(test)]
pub(crate) use system::{Fault, Script};

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

    /// What to do about it, where that is known.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// The same, where there are more of its kind.
    #[must_use]
    pub fn and_more(mut self, count: usize) -> Self {
        if count > 0 {
            self.message.push_str(&format!(" (and {count} more like it)"));
        }
        self
    }

    /// A failure of the system's, at a path as people see it.
    fn at(what: &str, shown: &str, error: &io::Error) -> Self {
        Self::new(format!("{what} {shown}: {error}"))
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
