//! What files and folders look like from outside: whether one was written, replaced, made or removed is seen without reading it.
//!
//! Enters: paths. Leaves: [`Seen`], to be compared with what is seen later. It never fails: what cannot be looked at is not there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::system::{self, Dir, Kind, Stamp};

/// Some files, and all in some folders, as they are at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<PathBuf, Stamp>);

impl Seen {
    /// Looks at some paths; at a folder with all that is in it.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Self {
        let mut seen = Self::default();
        for path in paths {
            if system::is_dir(path) {
                seen.folder(path);
            } else if let Ok(stamp) = system::stamp(path) {
                seen.0.insert(path.clone(), stamp);
            }
        }
        seen
    }

    fn folder(&mut self, path: &Path) {
        let listed = Dir::open(path).and_then(|folder| folder.list());
        for (name, kind) in listed.unwrap_or_default() {
            let path = path.join(name);
            if kind == Kind::Folder {
                self.folder(&path);
            } else if let Ok(stamp) = system::stamp(&path) {
                self.0.insert(path, stamp);
            }
        }
    }

    /// Whether a file is there.
    #[must_use]
    pub fn has(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }

    /// The files that are others than they were, or are on one side only.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<PathBuf> {
        let mut paths: Vec<&PathBuf> = self.0.keys().chain(other.0.keys()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.retain(|path| self.0.get(*path) != other.0.get(*path));
        paths.into_iter().cloned().collect()
    }

    /// One file of a size, or none of size 0, for tests.
    #[cfg(test)]
    pub(crate) fn sized(path: &str, size: u64) -> Self {
        let stamp = Stamp { modified: None, size, number: 0 };
        Self((size > 0).then(|| (path.into(), stamp)).into_iter().collect())
    }
}
