//! A file that is open, and what the system says about files.
//!
//! Enters: bytes. Leaves: bytes. A file is opened by a [`Dir`](super::Dir), or here by a path that somebody said.

use std::io::{self, Read, Write as _};
use std::path::Path;

use cap_fs_ext::{MetadataExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{self, FileType, Metadata, OpenOptions};

use super::fault;

/// Who may do what with a file.
pub(in crate::disk) use cap_std::fs::Permissions as Rights;

/// An open file.
#[derive(Debug)]
pub(in crate::disk) struct File(fs::File);

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::disk) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a socket or a device.
    Special,
}

/// What the system says about a file.
#[derive(Clone, Debug)]
pub(in crate::disk) struct About {
    /// What it is.
    pub kind: Kind,
    /// How many bytes it has.
    pub size: u64,
    /// How many names it has.
    pub names: u64,
    /// Who may do what with it.
    pub rights: Rights,
}

impl File {
    pub(super) fn new(file: fs::File) -> Self {
        Self(file)
    }

    /// Opens what is at a path that somebody said, through links, for reading.
    pub(in crate::disk) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        // A pipe without a writer would make the open wait for ever.
        options.read(true).nonblock(true);
        let open = || fs::File::open_ambient_with(path, &options, ambient_authority());
        fault::step("open", open).map(Self)
    }

    /// What the system says about it.
    pub(in crate::disk) fn about(&self) -> io::Result<About> {
        fault::step("ask about", || self.0.metadata()).map(|about| About::new(&about))
    }

    /// Writes all of some bytes.
    pub(in crate::disk) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        fault::write(bytes, |bytes| self.0.write_all(bytes))
    }

    /// Gives it rights.
    pub(in crate::disk) fn set_rights(&self, rights: Rights) -> io::Result<()> {
        fault::step("set the rights of", || self.0.set_permissions(rights))
    }

    /// Hands its bytes to the disk, and returns when it has them.
    pub(in crate::disk) fn sync(&self) -> io::Result<()> {
        fault::sync(|| self.0.sync_all())
    }
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        fault::step("read", || self.0.read(buffer))
    }

    /// The system knows how much there is to read, so that it is read at once, into room that is not cleared before.
    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        fault::step("read", || self.0.read_to_end(buffer))
    }
}

impl About {
    pub(super) fn new(about: &Metadata) -> Self {
        Self {
            kind: Kind::of(about.file_type()),
            size: about.len(),
            names: about.nlink(),
            rights: about.permissions(),
        }
    }
}

impl Kind {
    pub(super) fn of(kind: FileType) -> Self {
        match kind {
            kind if kind.is_symlink() => Self::Link,
            kind if kind.is_dir() => Self::Folder,
            kind if kind.is_file() => Self::File,
            _ => Self::Special,
        }
    }

    /// What people call it.
    pub(in crate::disk) fn word(self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a symbolic link",
            Self::Special => "a pipe, a socket or a device",
        }
    }
}
