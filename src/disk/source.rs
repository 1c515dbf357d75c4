//! Reading the document and its lock; writing a first document.
//!
//! Enters: paths. Leaves: texts, or what keeps a file from being one.

use std::io::{self, Read as _};
use std::path::Path;

use super::staging::open_beside;
use super::system::{self, Kind};
use super::{Failure, beneath};
use crate::report::{Diagnostic, Report};
use crate::rules::{file_too_large, not_text};
use crate::source::Source;
use crate::span::File;

/// A file's text, or what keeps it from being one.
pub enum Read {
    /// Its text.
    Source(Source),
    /// It is there, and is no text: an empty source and the report that says so.
    NotText(Source, Report),
}

/// Reads a document; `shown` is the path that messages show.
///
/// # Errors
/// Where the file is not there, is no regular file or cannot be read.
pub fn read_source(path: &Path, shown: &str, file: File) -> Result<Read, Failure> {
    let (opened, size) = open(path, shown)?;
    text(opened, size, shown, file)
        .map_err(|error| Failure::new(format!("cannot read {shown}: {error}")))
}

/// Opens a regular file.
pub(super) fn open(path: &Path, shown: &str) -> Result<(system::File, u64), Failure> {
    let failure = |error: &io::Error| Failure::new(format!("cannot read {shown}: {error}"));
    let opened = system::File::open(path).map_err(|error| failure(&error))?;
    let about = opened.about().map_err(|error| failure(&error))?;
    match about.kind {
        Kind::File => Ok((opened, about.size)),
        Kind::Folder => Err(Failure::new(format!("cannot read {shown}: it is a folder"))),
        _ => Err(Failure::new(format!("cannot read {shown}: it is no regular file"))),
    }
}

/// The largest file of another program that is read, in MiB: what kubectl prints of a cluster with 100,000 Services.
const FOREIGN: u64 = 256;

/// Reads a file of another program, or the standard input.
///
/// # Errors
/// As [`read_source`], and where it is larger than 256 MiB or no text.
pub fn read_foreign(path: Option<&Path>, shown: &str) -> Result<Source, Failure> {
    let bytes = match path {
        Some(path) => bounded(open(path, shown)?.0, FOREIGN, shown)?,
        None => bounded(system::stdin(), FOREIGN, shown)?,
    };
    let no_text = |_| Failure::new(format!("cannot read {shown}: it is no text in UTF-8"));
    let text = String::from_utf8(bytes).map_err(no_text)?;
    Ok(Source::new(shown, &text))
}

/// Reads all that there is, up to so many MiB.
pub(super) fn bounded(from: impl io::Read, mib: u64, shown: &str) -> Result<Vec<u8>, Failure> {
    let (most, mut bytes) = (mib * 1024 * 1024, Vec::new());
    let read = from.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::at("cannot read", shown, &error))?;
    if bytes.len() as u64 > most {
        return Err(Failure::new(format!("cannot read {shown}: it is larger than {mib} MiB")));
    }
    Ok(bytes)
}

/// Reads a document from the standard input.
///
/// # Errors
/// Where it cannot be read.
pub fn read_stdin(shown: &str) -> Result<Read, Failure> {
    text(system::stdin(), 0, shown, File::Mesh)
        .map_err(|error| Failure::new(format!("cannot read the standard input: {error}")))
}

pub(super) fn text(from: impl io::Read, size: u64, shown: &str, file: File) -> io::Result<Read> {
    let empty = || Source::new(shown, "");
    let report = |found: Diagnostic| {
        let mut report = Report::new();
        report.push(found);
        report
    };
    let limit = file_too_large::LIMIT as u64;
    let mut bytes = Vec::new();
    if size <= limit {
        from.take(limit + 1).read_to_end(&mut bytes)?;
    }
    let size = size.max(bytes.len() as u64);
    if size > limit {
        return Ok(Read::NotText(empty(), report(file_too_large::found(size, file))));
    }
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => Read::Source(Source::new(shown, text)),
        Err(error) => {
            Read::NotText(empty(), report(not_text::found(&bytes, error.valid_up_to(), file)))
        }
    })
}

