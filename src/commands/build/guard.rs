//! What a build does only when it is told to: writing into a folder that is not the tree's, and removing much.
//!
//! Enters: what is there and what would happen. Leaves: whether it may, or which flag allows exactly that.

use std::collections::BTreeSet;

use super::job::Plan;
use super::steps::{Step, may_be_ours};
use crate::disk::{Entry, EntryKind, Failure, Folder, There};
use crate::rules::CheckedMesh;

/// So many files are removed without being asked for more than the build itself.
const FEW: usize = 10;
/// More than so many never are.
const MANY: usize = 50;
/// Nor more than so many per cent of the tree.
const SHARE: usize = 20;
/// So many paths are listed.
const LISTED: usize = 20;

/// Whether a tree of cwc's is there already; refuses a folder in which only others' files are.
pub(super) fn folder(folder: &Folder, entries: &[Entry], adopt: bool) -> Result<bool, Failure> {
    let mut foreign = None;
    for entry in entries {
        let is_file = entry.kind == EntryKind::File;
        if is_file && may_be_ours(&entry.path) {
            match folder.look(&entry.path)? {
                There::Ours { .. } => return Ok(true),
                There::Leftover | There::Nothing => continue,
                There::Empty | There::Foreign => {}
            }
        }
        if entry.kind != EntryKind::Folder && !is_gits(&entry.path) {
            foreign = foreign.or(Some(entry.path.as_str()));
        }
    }
    match foreign {
        Some(first) if !adopt => {
            let shown = folder.shown("");
            let message =
                format!("{shown} holds files, and none of them is cwc's: {first}, for one");
            let help = "the tree has a folder of its own: name another one with `out` in mesh.toml or with --out, \
                        or pass --adopt to write beside what is there, which cwc then leaves alone";
            Err(Failure::new(message).help(help))
        }
        _ => Ok(false),
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
    mesh: &CheckedMesh,
    allowed: Option<usize>,
    folder: &Folder,
) -> Option<String> {
    let removed: Vec<&str> = plan
        .steps()
        .filter(|(_, step)| *step == Step::Remove)
        .map(|(path, _)| path.as_str())
        .collect();
    let count = removed.len();
    if count == 0 || allowed == Some(count) {
        return None;
    }
    let changed = plan.steps().filter(|(_, s)| matches!(s, Step::Change | Step::Endings)).count();
    let before = plan.kept() + changed + count;
    let gone: BTreeSet<&str> = removed
        .iter()
        .filter_map(|path| path.split_once('/'))
        .map(|(cluster, _)| cluster)
        .filter(|cluster| mesh.mesh().cluster_named(cluster).is_none())
        .collect();
    let why = if !gone.is_empty() {
        let names: Vec<String> = gone.iter().map(|name| format!("`{name}`")).collect();
        format!("all of cluster {} among them", names.join(", "))
    } else if mesh.mesh().services.is_empty() {
        "all of the services' among them".to_owned()
    } else if count > MANY || count > FEW && count * 100 > before * SHARE {
        format!("of {before} in all")
    } else {
        return None;
    };
    let mut text = format!("refused: {count} files would be removed, {why}:\n");
    for path in removed.iter().take(LISTED) {
        text.push_str(&format!("  {}\n", folder.shown(path)));
    }
    if count > LISTED {
        text.push_str(&format!("  and {} more\n", count - LISTED));
    }
    text.push_str(&format!("help: if that is meant, run `cwc build --allow-deletes {count}`\n"));
    Some(text)
}
