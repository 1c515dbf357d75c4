//! `cwc import`: other programs' descriptions of a fleet, as a mesh.toml or into one.

mod coddiwomple;
mod istio;
mod kubernetes;

use std::path::Path;

use clap::{Parser, Subcommand};

use super::check::counted;
use super::diff::unified::{self, Side};
use super::{Answer, Common, Machine, Status};
use crate::compile;
use crate::disk::{self, Failure, Read};
use crate::format::format;
use crate::import::{Draft, Merged, Notes, Weight, merge};
use crate::report::text::{self, Sources};
use crate::report::{Report, Rule, Severity, suggest};
use crate::rules::invalid_name::is_label;
use crate::rules::{no_clusters, region_missing};
use crate::source::Source;

/// Makes a mesh.toml of what other programs know of the fleet
///
/// The document goes to the standard output, or with --merge into mesh.toml, where everything that is there stays. What is not carried over is
/// said, each with its place. The files are read and nothing else: no cluster is asked.
#[derive(Debug, Parser)]
pub(super) struct Args {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    Coddiwomple(coddiwomple::Args),
    Istio(istio::Args),
    Kubernetes(kubernetes::Args),
}

/// Where what is imported goes to.
#[derive(Debug, Parser)]
struct Into {
    /// Write it into mesh.toml (or -f FILE), which is made if it is not there; what it says already stays
    #[arg(long)]
    merge: bool,
    /// Show what --merge would write, and write nothing
    #[arg(long)]
    diff: bool,
    /// The region of a cluster, as its nodes' label topology.kubernetes.io/region says; once for each
    #[arg(long, value_name = "CLUSTER=REGION", value_parser = pair)]
    region: Vec<(String, String)>,
}

/// A cluster and what is said of it.
fn pair(text: &str) -> Result<(String, String), String> {
    let (cluster, said) = text.split_once('=').ok_or("there is no `=` in it")?;
    Ok((cluster.to_owned(), said.to_owned()))
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    match &args.from {
        From::Coddiwomple(args) => coddiwomple::run(args, common, machine),
        From::Istio(args) => istio::run(args, common, machine),
        From::Kubernetes(args) => kubernetes::run(args, common, machine),
    }
}

/// Refuses what cannot be a cluster's name.
fn check_cluster(name: &str) -> Result<(), Failure> {
    if is_label(name, 63) {
        return Ok(());
    }
    let failure = Failure::new(format!("`{name}` is no name of a cluster"));
    Err(failure.help("lower-case letters, digits and `-`, at most 63"))
}

/// A file to import, or the standard input as `-`.
fn source(file: &str, machine: &Machine) -> Result<Source, Failure> {
    if file == "-" {
        return disk::read_foreign(None, "<stdin>");
    }
    let path = machine.folder.join(file);
    disk::read_foreign(Some(&path), &machine.shown(&path))
}

