//! Writing the tree: every new file beside its place first, then all of them into their places.
//!
//! Enters: paths and texts. Leaves: the files, each whole. What is guaranteed:
//!
//! - Before the first file of the tree changes, all new ones are written in full and handed to the disk. A full disk, a missing right or a
//!   bad block is met by then; the new ones are taken away, and the tree is as it was.
//! - Each file changes by one `rename`: whoever reads it, and whatever happens (a kill, a power cut), finds the old bytes or the new ones.
//! - A build that is stopped between two renames leaves some files old and some new. The next build compares bytes, so it puts that right,
//!   and takes away what was left unfinished.
//! - Modes do not depend on the machine: 0644 for files, 0755 for the folders that are made.

use std::collections::BTreeSet;
use std::io;
use std::mem;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::folder::{self, split};
use super::system::{Dir, Kind};
use super::{Failure, Folder, There, beneath, owned};
use crate::mesh::Lock;

/// Up to so many files are handed to the disk one by one. For more of them it is faster to hand over the whole file system once (1,300 files
/// on ext4: 0.33 s one by one, 0.08 s at once), for fewer it would only wait for what others have written.
#[cfg(target_os = "linux")]
const FEW: usize = 32;

/// So many bytes of a file are written at once.
const BUFFER: usize = 256 << 10;

/// Files that are written, and not yet in their places. What is not put there is taken away when this is dropped.
#[derive(Debug)]
pub struct Staging<'f> {
    folder: &'f Folder,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    files: Vec<String>,
    made: Vec<String>,
}

impl<'f> Staging<'f> {
    /// Nothing yet.
    #[must_use]
    pub fn new(folder: &'f Folder) -> Self {
        Self { folder, held: Mutex::default() }
    }

    /// Writes a file beside its place.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn put<'t>(
        &self,
        path: &str,
        pieces: impl Iterator<Item = &'t str>,
    ) -> Result<(), Failure> {
        let (at, name) = split(path);
        let dir = self.make(at)?;
        let unfinished = owned::unfinished(name);
        let created = dir.make_built_file(&unfinished);
        let failure =
            |error: &io::Error| Failure::at("cannot write", &self.folder.shown(path), error);
        let mut file = created.map_err(|error| failure(&error))?;
        // From here on it is there, written or not.
        self.held().files.push(path.to_owned());
        let mut bytes = Vec::with_capacity(BUFFER);
        for piece in pieces {
            if bytes.len() + piece.len() > BUFFER {
                file.write_all(&bytes).map_err(|error| failure(&error))?;
                bytes.clear();
            }
            bytes.extend_from_slice(piece.as_bytes());
        }
        file.write_all(&bytes).map_err(|error| failure(&error))
    }

    /// Hands all of them to the disk, and returns when it has them.
    ///
    /// # Errors
    /// Where the disk could not take one.
    pub fn settle(&self) -> Result<(), Failure> {
        let files = self.held().files.clone();
        #[cfg(target_os = "linux")]
        if files.len() > FEW {
            let shown = &self.folder.shown;
            let failure = |error: &io::Error| Failure::at("cannot write to", shown, error);
            let Some(root) = self.folder.dir("")? else { return Ok(()) };
            return root.sync_file_system().map_err(|error| failure(&error));
        }
        for path in &files {
            let failure =
                |error: &io::Error| Failure::at("cannot write", &self.folder.shown(path), error);
            let (at, name) = split(path);
            let Some(dir) = self.folder.dir(at)? else { continue };
            let file = dir.file_to_sync(&owned::unfinished(name));
            file.and_then(|file| file.sync()).map_err(|error| failure(&error))?;
        }
        Ok(())
    }

    /// Puts all of them into their places.
    ///
    /// # Errors
    /// Where one cannot be put there; those before it are.
    pub fn replace(self) -> Result<(), Failure> {
        let mut files = mem::take(&mut self.held().files);
        files.sort();
        for (done, path) in files.iter().enumerate() {
            if let Err(failure) = self.replace_one(path) {
                self.held().files = files.split_off(done);
                return Err(failure);
            }
        }
        self.held().made.clear();
        self.settle_names(&files)
    }

    /// Hands the new names to the disk. What is lost by a power cut before that is made anew by the next build.
    fn settle_names(&self, files: &[String]) -> Result<(), Failure> {
        let failure = |error: &io::Error, at: &str| {
            Failure::at("cannot write to", &self.folder.shown(at), error)
        };
        #[cfg(target_os = "linux")]
        if files.len() > FEW {
            let Some(root) = self.folder.dir("")? else { return Ok(()) };
            return root.sync_file_system().map_err(|error| failure(&error, ""));
        }
        let folders: BTreeSet<&str> = files.iter().map(|path| split(path).0).collect();
        for at in folders {
            let Some(dir) = self.folder.dir(at)? else { continue };
            dir.sync().map_err(|error| failure(&error, at))?;
        }
        Ok(())
    }

    fn replace_one(&self, path: &str) -> Result<(), Failure> {
        let (at, name) = split(path);
        let failure =
            |error: &io::Error| Failure::at("cannot replace", &self.folder.shown(path), error);
        let dir = self.folder.dir(at)?;
        let dir = dir.ok_or_else(|| failure(&io::ErrorKind::NotFound.into()))?;
        dir.rename(&owned::unfinished(name), name).map_err(|error| failure(&error))
    }

    fn make(&self, at: &str) -> Result<Dir, Failure> {
        if let Some(dir) = self.folder.dir(at)? {
            return Ok(dir);
        }
        let path = self.folder.under_base(at);
        beneath::make(&self.folder.base, &path, self.folder.above(), &mut self.held().made)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Staging<'_> {
    /// There is nobody left to tell of a failure; the next build takes away what stays.
    fn drop(&mut self) {
        let Held { files, made } = mem::take(&mut *self.held());
        for path in files {
            let (at, name) = split(&path);
            if let Ok(Some(dir)) = self.folder.dir(at) {
                let _ = dir.remove_file(&owned::unfinished(name));
            }
        }
        for path in made.iter().rev() {
            let (at, name) = split(path);
            if let Ok(Some(dir)) = beneath::open(&self.folder.base, at, self.folder.above()) {
                let _ = dir.remove_dir(name);
            }
        }
    }
}

