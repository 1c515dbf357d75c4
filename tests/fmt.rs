//! `cwc fmt`: what is formatted compiles to the same bytes, loses no comment, and stays as it is.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and looks at files itself"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cwc::compile::{Fleet, check};
use cwc::format::format;
use cwc::source::Source;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Every mesh.toml of the repository: those of the tests, the examples and the benchmark's base.
fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests", "examples", "mesh.toml.example"].map(|name| root.join(name));
    let files = folders.iter().flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name());
    let files = files.map(|entry| entry.unwrap().into_path());
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name == "mesh.toml.example" || (name.ends_with(".toml") && !name.starts_with("Cargo"))
    };
    let mut found = Vec::new();
    for path in files.filter(named) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if text.parse::<toml_edit::DocumentMut>().is_ok() {
            found.push((path, text));
        }
    }
    assert!(found.len() > 150, "{}", found.len());
    found
}

/// What a document compiles to, or what is wrong with it, without its places.
fn meaning(text: &str) -> String {
    let checked = check(&Source::new("mesh.toml", text), None);
    let Some(mesh) = checked.mesh else {
        let found = checked.report.diagnostics().iter().map(|found| found.rule.code);
        // Formatting is what mends a form that only TOML 1.1 has.
        let mut codes: Vec<&str> = found.filter(|code| *code != "CW0003").collect();
        codes.sort_unstable();
        // A secret is looked for in the text, and may be found twice in one form of a string and once in another.
        codes.dedup_by(|one, two| one == two && *one == "CW0008");
        return codes.join(" ");
    };
    let fleet = Fleet::new(&mesh);
    let mut out = String::new();
    for id in mesh.mesh().cluster_ids() {
        let tree = fleet.cluster(id).unwrap();
        for file in &tree.files {
            out.push_str(&format!("{}\n{}\n", file.path, file.text()));
        }
    }
    out + &mesh.mesh().lock.text()
}

/// The comments of a text, in any order: a `#` that stands in no string.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['#', '"', '\'']) {
        let part = &rest[at..];
        let triple = |quote: &str| part.starts_with(&quote.repeat(3));
        let skip = if part.starts_with('#') {
            let comment = part.lines().next().unwrap();
            found.push(comment.trim_end().to_owned());
            comment.len()
        } else if triple("\"") || triple("'") {
            let close = part[3..].find(&part[..3]).map_or(part.len(), |end| end + 6);
            close + part[close..].chars().take_while(|c| part.starts_with(*c)).count()
        } else {
            let quote = part.chars().next().unwrap();
            let mut escaped = false;
            let close = part.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == quote && !escaped;
                escaped = quote == '"' && *c == '\\' && !escaped;
                ends
            });
            close.map_or(part.len(), |(at, _)| at + 1)
        };
        rest = &part[skip..];
    }
    found.sort();
    found
}

