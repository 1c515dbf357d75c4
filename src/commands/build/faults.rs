//! Every operation of a build fails once, in one of three ways by turns, and every build ends once before each of its operations.
//!
//! Enters: a folder and what is asked of cwc in it. What is there afterwards is judged file by file, and the same command is run again.
#![allow(
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test makes its own folders and looks at them itself"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use clap::Parser as _;

use crate::commands::{Cli, Machine, Status};
use crate::disk::{Fault, Script};
use crate::report::text::Style;

const FAILURES: [Fault; 3] = [Fault::EIO, Fault::ENOSPC, Fault::EACCES];

/// What is in a folder; folders end with `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// A folder before a command.
struct Scene {
    before: Files,
    args: &'static [&'static str],
}

/// What a command came to.
struct Ran {
    status: Status,
    said: String,
    now: Files,
    /// The operations that there were, in order.
    operations: Vec<&'static str>,
    /// The operation that did not happen.
    hit: Option<&'static str>,
}

/// One of the failures, by turns, and the end of the process.
fn faults(at: usize) -> [Fault; 2] {
    [FAILURES[at % FAILURES.len()], Fault::Ends]
}

const CLUSTERS: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\n";

fn service(name: &str, namespace: &str, port: u16) -> String {
    format!(
        "\n[services.{name}]\nnamespace = \"{namespace}\"\nports = {{ tcp = {port} }}\nclusters = [\"east\"]\n"
    )
}

/// So many services, each in a namespace of its own.
fn document(services: usize) -> String {
    let services = (0..services).map(|n| service(&format!("s{n}"), &format!("n{n}"), 80));
    CLUSTERS.to_owned() + &services.collect::<String>()
}

fn run(folder: &Path, args: &[&str]) -> (Status, String) {
    let style = Style { color: false, unicode: true };
    let machine = Machine { folder: folder.to_owned(), stdout: style };
    let args = ["cwc"].iter().chain(args);
    let answer = Cli::try_parse_from(args).unwrap().run(&machine);
    (answer.status, answer.stdout + &answer.stderr)
}

impl Scene {
    /// A folder in which a first document was built, then the second one written, and what others keep there.
    fn new(first: Option<&str>, second: &str, args: &'static [&'static str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        if let Some(first) = first {
            fs::write(path("mesh.toml"), first).unwrap();
            assert_eq!(run(folder.path(), &["build"]).0, Status::Good);
            fs::write(path("generated/README.md"), "a person's\n").unwrap();
            fs::write(path("generated/east/values.yaml"), "a person's\n").unwrap();
            fs::write(path("generated/east/.notes.yaml.cwc-new"), "a person's\n").unwrap();
            fs::write(path("generated/west/.gateway.yaml.cwc-new"), "# Gen").unwrap();
        }
        fs::write(path("mesh.toml"), second).unwrap();
        Self { before: files(folder.path()), args }
    }

    fn run(&self, fault: Option<(usize, Fault)>) -> (Ran, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in &self.before {
            let at = folder.path().join(path);
            if path.ends_with('/') { fs::create_dir(at) } else { fs::write(at, bytes) }.unwrap();
        }
        let ((status, said), operations, hit) =
            Script::run(fault, || run(folder.path(), self.args));
        let now = files(folder.path());
        (Ran { status, said, now, operations, hit }, folder)
    }

    /// Runs it with faults at every operation; `judge` sees each run, and what a run without fault comes to.
    fn everywhere(&self, judge: impl Fn(&Ran, Fault, &Files)) {
        self.wherever(|_, _| true, judge);
    }

    /// The same at those operations that are wanted, told by their place and by how many there are.
    fn wherever(&self, wanted: impl Fn(usize, usize) -> bool, judge: impl Fn(&Ran, Fault, &Files)) {
        let (clean, _) = self.run(None);
        assert_eq!(clean.status, Status::Good, "{}", clean.said);
        let count = clean.operations.len();
        assert!(count > 20, "only {count} operations");
        for at in (0..count).filter(|at| wanted(*at, count)) {
            for fault in faults(at) {
                let (ran, folder) = self.run(Some((at, fault)));
                let hit = ran.hit.unwrap_or_else(|| panic!("{fault:?} at {at} did not come"));
                let context = || format!("{fault:?} at {at}, `{hit}`: {}", ran.said);
                self.judge(&ran, fault, &clean.now, &context);
                judge(&ran, fault, &clean.now);
                // Under a script nothing waits for the disk.
                let ((status, said), ..) = Script::run(None, || run(folder.path(), self.args));
                assert_eq!(status, Status::Good, "{}\nthen: {said}", context());
                assert!(files(folder.path()) == clean.now, "{}\nnot repaired", context());
            }
        }
    }

