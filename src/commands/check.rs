//! `cwc check`: validates documents.

use clap::Parser;

use super::format::{Format, Paths};
use super::input::{self, Input, Locked};
use super::{Answer, Common, Machine, Status};
use crate::disk::{self, Failure};
use crate::report::finding::Listing;
use crate::report::{Severity, text};

/// Validates mesh.toml and mesh.lock; writes nothing
///
/// Every problem is shown in one run, in the order of the file, with the edit to make.
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
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let mut answer = Answer::new(Status::Good);
    let mut listing = Listing { command: "check", ..Listing::default() };
    let machine = &args.format.on(machine);
    let paths = Paths::new(machine);
    let inputs = read(args, common, machine)?;
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

fn read(args: &Args, common: &Common, machine: &Machine) -> Result<Vec<Input>, Failure> {
    if args.files.is_empty() {
        let path = input::find(common, machine)?;
        return Ok(vec![Input::read(&path, machine, Locked::Beside)?]);
    }
    let one = |file: &String| {
        if file == "-" {
            let read = disk::read_stdin(&args.stdin_filename)?;
            return Ok(Input::check(machine.folder.clone(), read, None));
        }
        Input::read(&machine.folder.join(file), machine, Locked::Beside)
    };
    args.files.iter().map(one).collect()
}

/// A number and its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