fn holds(text: &str, name: &str) {
    let once = format(text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    assert_eq!(format(&once).unwrap(), once, "{name}: a second time changes it again");
    assert_eq!(comments(&once), comments(text), "{name}: a comment is lost\n{once}");
    assert_eq!(meaning(&once), meaning(text), "{name}: it means something else\n{once}");
}

#[test]
fn every_document_of_the_repository_keeps_its_meaning_and_its_comments() {
    for (path, text) in documents() {
        holds(&text, &path.display().to_string());
    }
}

/// A document with the freedom that TOML leaves: spaces, quotes, comments, line breaks and commas where they may stand.
fn shaken(text: &str, choices: &[u8]) -> String {
    let mut left = choices.iter().copied().cycle();
    let mut chance = |one_in: u8| left.next().unwrap() % one_in == 0;
    let mut out = String::new();
    let mut depth = 0_i32;
    let mut quote: Option<char> = None;
    let mut chars = text.chars().peekable();
    let mut comment = false;
    while let Some(c) = chars.next() {
        if comment || quote.is_some() {
            out.push(c);
            if comment && c == '\n' {
                comment = false;
            }
            if quote == Some(c) {
                quote = None;
            }
            continue;
        }
        match c {
            '#' => comment = true,
            '"' | '\'' => quote = Some(c),
            '[' | '{'
                if depth > 0 || !out.ends_with('\n') && !out.is_empty() && !out.ends_with('[') =>
            {
                depth += 1;
            }
            ']' | '}' if depth > 0 => depth -= 1,
            _ => {}
        }
        // Within brackets a line may end behind a comma or a bracket.
        let before_close = matches!(c, ']' | '}')
            && depth >= 0
            && out.trim_end().ends_with(|c: char| c != '[' && c != '{');
        if before_close && c == '}' && depth > 0 && chance(9) {
            out.push_str(" # before the end\n");
        }
        out.push(c);
        match c {
            ',' if depth > 0 && chance(4) => out.push_str(" # behind a comma\n\n\t"),
            '[' | '{' if depth > 0 && chance(6) => out.push_str("\n  # behind a bracket\n"),
            '=' if chance(3) => out.push_str("\t  "),
            '\n' if depth == 0 && quote.is_none() => {
                if chance(5) {
                    out.push_str("\r\n\n");
                }
                if chance(5) {
                    out.push_str("   # a comment of its own  \n");
                }
                if chance(4) {
                    out.push_str("    ");
                }
            }
            _ => {}
        }
        if c == ' ' && chars.peek() == Some(&'=') && chance(3) {
            out.push_str("  ");
        }
    }
    out
}

#[test]
fn every_freedom_that_toml_leaves_is_taken_away() {
    let documents: Vec<(PathBuf, String)> = documents()
        .into_iter()
        .filter(|(_, text)| text.len() < 6000 && !text.contains("\"\"\""))
        .collect();
    let count = documents.len();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let strategy = (0..count, prop::collection::vec(any::<u8>(), 40..400));
    let sound = std::cell::Cell::new(0);
    let result = runner.run(&strategy, |(at, choices)| {
        let (path, text) = &documents[at];
        let shaken = shaken(text, &choices);
        // Where it is no TOML any more, nothing is to be formatted.
        if shaken.parse::<toml_edit::DocumentMut>().is_ok() {
            sound.set(sound.get() + 1);
            holds(&shaken, &path.display().to_string());
        }
        Ok(())
    });
    result.unwrap();
    assert!(sound.get() > 250, "only {} were TOML", sound.get());
}

fn cwc(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    let command = command.args(arguments).current_dir(folder);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const LOOSE: &str = "[clusters.east]\ngateway={address='203.0.113.10'}  # here\n";
const FORMED: &str = "[clusters.east]\ngateway = \"203.0.113.10\"          # here\n";

#[test]
fn a_check_shows_the_difference_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mesh.toml");
    fs::write(&file, LOOSE).unwrap();
    for flag in ["--check", "--diff"] {
        let (status, stdout, stderr) = cwc(folder.path(), &["fmt", flag], "");
        assert_eq!(status, Some(1), "{stderr}");
        assert!(
            stdout.contains("-gateway={address='203.0.113.10'}  # here\n+gateway = \"203"),
            "{stdout}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), LOOSE);
    }
    assert_eq!(cwc(folder.path(), &["fmt"], "").0, Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap(), FORMED);
    let (status, stdout, _) = cwc(folder.path(), &["fmt", "--check"], "");
    assert_eq!((status, stdout.as_str()), (Some(0), ""));
}

#[test]
fn the_standard_input_goes_to_the_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let (status, stdout, _) = cwc(folder.path(), &["fmt", "-"], LOOSE);
    assert_eq!((status, stdout.as_str()), (Some(0), FORMED));
    let (status, stdout, stderr) = cwc(folder.path(), &["fmt", "-", "--check"], LOOSE);
    assert_eq!(status, Some(1), "{stdout}{stderr}");
}

#[test]
fn what_is_no_toml_is_shown_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mesh.toml");
    fs::write(&file, "[clusters.east]\ngateway = \"x\n").unwrap();
    let (status, stdout, stderr) = cwc(folder.path(), &["fmt"], "");
    assert_eq!(status, Some(1), "{stderr}");
    assert!(stdout.starts_with("error[CW0001]"), "{stdout}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "[clusters.east]\ngateway = \"x\n");
    assert_eq!(cwc(folder.path(), &["fmt", "absent.toml"], "").0, Some(2));
}

/// What a reader of this project copies from.
#[test]
fn the_examples_are_in_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["mesh.toml.example", "examples/bookinfo/mesh.toml", "src/commands/init.toml"] {
        let text = fs::read_to_string(root.join(name)).unwrap();
        assert_eq!(format(&text).unwrap(), text, "{name}");
    }
}
