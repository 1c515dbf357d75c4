//! `cwc build`: writes the tree.
//!
//! Enters: the document, the lock and the tree as they are. Leaves: the tree and the lock as they should be. First every step is decided
//! (`steps`), and anything that forbids one stops the build; only then something is done (`job`).

#[cfg(test)]
mod faults;
mod guard;
mod job;
mod objects;
mod steps;

use std::collections::BTreeSet;
use std::num::NonZero;

use clap::Parser;

use super::check::counted;
use super::format::{Format, Paths};
use super::input::{self, Input, Locked};
use super::watch::{self, Follows};
use super::{Answer, Common, Machine, Status, side_by_side};
use crate::compile::Fleet;
use crate::disk::{self, Failure, Folder, Use};
use crate::mesh::Lock;
use crate::report::finding::{Finding, Kind, Level, Listing, Place};
use crate::report::text;
use crate::rules::CheckedMesh;
use job::{Done, Job, Plan};
use steps::Step;

/// Checks mesh.toml, then writes a folder of Istio configuration for each cluster, and mesh.lock
///
/// Nothing is written when anything is wrong. Files that are as they should be are not touched. Files of earlier builds that are no longer
/// needed are removed; files that cwc did not write are left alone.
#[derive(Debug, Default, Parser)]
#[command(
    after_help = "Example:\n  $ cwc build\n  ok: 2 clusters: 10 files written, 0 removed, 0 as they were, in generated"
)]
pub(super) struct Args {
    /// Write nothing; exit with 1 if the tree is not what would be written
    #[arg(long)]
    check: bool,
    /// What `--check` finds is written as; the exit status is the same
    #[arg(long, value_name = "FORMAT", requires = "check")]
    format: Option<Format>,
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
    /// Write to a folder that holds files, though none of them is cwc's, or those of another mesh
    #[arg(long)]
    adopt: bool,
    /// Remove so many files or objects, where that is more than a build removes unasked
    #[arg(long, value_name = "COUNT")]
    allow_deletes: Option<usize>,
    /// Give so many names another address than mesh.lock holds for them
    #[arg(long, value_name = "COUNT")]
    allow_moves: Option<usize>,
    /// Build again whenever mesh.toml, mesh.lock or the tree change, until Ctrl-C; with --check only look
    #[arg(long, conflicts_with_all = ["dry_run", "forget", "reallocate", "adopt", "allow_deletes", "allow_moves"])]
    watch: bool,
    /// How many threads to use; the result is the same
    #[arg(long, value_name = "COUNT", hide = true)]
    threads: Option<NonZero<usize>>,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    if args.watch {
        watch::refuse(args.format.unwrap_or(Format::Full), &[])?;
        return watch::follow(common, machine, |follows| once(args, common, machine, follows));
    }
    once(args, common, machine, &mut Follows::default())
}

