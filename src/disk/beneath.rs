//! Folders reached step by step from one that is open already, through no symbolic link.
//!
//! Enters: an open folder and a path below it. Leaves: the folder at its end. Each step is taken from the handle of the one before, so what
//! somebody swaps on the way after a look at it changes nothing: the next step is taken in the folder that was opened, or fails.

use std::io;

use super::Failure;
use super::system::{Dir, Kind};

/// The folder at a path below `from`, `None` where there is none; `shown` is what people call `from`.
pub(super) fn open(from: &Dir, path: &str, shown: &str) -> Result<Option<Dir>, Failure> {
    let mut here = None;
    for (name, so_far) in steps(path) {
        here = step(here.as_ref().unwrap_or(from), name, so_far, shown)?;
        if here.is_none() {
            return Ok(None);
        }
    }
    here.map_or_else(|| clone(from, shown), Ok).map(Some)
}

/// The folder at a path below `from`, made where there is none; those that were made go to `made`, the outermost first.
pub(super) fn make(
    from: &Dir,
    path: &str,
    shown: &str,
    made: &mut Vec<String>,
) -> Result<Dir, Failure> {
    let mut here = clone(from, shown)?;
    for (name, so_far) in steps(path) {
        if let Some(next) = step(&here, name, so_far, shown)? {
            here = next;
            continue;
        }
        let failure = |error: &io::Error| Failure::at("cannot make", &join(shown, so_far), error);
        match here.make_dir(name) {
            Ok(()) => made.push(so_far.to_owned()),
            // Another thread needs it, too.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failure(&error)),
        }
        let missing = || failure(&io::ErrorKind::NotFound.into());
        here = step(&here, name, so_far, shown)?.ok_or_else(missing)?;
        here.fix_mode().map_err(|error| failure(&error))?;
    }
    Ok(here)
}

/// A path below a folder as people see it.
pub(super) fn join(shown: &str, path: &str) -> String {
    match (shown, path) {
        ("." | "", path) if !path.is_empty() => path.to_owned(),
        (shown, "") => shown.to_owned(),
        (shown, path) => format!("{}/{path}", shown.trim_end_matches('/')),
    }
}

/// The names in a path, each with the path up to it.
fn steps(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let mut start = 0;
    ends.filter_map(move |end| {
        let name = path.get(start..end).unwrap_or_default();
        start = end + 1;
        (!name.is_empty()).then(|| (name, path.get(..end).unwrap_or(path)))
    })
}

fn step(from: &Dir, name: &str, so_far: &str, shown: &str) -> Result<Option<Dir>, Failure> {
    match from.dir(name) {
        Ok(dir) => Ok(Some(dir)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(match from.kind(name) {
            Ok(kind) if kind != Kind::Folder => in_the_way(shown, so_far, kind.word()),
            _ => Failure::at("cannot open", &join(shown, so_far), &error),
        }),
    }
}

/// The failure of a path at which something else is than what is due there.
pub(super) fn in_the_way(shown: &str, path: &str, what: &str) -> Failure {
    let path = join(shown, path);
    Failure::new(format!("{path} is {what}, and cwc neither follows nor replaces it"))
        .help("move it away; the tree holds regular files in folders, nothing else")
}

fn clone(dir: &Dir, shown: &str) -> Result<Dir, Failure> {
    dir.again().map_err(|error| Failure::at("cannot open", shown, &error))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "a test makes its own folders")]
mod tests {
    use super::*;
    use crate::disk::{Fault, Script};

    /// What comes of a fault at the N-th operation, where `a` is there and `b` is not.
    fn under<T>(at: usize, fault: Fault, work: impl FnOnce(&Dir) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        let dir = Dir::open(folder.path()).unwrap();
        let (done, _, hit) = Script::run(Some((at, fault)), || work(&dir));
        assert!(hit.is_some());
        done
    }

    #[test]
    fn a_folder_that_another_thread_makes_meanwhile_is_taken() {
        let mut made = Vec::new();
        // It is not there, cannot be made because it is, and then it is opened.
        under(1, Fault::ENOENT, |dir| make(dir, "a", "tree", &mut made).map(drop)).unwrap();
        assert!(made.is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_made_or_opened_says_why() {
        let failure =
            under(2, Fault::EACCES, |dir| make(dir, "b", "tree", &mut Vec::new()).map(drop));
        let said = failure.unwrap_err().to_string();
        assert!(said.starts_with("cannot make tree/b: Permission denied"), "{said}");
        let failure = under(0, Fault::EACCES, |dir| open(dir, "a", "tree").map(drop));
        let said = failure.unwrap_err().to_string();
        assert!(said.starts_with("cannot open tree/a: Permission denied"), "{said}");
    }

    #[test]
    fn a_path_is_walked_name_by_name() {
        let walked: Vec<_> = steps("a/bc/d").collect();
        assert_eq!(walked, [("a", "a"), ("bc", "a/bc"), ("d", "a/bc/d")]);
        assert_eq!(steps("").count(), 0);
    }

    #[test]
    fn paths_are_shown_from_the_working_folder() {
        assert_eq!(join(".", "mesh.lock"), "mesh.lock");
        assert_eq!(join("generated", ""), "generated");
        assert_eq!(join(".", ""), ".");
        assert_eq!(join("/", "east"), "/east");
    }
}
