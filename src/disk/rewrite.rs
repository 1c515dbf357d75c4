//! Writing a document that a person wrote: the old text or the new one, whatever happens.
//!
//! Enters: a path, the text that was read there and the text to write. Leaves: the file with its rights, behind its symbolic links, or a
//! failure and the file as it was.

use std::io::{self, Read as _};
use std::path::Path;

use super::staging::open_beside;
use super::system::{self, File, Rights};
use super::{Failure, owned};

/// Replaces a document's text, if it is still the one that was read.
///
/// # Errors
/// Where it was changed since, or cannot be written.
pub fn rewrite(path: &Path, shown: &str, before: &str, after: &str) -> Result<(), Failure> {
    let failure = |error: &io::Error| Failure::at("cannot write", shown, error);
    // What a link points to is replaced, not the link.
    let path = system::canonicalize(path).map_err(|error| failure(&error))?;
    let (now, rights) = read(&path).map_err(|error| failure(&error))?;
    if now.strip_prefix('\u{feff}').unwrap_or(&now) != before {
        return Err(Failure::new(format!("{shown} was changed meanwhile"))
            .help("nothing was written; run the command again"));
    }
    let (dir, name) = open_beside(&path).map_err(|error| failure(&error))?;
    let unfinished = owned::unfinished(&name);
    let written = dir.make_file(&unfinished).and_then(|mut file| {
        file.write_all(after.as_bytes())?;
        file.set_rights(rights)?;
        file.sync()?;
        dir.rename(&unfinished, &name)
    });
    written.map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            let message = format!("cannot write {shown}: `{unfinished}` is there already");
            return Failure::new(message).help(
                "it is left from a run that was stopped, or another one is writing; remove it",
            );
        }
        // It may not be there at all.
        let _ = dir.remove_file(&unfinished);
        failure(&error)
    })
}

/// A file's text and its rights.
fn read(path: &Path) -> io::Result<(String, Rights)> {
    let mut file = File::open(path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok((text, file.about()?.rights))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test makes its own folders")]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_it_is_begun_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, begun) =
            (folder.path().join("mesh.toml"), folder.path().join(".mesh.toml.cwc-new"));
        std::fs::write(&path, "old").unwrap();
        std::fs::write(&begun, "a person's").unwrap();
        let said = rewrite(&path, "mesh.toml", "old", "new").unwrap_err().to_string();
        assert!(said.starts_with("cannot write mesh.toml: `.mesh.toml.cwc-new` is there already"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_to_string(&begun).unwrap(), "a person's");
    }
}
