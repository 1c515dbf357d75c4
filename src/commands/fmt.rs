//! `cwc fmt`: writes documents in their one form.

use clap::Parser;

use super::diff::unified::{self, Side};
use super::{Answer, Common, Machine, Status, input};
use crate::disk::{self, Failure, Read};
use crate::document::Document;
use crate::format::format;
use crate::report::text::{self, Sources};
use crate::report::{Report, Severity};
use crate::source::Source;
use crate::span::File;

/// Writes mesh.toml in its one form: spacing, the order of keys, one spelling for each value
///
/// Comments stay, and so does the order of tables and of what is listed. What is written compiles to the same bytes. A document that is no
/// TOML is shown as by `cwc check`, and left as it is.
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  $ cwc fmt --check\n  $ cwc fmt")]
pub(super) struct Args {
    /// The documents to format; `-` for the standard input, whose form goes to the standard output
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// The name that messages give to what comes by standard input
    #[arg(long, value_name = "NAME", default_value = "mesh.toml")]
    stdin_filename: String,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long, visible_alias = "diff")]
    check: bool,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let mut answer = Answer::new(Status::Good);
    if args.files.is_empty() {
        let path = input::find(common, machine)?;
        let read = disk::read_source(&path, &machine.shown(&path), File::Mesh)?;
        one(read, Some(&path), args, machine, &mut answer)?;
    }
    for file in &args.files {
        if file == "-" {
            one(disk::read_stdin(&args.stdin_filename)?, None, args, machine, &mut answer)?;
        } else {
            let path = machine.folder.join(file);
            let read = disk::read_source(&path, &machine.shown(&path), File::Mesh)?;
            one(read, Some(&path), args, machine, &mut answer)?;
        }
    }
    Ok(answer)
}

/// Formats one document, at a path or from the standard input.
fn one(
    read: Read,
    path: Option<&std::path::Path>,
    args: &Args,
    machine: &Machine,
    answer: &mut Answer,
) -> Result<(), Failure> {
    let (source, unreadable) = match read {
        Read::Source(source) => (source, None),
        Read::NotText(source, report) => (source, Some(report)),
    };
    let shown = source.path().to_owned();
    let formatted = match (unreadable, format(source.text())) {
        (None, Ok(formatted)) if source.secrets().is_empty() => formatted,
        (unreadable, parsed) => {
            let report = unreadable.unwrap_or_else(|| faults(&source));
            if !report.has_errors() {
                // What the checker reads and the formatter does not.
                let reason = parsed.err().map_or_else(String::new, |error| error.to_string());
                return Err(Failure::new(format!("cannot format {shown}: {}", reason.trim())));
            }
            let sources = Sources { mesh: &source, lock: None };
            answer.stdout.push_str(&text::render(&report, sources, machine.stdout));
            answer.stderr.push_str(&format!("{shown}: {}\n", text::footer(&report)));
            answer.status = Status::No;
            return Ok(());
        }
    };
    match path {
        None if !args.check => answer.stdout.push_str(&formatted),
        _ if formatted == source.text() => {
            answer.stderr.push_str(&format!("{shown}: formatted already\n"));
        }
        Some(path) if !args.check => {
            disk::rewrite(path, &shown, source.text(), &formatted)?;
            answer.stderr.push_str(&format!("{shown}: formatted\n"));
        }
        _ => {
            answer.status = Status::No;
            let side = |text| Side { text, line: 1 };
            let hunks =
                unified::hunks(side(source.text()), side(&formatted), "", 3, machine.stdout);
            answer.stdout.push_str(&format!("--- {shown}\n+++ {shown}\n{}", hunks.text));
            answer.stderr.push_str(&format!("{shown}: would be formatted; run `cwc fmt`\n"));
        }
    }
    Ok(())
}

/// What keeps a text from being TOML.
fn faults(source: &Source) -> Report {
    let mut report = Report::new();
    Document::parse(source, &mut report);
    report.retain(|found| {
        found.rule.severity == Severity::Error && found.rule.code.starts_with("CW00")
    });
    report.sort();
    report
}
