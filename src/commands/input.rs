//! The document that a command works on: found, read and checked.

use std::path::{Path, PathBuf};

use super::{Common, Machine};
use crate::compile::{self, Checked};
use crate::disk::{self, Failure, Hold, Read, Use};
use crate::mesh::{ClusterId, Mesh};
use crate::report::text::{self, Sources};
use crate::report::{Report, suggest};
use crate::rules::CheckedMesh;
use crate::source::Source;

/// A document with its lock, read and checked.
pub(super) struct Input {
    /// The document's folder.
    pub folder: PathBuf,
    /// The document's file, if it is one.
    pub path: Option<PathBuf>,
    /// The document.
    pub source: Source,
    /// The lock as committed, if there is one.
    pub lock: Option<Source>,
    /// What they come to.
    pub checked: Checked,
}

/// Which lock a document is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locked {
    /// The one beside it.
    Beside,
    /// None: all addresses are given anew.
    Anew,
}

/// The document of `-f`, or the one of the working folder.
pub(super) fn find(common: &Common, machine: &Machine) -> Result<PathBuf, Failure> {
    if let Some(file) = &common.file {
        return Ok(machine.folder.join(file));
    }
    disk::find_mesh(&machine.folder).ok_or_else(|| {
        Failure::new("there is no mesh.toml here, nor in a folder above up to the git repository's")
            .help("run `cwc init`, or say which with `-f FILE`")
    })
}

/// Waits until nobody writes what belongs to the document at a path, or, for writing it, until nobody uses it.
pub(super) fn hold(path: &Path, machine: &Machine, what: Use) -> Result<Hold, Failure> {
    let folder = path.parent().unwrap_or(&machine.folder);
    Hold::on(folder, &machine.shown(folder), what)
}

impl Input {
    /// The same for a tree that is elsewhere, and may be another document's, too.
    pub(super) fn hold_tree(
        &self,
        root: &Path,
        machine: &Machine,
        what: Use,
    ) -> Result<Option<Hold>, Failure> {
        let apart = !root.starts_with(&self.folder);
        apart.then(|| Hold::on(root, &machine.shown(root), what)).transpose()
    }

    /// Makes sure that the document and its lock still say what was read, before something is written that follows from it.
    pub(super) fn is_still_so(&self, machine: &Machine, locked: Locked) -> Result<(), Failure> {
        let Some(path) = &self.path else { return Ok(()) };
        let says = |read: Option<Read>, before: Option<&Source>| match read {
            Some(Read::Source(now)) => before.is_some_and(|before| before.text() == now.text()),
            Some(Read::NotText(..)) => false,
            None => before.is_none(),
        };
        let changed = |shown: &str| {
            Failure::new(format!("{shown} was changed meanwhile"))
                .help("nothing was written; run the command again")
        };
        let shown = machine.shown(path);
        let read = disk::read_source(path, &shown, crate::span::File::Mesh)?;
        if !says(Some(read), Some(&self.source)) {
            return Err(changed(&shown));
        }
        let (lock, shown) = (self.lock_path(), machine.shown(&self.lock_path()));
        if locked == Locked::Beside && !says(disk::read_lock(&lock, &shown)?, self.lock.as_ref()) {
            return Err(changed(&shown));
        }
        Ok(())
    }

    /// Reads and checks the document at a path.
    pub(super) fn read(path: &Path, machine: &Machine, locked: Locked) -> Result<Self, Failure> {
        let folder = path.parent().unwrap_or(&machine.folder).to_owned();
        let read = disk::read_source(path, &machine.shown(path), crate::span::File::Mesh)?;
        let lock = folder.join("mesh.lock");
        let lock = match locked {
            Locked::Beside => disk::read_lock(&lock, &machine.shown(&lock))?,
            Locked::Anew => None,
        };
        Ok(Self::check(folder, Some(path.to_owned()), read, lock))
    }

    /// Checks a document that was read already.
    pub(super) fn check(
        folder: PathBuf,
        path: Option<PathBuf>,
        read: Read,
        lock: Option<Read>,
    ) -> Self {
        let mut broken: Option<Report> = None;
        let mut source_of = |read: Read| match read {
            Read::Source(source) => source,
            Read::NotText(source, report) => {
                broken.get_or_insert(report);
                source
            }
        };
        let source = source_of(read);
        let lock = lock.map(source_of);
        let checked = match broken {
            Some(report) => Checked { mesh: None, report },
            None => compile::check(&source, lock.as_ref()),
        };
        Self { folder, path, source, lock, checked }
    }

