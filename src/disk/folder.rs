//! The tree's folder: what is in it.
//!
//! Enters: where it is. Leaves: what stands in it, whose that is, and the bytes of cwc's own files. Nothing is changed here; nothing is read
//! through a symbolic link, and nothing is opened that could block.

use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::system::{About, Dir, File, Kind, is_dir};
use super::{Failure, beneath, owned};
use crate::emit::tree::MARK;

/// A tree's folder, which need not exist yet.
#[derive(Debug)]
pub struct Folder {
    /// The folder from which on no symbolic link is followed.
    pub(super) base: Dir,
    /// The tree's folder below it, with `/`; empty where they are the same.
    pub(super) below: String,
    /// The tree's folder as people see it.
    pub(super) shown: String,
}

/// Something in the tree's folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path below the folder, with `/`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What something in the tree's folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder that was looked into.
    Folder,
    /// A folder that was not looked into: too deep, or hidden, for anything of cwc's to be in it.
    Closed,
    /// Something else, in the words of a message.
    Other(&'static str),
}

/// What a regular file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum There {
    /// It is gone.
    Nothing,
    /// One of cwc's.
    Ours {
        /// What it says.
        bytes: Vec<u8>,
        /// Whether it has another name somewhere.
        linked: bool,
    },
    /// Without a byte in it, so nobody loses anything by it.
    Empty,
    /// One that a build did not finish.
    Leftover,
    /// Somebody else's.
    Foreign,
}

/// `<cluster>/<component>/<file>`: cwc makes nothing deeper.
const DEPTH: usize = 3;

impl Folder {
    /// The folder at a path; `shown` is the path that messages show.
    ///
    /// The document says where, and may come from a stranger. So where `root` lies below `base`, the document's own folder, no symbolic link
    /// from there on is followed. A folder elsewhere was said by the caller, whose way to it may have links; it itself may not be one.
    ///
    /// # Errors
    /// Where `base` cannot be opened, or `root` leads through something that is no folder.
    pub fn open_below(base: &Path, root: &Path, shown: &str) -> Result<Self, Failure> {
        let (base, rest) = match root.strip_prefix(base) {
            Ok(rest) if is_plain(rest) => (base.to_owned(), rest.to_owned()),
            _ => elsewhere(root),
        };
        let failure = |error: &io::Error| Failure::at("cannot open", shown, error);
        if !is_plain(&rest) {
            return Err(failure(&io::ErrorKind::NotFound.into()));
        }
        let base = Dir::open(&base);
        let names = rest.components().map(|name| name.as_os_str().to_string_lossy());
        let below: Vec<_> = names.collect();
        let folder = Self {
            base: base.map_err(|error| failure(&error))?,
            below: below.join("/"),
            shown: shown.to_owned(),
        };
        folder.dir("")?;
        Ok(folder)
    }

    /// A path below the folder as people see it.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        beneath::join(&self.shown, path)
    }

    /// The failure of a path at which something else is than what is due there.
    #[must_use]
    pub fn in_the_way(&self, path: &str, what: &str) -> Failure {
        beneath::in_the_way(&self.shown, path, what)
    }

    /// Everything in it, by path, as deep as cwc writes.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, Failure> {
        let mut entries = Vec::new();
        if let Some(dir) = self.dir("")? {
            self.list(&dir, "", 1, &mut entries)?;
        }
        // By name after name, so that what is in a folder stands together: `a-b` would come between `a` and `a/c`.
        entries.sort_by(|one, two| one.path.split('/').cmp(two.path.split('/')));
        Ok(entries)
    }

    fn list(&self, dir: &Dir, at: &str, depth: usize, to: &mut Vec<Entry>) -> Result<(), Failure> {
        let failure =
            |error: &io::Error| Failure::at("cannot read the folder", &self.shown(at), error);
        for (name, kind) in dir.list().map_err(|error| failure(&error))? {
            let path = if at.is_empty() { name.clone() } else { format!("{at}/{name}") };
            if kind == Kind::File {
                to.push(Entry { path, kind: EntryKind::File });
            } else if kind != Kind::Folder {
                to.push(Entry { path, kind: EntryKind::Other(kind.word()) });
            } else if depth == DEPTH || name.starts_with('.') {
                to.push(Entry { path, kind: EntryKind::Closed });
            } else {
                if let Some(dir) = self.dir(&path)? {
                    self.list(&dir, &path, depth + 1, to)?;
                }
                to.push(Entry { path, kind: EntryKind::Folder });
            }
        }
        Ok(())
    }

    /// What the file at a path is.
    ///
    /// # Errors
    /// Where it cannot be read, or is no regular file.
    pub fn look(&self, path: &str) -> Result<There, Failure> {
        let (folder, name) = split(path);
        let Some(dir) = self.dir(folder)? else { return Ok(There::Nothing) };
        look(&dir, name, MARK.as_bytes(), &self.shown(path))
    }

    /// The folder at a path below this one, if it is there.
    pub(super) fn dir(&self, path: &str) -> Result<Option<Dir>, Failure> {
        beneath::open(&self.base, &self.under_base(path), self.above())
    }

    /// A path below this folder as one below `base`.
    pub(super) fn under_base(&self, path: &str) -> String {
        match (self.below.as_str(), path) {
            (below, "") => below.to_owned(),
            ("", path) => path.to_owned(),
            (below, path) => format!("{below}/{path}"),
        }
    }

    /// The folder that paths start from, as people see it.
    pub(super) fn above(&self) -> &str {
        match self.shown.strip_suffix(self.below.as_str()) {
            Some("") => ".",
            Some(above) => above,
            None => &self.shown,
        }
    }
}

