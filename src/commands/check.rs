//! `cwc check`: validates documents, and mends what has one answer.

use clap::Parser;

use super::diff::unified::{self, Side};
use super::format::{Format, Paths};
use super::input::{self, Input, Locked};
use super::watch::{self, Follows};
use super::{Answer, Common, Machine, Status};
use crate::disk::{self, Failure};
use crate::fix;
use crate::report::finding::Listing;
use crate::report::{Applicability, Severity, text};
use crate::source::Source;

/// Validates mesh.toml and mesh.lock; writes nothing but with --fix
///
/// Every problem is shown in one run, in the order of the file, with the edit to make. `--fix` makes the edits that have one answer, round
/// after round until none is left, and shows what remains; a document is never left worse than it was.
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  $ cwc check\n  ok: 1 file, 2 clusters, 4 services")]
pub(super) struct Args {
    /// The documents to check; `-` for the standard input
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// The name that messages give to what comes by standard input
    #[arg(long, value_name = "NAME", default_value = "mesh.toml")]
    stdin_filename: String,
    /// Exit with 1 for warnings, too
    #[arg(long)]
    deny_warnings: bool,
    /// What the problems are written as; the exit status is the same
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    format: Format,
    /// Make the edits that have one answer
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: make also those that are a guess, such as the nearest name
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show the edits that --fix would make, and make none
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    diff: bool,
    /// Check again whenever the documents or their locks change, until Ctrl-C
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    watch: bool,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    if args.watch {
        watch::refuse(args.format, &args.files)?;
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
    if args.unsafe_fixes && !args.fix && !args.diff {
        let failure =
            Failure::new("--unsafe-fixes says which edits to make, and nothing makes any");
        return Err(failure.help("add --fix, or --diff to see them first"));
    }
    let mut answer = Answer::new(Status::Good);
    let mut listing = Listing { command: "check", ..Listing::default() };
    let machine = &args.format.on(machine);
    let paths = Paths::new(machine);
    let mut inputs = read(args, common, machine, follows)?;
    if args.diff {
        for input in &inputs {
            previewed(input, args, machine, &mut answer);
        }
        return Ok(answer);
    }
    if args.fix {
        inputs = inputs
            .into_iter()
            .map(|input| mended(input, args, &mut answer))
            .collect::<Result<_, _>>()?;
    }
    for input in &inputs {
        listing.add(input, &paths, args.deny_warnings, machine);
        let report = &input.checked.report;
        let warned = args.deny_warnings && report.count(Severity::Warning) > 0;
        if report.has_errors() || warned {
            answer.status = Status::No;
        }
        if !report.diagnostics().is_empty() {
            answer.stderr.push_str(&format!("{}: {}\n", input.source.path(), text::footer(report)));
        }
    }
    answer.stdout = args.format.write(&listing);
    if answer.status == Status::Good {
        let (clusters, services) = listing.counts;
        let counts = [
            counted(inputs.len(), "file"),
            counted(clusters, "cluster"),
            counted(services, "service"),
        ];
        answer.stderr.push_str(&format!("ok: {}\n", counts.join(", ")));
    }
    Ok(answer)
}

/// What the edits that are asked for make of a document.
fn edited(input: &Input, args: &Args) -> fix::Mended {
    let most = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    fix::mend(&input.source, input.lock.as_ref(), most)
}

/// Shows the edits to a document.
fn previewed(input: &Input, args: &Args, machine: &Machine, answer: &mut Answer) {
    let (before, mended) = (&input.source, edited(input, args));
    let path = before.path();
    if mended.text == before.text() {
        answer.stderr.push_str(&format!("{path}: nothing to mend\n"));
        return;
    }
    answer.status = Status::No;
    let side = |text| Side { text, line: 1 };
    let hunks = unified::hunks(side(before.text()), side(&mended.text), "", 3, machine.stdout);
    answer.stdout.push_str(&format!("--- {path}\n+++ {path}\n{}", hunks.text));
    let count = counted(mended.count, "problem");
    answer.stderr.push_str(&format!("{path}: {count} would be mended\n"));
}

/// Makes the edits to a document, and checks it again.
fn mended(input: Input, args: &Args, answer: &mut Answer) -> Result<Input, Failure> {
    let Some(path) = &input.path else {
        let failure = Failure::new("--fix cannot write to the standard input");
        return Err(failure.help("name the file, or show the edits with --diff"));
    };
    let mended = edited(&input, args);
    if mended.text == input.source.text() {
        return Ok(input);
    }
    let shown = input.source.path().to_owned();
    disk::rewrite(path, &shown, input.source.text(), &mended.text)?;
    answer.stderr.push_str(&format!("{shown}: {} mended\n", counted(mended.count, "problem")));
    Ok(input.with(Source::new(shown, &mended.text)))
}

fn read(
    args: &Args,
    common: &Common,
    machine: &Machine,
    follows: &mut Follows,
) -> Result<Vec<Input>, Failure> {
    if args.files.is_empty() {
        let path = input::find(common, machine)?;
        follows.document(&path);
        return Ok(vec![Input::read(&path, machine, Locked::Beside)?]);
    }
    let paths = args.files.iter().filter(|file| *file != "-").map(|file| machine.folder.join(file));
    paths.for_each(|path| follows.document(&path));
    let one = |file: &String| {
        if file == "-" {
            let read = disk::read_stdin(&args.stdin_filename)?;
            return Ok(Input::check(machine.folder.clone(), None, read, None));
        }
        Input::read(&machine.folder.join(file), machine, Locked::Beside)
    };
    args.files.iter().map(one).collect()
}

/// A number and its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
