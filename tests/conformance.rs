//! Istio's own code, real Envoys and a real API server judge what cwc compiles; `docs/conformance.md` says how.
//!
//! The judges are programs of `tests/conformance/`. Where one cannot run (no Go, no network namespaces, no built API server) the test says so
//! on the standard error and passes; with `CWC_REQUIRE_JUDGES=1`, as in CI, it fails instead.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and the judges are programs on this machine"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Meshes made at random in an everyday run; `CWC_RANDOM_MESHES` says another number.
const RANDOM_MESHES: &str = "25";

/// One judge at a time: packets are timed, and the others take every core.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn required() -> bool {
    std::env::var_os("CWC_REQUIRE_JUDGES").is_some_and(|value| value == "1")
}

/// Says past the test harness, which swallows what passing tests print.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The test ends here: as passed, or as failed where judges are required.
fn not_judged(judge: &str, reason: &str) {
    assert!(!required(), "{judge}: not run, because {reason}");
    say(&format!("NOT JUDGED by {judge}: {reason}"));
}

fn has_go() -> bool {
    let go = Command::new("go").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    go.is_ok_and(|status| status.success())
}

/// Builds a program of the judges' module; Go's own cache makes this quick when nothing changed.
fn build(package: &str, name: &str) -> PathBuf {
    let program = root().join("target/conformance/bin").join(name);
    let output = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(package)
        .current_dir(root().join("tests/conformance"))
        .output()
        .unwrap();
    assert!(output.status.success(), "go build {package}: {}", text(&output.stderr));
    program
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Its figures go to the standard error; a judge that says it could not run is passed on.
fn verdict(judge: &str, output: &Output) {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    if output.status.code() == Some(3) {
        let reason = stdout.lines().chain(stderr.lines()).next_back().unwrap_or_default();
        return not_judged(judge, reason);
    }
    // What is right is many lines, and of those a reader of a long log wants the sums only.
    let is_right = |line: &&str| line.starts_with("ok ") || line.starts_with("pass ");
    let told: Vec<&str> = stdout.lines().filter(|line| !is_right(line)).collect();
    assert!(output.status.success(), "{judge} found faults:\n{}\n{stderr}", told.join("\n"));
    say(&format!("{judge}: {}", told.join("\n  ")));
}

#[test]
fn istio_takes_every_call_where_the_document_says() {
    let _turn = turn();
    if !has_go() {
        return not_judged("Istio", "Go is not installed");
    }
    let program = build(".", "conformance");
    let random = std::env::var("CWC_RANDOM_MESHES").unwrap_or_else(|_| RANDOM_MESHES.to_owned());
    let output = Command::new(program)
        .args(["run", "-cwc", env!("CARGO_BIN_EXE_cwc"), "-random", &random, "-trees"])
        .arg(root().join("examples/*"))
        .current_dir(root().join("tests/conformance"))
        .output()
        .unwrap();
    verdict("Istio", &output);
}

#[test]
fn the_page_on_scale_says_what_istio_counts() {
    let _turn = turn();
    if !has_go() {
        return not_judged("Istio's count", "Go is not installed");
    }
    let program = build(".", "conformance");
    let output = Command::new(program)
        .args(["scale", "-cwc", env!("CARGO_BIN_EXE_cwc"), "-page"])
        .arg(root().join("docs/scale.md"))
        .output()
        .unwrap();
    verdict("Istio's count", &output);
}

#[test]
fn the_page_on_releases_says_what_the_api_of_each_has() {
    let _turn = turn();
    if !has_go() {
        return not_judged("Istio's releases", "Go is not installed");
    }
    let output = Command::new("go")
        .args(["test", "./releases"])
        .current_dir(root().join("tests/conformance"))
        .output()
        .unwrap();
    verdict("Istio's releases", &output);
}

#[test]
fn packets_arrive_where_the_document_says() {
    let _turn = turn();
    if !has_go() {
        return not_judged("Envoy", "Go is not installed");
    }
    let program = build("./packets", "packets");
    let mut command = Command::new(program);
    if required() {
        command.arg("-require");
    }
    let output =
        command.args(["-cwc", env!("CARGO_BIN_EXE_cwc")]).current_dir(root()).output().unwrap();
    verdict("Envoy", &output);
}

#[test]
fn a_kubernetes_api_server_takes_every_committed_tree() {
    let _turn = turn();
    if !has_go() {
        return not_judged("the API server", "Go is not installed");
    }
    let output = Command::new(root().join("tests/conformance/apiserver/run.sh"))
        .args(committed_trees(&root().join("examples")))
        .output()
        .unwrap();
    verdict("the API server", &output);
}

/// The folders below `examples` that hold a tree.
fn committed_trees(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut trees: Vec<PathBuf> =
        entries.map(|entry| entry.path().join("generated")).filter(|tree| tree.is_dir()).collect();
    trees.sort();
    trees
}
