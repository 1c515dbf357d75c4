//! `cwc build`: writes the tree.

use std::collections::BTreeSet;

use clap::Parser;

use super::check::counted;
use super::input::{self, Input, Locked};
use super::{Answer, Common, Machine, Status};
use crate::compile;
use crate::disk::{self, Failure, Folder};
use crate::emit::tree::TreeFile;
use crate::mesh::{ClusterId, Lock};
use crate::report::text;
use crate::rules::CheckedMesh;

/// Checks mesh.toml, then writes a folder of Istio configuration for each cluster, and mesh.lock
///
/// Nothing is written when anything is wrong. Files that are as they should be are not touched. Files of earlier builds that are no longer
/// needed are removed; files that cwc did not write are left alone.
#[derive(Debug, Parser)]
#[command(
    after_help = "Example:\n  $ cwc build\n  ok: 2 clusters: 8 files written, 0 removed, 0 as they were, in generated"
)]
pub(super) struct Args {
    /// Write nothing; exit with 1 if the tree is not what would be written
    #[arg(long)]
    check: bool,
    /// Write nothing; list what would be written and removed
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// The folder to write to [default: the document's `out`]
    #[arg(long, value_name = "DIR")]
    out: Option<String>,
    /// Only this cluster; repeatable
    #[arg(long, value_name = "NAME")]
    cluster: Vec<String>,
    /// Free the addresses of names that the document no longer has
    #[arg(long)]
    forget: bool,
    /// Give all addresses anew, without regard to mesh.lock
    #[arg(long)]
    reallocate: bool,
    /// Write to a folder that holds files, though none of them is cwc's
    #[arg(long)]
    adopt: bool,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Add,
    Change,
    Remove,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let path = input::find(common, machine)?;
    let locked = if args.reallocate { Locked::Anew } else { Locked::Beside };
    let input = Input::read(&path, machine, locked)?;
    let mut answer = Answer::new(Status::Good);
    answer.stdout = input.drawn(machine);
    if !input.checked.report.diagnostics().is_empty() {
        answer.stderr = format!("{}\n", text::footer(&input.checked.report));
    }
    let Some(mesh) = &input.checked.mesh else {
        answer.status = if args.check { Status::Failed } else { Status::No };
        answer.stderr.push_str("nothing was written\n");
        return Ok(answer);
    };
    let ids = input::clusters(&args.cluster, mesh)?;
    let root = input.out(args.out.as_deref(), mesh, machine);
    let folder = Folder::open(&root)?;
    let found = folder.files()?;
    let foreign: BTreeSet<&str> =
        found.iter().filter(|file| !file.ours).map(|file| file.path.as_str()).collect();
    let shown = machine.shown(&root);
    let ours = found.len() - foreign.len();
    if ours == 0 && !foreign.is_empty() && !args.adopt {
        let first = foreign.first().copied().unwrap_or_default();
        return Err(Failure::new(format!(
            "{shown} holds files, and none of them is cwc's: {first}, for one"
        ))
        .help("write to another folder, or pass --adopt to write beside them"));
    }
    if ours > 0 && input.lock.is_none() && locked == Locked::Beside {
        return Err(Failure::new(format!("{shown} was built, but its mesh.lock is gone"))
            .help("restore it from git; or pass --reallocate to give all addresses anew"));
    }
    let write = !args.check && !args.dry_run;
    let mut lock = mesh.mesh().lock.clone();
    if args.forget {
        forget(&mut lock, mesh);
    }
    let lock_step = lock_step(&input, &lock);
    let plan = steps(mesh, &ids, &folder, &found, args.cluster.is_empty())?;
    let blocked: Vec<&str> = plan
        .iter()
        .filter(|(step, path, _)| *step != Step::Remove && foreign.contains(path.as_str()))
        .map(|(_, path, _)| path.as_str())
        .collect();
    if let Some(first) = blocked.first() {
        return Err(Failure::new(format!(
            "{shown}/{first} is not cwc's file, and would be overwritten"
        ))
        .help("move it away, or name the service's namespace differently"));
    }
    let count = |step: Step| plan.iter().filter(|(other, ..)| *other == step).count();
    let (added, changed, removed) = (count(Step::Add), count(Step::Change), count(Step::Remove));
    if !write {
        let lock_name = machine.shown(&input.lock_path());
        let lock_file = lock_step.map(|step| (step, lock_name));
        let files = plan.iter().map(|(step, path, _)| (*step, format!("{shown}/{path}")));
        for (step, path) in lock_file.into_iter().chain(files) {
            let word = match step {
                Step::Add => "add",
                Step::Change => "change",
                Step::Remove => "remove",
            };
            answer.stdout.push_str(&format!("would {word} {path}\n"));
        }
        let differs = added + changed + removed > 0 || lock_step.is_some();
        if args.check && differs {
            answer.status = Status::No;
            answer.stderr.push_str("the tree is not what mesh.toml compiles to; run `cwc build`\n");
        }
        return Ok(answer);
    }
    write_all(&input, &lock, lock_step, &folder, &plan)?;
    let clusters = counted(ids.len(), "cluster");
    let written = counted(added + changed, "file");
    let kept = found.len() - foreign.len() - changed - removed;
    answer.stderr.push_str(&format!(
        "ok: {clusters}: {written} written, {removed} removed, {kept} as they were, in {shown}\n"
    ));
    Ok(answer)
}

fn forget(lock: &mut Lock, mesh: &CheckedMesh) {
    let services = &mesh.mesh().services;
    let live: BTreeSet<&str> =
        services.iter().flat_map(|service| &service.names).map(|name| name.host.as_str()).collect();
    lock.retain(|name| live.contains(name));
}

fn lock_step(input: &Input, lock: &Lock) -> Option<Step> {
    match &input.lock {
        None => Some(Step::Add),
        Some(source) if source.text() != lock.text() => Some(Step::Change),
        Some(_) => None,
    }
}

fn steps(
    mesh: &CheckedMesh,
    ids: &[ClusterId],
    folder: &Folder,
    found: &[disk::Found],
    all: bool,
) -> Result<Vec<(Step, String, Option<String>)>, Failure> {
    let mut steps = Vec::new();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let fleet = compile::Fleet::new(mesh);
    for id in ids {
        let tree = fleet.cluster(*id).map_err(|error| Failure::new(error.to_string()))?;
        for TreeFile { path, text, .. } in tree.files {
            wanted.insert(path.clone());
            match folder.read(&path)? {
                None => steps.push((Step::Add, path, Some(text))),
                Some(bytes) if bytes != text.as_bytes() => {
                    steps.push((Step::Change, path, Some(text)));
                }
                Some(_) => {}
            }
        }
    }
    let selected: BTreeSet<&str> = ids.iter().map(|id| mesh.mesh()[*id].name.as_str()).collect();
    for file in found.iter().filter(|file| file.ours && !wanted.contains(&file.path)) {
        let cluster = file.path.split('/').next().unwrap_or_default();
        if all || selected.contains(cluster) {
            steps.push((Step::Remove, file.path.clone(), None));
        }
    }
    steps.sort();
    Ok(steps)
}

fn write_all(
    input: &Input,
    lock: &Lock,
    lock_step: Option<Step>,
    folder: &Folder,
    plan: &[(Step, String, Option<String>)],
) -> Result<(), Failure> {
    if lock_step.is_some() {
        disk::write_lock(&input.lock_path(), &lock.text())?;
    }
    for (_, path, text) in plan {
        match text {
            Some(text) => folder.write(path, text)?,
            None => folder.remove(path)?,
        }
    }
    Ok(())
}