fn once(
    args: &Args,
    common: &Common,
    machine: &Machine,
    follows: &mut Follows,
) -> Result<Answer, Failure> {
    let format = args.format.unwrap_or(Format::Full);
    let machine = &format.on(machine);
    let path = input::find(common, machine)?;
    follows.document(&path);
    let locked = if args.reallocate { Locked::Anew } else { Locked::Beside };
    // From before the first byte is read until the last one is written.
    let only_asked = args.check || args.dry_run;
    let what = if only_asked { Use::Read } else { Use::Write };
    let _held = input::hold(&path, machine, what)?;
    let input = Input::read(&path, machine, locked)?;
    let mut answer = Answer::new(Status::Good);
    let paths = Paths::new(machine);
    let mut listing = Listing { command: "build", ..Listing::default() };
    listing.add(&input, &paths, false, machine);
    answer.stdout = format.write(&listing);
    if !input.checked.report.diagnostics().is_empty() {
        answer.stderr = format!("{}\n", text::footer(&input.checked.report));
    }
    let Some(mesh) = &input.checked.mesh else {
        answer.status = if args.check { Status::Failed } else { Status::No };
        answer.stderr.push_str("nothing was written\n");
        return Ok(answer);
    };
    let root = input.out(args.out.as_deref(), mesh, machine);
    follows.written.push(root.clone());
    let folder = Folder::open_below(&input.folder, &root, &machine.shown(&root))?;
    let _held = input.hold_tree(&root, machine, what)?;
    let lock_path = input.lock_path();
    let lock_shown = machine.shown(&lock_path);
    disk::look_at_lock(&lock_path, &lock_shown)?;
    let mut lock = mesh.mesh().lock.clone();
    if args.forget {
        forget(&mut lock, mesh);
    }
    let lock_text = lock.text();
    let lock_step = lock_step(&input, &lock_text);
    let fleet = Fleet::new(mesh);
    let job = Job {
        fleet: &fleet,
        folder: &folder,
        ids: input::clusters(&args.cluster, mesh)?,
        all: args.cluster.is_empty(),
        threads: side_by_side::threads(args.threads),
    };
    let entries = folder.entries()?;
    let built = guard::folder(&folder, &entries, mesh.mesh(), args.adopt)?;
    if built && input.lock.is_none() && locked == Locked::Beside {
        let shown = folder.shown("");
        return Err(Failure::new(format!("{shown} was built, but its mesh.lock is gone"))
            .help("restore it from git; or pass --reallocate to give all addresses anew"));
    }
    let plan = job.plan(&entries, only_asked)?;
    if lock_step.is_some() {
        disk::look_at_begun_lock(&lock_path, &lock_shown)?;
    }
    let out = if args.out.is_some() { folder.shown("") } else { mesh.mesh().settings.out.clone() };
    if plan.has(Step::Endings) || lock_step == Some(Step::Endings) {
        answer.stderr.push_str(&endings_advice(&out));
    }
    let refused = [
        guard::moves(input.lock.as_ref(), &lock, args.allow_moves),
        guard::deletes(&plan, &fleet, args.allow_deletes, &folder),
    ];
    let refused: Option<String> = refused.into_iter().flatten().reduce(|one, other| one + &other);
    if only_asked {
        let steps = list(&plan, lock_step.map(|step| (step, lock_shown)), &folder);
        steps.iter().for_each(|(path, step)| listing.full.push_str(&step.line(path)));
        listing.changes = steps.iter().map(|(path, step)| finding(path, *step, &paths)).collect();
        let file = |(path, step): &(String, Step)| (step.word(), paths.of(path));
        listing.files = steps.iter().map(file).collect();
        answer.stdout = format.write(&listing);
        answer.stderr.push_str(&refused.unwrap_or_default());
        if args.check && !steps.is_empty() {
            answer.status = Status::No;
            answer.stderr.push_str("the tree is not what mesh.toml compiles to; run `cwc build`\n");
        }
        return Ok(answer);
    }
    if let Some(refused) = refused {
        answer.status = Status::No;
        answer.stderr.push_str(&format!("{refused}nothing was written\n"));
        return Ok(answer);
    }
    let done = job.run(plan, || {
        input.is_still_so(machine, locked)?;
        match lock_step {
            Some(_) => disk::write_lock(&lock_path, &lock_shown, &lock_text),
            None => Ok(()),
        }
    })?;
    if common.verbose {
        verbose(&mut answer, &done, lock_step.map(|_| lock_shown), &folder);
    }
    let clusters = counted(job.ids.len(), "cluster");
    let written = counted(done.written.len(), "file");
    let (removed, kept) = (done.removed.len(), done.kept);
    answer.stderr.push_str(&format!(
        "ok: {clusters}: {written} written, {removed} removed, {kept} as they were, in {}\n",
        folder.shown("")
    ));
    Ok(answer)
}

fn forget(lock: &mut Lock, mesh: &CheckedMesh) {
    let services = &mesh.mesh().services;
    let live: BTreeSet<&str> =
        services.iter().flat_map(|service| &service.names).map(|name| name.host.as_str()).collect();
    lock.retain(|name| live.contains(name));
}

fn lock_step(input: &Input, text: &str) -> Option<Step> {
    match &input.lock {
        None => Some(Step::Add),
        Some(source) => Step::between(source.text().as_bytes(), text.as_bytes()),
    }
}

fn endings_advice(out: &str) -> String {
    format!(
        "git changed line endings at checkout; to stop it, put these lines into the .gitattributes beside mesh.toml, \
         then run `cwc build`:\n  {out}/** -text\n  mesh.lock -text\n"
    )
}

/// What a build would do, by the paths that people are shown.
fn list(plan: &Plan, lock: Option<(Step, String)>, folder: &Folder) -> Vec<(String, Step)> {
    let lock = lock.map(|(step, path)| (path, step));
    let files = plan.steps().map(|(path, step)| (folder.shown(path), *step));
    lock.into_iter().chain(files).collect()
}

/// A file that is not as it should be.
static TREE_DIFFERS: Kind = Kind {
    id: "tree-differs",
    name: "tree-differs",
    summary: "A generated file is not what mesh.toml compiles to",
    explain: "What is committed is not what `cwc build` writes: mesh.toml was changed without a build, or a generated file was edited, added \
              or removed by hand. Run `cwc build` and commit what it wrote; `cwc diff` shows what differs.",
    level: Level::Error,
};

fn finding(path: &str, step: Step, paths: &Paths) -> Finding {
    let message = match step {
        Step::Add => "missing: a build would add it",
        Step::Change => "not what mesh.toml compiles to: a build would change it",
        Step::Endings => "other line endings than a build writes",
        Step::Remove => "no longer needed: a build would remove it",
    };
    Finding {
        kind: TREE_DIFFERS,
        level: Level::Error,
        fails: true,
        message: message.to_owned(),
        label: String::new(),
        place: Place::file(&paths.of(path), path),
        subject: String::new(),
        others: Vec::new(),
        help: Some("run `cwc build` and commit what it wrote".to_owned()),
    }
}

/// Says what a build did.
fn verbose(answer: &mut Answer, done: &Done, lock: Option<String>, folder: &Folder) {
    let said = |word: &str, path: &str| format!("{word} {path}\n");
    answer.stderr.extend(lock.map(|path| said("wrote", &path)));
    answer.stderr.extend(done.written.iter().map(|path| said("wrote", &folder.shown(path))));
    answer.stderr.extend(done.removed.iter().map(|path| said("removed", &folder.shown(path))));
}
