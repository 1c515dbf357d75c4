//! One cluster's folder, compared.

use std::collections::BTreeMap;

use crate::changes::{self, Changes, FileChange};
use crate::compile::Fleet;
use crate::disk::{Entry, EntryKind, Failure, Folder, There, is_unfinished};
use crate::document::Document;
use crate::mesh::ClusterId;
use crate::origin::{Cause, Origins};
use crate::span::Span;

/// What the comparison of a cluster's folder came to.
pub(super) struct Compared {
    /// The key of the cluster's table; `None` if the document no longer has it.
    pub cluster: Option<Span>,
    /// What a build would change.
    pub changes: Changes,
    /// What each of the changed objects comes from, in the same order.
    pub causes: Vec<Cause>,
    /// What the changed files come from that hold no objects, by path.
    pub file_causes: BTreeMap<String, Cause>,
    /// How many files of cwc's are there.
    pub files: usize,
    /// Files of others, which stay.
    pub foreign: Vec<String>,
    /// Files of others, where cwc's should be.
    pub in_the_way: Vec<String>,
}

/// Compares what a cluster is to have with what stands in the folder of its name; `id` is `None` for a name that the document does not have.
pub(super) fn compare(
    name: &str,
    id: Option<ClusterId>,
    fleet: &Fleet<'_>,
    document: &Document,
    folder: &Folder,
    entries: &[Entry],
) -> Result<Compared, Failure> {
    let tree = id.map(|id| fleet.cluster(id)).transpose();
    let tree = tree.map_err(|error| Failure::new(error.to_string()))?;
    let new = tree.map(|tree| tree.files).unwrap_or_default();
    let mut old = BTreeMap::new();
    let (mut foreign, mut in_the_way) = (Vec::new(), Vec::new());
    for file in &new {
        match folder.look(&file.path)? {
            There::Nothing => {}
            There::Ours { bytes, .. } => drop(old.insert(file.path.clone(), bytes)),
            There::Empty => drop(old.insert(file.path.clone(), Vec::new())),
            There::Foreign | There::Leftover => in_the_way.push(file.path.clone()),
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
                    There::Ours { bytes, .. } => drop(old.insert(path.clone(), bytes)),
                    _ => foreign.push(path.clone()),
                }
            }
            EntryKind::File | EntryKind::Other(_) => foreign.push(path.clone()),
            EntryKind::Folder | EntryKind::Closed => {}
        }
    }
    let changes = changes::compare(&new, &old);
    let plan = id.filter(|_| !changes.is_empty()).map(|id| fleet.plan(id));
    let origins =
        plan.as_ref().map(|plan| Origins::new(document, fleet.mesh(), plan, old.is_empty()));
    let cause = |change| origins.as_ref().map_or_else(Cause::default, |origins| origins.of(change));
    let file_cause = |file: &FileChange| {
        let cause = origins.as_ref()?.of_file(&file.path)?;
        Some((file.path.clone(), cause))
    };
    Ok(Compared {
        cluster: id.map(|id| fleet.mesh()[id].span),
        causes: changes.objects.iter().map(cause).collect(),
        file_causes: changes.files.iter().filter_map(file_cause).collect(),
        changes,
        files: old.len(),
        foreign,
        in_the_way,
    })
}

/// The folder of a file of the tree, which is the name of its cluster.
pub(super) fn folder_of(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}
