//! `cwc check --fix`: what it mends, what it leaves to a person, and that a document is never worse afterwards.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and looks at files itself"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cwc::compile::check;
use cwc::fix::mend;
use cwc::report::Applicability::{self, Safe, Unsafe};
use cwc::report::{Report, Severity};
use cwc::source::Source;

const CLUSTERS: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\ngateway = \"203.0.113.20\"\n\n";

fn mended(text: &str, most: Applicability) -> String {
    mend(&Source::new("mesh.toml", text), None, most).text
}

/// What becomes of a document that goes on with `before` behind two clusters.
fn rest(before: &str, most: Applicability) -> String {
    let text = mended(&format!("{CLUSTERS}{before}"), most);
    text.strip_prefix(CLUSTERS).unwrap().to_owned()
}

#[test]
fn the_same_value_in_the_right_type_is_safe() {
    let before = "[services.reviews]\nnamespace = \"books\" # theirs\nports = { http = \"9080\" }\nclusters = \"east\"\n";
    let after = "[services.reviews]\nnamespace = \"books\" # theirs\nports = { http = 9080 }\nclusters = [\"east\"]\n";
    assert_eq!(rest(before, Safe), after);
}

#[test]
fn the_same_word_in_another_spelling_is_safe() {
    let before = "[mesh]\nvip_pool = \"240.16.0.7/12\"\nistio = \"1.25.3\"\n";
    let after = "[mesh]\nvip-pool = \"240.16.0.0/12\"\nistio = \"1.25\"\n";
    assert_eq!(rest(before, Safe), after);
    let before = "[services.a]\nnamespace = \"b\"\nports = { http = 1 }\nclusters = [\"east\", \"west\"]\nprefer = \"Local\"\nhosts = [\"A.Example.ORG\"]\n";
    let after = before.replace("Local", "local").replace("A.Example.ORG", "a.example.org");
    assert_eq!(rest(before, Safe), after);
}

#[test]
fn what_is_said_twice_is_said_once() {
    let before = "[services.a]\nnamespace = \"b\"\nports = { http = 1 }\nclusters = [\"east\", \"west\", \"east\", \"east\"]\n";
    assert_eq!(rest(before, Safe), before.replace(", \"east\", \"east\"]", "]"));
}

/// Whatever it holds is written as TOML writes it; lines are left to a person.
#[test]
fn a_text_of_any_letters_becomes_a_list_of_it() {
    let offered = |text: &str| {
        let text = format!("{CLUSTERS}[services.a]\nclusters = {text}\n");
        let report = check(&Source::new("mesh.toml", &text), None).report;
        let found = report.diagnostics().iter().find(|found| found.rule.code == "CW0102").unwrap();
        let fix = found.fix.as_ref().map(|fix| fix.edits[0].text.clone());
        assert_eq!(found.help, fix.as_ref().map(|fix| format!("write `{fix}`")), "{text}");
        fix
    };
    for text in ["\"it's\"", r"'a\b'", r#"'"'"#, r#""\"'\\""#, "\"é\""] {
        let read = |value: &str| format!("a = {value}").parse::<toml::Table>().unwrap();
        assert_eq!(read(&offered(text).unwrap()), read(&format!("[{text}]")));
    }
    assert_eq!(offered(r#""a\nb""#), None);
}

/// A near name is a guess: `esat` may be a cluster that is still to be added.
#[test]
fn a_near_name_is_a_guess() {
    let before = "[services.a]\nnamespace = \"b\"\nport = { http = 1 }\nclusters = [\"esat\"]\nprefer = \"locl\"\n";
    assert_eq!(rest(before, Safe), before);
    let after =
        before.replace("port =", "ports =").replace("esat", "east").replace("locl", "local");
    assert_eq!(rest(before, Unsafe), after);
}

/// The second round mends what only the first brought to light.
#[test]
fn rounds_go_on_until_nothing_is_left() {
    let before = "[service.a]\nnamespace = \"b\"\nports = { http = \"80\" }\nclusters = [\"east\", \"east\"]\n";
    let after = "[services.a]\nnamespace = \"b\"\nports = { http = 80 }\nclusters = [\"east\"]\n";
    // Renamed alone, the table would show two errors for the one it had.
    assert_eq!(rest(before, Unsafe), before);
    let before = before.replace(", \"east\"]", "]");
    assert_eq!(rest(&before, Unsafe), after);
}

#[test]
fn two_keys_do_not_become_one() {
    let before = "[services.a]\nnamespace = \"b\"\nname_space = \"c\"\nports = { http = 1 }\nclusters = [\"east\"]\n";
    assert_eq!(rest(before, Unsafe), before);
}

#[test]
fn a_comment_is_never_taken_away() {
    let before = "[services.a]\nnamespace = \"b\"\nports = { http = 1 }\nclusters = [\n  \"east\", # old\n  \"east\",\n]\n";
    assert_eq!(rest(before, Unsafe), before);
}

fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path().join("bad.toml"));
    let mut found: Vec<(PathBuf, String)> =
        folders.filter_map(|path| Some((path.clone(), fs::read_to_string(path).ok()?))).collect();
    found.sort();
    assert!(found.len() > 50);
    found
}

