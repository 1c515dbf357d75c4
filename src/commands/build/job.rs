//! A build: what it does to each cluster's folder, then doing it.
//!
//! Enters: a checked mesh and the tree's folder as it is. Leaves: a [`Plan`], and when that is carried out, [`Done`]. The text of a cluster
//! is there only while it is compared or written, so memory is bounded by the threads, not by the fleet. A cluster is compiled once if it
//! is new, if nothing in it changes, or if all that changes is small; else once to compare and once to write.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::steps::{Step, Steps};
use crate::commands::side_by_side;
use crate::compile::Fleet;
use crate::disk::{Entry, Failure, Folder, Staging};
use crate::emit::file::TreeFile;
use crate::emit::tree::ClusterTree;
use crate::mesh::ClusterId;

/// So many bytes of changed files are held from the comparison to the writing. A service's edit changes a file in every cluster, 15 MB in
/// a hundred clusters with a thousand services. In unit tests only a part of a small edit has room.
const HELD: usize = if cfg!(test) { 4 << 10 } else { 32 << 20 };

/// What a build works on.
pub(super) struct Job<'j, 'm> {
    /// What is built.
    pub fleet: &'j Fleet<'m>,
    /// Where to.
    pub folder: &'j Folder,
    /// Which clusters.
    pub ids: Vec<ClusterId>,
    /// Whether these are all.
    pub all: bool,
    /// On how many threads.
    pub threads: usize,
}

/// What a build does.
#[derive(Debug)]
pub(super) struct Plan {
    /// To each cluster's folder.
    clusters: Vec<Work>,
    /// To what belongs to no cluster.
    others: Steps,
}

/// What a build does to a cluster's folder.
#[derive(Debug)]
enum Work {
    /// Nothing is there: every file is written.
    All(ClusterId),
    /// Something is there; with the files to write, if there was room for them.
    Some(ClusterId, Steps, Option<Vec<TreeFile>>),
}

/// What a build did, by path.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// The files that it wrote.
    pub written: Vec<String>,
    /// The files that it removed.
    pub removed: Vec<String>,
    /// How many are as they were.
    pub kept: usize,
}

impl Plan {
    /// The files to which something happens, as far as it was compared.
    pub(super) fn steps(&self) -> impl Iterator<Item = &(String, Step)> {
        self.parts().flat_map(|part| &part.files)
    }

    /// Whether a step is among them.
    pub(super) fn has(&self, step: Step) -> bool {
        self.steps().any(|(_, other)| *other == step)
    }

    /// How many of the tree's files are as they should be.
    pub(super) fn kept(&self) -> usize {
        self.parts().map(|part| part.kept).sum()
    }

    /// How many objects there are, as far as files are compared.
    pub(super) fn objects(&self) -> usize {
        self.parts().map(|part| part.objects.count()).sum()
    }

    /// The objects that are taken out, each behind its folder's cluster.
    pub(super) fn gone<'p>(&'p self, fleet: &'p Fleet<'_>) -> impl Iterator<Item = String> + 'p {
        let clusters = self.clusters.iter().filter_map(|work| match work {
            Work::All(_) => None,
            Work::Some(id, steps, _) => Some((fleet.mesh()[*id].name.as_str(), steps)),
        });
        let all = clusters.chain([("a cluster that is gone", &self.others)]);
        all.flat_map(|(at, steps)| {
            steps.objects.gone().map(move |object| format!("{at}: {object}"))
        })
    }

    fn parts(&self) -> impl Iterator<Item = &Steps> {
        let clusters = self.clusters.iter().filter_map(|work| match work {
            Work::All(_) => None,
            Work::Some(_, steps, _) => Some(steps),
        });
        clusters.chain([&self.others])
    }
}

