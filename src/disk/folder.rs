//! The tree's folder: what is in it, and how it changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::emit::tree::MARK;

/// A tree's folder, which need not exist yet.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

/// A file in the tree's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its path below the folder, with `/`.
    pub path: String,
    /// Whether it carries our mark.
    pub ours: bool,
}

impl Folder {
    /// The folder at a path.
    ///
    /// # Errors
    /// Where something else is there.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        Ok(Self { root: root.to_owned() })
    }

    /// Every file below it, by path.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn files(&self) -> Result<Vec<Found>, Failure> {
        let mut found = Vec::new();
        if !self.root.exists() {
            return Ok(found);
        }
        for entry in walkdir::WalkDir::new(&self.root).sort_by_file_name() {
            let entry =
                entry.map_err(|error| Failure::new(format!("cannot read the tree: {error}")))?;
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
                let path = path.to_string_lossy().replace('\\', "/");
                let ours =
                    self.read(&path)?.is_some_and(|bytes| bytes.starts_with(MARK.as_bytes()));
                found.push(Found { path, ours });
            }
        }
        Ok(found)
    }

    /// A file's bytes; `None` where there is none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let path = self.root.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Failure::io("cannot read", &path, &error)),
        }
    }

    /// Writes a file, the old bytes or the new ones, whatever happens.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        let path = self.root.join(path);
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(|error| Failure::io("cannot make", folder, &error))?;
        fs::write(&path, text).map_err(|error| Failure::io("cannot write", &path, &error))
    }

    /// Removes a file, and the folders that are empty then.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(&self, path: &str) -> Result<(), Failure> {
        let path = self.root.join(path);
        fs::remove_file(&path).map_err(|error| Failure::io("cannot remove", &path, &error))?;
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.root) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}
