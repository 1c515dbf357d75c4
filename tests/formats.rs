//! What `check`, `build --check` and `diff` write for programs: each format is the committed one, is taken by the schema of those who read it,
//! and changes nothing about the exit status.
//!
//! `tests/formats/CASE/` has a snapshot a format, in which `VERSION` stands for cwc's own; `CWC_UPDATE=1` rewrites them. A schema that
//! the machine lacks is named on stderr and judges nothing; `CWC_REQUIRE_JUDGES=1`, which CI sets, makes that a failure.
//! `tests/formats/install.sh` installs the schemas.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_collect,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and it plays with files and programs"
)]

#[path = "formats/judges.rs"]
mod judges;
#[path = "formats/project.rs"]
mod project;

use std::fs;
use std::path::Path;

use project::Project;

/// The formats that every command has, each with the ending of its snapshot.
const FORMATS: [(&str, &str); 8] = [
    ("full", "full.txt"),
    ("concise", "concise.txt"),
    ("json", "json"),
    ("github", "github.txt"),
    ("gitlab", "gitlab.json"),
    ("sarif", "sarif.json"),
    ("junit", "junit.xml"),
    ("rdjson", "rdjson.json"),
];

#[test]
fn three_mistakes() {
    every_format("three-mistakes", &Project::new(project::THREE_MISTAKES), "cwc check", 1);
}

#[test]
fn nothing_found() {
    every_format("nothing-found", &Project::new(project::SOUND), "cwc check", 0);
}

#[test]
fn a_warning_is_no_failure() {
    let document = format!("{}[services.reviews.backends.west]\nweight = 3\n", project::SOUND);
    every_format("warning", &Project::new(&document), "cwc check", 0);
}

#[test]
fn a_tree_that_is_not_what_the_document_says() {
    let project = Project::new(project::SOUND);
    project.run("cwc build", 0);
    project.append("generated/west/gateway.yaml", "# by hand\n");
    project.remove("generated/east/kustomization.yaml");
    every_format("stale-tree", &project, "cwc build --check", 1);
}

#[test]
fn a_tree_of_a_document_with_mistakes() {
    let project = Project::new(project::THREE_MISTAKES);
    every_format("build-with-mistakes", &project, "cwc build --check", 2);
}

/// In the order of weight, and what GitHub would drop is counted.
#[test]
fn github_is_told_of_what_it_does_not_show() {
    let many: String = (0..13).map(|n| format!("unknown-{n} = 1\n")).collect();
    let project = Project::new(&format!("{many}{}", project::SOUND));
    let said = project.run("cwc check --format github", 1);
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(lines.iter().filter(|line| line.starts_with("::error ")).count(), 10);
    assert_eq!(lines.last(), Some(&"::notice title=cwc::3 more are in the log of this step"));
}

#[test]
fn paths_are_those_of_the_repository_wherever_the_command_runs() {
    let project = Project::new(project::THREE_MISTAKES);
    for (folder, file) in [
        ("fleet", ""),
        ("fleet/deep", ""),
        ("", " -f fleet/mesh.toml"),
        ("fleet/deep", " -f ../../fleet/mesh.toml"),
    ] {
        let said = project.run_in(folder, &format!("cwc check{file} --format gitlab"), 1);
        let issues: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(issues[0]["location"]["path"], "fleet/mesh.toml", "in {folder:?}{file}");
    }
}

#[test]
fn several_documents_are_one_list() {
    let project = Project::new(project::THREE_MISTAKES);
    project.write("other.toml", project::SOUND);
    let command = "cwc check mesh.toml other.toml --format json";
    let found: serde_json::Value = serde_json::from_str(&project.run(command, 1)).unwrap();
    assert_eq!(found["summary"]["documents"], 2);
    assert_eq!(found["summary"]["services"], 1);
    assert_eq!(found["diagnostics"].as_array().unwrap().len(), 3);
    let junit = project.run("cwc check mesh.toml other.toml --format junit", 1);
    assert_eq!(junit.matches("<testsuite ").count(), 2);
}

#[test]
fn only_a_check_of_the_tree_has_a_format() {
    let said = Project::new(project::SOUND).shown("cwc build --format json");
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("--check"));
}

/// Runs a command in each format, and looks at what it wrote.
fn every_format(case: &str, project: &Project, command: &str, status: i32) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(case);
    let mut faults = Vec::new();
    for (format, ending) in FORMATS {
        let said = project.run(&format!("{command} --format {format}"), status);
        judges::judge(format, &said);
        let said = said.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        let path = folder.join(ending);
        if std::env::var_os("CWC_UPDATE").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &said).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != said {
            faults.push(format!("{case}/{ending} is\n{said}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