impl Job<'_, '_> {
    /// Decides what happens to every file; `in_full` also lists the files of clusters that are new.
    pub(super) fn plan(&self, entries: &[Entry], in_full: bool) -> Result<Plan, Failure> {
        let held = AtomicUsize::new(0);
        let clusters = side_by_side::try_map(self.threads, &self.ids, |id| {
            let own = of_cluster(entries, &self.fleet.mesh()[*id].name);
            if own.is_empty() && !in_full {
                return Ok(Work::All(*id));
            }
            let tree = self.compile(*id)?;
            let steps = Steps::new(&tree.files, own, self.folder)?;
            let files = written(tree, &steps);
            let size = files.iter().map(TreeFile::size).sum();
            let fits = !in_full && held.fetch_add(size, Ordering::Relaxed) + size <= HELD;
            Ok(Work::Some(*id, steps, fits.then_some(files)))
        })?;
        let mut others = Steps::default();
        if self.all {
            let known = |entry: &&Entry| {
                let cluster = entry.path.split('/').next().unwrap_or_default();
                self.fleet.mesh().cluster_named(cluster).is_none()
            };
            let entries: Vec<Entry> = entries.iter().filter(known).cloned().collect();
            others = Steps::new(&[], &entries, self.folder)?;
        }
        let mut plan = Plan { clusters, others };
        plan.refuse_blocked()?;
        Ok(plan)
    }

    /// Does it: `first` comes when every new file is written, and before the first one takes its place.
    pub(super) fn run(
        &self,
        plan: Plan,
        first: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<Done, Failure> {
        for path in plan.parts().flat_map(|part| &part.leftovers) {
            self.folder.remove(path)?;
        }
        let staging = Staging::new(self.folder);
        let written =
            side_by_side::try_map(self.threads, &plan.clusters, |work| self.stage(work, &staging))?;
        staging.settle()?;
        first()?;
        staging.replace()?;
        let removed = plan.steps().filter(|(_, step)| *step == Step::Remove);
        let removed: Vec<String> = removed.map(|(path, _)| path.clone()).collect();
        removed.iter().try_for_each(|path| self.folder.remove(path))?;
        Ok(Done { written: written.into_iter().flatten().collect(), removed, kept: plan.kept() })
    }

    /// Writes a cluster's new files beside their places.
    fn stage(&self, work: &Work, staging: &Staging<'_>) -> Result<Vec<String>, Failure> {
        let put = |files: &[TreeFile]| {
            let one = |file: &TreeFile| {
                staging.put(&file.path, file.pieces()).map(|()| file.path.clone())
            };
            files.iter().map(one).collect()
        };
        match work {
            Work::All(id) => put(&self.compile(*id)?.files),
            Work::Some(_, _, Some(files)) => put(files),
            Work::Some(_, steps, None) if !steps.files.iter().any(|(_, step)| step.writes()) => {
                Ok(Vec::new())
            }
            Work::Some(id, steps, None) => put(&written(self.compile(*id)?, steps)),
        }
    }

    fn compile(&self, id: ClusterId) -> Result<ClusterTree, Failure> {
        self.fleet.cluster(id).map_err(|error| Failure::new(error.to_string()))
    }
}

impl Plan {
    /// The first thing in the way, and how many there are.
    fn refuse_blocked(&mut self) -> Result<(), Failure> {
        let parts = self.clusters.iter_mut().filter_map(|work| match work {
            Work::All(_) => None,
            Work::Some(_, steps, _) => Some(steps),
        });
        let mut blocked = parts.flat_map(|part| part.blocked.drain(..));
        match blocked.next() {
            None => Ok(()),
            Some(first) => Err(first.and_more(blocked.count())),
        }
    }
}

/// The files of a cluster that some step writes.
fn written(tree: ClusterTree, steps: &Steps) -> Vec<TreeFile> {
    let written = |file: &TreeFile| {
        let is = |(path, step): &(String, Step)| *path == file.path && step.writes();
        steps.files.iter().any(is)
    };
    tree.files.into_iter().filter(written).collect()
}

/// The part of the entries, sorted by path, that is a cluster's folder and what is in it.
fn of_cluster<'e>(entries: &'e [Entry], cluster: &str) -> &'e [Entry] {
    let name = |entry: &Entry| entry.path.split('/').next().unwrap_or_default().to_owned();
    let start = entries.partition_point(|entry| name(entry).as_str() < cluster);
    let rest = entries.get(start..).unwrap_or_default();
    let end = rest.partition_point(|entry| name(entry).as_str() <= cluster);
    rest.get(..end).unwrap_or_default()
}
