//! `cwc diff`: what a build would change.

mod cluster;
mod list;
pub(crate) mod unified;

use std::collections::BTreeMap;

use clap::Parser;

use super::check::counted;
use super::input::{self, Input, Locked};
use super::{Answer, Common, Machine, Status, side_by_side};
use crate::changes::lock;
use crate::compile::Fleet;
use crate::disk::{Entry, Failure, Folder};
use crate::document::Document;
use crate::mesh::ClusterId;
use crate::origin;
use crate::report::{Report, Severity, text};
use crate::rules::CheckedMesh;
use list::{Detail, List};

/// Shows what a build would change in the committed tree, and which lines of mesh.toml that comes from
///
/// First how many objects come, change and go; then, for each cluster, which ones they are; then the text of each. Nothing is written.
/// Exit status: 0 no difference, 1 there are differences, 2 the question could not be answered, as where mesh.toml is not valid.
#[derive(Debug, Parser)]
#[command(after_help = "Example:
  $ cwc diff --stat
  0 to add, 2 to change, 0 to remove in 1 of 2 clusters

  west
    ~ ServiceEntry istio-system/reviews.bookinfo.global  +1 -1  (from mesh.toml:12)
    ~ DestinationRule istio-system/reviews.bookinfo.global  +2 -2  (from mesh.toml:12)")]
pub(super) struct Args {
    /// Show how many lines change, not which
    #[arg(long)]
    stat: bool,
    /// Show only the paths of the files that a build would write or remove, one a line
    #[arg(long, conflicts_with = "stat")]
    name_only: bool,
    /// Show so many unchanged lines around what changes
    #[arg(short = 'U', long, value_name = "N", default_value_t = 3)]
    unified: usize,
    /// Only this cluster; repeatable
    #[arg(long, value_name = "NAME")]
    cluster: Vec<String>,
    /// Exit with 0, too, when there are differences
    #[arg(long)]
    exit_zero: bool,
    /// The folder to compare with [default: the document's `out`]
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let path = input::find(common, machine)?;
    let input = Input::read(&path, machine, Locked::Beside)?;
    let mut answer = Answer::new(Status::Good);
    let Some(mesh) = &input.checked.mesh else {
        answer.stdout = input.drawn(machine);
        answer.stderr = format!("{}\nnothing was compared\n", text::footer(&input.checked.report));
        answer.status = Status::Failed;
        return Ok(answer);
    };
    // The standard output is the difference's alone, and empty where there is none.
    let warnings = input.checked.report.count(Severity::Warning);
    if warnings > 0 {
        answer.stderr = format!("{}; cwc check shows them\n", counted(warnings, "warning"));
    }
    let root = input.out(args.out.as_deref(), mesh, machine);
    let said = args.out.as_deref().map(|out| out.trim_end_matches('/').to_owned());
    let shown = said.filter(|out| !out.is_empty()).unwrap_or_else(|| machine.shown(&root));
    let folder = Folder::open_below(&input.folder, &root, &shown)?;
    let entries = folder.entries()?;
    let detail = match (args.name_only, args.stat) {
        (true, _) => Detail::Names,
        (_, true) => Detail::Counts,
        _ => Detail::Text(args.unified),
    };
    let mut list = List::new(&input, &shown, machine.stdout, detail);
    let document = Document::parse(&input.source, &mut Report::new());
    let (mut clusters, mut files, mut foreign) = (0, 0, Vec::new());
    let fleet = Fleet::new(mesh);
    let threads = side_by_side::threads(None);
    // What one cluster comes to is let go before the next ones are looked at.
    for some in names(args, mesh, &entries)?.chunks(threads) {
        let compared = side_by_side::try_map(threads, some, |(name, id)| {
            cluster::compare(name, *id, &fleet, &document, &folder, &entries)
        })?;
        for ((name, id), compared) in some.iter().zip(compared) {
            clusters += usize::from(id.is_some() || !compared.changes.is_empty());
            files += compared.files;
            for path in &compared.in_the_way {
                let path = unified::visible(path);
                answer.stderr.push_str(&format!(
                    "warning: {shown}/{path} is not cwc's file; cwc build stops until it is moved away\n"
                ));
            }
            list.add_cluster(name, &compared);
            foreign.extend(compared.foreign);
        }
    }
    if input.lock.is_none() && files > 0 {
        answer.stderr.push_str("warning: mesh.lock is gone; cwc build does not go on without it\n");
    }
    let mut locked = lock::compare(input.lock.as_ref(), &mesh.mesh().lock);
    for name in &mut locked.names {
        let said = name.new.and_then(|address| origin::of_address(&document, address));
        name.origin = said.or(name.origin);
    }
    list.add_lock(&machine.shown(&input.lock_path()), &locked);
    answer.stderr.push_str(&foreign_note(&foreign, &shown));
    if list.has_line_endings() {
        let note = "note: git changed line endings at checkout; cwc build says how to stop it\n";
        answer.stderr.push_str(note);
    }
    if list.is_empty() {
        let (clusters, files) = (counted(clusters, "cluster"), counted(files, "file"));
        answer.stderr.push_str(&format!("ok: no difference: {clusters}, {files}\n"));
        return Ok(answer);
    }
    answer.stdout = list.drawn(clusters);
    answer.status = if args.exit_zero { Status::Good } else { Status::No };
    Ok(answer)
}

/// What to compare: the clusters asked for; or those of the document and whatever else stands in the tree's folder, by name.
fn names(
    args: &Args,
    mesh: &CheckedMesh,
    entries: &[Entry],
) -> Result<Vec<(String, Option<ClusterId>)>, Failure> {
    let ids = input::clusters(&args.cluster, mesh)?;
    let mut names: BTreeMap<String, Option<ClusterId>> =
        ids.iter().map(|id| (mesh.mesh()[*id].name.clone(), Some(*id))).collect();
    if args.cluster.is_empty() {
        for entry in entries {
            names.entry(cluster::folder_of(&entry.path).to_owned()).or_default();
        }
    }
    Ok(names.into_iter().collect())
}

/// Names the files that are nobody's business here, once.
fn foreign_note(foreign: &[String], shown: &str) -> String {
    const NAMED: usize = 5;
    if foreign.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> =
        foreign.iter().take(NAMED).map(|path| unified::visible(path)).collect();
    let rest = foreign.len() - names.len();
    if rest > 0 {
        names.push(format!("and {rest} more"));
    }
    let (files, are) =
        (counted(foreign.len(), "file"), if foreign.len() == 1 { "is" } else { "are" });
    format!("note: {files} in {shown} {are} not cwc's, and left alone: {}\n", names.join(", "))
}