impl Folder {
    /// Removes a file, and the folders that are empty then.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(&self, path: &str) -> Result<(), Failure> {
        let failure = |error: &io::Error| Failure::at("cannot remove", &self.shown(path), error);
        let (mut at, name) = split(path);
        let Some(dir) = self.dir(at)? else { return Ok(()) };
        dir.remove_file(name).map_err(|error| failure(&error))?;
        while !at.is_empty() {
            let (above, name) = split(at);
            match self.dir(above)? {
                Some(dir) if dir.remove_dir(name).is_ok() => at = above,
                _ => break,
            }
        }
        Ok(())
    }
}

/// Writes the lock: the old text or the new one, whatever happens, and for good when this returns.
///
/// Unlike the tree, it cannot be made anew from the document.
///
/// # Errors
/// Where it cannot be written.
pub fn write_lock(path: &Path, shown: &str, text: &str) -> Result<(), Failure> {
    let failure = |error: &io::Error| Failure::at("cannot write", shown, error);
    let (dir, name) = open_beside(path).map_err(|error| failure(&error))?;
    let unfinished = owned::unfinished(&name);
    if begun_lock(&dir, &name, shown)? == There::Leftover {
        dir.remove_file(&unfinished).map_err(|error| failure(&error))?;
    }
    let written = dir.make_built_file(&unfinished).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync()
    });
    let placed = written.and_then(|()| dir.rename(&unfinished, &name));
    if placed.is_err() {
        // It may not be there at all.
        let _ = dir.remove_file(&unfinished);
    }
    placed.and_then(|()| dir.sync()).map_err(|error| failure(&error))
}

/// Makes sure that a lock can be written: nothing but a regular file may stand in its place.
///
/// # Errors
/// Where something else does.
pub fn look_at_lock(path: &Path, shown: &str) -> Result<(), Failure> {
    let failure = |error: &io::Error| Failure::at("cannot read", shown, error);
    let (dir, name) = open_beside(path).map_err(|error| failure(&error))?;
    match dir.kind(&name) {
        Ok(Kind::File) => Ok(()),
        Ok(kind) => Err(beneath::in_the_way("", shown, kind.word())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failure(&error)),
    }
}

/// Makes sure that a lock can be begun: nothing but what a stopped build left may stand where it is written first.
///
/// # Errors
/// Where something else does.
pub fn look_at_begun_lock(path: &Path, shown: &str) -> Result<(), Failure> {
    let failure = |error: &io::Error| Failure::at("cannot read", shown, error);
    let (dir, name) = open_beside(path).map_err(|error| failure(&error))?;
    begun_lock(&dir, &name, shown).map(drop)
}

/// What stands where a lock is written first: nothing, or what a stopped build left.
fn begun_lock(dir: &Dir, name: &str, shown: &str) -> Result<There, Failure> {
    let shown = owned::unfinished_path(shown);
    match folder::look(dir, &owned::unfinished(name), Lock::MARK.as_bytes(), &shown)? {
        There::Foreign => Err(beneath::in_the_way("", &shown, "a file that is not cwc's")),
        there => Ok(there),
    }
}

pub(super) fn open_beside(path: &Path) -> io::Result<(Dir, String)> {
    let dir = Dir::open(path.parent().unwrap_or(Path::new("")))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((dir, name))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test makes its own folders")]
mod tests {
    use super::*;
    use crate::disk::{Fault, Script};

    #[test]
    fn a_lock_that_cannot_be_looked_at_stops_the_build() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mesh.lock");
        look_at_lock(&path, "mesh.lock").unwrap();
        let look = || look_at_lock(&path, "mesh.lock");
        let (looked, _, hit) = Script::run(Some((1, Fault::EACCES)), look);
        assert_eq!(hit, Some("look at"));
        let said = looked.unwrap_err().to_string();
        assert!(said.starts_with("cannot read mesh.lock: Permission denied"), "{said}");
    }
}
