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

#[path = "coverage/counted.rs"]
mod counted;
#[path = "formats/judges.rs"]
mod judges;
#[path = "formats/project.rs"]
mod project;

use std::fs;
use std::path::Path;

use project::Project;

/// The formats that every command has, each with the ending of its snapshot.
const FORMATS: [(&str, &str); 9] = [
    ("full", "full.txt"),
    ("concise", "concise.txt"),
    ("json", "json"),
    ("github", "github.txt"),
    ("gitlab", "gitlab.json"),
    ("sarif", "sarif.json"),
    ("junit", "junit.xml"),
    ("rdjson", "rdjson.json"),
    ("markdown", "md"),
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

/// What is classed as what, and where it is said to come from, is read in these snapshots.
#[test]
fn a_difference() {
    let project = Project::committed(project::BEFORE, project::AFTER);
    every_format("difference", &project, "cwc diff --against HEAD", 1);
    every_format("difference-by-fields", &project, "cwc diff --against HEAD --semantic", 1);
}

#[test]
fn no_difference() {
    let project = Project::committed(project::BEFORE, project::BEFORE);
    every_format("no-difference", &project, "cwc diff --against HEAD", 0);
}

#[test]
fn a_difference_that_cannot_be_told() {
    let project = Project::committed(project::BEFORE, project::THREE_MISTAKES);
    every_format("difference-with-mistakes", &project, "cwc diff --against HEAD", 2);
}

/// Without a committed tree, and in a folder below the repository's root.
#[test]
fn against_a_commit_is_against_what_its_document_compiles_to() {
    let project = Project::committed(project::BEFORE, project::AFTER);
    let against = project.run("cwc diff --against HEAD", 1);
    project.write("mesh.toml", project::BEFORE);
    project.run("cwc build", 0);
    project.write("mesh.toml", project::AFTER);
    // The tree is of the same document as the commit, so the same differs; only old addresses of gateways are nobody's.
    let tree = project.run("cwc diff", 1);
    let objects = |text: &str| -> Vec<String> {
        let shown = text.lines().filter(|line| line.starts_with(['+', '-', ' ', '@']));
        shown.filter(|line| !line.contains("calls ")).map(str::to_owned).collect()
    };
    assert_eq!(objects(&against), objects(&tree));
    assert!(objects(&tree).len() > 100);
}

#[test]
fn where_the_document_was_not_there_everything_is_new() {
    let project = Project::committed(project::BEFORE, project::BEFORE);
    project.git(&["rm", "--quiet", "--cached", "fleet/mesh.toml", "fleet/mesh.lock"]);
    project.git(&["commit", "--quiet", "-m", "gone"]);
    let said = project.shown("cwc diff --against HEAD --stat");
    let stderr = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(stderr.contains("there is no mesh.toml in HEAD: everything is new"), "{stderr}");
    let shown = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(shown.contains(" to add, 0 to change, 0 to remove in 3 of 3 clusters"), "{shown}");
    assert_eq!(said.status.code(), Some(1));
}

/// No more of it is read than a document may have, and that much is.
#[test]
fn a_document_of_a_commit_is_as_large_as_any_at_most() {
    for (bytes, said) in [(8 << 20, "CW0108"), ((8 << 20) + 1, "CW0004"), (9 << 20, "CW0004")] {
        let project = Project::committed(project::BEFORE, project::AFTER);
        project.write("mesh.toml", &"#".repeat(bytes));
        project.git(&["commit", "--quiet", "--all", "-m", "large"]);
        project.write("mesh.toml", project::AFTER);
        let output = project.shown("cwc diff --against HEAD");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(shown.starts_with(&format!("error[{said}]")), "{output:?}");
    }
}

#[test]
fn what_git_cannot_tell_is_said() {
    let project = Project::committed(project::BEFORE, project::AFTER);
    let fails = |command: &str, what: &str| {
        let said = project.shown(command);
        let stderr = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(2), "{command}: {stderr}");
        assert!(said.stdout.is_empty() && stderr.contains(what), "{command}: {stderr}");
    };
    fails("cwc diff --against nowhere", "git knows no commit `nowhere`");
    fails("cwc diff --against=--all", "git knows no commit `--all`");
    fails("cwc diff --against HEAD:fleet", "git knows no commit `HEAD:fleet`");
    fails("cwc diff --against HEAD --out generated", "cannot be used with");
    project.remove("mesh.toml");
    std::os::unix::fs::symlink("/etc/hostname", project.path("mesh.toml")).unwrap();
    project.git(&["add", "fleet/mesh.toml"]);
    project.git(&["commit", "--quiet", "-m", "link"]);
    project.remove("mesh.toml");
    project.write("mesh.toml", project::AFTER);
    fails("cwc diff --against HEAD", "symbolic link");
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("mesh.toml");
    fs::write(&file, project::AFTER).unwrap();
    fails(
        &format!("cwc diff --against HEAD -f {}", file.display()),
        "in no git repository (not a git repo",
    );
}