/// A path's folder and its last name.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// What the file of a name in a folder is; its own kind of file begins with `mark`.
pub(super) fn look(dir: &Dir, name: &str, mark: &[u8], shown: &str) -> Result<There, Failure> {
    let Some((mut file, about)) = open(dir, name, shown)? else { return Ok(There::Nothing) };
    read(&mut file, about.size, about.names > 1, name, mark)
        .map_err(|error| Failure::at("cannot read", shown, &error))
}

/// The regular file of a name in a folder, if it is there.
fn open(dir: &Dir, name: &str, shown: &str) -> Result<Option<(File, About)>, Failure> {
    let failure = |error: &io::Error| Failure::at("cannot read", shown, error);
    let file = match dir.file(name) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(match dir.kind(name) {
                Ok(kind) if kind != Kind::File => beneath::in_the_way("", shown, kind.word()),
                _ => failure(&error),
            });
        }
    };
    let about = file.about().map_err(|error| failure(&error))?;
    if about.kind != Kind::File {
        return Err(beneath::in_the_way("", shown, about.kind.word()));
    }
    Ok(Some((file, about)))
}

fn read(file: &mut File, size: u64, linked: bool, name: &str, mark: &[u8]) -> io::Result<There> {
    let mut bytes = Vec::with_capacity(owned::TELLING);
    file.by_ref().take(owned::TELLING as u64).read_to_end(&mut bytes)?;
    if owned::is_unfinished(name) {
        let left = owned::is_leftover(&bytes, mark);
        return Ok(if left { There::Leftover } else { There::Foreign });
    }
    if bytes.is_empty() {
        return Ok(There::Empty);
    }
    if !owned::is_ours(&bytes) {
        return Ok(There::Foreign);
    }
    bytes.reserve_exact(usize::try_from(size).unwrap_or_default().saturating_sub(bytes.len()) + 1);
    file.read_to_end(&mut bytes)?;
    Ok(There::Ours { bytes, linked })
}

/// Whether a path goes down only.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(name) if name.to_str().is_some()))
}

/// A path as its deepest folder that is there above its end, and the rest.
fn elsewhere(root: &Path) -> (PathBuf, PathBuf) {
    let mut above = root.ancestors();
    if matches!(root.components().next_back(), Some(Component::Normal(_))) {
        above.next();
    }
    let there = above.find(|folder| folder.as_os_str().is_empty() || is_dir(folder));
    let there = there.unwrap_or(Path::new("/"));
    (there.to_owned(), root.strip_prefix(there).unwrap_or(root).to_owned())
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test makes its own folders")]
mod tests {
    use super::*;
    use crate::disk::{Fault, Script};

    #[test]
    fn a_file_that_may_not_be_read_says_so() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.yaml"), MARK).unwrap();
        let dir = Dir::open(folder.path()).unwrap();
        let eacces = Some((0, Fault::EACCES));
        let look = || look(&dir, "a.yaml", MARK.as_bytes(), "tree/a.yaml");
        let (looked, _, hit) = Script::run(eacces, look);
        assert_eq!(hit, Some("open"));
        let said = looked.unwrap_err().to_string();
        assert!(said.starts_with("cannot read tree/a.yaml: Permission denied"), "{said}");
    }
}
