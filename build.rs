//! What `cwc --version` says: the version and, of a release build, the commit that it was made from.
//!
//! Only a release build asks git: a build for tests would otherwise start anew with every commit.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it speaks to cargo, and reads what is beside it"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let version = env!("CARGO_PKG_VERSION");
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = is_release.then(|| commit(Path::new(&root))).flatten();
    let said = commit.map_or(version.to_owned(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=CWC_VERSION={said}");
}

/// The commit: as cargo notes it in a package, or as git knows it.
fn commit(root: &Path) -> Option<String> {
    const LENGTH: usize = 12;
    if let Ok(noted) = std::fs::read_to_string(root.join(".cargo_vcs_info.json")) {
        let (_, rest) = noted.split_once("\"sha1\": \"")?;
        return rest.get(..LENGTH).map(str::to_owned);
    }
    // The sources may lie in the repository of somebody else.
    let top = git(root, &["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    for path in ["HEAD", "logs/HEAD", "index"] {
        let path = git(root, &["rev-parse", "--git-path", path])?;
        println!("cargo::rerun-if-changed={}", root.join(path).display());
    }
    println!("cargo::rerun-if-changed=src");
    git(root, &["describe", "--always", "--dirty", "--exclude=*", &format!("--abbrev={LENGTH}")])
}

/// What git says, if it is there and says anything.
fn git(root: &Path, words: &[&str]) -> Option<String> {
    let ran = Command::new("git").args(words).current_dir(root).output().ok()?;
    let said = String::from_utf8(ran.stdout).ok()?.trim().to_owned();
    (ran.status.success() && !said.is_empty()).then_some(said)
}
