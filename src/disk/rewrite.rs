//! Writing a document that a person wrote: the old text or the new one, whatever happens.
//!
//! Enters: a path, the text that was read there and the text to write. Leaves: the file with its rights, behind its symbolic links, or a
//! failure and the file as it was.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::{Failure, owned};

/// Replaces a document's text, if it is still the one that was read.
///
/// # Errors
/// Where it was changed since, or cannot be written.
pub fn rewrite(path: &Path, shown: &str, before: &str, after: &str) -> Result<(), Failure> {
    let failure = |error: &io::Error| Failure::at("cannot write", shown, error);
    // What a link points to is replaced, not the link.
    let path = path.canonicalize().map_err(|error| failure(&error))?;
    let now = fs::read_to_string(&path).map_err(|error| failure(&error))?;
    if now.strip_prefix('\u{feff}').unwrap_or(&now) != before {
        return Err(Failure::new(format!("{shown} was changed meanwhile"))
            .help("nothing was written; run the command again"));
    }
    let rights = fs::metadata(&path).map_err(|error| failure(&error))?.permissions();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(owned::unfinished(&name));
    let written = fs::OpenOptions::new().write(true).create_new(true).open(&unfinished);
    let written = written.and_then(|mut file| {
        file.write_all(after.as_bytes())?;
        file.set_permissions(rights)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)
    });
    written.map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            let left = unfinished.file_name().unwrap_or_default().to_string_lossy();
            return Failure::new(format!("cannot write {shown}: `{left}` is there already")).help(
                "it is left from a run that was stopped, or another one is writing; remove it",
            );
        }
        // It may not be there at all.
        let _ = fs::remove_file(&unfinished);
        failure(&error)
    })
}
