//! One cluster's folder, compared.

use std::collections::BTreeMap;

use crate::changes::{self, Changes};
use crate::compile::Fleet;
use crate::disk::{Failure, Folder, Found};
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
    /// What the opening of the gateway's port comes from.
    pub gateway: Option<Cause>,
    /// The paths that a build would write to if they differ.
    pub wanted: Vec<String>,
    /// How many files are there.
    pub files: usize,
}

/// Compares what a cluster is to have with what it has; `id` is `None` for one that the document no longer has.
pub(super) fn compare(
    name: &str,
    id: Option<ClusterId>,
    fleet: &Fleet<'_>,
    document: &Document,
    folder: &Folder,
    found: &[Found],
) -> Result<Compared, Failure> {
    let tree = id.map(|id| fleet.cluster(id)).transpose();
    let tree = tree.map_err(|error| Failure::new(error.to_string()))?;
    let new = tree.map(|tree| tree.files).unwrap_or_default();
    let wanted: Vec<String> = new.iter().map(|file| file.path.clone()).collect();
    let mut old = BTreeMap::new();
    let stale = found.iter().filter(|file| file.ours && folder_of(&file.path) == name);
    for path in wanted.iter().chain(stale.map(|file| &file.path)) {
        if let (false, Some(bytes)) = (old.contains_key(path), folder.read(path)?) {
            old.insert(path.clone(), bytes);
        }
    }
    let changes = changes::compare(&new, &old);
    let plan = id.filter(|_| !changes.is_empty()).map(|id| fleet.plan(id));
    let origins =
        plan.as_ref().map(|plan| Origins::new(document, fleet.mesh(), plan, old.is_empty()));
    let cause = |change| origins.as_ref().map_or_else(Cause::default, |origins| origins.of(change));
    Ok(Compared {
        cluster: id.map(|id| fleet.mesh()[id].span),
        causes: changes.objects.iter().map(cause).collect(),
        gateway: origins.as_ref().map(Origins::of_gateway),
        changes,
        wanted,
        files: old.len(),
    })
}

/// The folder of a file of the tree, which is the name of its cluster.
pub(super) fn folder_of(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}
