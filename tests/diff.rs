//! `cwc diff`, case by case: what git has, what mesh.toml says now, and what is to be shown.
//!
//! A case is a folder of `tests/diff`:
//! - `case`: what it is about, the command after `$`, and `exit` with the status; `without` names a file that was lost;
//! - `before.toml`: the document that the committed tree was built from; without it nothing was built yet;
//! - `committed/`: files laid over what was built, as somebody may have edited or added them;
//! - `mesh.toml`: the document as it is now; without it, it is as it was;
//! - `stdout` and `stderr`: what is shown. `CWC_UPDATE=1` rewrites these two.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test may panic, and it plays with files and programs"
)]

#[path = "diff/causes.rs"]
mod causes;
#[path = "coverage/counted.rs"]
mod counted;
#[path = "diff/dns.rs"]
mod dns;
#[path = "diff/repository.rs"]
mod repository;
#[path = "diff/risks.rs"]
mod risks;
#[path = "diff/routes.rs"]
mod routes;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use repository::{Repository, Shown};

#[test]
fn every_case_shows_what_it_should() {
    let mut faults = Vec::new();
    for case in cases() {
        let repository = case.repository();
        let shown = repository.run(&case.command);
        for (name, text) in [("stdout", &shown.stdout), ("stderr", &shown.stderr)] {
            let path = case.folder.join(name);
            if std::env::var_os("CWC_UPDATE").is_some() {
                fs::write(&path, text).unwrap();
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            if expected != *text {
                faults.push(format!("{}: {name} is\n{text}", case.name));
            }
        }
        if shown.status != case.status {
            faults.push(format!("{}: exit {}, not {}", case.name, shown.status, case.status));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_hunk_stands_at_the_lines_it_names() {
    let mut hunks = 0;
    for case in cases() {
        let repository = case.repository();
        hunks += check_hunks(&repository, &repository.run(&case.command).stdout, &case.name);
    }
    assert!(hunks > 20, "{hunks} hunks were looked at");
}

#[test]
fn colors_change_nothing_but_the_colors() {
    for case in cases() {
        let repository = case.repository();
        let plain = repository.run(&case.command);
        let colored = repository.run(&format!("{} --color always", case.command));
        assert!(!plain.stdout.contains('\u{1b}'), "{}: colors in a pipe", case.name);
        if case.status == 1 && !case.command.contains("--name-only") {
            assert!(colored.stdout.contains('\u{1b}'), "{}: no colors", case.name);
            assert_eq!(without_colors(&colored.stdout), plain.stdout, "{}", case.name);
        }
    }
}

#[test]
fn a_build_touches_the_named_files_and_no_others_and_then_nothing_differs() {
    let mut built = 0;
    for case in cases() {
        let repository = case.repository();
        let named = repository.run("cwc diff --name-only");
        let before = repository.snapshot();
        if repository.run("cwc build").status != 0 {
            continue;
        }
        built += 1;
        let after = repository.snapshot();
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let touched: BTreeSet<&str> = paths
            .into_iter()
            .filter(|path| before.get(*path) != after.get(*path))
            .map(String::as_str)
            .collect();
        let named: BTreeSet<&str> = named.stdout.lines().collect();
        assert_eq!(named, touched, "{}: named and touched files", case.name);
        let again = repository.run("cwc diff");
        assert_eq!(
            (again.status, again.stdout.as_str()),
            (0, ""),
            "{}: diff after build",
            case.name
        );
    }
    assert!(built > 10, "only {built} cases could be built");
}

#[test]
fn the_documentation_shows_what_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/diff.md")).unwrap();
    let block = page.split("$ cwc diff\n").nth(1).unwrap().split("```").next().unwrap();
    let shown = fs::read_to_string(root.join("tests/diff/port-changed/stdout")).unwrap();
    assert!(block.lines().count() > 20 && shown.starts_with(block), "{block}");
}

/// A folder of `tests/diff`.
struct Case {
    name: String,
    folder: PathBuf,
    lost: Option<String>,
    command: String,
    status: i32,
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff");
    let mut cases = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(folder.join("case")) else { continue };
        let line = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
        cases.push(Case {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            lost: line("without ").map(str::to_owned),
            command: line("$ ").unwrap().to_owned(),
            status: line("exit ").unwrap().parse().unwrap(),
            folder,
        });
    }
    cases.sort_by(|one, two| one.name.cmp(&two.name));
    assert!(!cases.is_empty());
    cases
}

impl Case {
    /// What git has, with the document as it is now.
    fn repository(&self) -> Repository {
        let repository = Repository::new();
        if let Ok(before) = fs::read_to_string(self.folder.join("before.toml")) {
            repository.write("mesh.toml", &before);
            let Shown { status, stdout, .. } = repository.run("cwc build");
            assert_eq!(status, 0, "{}: before.toml does not build:\n{stdout}", self.name);
        }
        if let Some(lost) = &self.lost {
            repository.remove(lost);
        }
        repository.lay_over(&self.folder.join("committed"));
        if let Ok(now) = fs::read_to_string(self.folder.join("mesh.toml")) {
            repository.write("mesh.toml", &now);
        }
        repository
    }
}

/// Compares the old lines of each hunk with the file that it names; gives how many hunks there are.
fn check_hunks(repository: &Repository, stdout: &str, case: &str) -> usize {
    let (mut lines, mut at, mut hunks) = (Vec::new(), 0, 0);
    let text = stdout.split_once("\n--- ").map_or("", |(_, text)| text);
    for line in format!("--- {text}").lines() {
        if let Some(path) = line.strip_prefix("--- ") {
            let file = repository.read(path).replace("\r\n", "\n");
            lines = file.lines().map(str::to_owned).collect();
        } else if let Some(place) = line.strip_prefix("@@ -") {
            let start = place.split([',', ' ']).next().unwrap();
            at = start.parse::<usize>().unwrap();
            hunks += 1;
        } else if line.starts_with([' ', '-']) {
            assert_eq!(lines[at - 1], line[1..], "{case}: line {at}");
            at += 1;
        }
    }
    hunks
}

fn without_colors(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}
