//! One cluster's folder, compared.

use std::collections::{BTreeMap, BTreeSet};

use super::old::{Before, Old};
use crate::changes::path::Difference;
use crate::changes::{self, Changes, FileChange, ObjectChange};
use crate::commands::side_by_side;
use crate::compile::Fleet;
use crate::disk::Failure;
use crate::document::Document;
use crate::mesh::{ClusterId, Mesh, Service};
use crate::origin::{Cause, Origins};
use crate::risk::{self, Atlas, Risk, Scene};
use crate::span::Span;

/// What the comparison of a cluster's folder came to.
pub(in crate::commands) struct Compared {
    /// The key of the cluster's table; `None` if the document no longer has it.
    pub cluster: Option<Span>,
    /// What a build would change.
    pub changes: Changes,
    /// What each of the changed objects comes from, in the same order.
    pub causes: Vec<Cause>,
    /// What the changed files come from that hold no objects, by path.
    pub file_causes: BTreeMap<String, Cause>,
    /// What the changes may do.
    pub risks: Vec<Risk>,
    /// What each of these comes from, in the same order.
    pub risk_causes: Vec<Cause>,
    /// How many files of cwc's are there.
    pub files: usize,
    /// Files of others, which stay.
    pub foreign: Vec<String>,
    /// Files of others, where cwc's should be.
    pub in_the_way: Vec<String>,
}

/// The clusters to compare, by name: some of the document, and, where those are all, whatever else stands in the tree's folder.
pub(in crate::commands) fn names(
    ids: &[ClusterId],
    mesh: &Mesh,
    beside: Option<&Old<'_>>,
) -> Vec<(String, Option<ClusterId>)> {
    let mut names: BTreeMap<String, Option<ClusterId>> =
        ids.iter().map(|id| (mesh[*id].name.clone(), Some(*id))).collect();
    for name in beside.into_iter().flat_map(Old::names) {
        names.entry(name).or_default();
    }
    names.into_iter().collect()
}

/// Compares cluster by cluster, several at once; what one comes to is let go before the next ones are looked at.
pub(in crate::commands) fn compare_each(
    names: &[(String, Option<ClusterId>)],
    fleet: &Fleet<'_>,
    document: &Document,
    old: &Old<'_>,
    atlas: &Atlas,
    mut each: impl FnMut(&str, Option<ClusterId>, Compared),
) -> Result<(), Failure> {
    let threads = side_by_side::threads(None);
    for some in names.chunks(threads) {
        let compared = side_by_side::try_map(threads, some, |(name, id)| {
            compare(name, *id, fleet, document, old, atlas)
        })?;
        for ((name, id), compared) in some.iter().zip(compared) {
            each(name, *id, compared);
        }
    }
    Ok(())
}

/// Compares what a cluster is to have with what there is under its name; `id` is `None` for a name that the document does not have.
fn compare(
    name: &str,
    id: Option<ClusterId>,
    fleet: &Fleet<'_>,
    document: &Document,
    old: &Old<'_>,
    atlas: &Atlas,
) -> Result<Compared, Failure> {
    let tree = id.map(|id| fleet.cluster(id)).transpose();
    let tree = tree.map_err(|error| Failure::new(error.to_string()))?;
    let new = tree.map(|tree| tree.files).unwrap_or_default();
    let Before { files, foreign, in_the_way } = old.of(name, &new)?;
    let changes = changes::compare(&new, &files);
    let plan = id.filter(|_| !changes.is_empty()).map(|id| fleet.plan(id));
    let origins =
        plan.as_ref().map(|plan| Origins::new(document, fleet.mesh(), plan, files.is_empty()));
    let cause = |change: &ObjectChange| {
        origins.as_ref().map_or_else(Cause::default, |origins| origins.of(change))
    };
    let file_cause = |file: &FileChange| {
        let cause = origins.as_ref()?.of_file(file)?;
        Some((file.path.clone(), cause))
    };
    let emptied = id.map(|id| without_backends(fleet.mesh(), id)).unwrap_or_default();
    let scene = Scene::new(&changes.objects, &new, atlas.clone()).without_backends(emptied);
    let mut risks = risk::judge(&scene, &changes.objects);
    let is_whole = !changes.objects.is_empty() && (files.is_empty() || id.is_none());
    if is_whole {
        risks = risk::of_whole(name, id.is_some(), &risks, &changes.objects);
    } else if risk::opens_entries(&risks) {
        let before = old.let_in(atlas)?;
        risk::widen(&mut risks, |name| before.contains(name));
    }
    let causes: Vec<Cause> = changes.objects.iter().map(&cause).collect();
    let of_risk = |risk: &Risk| cause_of(risk, &changes.objects, &causes, cause);
    let mut risk_causes: Vec<Cause> = risks.iter().map(of_risk).collect();
    let file_causes: BTreeMap<String, Cause> =
        changes.files.iter().filter_map(file_cause).collect();
    for (risk, path) in risk::of_files(&changes).into_iter().filter(|_| !is_whole) {
        risk_causes.push(file_causes.get(path).cloned().unwrap_or_default());
        risks.push(risk);
    }
    Ok(Compared {
        cluster: id.map(|id| fleet.mesh()[id].span),
        risk_causes,
        causes,
        file_causes,
        changes,
        risks,
        files: files.len(),
        foreign,
        in_the_way,
    })
}

/// The names of the services of which the document has a cluster's calls go to no backend.
fn without_backends(mesh: &Mesh, id: ClusterId) -> BTreeSet<String> {
    let sends_nowhere = |service: &&Service| {
        !service.backends.iter().any(|backend| service.sends(mesh, id, backend))
    };
    let services = mesh.services.iter().filter(sends_nowhere);
    services.flat_map(|service| &service.names).map(|name| name.host.clone()).collect()
}

/// What a risk comes from: those fields that it is about, or, where nothing says of them where they come from, its objects as they are.
fn cause_of(
    risk: &Risk,
    changes: &[ObjectChange],
    causes: &[Cause],
    of: impl Fn(&ObjectChange) -> Cause,
) -> Cause {
    let objects = || risk.objects.iter().filter_map(|at| changes.get(*at).zip(causes.get(*at)));
    let of_part = |(change, whole): (&ObjectChange, &Cause)| {
        let is_about = |at: &&Difference| risk.is_about(at);
        let about: Vec<Difference> = change.differences.iter().filter(is_about).cloned().collect();
        match about.len() {
            count if count == change.differences.len() => Some(whole.clone()),
            0 => None,
            _ => Some(of(&ObjectChange { differences: about, ..change.clone() })),
        }
    };
    let parts = all(objects().filter_map(of_part));
    if parts.places.is_empty() { all(objects().map(|(_, whole)| whole.clone())) } else { parts }
}

/// Several causes as one.
fn all(causes: impl Iterator<Item = Cause>) -> Cause {
    let mut all = Cause::default();
    for Cause { places, gone } in causes {
        all.places.extend(places);
        all.gone.extend(gone);
    }
    all
}

/// What the addresses of gateways are called, before and after.
pub(in crate::commands) fn atlas<'f, 'm: 'f>(fleets: impl Iterator<Item = &'f Fleet<'m>>) -> Atlas {
    let mut atlas = Atlas::default();
    for fleet in fleets {
        atlas.domain.clone_from(&fleet.mesh().settings.domain.value);
        for cluster in &fleet.mesh().clusters {
            for address in cluster.gateway.iter().flat_map(|gateway| &gateway.addresses) {
                atlas.clusters.insert(address.value.text(), cluster.name.clone());
            }
        }
    }
    atlas
}
