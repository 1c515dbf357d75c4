//! A file that another program of the same user is to read, and nobody else: what stands in it must not stand in that program's arguments, which all
//! users of a machine can list.
//!
//! Enters: a folder for such files, a name and a text. Leaves: the file, in a new folder of its own; both are gone when the last who knows of it lets go.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::Failure;
use super::system::Dir;

/// A file that is handed over.
#[derive(Debug)]
pub struct Handed {
    parent: Dir,
    folder: String,
    name: String,
    path: PathBuf,
    is_there: AtomicBool,
}

impl Handed {
    /// Writes it, below a folder; `own` is a name for its own folder that nobody guesses.
    ///
    /// # Errors
    /// Where something is there already, or the system refuses.
    pub fn new(below: &Path, own: &str, name: &str, text: &str) -> Result<Self, Failure> {
        let path = below.join(own).join(name);
        let failure =
            |error: std::io::Error| Failure::at("cannot write", &path.to_string_lossy(), &error);
        let parent = Dir::open(below).map_err(failure)?;
        parent.make_private_dir(own).map_err(failure)?;
        let handed = Self {
            parent,
            folder: own.to_owned(),
            name: name.to_owned(),
            path: path.clone(),
            is_there: AtomicBool::new(true),
        };
        let folder = handed.parent.dir(own).map_err(failure)?;
        let mut file = folder.make_private_file(name).map_err(failure)?;
        file.write_all(text.as_bytes()).map_err(failure)?;
        Ok(handed)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes it away, once.
    pub fn remove(&self) {
        if !self.is_there.swap(false, Ordering::Relaxed) {
            return;
        }
        // Whoever took it away before was faster.
        let _ = self.parent.dir(&self.folder).and_then(|folder| folder.remove_file(&self.name));
        let _ = self.parent.remove_dir(&self.folder);
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_its_owners_alone_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let handed = Handed::new(folder.path(), "own", "page.html", "secret").unwrap();
        assert_eq!(std::fs::read_to_string(handed.path()).unwrap(), "secret");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
            assert_eq!(mode(handed.path()), 0o600);
            assert_eq!(mode(&folder.path().join("own")), 0o700);
        }
        assert!(Handed::new(folder.path(), "own", "page.html", "").is_err(), "a folder of others");
        assert_eq!(std::fs::read_to_string(handed.path()).unwrap(), "secret");
        handed.remove();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let again = Handed::new(folder.path(), "own", "page.html", "").unwrap();
        drop(handed);
        assert!(again.path().is_file(), "what is removed is not removed again");
        drop(again);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
