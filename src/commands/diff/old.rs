//! What is compared with: the tree as it stands in its folder, or what a document of git's compiles to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::commands::Machine;
use crate::commands::input::Input;
use crate::compile::Fleet;
use crate::disk::{Commit, Entry, EntryKind, Failure, Folder, There, is_unfinished};
use crate::emit::file::TreeFile;
use crate::risk::{self, Atlas};
use crate::span::File;

/// Where the old side comes from.
enum Side<'o> {
    /// The tree in a folder, with all that stands there.
    Tree(&'o Folder, &'o [Entry]),
    /// A document; `None` where there was none.
    Compiled(Option<Fleet<'o>>),
}

/// What is compared with, and what it lets in, which is looked up when it is asked for.
pub(in crate::commands) struct Old<'o> {
    side: Side<'o>,
    let_in: OnceLock<BTreeSet<String>>,
}

/// What was there for one cluster.
#[derive(Default)]
pub(super) struct Before {
    /// cwc's files, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Files of others, which stay.
    pub foreign: Vec<String>,
    /// Files of others, where cwc's should be.
    pub in_the_way: Vec<String>,
}

impl<'o> Old<'o> {
    /// The tree in a folder, with all that stands there.
    pub(in crate::commands) fn tree(folder: &'o Folder, entries: &'o [Entry]) -> Self {
        Self { side: Side::Tree(folder, entries), let_in: OnceLock::new() }
    }

    /// What a document compiles to; `None` where there was none.
    pub(super) fn compiled(fleet: Option<Fleet<'o>>) -> Self {
        Self { side: Side::Compiled(fleet), let_in: OnceLock::new() }
    }

    /// The names that the gateways of all clusters let in.
    pub(super) fn let_in(&self, atlas: &Atlas) -> Result<&BTreeSet<String>, Failure> {
        if let Some(known) = self.let_in.get() {
            return Ok(known);
        }
        let mut names = BTreeSet::new();
        for name in self.names() {
            let path = format!("{name}/gateway.yaml");
            let bytes = match &self.side {
                Side::Tree(folder, _) => match folder.look(&path)? {
                    There::Ours { bytes, .. } => Some(bytes),
                    _ => None,
                },
                Side::Compiled(_) => self.of(&name, &[])?.files.remove(&path),
            };
            names.extend(bytes.iter().flat_map(|bytes| risk::let_in(bytes, atlas)));
        }
        Ok(self.let_in.get_or_init(|| names))
    }

    /// The folders that there are, which clusters have or had.
    pub(in crate::commands) fn names(&self) -> BTreeSet<String> {
        match &self.side {
            Side::Tree(_, entries) => {
                entries.iter().map(|entry| folder_of(&entry.path).to_owned()).collect()
            }
            Side::Compiled(fleet) => {
                let clusters = fleet.iter().flat_map(|fleet| &fleet.mesh().clusters);
                clusters.map(|cluster| cluster.name.clone()).collect()
            }
        }
    }

    /// What was there for a cluster that is to have these files.
    pub(super) fn of(&self, name: &str, new: &[TreeFile]) -> Result<Before, Failure> {
        match &self.side {
            Side::Tree(folder, entries) => in_folder(name, new, folder, entries),
            Side::Compiled(None) => Ok(Before::default()),
            Side::Compiled(Some(fleet)) => {
                let Some(id) = fleet.mesh().cluster_named(name) else {
                    return Ok(Before::default());
                };
                let tree = fleet.cluster(id).map_err(|error| Failure::new(error.to_string()))?;
                let files = tree.files.iter();
                let files = files.map(|file| (file.path.clone(), file.text().into_bytes()));
                Ok(Before { files: files.collect(), ..Before::default() })
            }
        }
    }
}

fn in_folder(
    name: &str,
    new: &[TreeFile],
    folder: &Folder,
    entries: &[Entry],
) -> Result<Before, Failure> {
    let mut before = Before::default();
    for file in new {
        match folder.look(&file.path)? {
            There::Nothing => {}
            There::Ours { bytes, .. } => drop(before.files.insert(file.path.clone(), bytes)),
            There::Empty => drop(before.files.insert(file.path.clone(), Vec::new())),
            There::Foreign | There::Leftover => before.in_the_way.push(file.path.clone()),
        }
    }
    let own = entries.iter().filter(|entry| folder_of(&entry.path) == name);
    let others = own.filter(|entry| !new.iter().any(|file| file.path == entry.path));
    for Entry { path, kind } in others {
        // cwc has written no other files than these, so no others are looked into.
        match kind {
            EntryKind::File if is_unfinished(path) => {}
            EntryKind::File if path.rsplit('.').next() == Some("yaml") => {
                match folder.look(path)? {
                    There::Ours { bytes, .. } => drop(before.files.insert(path.clone(), bytes)),
                    _ => before.foreign.push(path.clone()),
                }
            }
            EntryKind::File | EntryKind::Other(_) => before.foreign.push(path.clone()),
            EntryKind::Folder | EntryKind::Closed => {}
        }
    }
    Ok(before)
}

/// The folder of a file of the tree, which is the name of its cluster.
fn folder_of(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}

/// The document and the lock of a commit, checked; `None` where there is no document in it.
pub(super) fn committed(
    revision: &str,
    input: &Input,
    machine: &Machine,
) -> Result<Option<Input>, Failure> {
    let commit = Commit::find(&input.folder, &machine.shown(&input.folder), revision)?;
    let named = |name: &str, shown: &str| (name.to_owned(), format!("{revision}:{shown}"));
    let file = input.file_name();
    let (mesh, shown) = named(&file, input.source.path());
    let Some(read) = commit.read(&mesh, &shown, File::Mesh)? else { return Ok(None) };
    let (lock, shown) = named("mesh.lock", &machine.shown(&input.lock_path()));
    let lock = commit.read(&lock, &shown, File::Lock)?;
    Ok(Some(Input::check(input.folder.clone(), None, read, lock)))
}
