//! Each folder of `tests/rules` is a test of its name: the bad document raises that rule and nothing else, drawn exactly as in
//! `bad.stderr`; the good one raises nothing. `CWC_UPDATE=1 cargo test` writes what is drawn; read it before it is committed.
//!
//! Where there is an `edges.toml`, it goes along the rule's edges, and says itself what is raised: a line with `#~ CODE TEXT` raises that code, once for
//! each such comment, in a message, label or help that holds the text, and a line without one raises nothing. `#~ CODE TEXT (no help)`: and offers nothing.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and these read and write their own files"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cwc::compile;
use cwc::disk::{Read, read_lock, read_source};
use cwc::report::text::{Sources, Style, render};
use cwc::report::{Diagnostic, Report};
use cwc::rules::{self, file_too_large};
use cwc::source::Source;
use cwc::span::File;
use libtest_mimic::{Arguments, Failed, Trial};

/// The longest rendering of one diagnostic that a terminal should be asked to take.
const LONGEST: usize = 4096;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let trials = folders.into_iter().map(|folder| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        Trial::test(name.clone(), move || case(&folder, &name))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn case(folder: &Path, name: &str) -> Result<(), Failed> {
    let (code, word) = name.split_once('-').ok_or("the folder is not named CODE-NAME")?;
    let rule = rules::find(code).ok_or("no rule has this code")?;
    same("the rule's name", word, rule.name)?;

    let bad = bad(folder, code);
    let raised = codes(&bad.report);
    let expected: BTreeSet<&str> = [code].into();
    if raised != expected {
        return Err(format!("bad raises {raised:?}:\n{}", bad.drawn).into());
    }
    if bad.drawn.len() > LONGEST {
        return Err(format!("bad is drawn in {} bytes", bad.drawn.len()).into());
    }
    let expected = folder.join("bad.stderr");
    if std::env::var_os("CWC_UPDATE").is_some() {
        fs::write(&expected, &bad.drawn).unwrap();
    }
    same("bad.stderr", &fs::read_to_string(expected).unwrap_or_default(), &bad.drawn)?;

    let good = check(&folder.join("good.toml"), &folder.join("good.lock"));
    same("what good raises", "", &good.drawn)?;
    edges(&folder.join("edges.toml"))
}

/// Whether a document raises what its comments say, line by line.
fn edges(path: &Path) -> Result<(), Failed> {
    if !path.exists() {
        return Ok(());
    }
    let source = Source::new("edges.toml", &fs::read_to_string(path).unwrap());
    let outcome = check(path, &path.with_extension("lock"));
    let mut raised: Vec<(usize, &Diagnostic)> = outcome
        .report
        .diagnostics()
        .iter()
        .map(|found| (source.position(found.primary.span.range().start).line, found))
        .collect();
    for (line, text) in (1..).zip(source.text().lines()) {
        for expected in text.split("#~").skip(1) {
            let (code, holds) = expected.trim().split_once(' ').unwrap_or((expected.trim(), ""));
            let (holds, help) = match holds.strip_suffix("(no help)") {
                Some(holds) => (holds.trim_end(), false),
                None => (holds, true),
            };
            let is_it = |found: &Diagnostic| {
                let labels = found.others.iter().chain([&found.primary]).map(|label| &label.text);
                let mut texts = labels.chain([&found.message]).chain(&found.help);
                let says = texts.any(|text| text.contains(holds));
                found.rule.code == code && says && (help || found.help.is_none())
            };
            let at = raised.iter().position(|(at, found)| *at == line && is_it(found));
            let at = at.ok_or(format!(
                "line {line} of edges.toml lacks {code} {holds}:\n{}",
                outcome.drawn
            ))?;
            raised.remove(at);
        }
    }
    match raised.first() {
        None => Ok(()),
        Some((line, found)) => Err(format!(
            "line {line} of edges.toml raises {}: {}\n{}",
            found.rule.code, found.message, outcome.drawn
        )
        .into()),
    }
}

struct Outcome {
    report: Report,
    drawn: String,
}

/// The document that raises the rule: a file, but for the one that would be too large to commit.
fn bad(folder: &Path, code: &str) -> Outcome {
    if code != file_too_large::RULE.code {
        return check(&folder.join("bad.toml"), &folder.join("bad.lock"));
    }
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("mesh.toml");
    fs::write(&file, "#".repeat(file_too_large::LIMIT + 1)).unwrap();
    check(&file, &temporary.path().join("mesh.lock"))
}

fn check(mesh: &Path, lock: &Path) -> Outcome {
    let lock = read_lock(lock, "mesh.lock").unwrap().map(|read| match read {
        Read::Source(source) | Read::NotText(source, _) => source,
    });
    match read_source(mesh, "mesh.toml", File::Mesh).unwrap() {
        Read::Source(source) => {
            let report = compile::check(&source, lock.as_ref()).report;
            drawn(&source, lock.as_ref(), report)
        }
        Read::NotText(source, report) => drawn(&source, lock.as_ref(), report),
    }
}

fn drawn(mesh: &Source, lock: Option<&Source>, report: Report) -> Outcome {
    let style = Style { color: false, unicode: true };
    let drawn = render(&report, Sources { mesh, lock }, style);
    Outcome { report, drawn }
}

/// The codes of a report.
fn codes(report: &Report) -> BTreeSet<&'static str> {
    report.diagnostics().iter().map(|found| found.rule.code).collect()
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    let changes = similar::TextDiff::from_lines(expected, found);
    Err(format!("{what} differs:\n{}", changes.unified_diff().header("expected", "found")).into())
}