    fn judge(&self, ran: &Ran, fault: Fault, after: &Files, context: &impl Fn() -> String) {
        let unfinished = |path: &str| path.ends_with(".cwc-new");
        for (path, bytes) in &ran.now {
            let known = [&self.before, after].iter().any(|side| side.get(path) == Some(bytes));
            let left = fault == Fault::Ends && (unfinished(path) || path.ends_with('/'));
            assert!(known || left, "{}\n{path} is neither old nor new", context());
        }
        for (path, bytes) in self.before.iter().filter(|(path, _)| after.contains_key(*path)) {
            assert!(ran.now.contains_key(path), "{}\n{path} is gone", context());
            let foreign = bytes == b"a person's\n";
            assert!(!foreign || ran.now.get(path) == Some(bytes), "{}\n{path}", context());
        }
        // The lock comes first: there is no file of the tree that follows from a lock that is not there yet.
        let is_new = |path: &&String| {
            path.ends_with(".yaml")
                && ran.now.get(*path) == after.get(*path)
                && self.before.get(*path) != after.get(*path)
        };
        if let Some(path) = after.keys().find(is_new) {
            let lock = |files: &Files| files.get("mesh.lock").cloned();
            assert!(lock(&ran.now) == lock(after), "{}\n{path} is new, the lock is not", context());
        }
        if ran.status == Status::Good {
            assert!(ran.now == *after, "{}\nsays that all is well", context());
        }
    }
}

fn files(folder: &Path) -> Files {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    let one = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        if entry.file_type().is_dir() {
            (path + "/", Vec::new())
        } else {
            (path, fs::read(entry.path()).unwrap())
        }
    };
    entries.map(|entry| one(entry.unwrap())).collect()
}

/// A failure changes nothing at all before the first file took its place: what was begun is taken away again.
fn whole_or_not_begun(scene: &Scene) -> impl Fn(&Ran, Fault, &Files) {
    |ran, fault, _| {
        let lock_is_old = ran.now.get("mesh.lock") == scene.before.get("mesh.lock");
        if let (Fault::Fails(_), true) = (fault, lock_is_old) {
            let leftovers =
                |files: &Files| files.keys().filter(|path| path.ends_with(".cwc-new")).count();
            assert!(leftovers(&ran.now) <= leftovers(&scene.before), "{:?}: {}", ran.hit, ran.said);
        }
    }
}

#[test]
fn a_first_build() {
    let document = CLUSTERS.to_owned() + &service("a", "one", 80);
    let scene = Scene::new(None, &document, &["build", "--threads", "1"]);
    scene.everywhere(whole_or_not_begun(&scene));
}

/// A file is new, one changes, one goes with its folder, the lock gets a line.
#[test]
fn a_build_over_another() {
    let first = CLUSTERS.to_owned() + &service("a", "one", 80) + &service("b", "two", 80);
    let second = CLUSTERS.to_owned() + &service("a", "one", 81) + &service("c", "three", 80);
    let scene = Scene::new(Some(&first), &second, &["build", "--threads", "1"]);
    scene.everywhere(whole_or_not_begun(&scene));
}

#[test]
fn a_build_with_more_files_than_are_handed_over_one_by_one() {
    let scene = Scene::new(None, &document(17), &["build", "--threads", "1"]);
    assert!(scene.run(None).0.now.len() > 40);
    // Every operation of the few that differ, and every seventh of the others.
    let wanted = |at, count| at % 7 == 0 || count - at < 12;
    scene.wherever(wanted, whole_or_not_begun(&scene));
}

/// One by one, or all at once where they are many; the lock has a file and a folder of its own.
#[test]
#[cfg(target_os = "linux")]
fn what_is_written_is_handed_to_the_disk_before_and_after_it_takes_its_place() {
    for (services, count, at_once) in [(12, 31, false), (13, 33, true)] {
        let scene = Scene::new(None, &document(services), &["build", "--threads", "1"]);
        let (ran, _) = scene.run(None);
        let below = ran.now.keys().filter_map(|path| path.strip_prefix("generated/"));
        let files = below.filter_map(|path| path.rsplit_once('/'));
        let files: Vec<_> = files.filter(|(_, name)| !name.is_empty()).collect();
        assert_eq!(files.len(), count);
        let folders: BTreeSet<_> = files.iter().map(|(folder, _)| folder).collect();
        let (before, after) = if at_once { (1, 1) } else { (count, folders.len()) };
        let steps = ran.operations.into_iter().filter(|step| matches!(*step, "sync" | "rename"));
        let steps: Vec<_> = steps.collect();
        let expected: Vec<_> = [
            &vec!["sync"; before][..],
            &["sync", "rename", "sync"],
            &vec!["rename"; count],
            &vec!["sync"; after],
        ]
        .concat();
        assert_eq!(steps, expected);
    }
}

/// Who only asks gets the right answer or none, and changes nothing.
#[test]
fn questions() {
    let document = CLUSTERS.to_owned() + &service("a", "one", 80);
    for args in [&["build", "--check", "--threads", "1"][..], &["check"], &["diff"]] {
        let built = Scene::new(Some(&document), &document, args);
        let (clean, _) = built.run(None);
        assert_eq!(clean.status, Status::Good, "{}", clean.said);
        for at in 0..clean.operations.len() {
            for fault in faults(at) {
                let (ran, _) = built.run(Some((at, fault)));
                assert!(ran.now == built.before, "{args:?}: {fault:?} at {at} changed something");
                assert_ne!(
                    ran.status,
                    Status::No,
                    "{args:?}: {fault:?} at {at}, {:?}: {}",
                    ran.hit,
                    ran.said
                );
            }
        }
    }
}