/// Writes a draft to where it is to go, and says what is to be said.
fn answer(
    mut draft: Draft,
    mut notes: Notes,
    into: &Into,
    common: &Common,
    machine: &Machine,
) -> Result<Answer, Failure> {
    let mut answer = Answer::new(Status::Good);
    if notes.count(Weight::Error) > 0 {
        let count = counted(notes.count(Weight::Error), "error");
        answer.stderr = format!("{}nothing is imported: {count}\n", notes.lines());
        answer.status = Status::No;
        return Ok(answer);
    }
    let merges = into.merge || into.diff;
    let path = machine.folder.join(common.file.as_deref().unwrap_or("mesh.toml"));
    let found = if common.file.is_none() { disk::find_mesh(&machine.folder) } else { None };
    let path = found.unwrap_or(path);
    let shown = if merges { machine.shown(&path) } else { "mesh.toml".to_owned() };
    let before = if merges { existing(&path, &shown)? } else { None };
    regions(&mut draft, into)?;
    let is_new = before.is_none();
    let before = before.unwrap_or_else(|| Source::new(shown.clone(), ""));
    let failed = |error: toml_edit::TomlError| {
        Failure::new(format!("cannot write into {shown}: {}", error.message()))
    };
    let Merged { text, clusters, services, changed } =
        merge(&before, &draft, &mut notes).map_err(failed)?;
    let text = if is_new { format(&text).map_err(failed)? } else { text };

    let after = Source::new(shown.clone(), &text);
    let lock = if merges { lock_beside(&path, machine)? } else { None };
    let report = compile::check(&after, lock.as_ref()).report;
    let sources = Sources { mesh: &after, lock: lock.as_ref() };
    answer.stderr.push_str(&notes.lines());
    if report.has_errors() {
        answer.stderr.push_str(&text::render(&report, sources, machine.stdout));
    } else if report.count(Severity::Warning) > 0 {
        answer.stderr.push_str(&warned(&report));
    }
    let counts =
        [counted(clusters, "cluster"), counted(services, "service"), format!("{changed} changed")];
    let said = format!("{}; {} left out", counts.join(", "), notes.count(Weight::LeftOut));
    if report.has_errors() {
        answer.status = Status::No;
        let errors = counted(report.count(Severity::Error), "error");
        answer.stderr.push_str(&format!("imported with {errors}: {said}\n"));
    } else {
        answer.stderr.push_str(&format!("ok: {said}\n"));
    }
    if into.diff {
        let side = |text| Side { text, line: 1 };
        let hunks = unified::hunks(side(before.text()), side(&text), "", 3, machine.stdout);
        answer.stdout = format!("--- {shown}\n+++ {shown}\n{}", hunks.text);
    } else if !into.merge {
        answer.stdout = text;
    } else if report.has_errors() {
        answer.stderr.push_str(&format!("{shown}: not written, as it would have errors\n"));
    } else if is_new {
        disk::create_new(&path, &shown, &text)?;
    } else if text != before.text() {
        disk::rewrite(&path, &shown, before.text(), &text)?;
    }
    Ok(answer)
}

/// The document that is there already; it must have no errors, but may be empty.
fn existing(path: &Path, shown: &str) -> Result<Option<Source>, Failure> {
    let Some(read) = disk::read_if_there(path, shown)? else { return Ok(None) };
    let (source, report) = match read {
        Read::Source(source) => {
            let report = compile::check(&source, None).report;
            (source, report)
        }
        Read::NotText(source, report) => (source, report),
    };
    let mut errors = report.diagnostics().iter().filter(|found| {
        found.rule.severity == Severity::Error && found.rule.code != no_clusters::RULE.code
    });
    match errors.next() {
        None => Ok(Some(source)),
        Some(first) => Err(Failure::new(format!("cannot merge into {shown}: {}", first.message))
            .and_more(errors.count())
            .help("mend it first; `cwc check` shows where")),
    }
}

fn lock_beside(path: &Path, machine: &Machine) -> Result<Option<Source>, Failure> {
    let lock = path.with_file_name("mesh.lock");
    let read = disk::read_lock(&lock, &machine.shown(&lock))?;
    Ok(read.map(|read| match read {
        Read::Source(source) | Read::NotText(source, _) => source,
    }))
}

/// How much there is to look at in what was written, and what to do about what no other program knows.
fn warned(report: &Report) -> String {
    let of = |rule: &Rule| report.diagnostics().iter().any(|found| found.rule.code == rule.code);
    let region = if of(&region_missing::RULE) {
        "; say each cluster's region, here by --region CLUSTER=REGION"
    } else {
        ""
    };
    let warnings = counted(report.count(Severity::Warning), "warning");
    format!("note: {warnings}, which `cwc check` shows{region}\n")
}

/// Gives clusters the regions that were said for them.
fn regions(draft: &mut Draft, into: &Into) -> Result<(), Failure> {
    for (name, region) in &into.region {
        let Some(cluster) = draft.clusters.iter_mut().find(|cluster| cluster.name == *name) else {
            let known = draft.clusters.iter().map(|cluster| cluster.name.as_str());
            let failure = Failure::new(format!("--region: there is no cluster `{name}`"));
            return Err(failure.maybe_help(suggest::help(name, "clusters", known)));
        };
        cluster.region = Some(region.clone());
    }
    Ok(())
}
