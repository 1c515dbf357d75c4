//! What a build does only when it is told to: writing into a folder that is not the tree's or another mesh's, removing much, and moving addresses.
//!
//! Enters: what is there and what would happen. Leaves: whether it may, or which flag allows exactly that.

use std::collections::BTreeSet;

use super::job::Plan;
use super::steps::{Step, may_be_ours};
use crate::changes::lock;
use crate::compile::Fleet;
use crate::disk::{Entry, EntryKind, Failure, Folder, There};
use crate::mesh::{Lock, Mesh};
use crate::source::Source;

/// So many files are removed without being asked for more than the build itself.
const FEW: usize = 10;
/// More than so many never are.
const MANY: usize = 50;
/// Nor more than so many per cent of the tree.
const SHARE: usize = 20;
/// So many objects are removed without being asked for more than the build itself: a service or two in a small fleet.
const FEW_OBJECTS: usize = 30;
/// So many paths are listed.
const LISTED: usize = 20;

/// Whether a tree of cwc's is there already; refuses a folder in which only others' files are, or another mesh's.
pub(super) fn folder(
    folder: &Folder,
    entries: &[Entry],
    mesh: &Mesh,
    adopt: bool,
) -> Result<bool, Failure> {
    let (mut foreign, mut built) = (None, false);
    for entry in entries {
        let is_file = entry.kind == EntryKind::File;
        if is_file && may_be_ours(&entry.path) {
            match folder.look(&entry.path)? {
                There::Ours { bytes, .. } => {
                    built = true;
                    // One file with objects tells for all of them.
                    if let Some(owner) = owner(&String::from_utf8_lossy(&bytes)) {
                        return of_mesh(owner, folder, mesh, adopt);
                    }
                    if entry.path.ends_with("/kustomization.yaml") || entry.path.contains("/helm/")
                    {
                        continue;
                    }
                    return Ok(true);
                }
                There::Leftover | There::Nothing => continue,
                There::Empty | There::Foreign => {}
            }
        }
        if entry.kind != EntryKind::Folder && !is_gits(&entry.path) {
            foreign = foreign.or(Some(entry.path.as_str()));
        }
    }
    match foreign {
        Some(first) if !adopt && !built => {
            let shown = folder.shown("");
            let message =
                format!("{shown} holds files, and none of them is cwc's: {first}, for one");
            let help = "the tree has a folder of its own: name another one with `out` in mesh.toml or with --out, \
                        or pass --adopt to write beside what is there, which cwc then leaves alone";
            Err(Failure::new(message).help(help))
        }
        _ => Ok(built),
    }
}

/// The mesh that a file's objects are labelled with.
fn owner(text: &str) -> Option<&str> {
    let mut values =
        text.lines().filter_map(|line| line.strip_prefix("    app.kubernetes.io/part-of: "));
    values.next().map(|name| name.trim().trim_matches('"'))
}

/// A mesh without a name may be any.
fn of_mesh(owner: &str, folder: &Folder, mesh: &Mesh, adopt: bool) -> Result<bool, Failure> {
    match mesh.settings.name.as_deref() {
        Some(name) if name != owner && !adopt => {
            let shown = folder.shown("");
            let owner = crate::report::finding::tidy(owner);
            let message =
                format!("{shown} is the tree of the mesh `{owner}`, and this is `{name}`");
            let help = "two documents that write into one folder undo each other's work: give each its `out`; \
                        or, where the mesh has a new name, pass --adopt";
            Err(Failure::new(message).help(help))
        }
        _ => Ok(true),
    }
}

/// Whether a file only tells git how to treat a folder that is empty otherwise.
fn is_gits(path: &str) -> bool {
    matches!(path, ".gitkeep" | ".gitignore" | ".gitattributes")
}

/// Refuses to remove so much that it is rather a slip in the document than its meaning; whoever applies the tree would remove it from
/// the clusters, too.
pub(super) fn deletes(
    plan: &Plan,
    fleet: &Fleet<'_>,
    allowed: Option<usize>,
    folder: &Folder,
) -> Option<String> {
    let removed: Vec<&str> = plan
        .steps()
        .filter(|(_, step)| *step == Step::Remove)
        .map(|(path, _)| path.as_str())
        .collect();
    let count = removed.len();
    let mesh = fleet.mesh();
    if count == 0 {
        return objects(plan, fleet, allowed);
    }
    if allowed == Some(count) {
        return None;
    }
    let changed = plan.steps().filter(|(_, s)| matches!(s, Step::Change | Step::Endings)).count();
    let before = plan.kept() + changed + count;
    let gone: BTreeSet<&str> = removed
        .iter()
        .filter_map(|path| path.split_once('/'))
        .map(|(cluster, _)| cluster)
        .filter(|cluster| mesh.cluster_named(cluster).is_none())
        .collect();
    let why = if !gone.is_empty() {
        let names: Vec<String> = gone.iter().map(|name| format!("`{name}`")).collect();
        format!("all of cluster {} among them", names.join(", "))
    } else if mesh.services.is_empty() {
        "all of the services' among them".to_owned()
    } else if count > MANY || count > FEW && count * 100 > before * SHARE {
        format!("of {before} in all")
    } else {
        return objects(plan, fleet, allowed);
    };
    let lines = removed.iter().map(|path| folder.shown(path));
    let what = format!("{count} files would be removed, {why}");
    Some(refused(&what, lines, &format!("--allow-deletes {count}")))
}

/// The same for the objects in the files, as one file may hold a whole team's.
fn objects(plan: &Plan, fleet: &Fleet<'_>, allowed: Option<usize>) -> Option<String> {
    let gone: Vec<String> = plan.gone(fleet).collect();
    let (count, before) = (gone.len(), plan.objects());
    if count <= FEW_OBJECTS || count * 100 <= before * SHARE || allowed == Some(count) {
        return None;
    }
    let what = format!("{count} objects would be removed, of {before} in all");
    Some(refused(&what, gone.into_iter(), &format!("--allow-deletes {count}")))
}

/// Refuses to give names other addresses than they have: who looked them up before calls the old ones.
pub(super) fn moves(
    before: Option<&Source>,
    after: &Lock,
    allowed: Option<usize>,
) -> Option<String> {
    let names = lock::compare(before, after).names;
    let moved = names.iter().filter_map(|name| {
        let (old, new) = (name.old?, name.new?);
        Some(format!("{} from {old} to {new}", name.name))
    });
    let moved: Vec<String> = moved.collect();
    let count = moved.len();
    if count == 0 || allowed == Some(count) {
        return None;
    }
    let what = if count == 1 { "1 address".to_owned() } else { format!("{count} addresses") };
    Some(refused(
        &format!("{what} would move"),
        moved.into_iter(),
        &format!("--allow-moves {count}"),
    ))
}

fn refused(what: &str, lines: impl ExactSizeIterator<Item = String>, flag: &str) -> String {
    let more = lines.len().saturating_sub(LISTED);
    let mut text = format!("refused: {what}:\n");
    lines.take(LISTED).for_each(|line| text.push_str(&format!("  {line}\n")));
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
    text.push_str(&format!("help: if that is meant, run `cwc build {flag}`\n"));
    text
}