fn counts(report: &Report) -> (usize, usize) {
    (report.count(Severity::Error), report.count(Severity::Warning))
}

#[test]
fn no_document_gets_worse_and_a_mended_one_stays_as_it_is() {
    let mut changed = 0;
    for (path, text) in documents() {
        let before = check(&Source::new("mesh.toml", &text), None).report;
        for most in [Safe, Unsafe] {
            let after = mended(&text, most);
            changed += usize::from(after != text);
            let report = check(&Source::new("mesh.toml", &after), None).report;
            assert!(counts(&report) <= counts(&before), "{}:\n{after}", path.display());
            assert_eq!(mended(&after, most), after, "{}", path.display());
            // A comment to cwc that has no effect is the only one that goes.
            let comments = |text: &str| text.matches('#').count() - text.matches("# cwc:").count();
            assert_eq!(comments(&after), comments(&text), "{}", path.display());
        }
    }
    assert!(changed >= 12, "only {changed} were mended at all");
}

/// A fix that a diagnostic offers is one that its own rule is satisfied by.
#[test]
fn what_is_offered_mends() {
    for (path, text) in documents() {
        let before = check(&Source::new("mesh.toml", &text), None).report;
        let offered = before.fixable(Safe) + before.fixable(Unsafe);
        let after = check(&Source::new("mesh.toml", &mended(&text, Unsafe)), None).report;
        let left = after.fixable(Safe) + after.fixable(Unsafe);
        assert!(
            offered == 0 || left < offered,
            "{}: {offered} offered, {left} left",
            path.display()
        );
    }
}

fn cwc(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_preview_writes_nothing_and_the_fix_keeps_the_files_rights() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mesh.toml");
    let before = format!(
        "{CLUSTERS}[services.a]\nnamespace = \"b\"\nports = {{ http = \"80\" }}\nclusters = [\"esat\"]\n"
    );
    fs::write(&file, &before).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();

    let (status, stdout, stderr) = cwc(folder.path(), &["check", "--diff"]);
    assert_eq!((status, stderr.as_str()), (Some(1), "mesh.toml: 1 problem would be mended\n"));
    assert!(stdout.contains("-ports = { http = \"80\" }\n+ports = { http = 80 }\n"), "{stdout}");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);

    let (status, stdout, stderr) = cwc(folder.path(), &["check", "--fix"]);
    assert_eq!(status, Some(1));
    assert!(stdout.contains("CW0201") && !stdout.contains("CW0102"), "{stdout}");
    assert!(
        stderr.starts_with(
            "mesh.toml: 1 problem mended\nmesh.toml: 1 error (1 fixable with --fix --unsafe-fixes)"
        ),
        "{stderr}"
    );

    let (status, _, stderr) = cwc(folder.path(), &["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(
        (status, stderr.as_str()),
        (Some(0), "mesh.toml: 1 problem mended\nok: 1 file, 2 clusters, 1 service\n")
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn guesses_need_a_command_to_make_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mesh.toml"), CLUSTERS).unwrap();
    let (status, _, stderr) = cwc(folder.path(), &["check", "--unsafe-fixes"]);
    assert_eq!(status, Some(2));
    assert!(stderr.contains("add --fix"), "{stderr}");
}

#[test]
fn a_comment_to_cwc_that_hides_nothing_goes_with_its_line() {
    let service = "[services.a]\nnamespace = \"b\"\nports = { http = 1 }\nclusters = [\"east\"]\n";
    let behind = service.replace("\"b\"\n", "\"b\" # cwc: allow(CW0503) as said\n");
    assert_eq!(rest(&behind, Safe), service);
    let alone = service.replace("ports", "# kept\n# cwc: allow(CW0503) as said\nports");
    assert_eq!(rest(&alone, Safe), service.replace("ports", "# kept\nports"));
}