/// Reads the lock beside a document; `None` where there is none.
///
/// # Errors
/// As [`read_source`], and where it is a symbolic link: what it points to would be replaced, or shown in a message.
pub fn read_lock(path: &Path, shown: &str) -> Result<Option<Read>, Failure> {
    match system::kind(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Ok(kind @ Kind::Link) => Err(beneath::in_the_way("", shown, kind.word())),
        _ => read_source(path, shown, File::Lock).map(Some),
    }
}

/// Reads a document that need not be there; `None` where it is not.
///
/// # Errors
/// As [`read_source`].
pub fn read_if_there(path: &Path, shown: &str) -> Result<Option<Read>, Failure> {
    if system::exists(path) { read_source(path, shown, File::Mesh).map(Some) } else { Ok(None) }
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// Where something is there already, or it cannot be written.
pub fn create_new(path: &Path, shown: &str, text: &str) -> Result<(), Failure> {
    let created = open_beside(path).and_then(|(dir, name)| dir.make_file(&name));
    match created.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::new(format!("{shown} is there already, and is not overwritten")))
        }
        Err(error) => Err(Failure::at("cannot write", shown, &error)),
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test makes its own folders")]
mod tests {
    use super::*;
    use crate::disk::{Fault, Script};

    #[test]
    fn a_first_document_replaces_nothing_and_says_why_it_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mesh.toml");
        let create = |text: &str| create_new(&path, "mesh.toml", text).map_err(|e| e.to_string());
        let (created, ..) = Script::run(Some((1, Fault::EACCES)), || create("first"));
        let said = created.unwrap_err();
        assert!(said.starts_with("cannot write mesh.toml: Permission denied"), "{said}");
        create("first").unwrap();
        let said = create("second").unwrap_err();
        assert_eq!(said, "mesh.toml is there already, and is not overwritten");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let said = open(folder.path(), "it").map(drop).unwrap_err().to_string();
        assert_eq!(said, "cannot read it: it is a folder");
    }

    /// Without its lock a mesh would get other addresses, so one that cannot be looked at is not taken for none.
    #[test]
    fn only_a_lock_that_is_not_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mesh.lock");
        assert!(read_lock(&path, "mesh.lock").unwrap().is_none());
        let eacces = || Some((0, Fault::EACCES));
        assert!(Script::run(eacces(), || read_lock(&path, "mesh.lock")).0.is_err());
        std::fs::write(&path, "version = 1\n").unwrap();
        assert!(Script::run(eacces(), || read_lock(&path, "mesh.lock")).0.unwrap().is_some());
    }

    #[test]
    fn a_document_that_need_not_be_there_is_read_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mesh.toml");
        assert!(read_if_there(&path, "mesh.toml").unwrap().is_none());
        std::fs::write(&path, "").unwrap();
        assert!(read_if_there(&path, "mesh.toml").unwrap().is_some());
    }

    #[test]
    fn a_document_may_have_as_many_bytes_as_the_rule_says() {
        let largest = vec![b'#'; file_too_large::LIMIT];
        let read = |bytes: &[u8]| text(bytes, 0, "mesh.toml", File::Mesh).unwrap();
        assert!(
            matches!(read(&largest), Read::Source(source) if source.text().len() == largest.len())
        );
        assert!(matches!(read(&[&largest[..], b"#"].concat()), Read::NotText(..)));
    }

    /// To the byte: nothing of what is too large is taken for all of it.
    #[test]
    fn as_much_as_is_allowed_is_read_and_not_a_byte_more() {
        let mib = vec![b'x'; 1024 * 1024];
        assert_eq!(bounded(mib.as_slice(), 1, "it").unwrap().len(), mib.len());
        let said = bounded([&mib[..], b"x"].concat().as_slice(), 1, "it").unwrap_err().to_string();
        assert_eq!(said, "cannot read it: it is larger than 1 MiB");
    }
}
