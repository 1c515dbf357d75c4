//! The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself (`pre-commit try-repo`) in a repository made for it.
//!
//! The `-system` hooks run the cwc under test and are tried always. Those that cargo builds take a build each: they are tried where
//! `CWC_HOOKS_RUST=1`, which CI sets. Without pre-commit nothing is tried; `CWC_REQUIRE_JUDGES=1`, which CI sets, makes that a failure;
//! `tests/install.sh` installs it.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may panic, and makes a repository"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const GOOD: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\ngateway = \"198.51.100.20\"\n\n\
                    [services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n";

/// Whether a variable of the environment is `1`.
fn on(variable: &str) -> bool {
    std::env::var(variable).is_ok_and(|value| value == "1")
}

fn pre_commit() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let places = [target.join("hooks-python/bin/pre-commit"), "pre-commit".into()];
    let runs = |program: &&PathBuf| {
        Command::new(program).arg("--version").output().is_ok_and(|it| it.status.success())
    };
    let found = places.iter().find(runs).cloned();
    if found.is_none() {
        // Not `eprintln!`: the test harness would hide it.
        let _ = writeln!(std::io::stderr(), "NOT JUDGED by pre-commit: it does not run here");
        assert!(!on("CWC_REQUIRE_JUDGES"), "CWC_REQUIRE_JUDGES=1, and no pre-commit");
    }
    found
}

/// A command with the cwc under test on the PATH and nothing of this user's git configuration.
fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let cwc = Path::new(env!("CARGO_BIN_EXE_cwc")).parent().unwrap();
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("PATH", format!("{}:{}", cwc.display(), std::env::var("PATH").unwrap()))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("PRE_COMMIT_HOME", folder.join(".git/pre-commit"));
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=cwc", "-c", "user.email=cwc@example.com"];
    let output = command("git", folder).args(identity).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
}

/// A repository with a document and all else of it staged.
fn repository(document: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    git(folder.path(), &["init", "--quiet"]);
    std::fs::write(folder.path().join("mesh.toml"), document).unwrap();
    git(folder.path(), &["add", "--all"]);
    folder
}

/// The hooks' repository, as somebody gets it who names it in `.pre-commit-config.yaml`: what git has of this one, and what is not ignored.
fn hooks() -> tempfile::TempDir {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let files = command("git", here).args(list).output().unwrap().stdout;
    let files = String::from_utf8(files).unwrap();
    for file in files.split('\0').filter(|file| !file.is_empty() && here.join(file).is_file()) {
        let to = folder.path().join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(here.join(file), to).unwrap();
    }
    assert!(folder.path().join("Cargo.toml").exists());
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "--message", "hooks"]);
    folder
}

/// What a hook, or all of them, say of a repository, and whether it lets it pass; `None` on a machine without pre-commit.
fn tried(hook: Option<&str>, repository: &Path) -> Option<(bool, String)> {
    let pre_commit = pre_commit()?;
    let hooks = hooks();
    let arguments = ["try-repo", "--color=never", "--all-files"];
    let mut command = command(pre_commit, repository);
    // The hooks that cargo builds have an environment for each run; what they are built from need not be built again.
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("../hooks-rust"));
    let output = command.args(arguments).arg(hooks.path()).args(hook).output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Some((output.status.success(), said))
}

fn build(folder: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_cwc")).arg("build").current_dir(folder).output();
    assert!(output.unwrap().status.success());
    git(folder, &["add", "--all"]);
}

fn check_judges(hook: &str) {
    let Some((passed, said)) = tried(Some(hook), repository(GOOD).path()) else { return };
    assert!(passed && said.contains("Passed"), "{said}");

    let typo = GOOD.replace("[\"east\"]", "[\"esat\"]");
    let Some((passed, said)) = tried(Some(hook), repository(&typo).path()) else { return };
    assert!(!passed, "{said}");
    for shown in ["CW0201", "esat", "mesh.toml:10:13", "`east`"] {
        assert!(said.contains(shown), "no {shown} in:\n{said}");
    }
}

fn build_check_judges(hook: &str) {
    let built = repository(GOOD);
    build(built.path());
    let Some((passed, said)) = tried(Some(hook), built.path()) else { return };
    assert!(passed && said.contains("Passed"), "{said}");

    let file = built.path().join("generated/west/services.bookinfo.yaml");
    let edited = std::fs::read_to_string(&file).unwrap().replace("9080", "9081");
    std::fs::write(file, edited).unwrap();
    git(built.path(), &["add", "--all"]);
    let Some((passed, said)) = tried(Some(hook), built.path()) else { return };
    assert!(!passed && said.contains("generated/west/services.bookinfo.yaml"), "{said}");
}

#[test]
fn cwc_check_system_finds_a_typo() {
    check_judges("cwc-check-system");
}

#[test]
fn cwc_fmt_system_writes_the_one_form() {
    let loose = repository(&GOOD.replace(" = ", "="));
    let Some((passed, said)) = tried(Some("cwc-fmt-system"), loose.path()) else { return };
    assert!(!passed && said.contains("files were modified by this hook"), "{said}");
    assert_eq!(std::fs::read_to_string(loose.path().join("mesh.toml")).unwrap(), GOOD);
    git(loose.path(), &["add", "--all"]);
    let Some((passed, said)) = tried(Some("cwc-fmt-system"), loose.path()) else { return };
    assert!(passed && said.contains("Passed"), "{said}");
}

#[test]
fn cwc_build_check_system_finds_an_edited_tree() {
    build_check_judges("cwc-build-check-system");
}

/// All hooks at once, so that one environment, with one build, serves those that cargo builds.
#[test]
fn pre_commit_builds_the_others_itself() {
    if !on("CWC_HOOKS_RUST") {
        return;
    }
    let built = repository(GOOD);
    build(built.path());
    let Some((passed, said)) = tried(None, built.path()) else { return };
    assert!(passed, "{said}");
    assert_eq!(said.matches("Passed").count(), 6, "{said}");

    let typo = repository(&GOOD.replace("[\"east\"]", "[\"esat\"]"));
    let Some((passed, said)) = tried(None, typo.path()) else { return };
    assert!(!passed, "{said}");
    // Its form is one of a document with a mistake, too.
    assert_eq!(said.matches("Failed").count(), 4, "{said}");
    assert_eq!(said.matches("Passed").count(), 2, "{said}");
    assert_eq!(said.matches("CW0201").count() % 4, 0, "each shows the same: {said}");
}

/// Each hook comes with its twin, which differs in nothing but who brings cwc.
#[test]
fn every_hook_has_a_twin() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    let hooks: Vec<serde_yaml::Mapping> =
        serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let of = |key: &str, hook: &serde_yaml::Mapping| {
        hook.get(key).and_then(|it| it.as_str()).map(str::to_owned)
    };
    let ids: Vec<_> = hooks.iter().filter_map(|hook| of("id", hook)).collect();
    let own = ["cwc-check", "cwc-fmt", "cwc-build-check"];
    let pairs = own.iter().flat_map(|id| [(*id).to_owned(), format!("{id}-system")]);
    assert!(pairs.eq(ids.iter().cloned()), "{ids:?}");
    for pair in hooks.chunks(2) {
        let [own, system] = pair else { panic!("a hook without twin") };
        assert_eq!(
            (of("language", own), of("language", system)),
            (Some("rust".into()), Some("system".into()))
        );
        let rest = |hook: &serde_yaml::Mapping| {
            let mut rest = hook.clone();
            rest.retain(|key, _| {
                !["id", "language", "description"].map(Some).contains(&key.as_str())
            });
            rest
        };
        assert_eq!(rest(own), rest(system));
    }
}