/// The document of the commit, not the one at hand, is the one that is not valid.
#[test]
fn an_invalid_document_of_a_commit_is_named() {
    let project = Project::committed(project::THREE_MISTAKES, project::AFTER);
    let said = project.run("cwc diff --against HEAD --format concise", 2);
    assert!(said.starts_with("HEAD:mesh.toml:6:1: error[CW0101]"), "{said}");
}

#[test]
fn the_status_is_one_for_the_classes_that_are_named() {
    let project = Project::committed(project::BEFORE, project::AFTER);
    for (fail_on, status) in [
        ("name-removed", 1),
        ("breaking", 1),
        ("safe", 1),
        ("security", 0),
        ("vip-moved", 0),
        ("vip-moved --fail-on port-closed", 1),
        ("breaking --exit-zero", 0),
    ] {
        for format in ["full", "json", "sarif", "markdown"] {
            let command = format!("cwc diff --against HEAD --format {format} --fail-on {fail_on}");
            project.run(&command, status);
        }
    }
    let said = project.shown("cwc diff --fail-on vip-move");
    assert!(String::from_utf8_lossy(&said.stderr).contains("a similar value exists: 'vip-moved'"));
    let junit = project.run("cwc diff --against HEAD --format junit --fail-on port-closed", 1);
    assert_eq!(junit.matches("<failure ").count(), 1);
}

/// A comment that GitHub refuses is no comment.
#[test]
fn a_comment_fits_into_a_comment() {
    let services = |port: u16| -> String {
        let one = |n: u16| {
            format!(
                "[services.s{n}]\nnamespace = \"shop\"\nports = {{ http = {port} }}\nclusters = [\"east\"]\n"
            )
        };
        format!("{}{}", project::SOUND, (0..400).map(one).collect::<String>())
    };
    let project = Project::committed(&services(8080), &services(8081));
    let comment = project.run("cwc diff --against HEAD --format markdown", 1);
    assert!(comment.len() < 65_536 && comment.len() > 30_000, "{} bytes", comment.len());
    assert!(comment.starts_with("<!-- cwc diff -->\n"));
    assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
    assert_eq!(comment.lines().filter(|line| line.starts_with("```")).count() % 2, 0);
    let last = comment.lines().last().unwrap();
    assert!(last.starts_with("Not shown for want of room: "), "{last}");
    let shown = comment.lines().filter(|line| line.starts_with("`~ ")).count();
    let left: usize = last.split(' ').nth(6).unwrap().parse().unwrap();
    assert_eq!(shown + left, 1600, "{last}");
}

/// The page has every class, with its level and its sentence, in their order.
#[test]
fn the_page_about_differences_has_every_class() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.md")).unwrap();
    let row = |class: &cwc::risk::Class| {
        format!("| `{}` | {} | {} |\n", class.name, class.level.word(), class.summary)
    };
    let table: String = cwc::risk::CLASSES.iter().map(row).collect();
    assert!(page.contains(&table), "docs/diff.md should have\n{table}");
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
