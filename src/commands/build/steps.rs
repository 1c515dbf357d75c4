//! What a build does to a part of the tree, decided before anything is done.
//!
//! Enters: the files that should be there and what is there. Leaves: [`Steps`], and what forbids them. Nothing is read or written here but
//! through `look`.

use std::collections::BTreeMap;

use super::objects::Objects;
use crate::disk::{Entry, EntryKind, Failure, Folder, There};
use crate::emit::file::TreeFile;

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is new.
    Add,
    /// It says something else.
    Change,
    /// It says the same, with other line endings.
    Endings,
    /// It is cwc's, and no longer needed.
    Remove,
}

/// What happens to a part of the tree.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// The files to which something happens, by path.
    pub files: Vec<(String, Step)>,
    /// What a build that was stopped left behind.
    pub leftovers: Vec<String>,
    /// How many files are as they should be.
    pub kept: usize,
    /// The objects in it.
    pub objects: Objects,
    /// Why it must not happen.
    pub blocked: Vec<Failure>,
}

impl Step {
    /// The step from what a file says to what it should say, if there is one.
    pub(super) fn between(there: &[u8], wanted: &[u8]) -> Option<Self> {
        if there == wanted {
            None
        } else if without_returns(there).eq(without_returns(wanted)) {
            Some(Self::Endings)
        } else {
            Some(Self::Change)
        }
    }

    /// The step as a list shows it.
    pub(super) fn line(self, path: &str) -> String {
        match self {
            Self::Add => format!("would add {path}\n"),
            Self::Change => format!("would change {path}\n"),
            Self::Endings => format!("would change {path} (line endings only)\n"),
            Self::Remove => format!("would remove {path}\n"),
        }
    }

    /// The step as a program is told it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Endings => "line-endings",
            Self::Remove => "remove",
        }
    }

    /// Whether it writes a file.
    pub(super) fn writes(self) -> bool {
        self != Self::Remove
    }
}

impl Steps {
    /// The steps from `entries` to the files that are wanted.
    ///
    /// A file is replaced or removed only if it opens with cwc's mark, or holds nothing at all; everything else stays as it is, and where it
    /// stands in the way, the build stops.
    pub(super) fn new(
        wanted: &[TreeFile],
        entries: &[Entry],
        folder: &Folder,
    ) -> Result<Self, Failure> {
        let mut steps = Self::default();
        let mut missing: BTreeMap<&str, &TreeFile> =
            wanted.iter().map(|file| (file.path.as_str(), file)).collect();
        for entry in entries {
            let path = entry.path.as_str();
            let what = match entry.kind {
                EntryKind::File => match missing.remove(path) {
                    Some(file) => {
                        steps.known(file, folder.look(path)?, folder);
                        continue;
                    }
                    None if may_be_ours(path) => {
                        steps.unknown(path, &folder.look(path)?);
                        continue;
                    }
                    None => "a file",
                },
                EntryKind::Folder | EntryKind::Closed => "a folder",
                EntryKind::Other(what) => what,
            };
            let is_folder = matches!(entry.kind, EntryKind::Folder | EntryKind::Closed);
            let in_the_way = |file: &&str| {
                let below = file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
                *file == path || below && !is_folder
            };
            if missing.keys().any(in_the_way) {
                missing.retain(|file, _| !in_the_way(file));
                steps.blocked.push(folder.in_the_way(path, what));
            }
        }
        steps.files.extend(missing.keys().map(|path| ((*path).to_owned(), Step::Add)));
        steps.files.sort_by(|one, two| one.0.cmp(&two.0));
        // Where a file is to be begun, nothing of anybody else's may be.
        let is_foreign = |entry: &&Entry| {
            crate::disk::is_unfinished(&entry.path) && !steps.leftovers.contains(&entry.path)
        };
        let foreign: Vec<&Entry> = entries.iter().filter(is_foreign).collect();
        for (path, _) in steps.files.iter().filter(|(_, step)| step.writes()) {
            let begun = crate::disk::unfinished_path(path);
            if let Some(entry) = foreign.iter().find(|entry| entry.path == begun) {
                let what = match entry.kind {
                    EntryKind::File => "a file that is not cwc's",
                    EntryKind::Folder | EntryKind::Closed => "a folder",
                    EntryKind::Other(what) => what,
                };
                steps.blocked.push(folder.in_the_way(&begun, what));
            }
        }
        // What goes may come back in a file that is new, or written anew; where nothing goes, nobody needs to know.
        if steps.objects.gone().next().is_some() {
            let written = |file: &&TreeFile| steps.files.iter().any(|(path, _)| *path == file.path);
            for placed in wanted.iter().filter(written).flat_map(TreeFile::objects) {
                let object = placed.object;
                steps.objects.after(object.kind.word(), &object.namespace, &object.name);
            }
        }
        Ok(steps)
    }