    /// The same document with another text.
    pub(super) fn with(&self, source: Source) -> Self {
        let checked = compile::check(&source, self.lock.as_ref());
        let (folder, path, lock) = (self.folder.clone(), self.path.clone(), self.lock.clone());
        Self { folder, path, source, lock, checked }
    }

    /// What the report's places point into.
    pub(super) fn sources(&self) -> Sources<'_> {
        Sources { mesh: &self.source, lock: self.lock.as_ref() }
    }

    /// The diagnostics, drawn; empty where there are none.
    pub(super) fn drawn(&self, machine: &Machine) -> String {
        text::render(&self.checked.report, self.sources(), machine.stdout)
    }

    /// The folder that the tree is written to.
    pub(super) fn out(&self, said: Option<&str>, mesh: &CheckedMesh, machine: &Machine) -> PathBuf {
        match said {
            Some(said) => machine.folder.join(said),
            None => self.folder.join(&mesh.mesh().settings.out),
        }
    }

    /// The document's name in its folder.
    pub(super) fn file_name(&self) -> String {
        let path = self.source.path();
        path.rsplit('/').next().unwrap_or(path).to_owned()
    }

    /// Where the lock is, whether it is there or not.
    pub(super) fn lock_path(&self) -> PathBuf {
        self.folder.join("mesh.lock")
    }
}

/// The clusters of some names, or all.
pub(super) fn clusters(names: &[String], mesh: &CheckedMesh) -> Result<Vec<ClusterId>, Failure> {
    let mesh = mesh.mesh();
    if names.is_empty() {
        return Ok(mesh.cluster_ids().collect());
    }
    let ids: Result<Vec<ClusterId>, Failure> =
        names.iter().map(|name| cluster(name, mesh)).collect();
    let mut ids = ids?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The cluster of a name.
pub(super) fn cluster(name: &str, mesh: &Mesh) -> Result<ClusterId, Failure> {
    mesh.cluster_named(name).ok_or_else(|| {
        let known = mesh.clusters.iter().map(|cluster| cluster.name.as_str());
        Failure::new(format!("there is no cluster `{name}`"))
            .maybe_help(suggest::help(name, "clusters", known))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test writes its own files")]

    use std::fs;

    use super::*;

    const TEXT: &str = "[clusters.east]\n";
    const LOCK: &str = "version = 1\n\n[addresses]\n";

    /// What is said about a folder in which `change` happened after it was read.
    fn after(locked: Locked, change: impl Fn(&Path)) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mesh.toml");
        fs::write(&path, TEXT).unwrap();
        fs::write(folder.path().join("mesh.lock"), LOCK).unwrap();
        let style = crate::report::text::Style { color: false, unicode: true };
        let machine = Machine { folder: folder.path().to_owned(), stdout: style };
        let input = Input::read(&path, &machine, locked).unwrap();
        change(folder.path());
        input.is_still_so(&machine, locked).err().map(|failure| failure.to_string())
    }

    #[test]
    fn what_was_changed_meanwhile_is_noticed() {
        let write = |name: &'static str, text: &'static [u8]| {
            move |folder: &Path| fs::write(folder.join(name), text).unwrap()
        };
        let said = |said: Option<String>| said.unwrap_or_default();
        assert_eq!(after(Locked::Beside, |_| {}), None);
        assert_eq!(after(Locked::Beside, write("mesh.toml", TEXT.as_bytes())), None);
        let other = said(after(Locked::Beside, write("mesh.toml", b"[clusters.west]\n")));
        assert!(other.starts_with("mesh.toml was changed meanwhile"), "{other}");
        let no_text = said(after(Locked::Beside, write("mesh.toml", b"\xff")));
        assert!(no_text.starts_with("mesh.toml was changed meanwhile"), "{no_text}");
        let lock = said(after(Locked::Beside, write("mesh.lock", b"version = 1\n")));
        assert!(lock.starts_with("mesh.lock was changed meanwhile"), "{lock}");
        let gone = |folder: &Path| fs::remove_file(folder.join("mesh.lock")).unwrap();
        assert!(said(after(Locked::Beside, gone)).starts_with("mesh.lock was changed"));
        // Who gives all addresses anew has read no lock.
        assert_eq!(after(Locked::Anew, gone), None);
    }
}