    /// A file that is there and should be.
    fn known(&mut self, file: &TreeFile, there: There, folder: &Folder) {
        let (bytes, linked) = match there {
            There::Ours { bytes, linked } => (bytes, linked),
            There::Empty => (Vec::new(), false),
            There::Nothing => return self.files.push((file.path.clone(), Step::Add)),
            There::Foreign | There::Leftover => {
                let shown = folder.shown(&file.path);
                let failure =
                    Failure::new(format!("{shown} is not cwc's file, and would be overwritten"))
                        .help("move it away; cwc replaces only files that open with its mark");
                return self.blocked.push(failure);
            }
        };
        let same = file.is(&bytes);
        let step = if same { None } else { Step::between(&bytes, file.text().as_bytes()) };
        match step {
            None => {
                self.kept += 1;
                self.objects.keep(file.objects().count());
            }
            Some(_) if linked => {
                let shown = folder.shown(&file.path);
                let message = format!("{shown} has a second name somewhere, a hard link");
                let help = "remove it and build again: cwc makes a new file, and the other name \
                            keeps the old one";
                self.blocked.push(Failure::new(message).help(help));
            }
            Some(step) => {
                self.objects.before(&bytes);
                self.files.push((file.path.clone(), step));
            }
        }
    }

    /// A file that is there and should not, if it is cwc's.
    fn unknown(&mut self, path: &str, there: &There) {
        match there {
            There::Ours { bytes, .. } => {
                self.objects.before(bytes);
                self.files.push((path.to_owned(), Step::Remove));
            }
            There::Leftover => self.leftovers.push(path.to_owned()),
            There::Nothing | There::Empty | There::Foreign => {}
        }
    }
}

/// Whether a file may be cwc's by its name, so that it is worth a look.
pub(super) fn may_be_ours(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "yaml")
        || crate::disk::is_unfinished(path)
}

/// The bytes without the carriage returns of line endings.
fn without_returns(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let next = bytes.iter().copied().skip(1).map(Some).chain([None]);
    let is_return = |(byte, next): &(u8, Option<u8>)| (*byte, *next) == (b'\r', Some(b'\n'));
    bytes.iter().copied().zip(next).filter(move |pair| !is_return(pair)).map(|(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_are_told_apart_from_text() {
        assert_eq!(Step::between(b"a\nb\n", b"a\nb\n"), None);
        assert_eq!(Step::between(b"a\r\nb\r\n", b"a\nb\n"), Some(Step::Endings));
        assert_eq!(Step::between(b"a\rb\n", b"ab\n"), Some(Step::Change));
        assert_eq!(Step::between(b"a\n", b"a"), Some(Step::Change));
        assert_eq!(Step::between(b"", b"a"), Some(Step::Change));
    }

    #[test]
    fn only_names_that_cwc_gives_are_looked_at() {
        assert!(may_be_ours("east/services.shop.yaml"));
        assert!(may_be_ours("east/.gateway.yaml.cwc-new"));
        assert!(!may_be_ours("east/README.md"));
        assert!(!may_be_ours("east/values.tmp"));
    }
}
