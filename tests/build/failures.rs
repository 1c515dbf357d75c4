//! What is there after a failure: rows 78 to 80.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::repo::{Repo, SMALL, said};

/// A user who has no rights anywhere.
const NOBODY: u32 = 65534;

/// The program, run by somebody whom a missing right stops: root has every right.
fn unprivileged(repo: &Repo, args: &[&str]) -> Command {
    let program = repo.root.parent().unwrap().join("cwc");
    fs::copy(env!("CARGO_BIN_EXE_cwc"), &program).unwrap();
    let above = repo.root.parent().unwrap();
    fs::set_permissions(above, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(program);
    command.args(args).current_dir(&repo.root).env_clear().envs(crate::counted::counted());
    if fs::metadata(&repo.root).unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[test]
fn a_folder_that_may_not_be_written_is_named_and_the_others_stay_as_they_are() {
    let repo = Repo::built(SMALL);
    repo.edit("http = 9080", "http = 9081");
    let before = repo.files();
    let lock = fs::read(repo.path("mesh.lock")).unwrap();
    let mode = |mode| {
        let open = ["", "generated", "generated/east", "generated/east/gateway-ports"];
        for path in open {
            fs::set_permissions(repo.path(path), fs::Permissions::from_mode(0o777)).unwrap();
        }
        let closed = repo.path("generated/west");
        fs::set_permissions(closed, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o555);
    let said = said(&unprivileged(&repo, &["build"]).output().unwrap());
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.stderr.contains("cannot write generated/west/services.bookinfo.yaml"), "{said:?}");
    assert_eq!(repo.files(), before);
    assert_eq!(fs::read(repo.path("mesh.lock")).unwrap(), lock);
    mode(0o755);
    repo.says(&["build"], 0);
    repo.says(&["build", "--check"], 0);
}

#[test]
fn a_tree_that_may_not_be_read_is_named() {
    let repo = Repo::built(SMALL);
    let path = repo.path("generated/east/gateway.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let said = said(&unprivileged(&repo, &["build", "--check"]).output().unwrap());
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.stderr.contains("cannot read generated/east/gateway.yaml"), "{said:?}");
}

/// A fleet whose files of services are some 30 KiB, and whose other files are small.
fn fleet(clusters: usize, port: u16) -> String {
    let mut text = String::new();
    for number in 0..clusters {
        text.push_str(&format!("[clusters.c{number}]\ngateway = \"203.0.113.{}\"\n", number + 1));
    }
    for number in 0..20 {
        text.push_str(&format!(
            "[services.s{number}]\nnamespace = \"shop\"\nports = {{ http = {port} }}\nclusters = [\"c0\", \"c1\"]\n"
        ));
    }
    text
}

#[test]
fn a_write_that_fails_halfway_changes_no_file_and_leaves_none_behind() {
    for threads in ["1", "4"] {
        let repo = Repo::built(&fleet(6, 8080));
        repo.write("mesh.toml", fleet(6, 8081));
        let before = repo.files();
        // The shell ignores the signal, and so does what it starts: the write that would pass 8 KiB fails, as on a full disk.
        let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" build --threads \"$1\"";
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", script, env!("CARGO_BIN_EXE_cwc"), threads]).current_dir(&repo.root);
        let said = said(&shell.output().unwrap());
        assert_eq!(said.status, Some(2), "{said:?}");
        assert!(said.stderr.contains("cannot write generated/c0/services.shop.yaml"), "{said:?}");
        assert_eq!(repo.files(), before);
        repo.says(&["build"], 0);
        assert_ne!(repo.files(), before);
        repo.says(&["build", "--check"], 0);
    }
}

#[test]
fn a_first_build_that_fails_leaves_no_folder_and_no_lock() {
    let repo = Repo::new(&fleet(2, 8080));
    let script = "trap '' XFSZ; ulimit -f 16; exec \"$0\" build";
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_cwc")]).current_dir(&repo.root);
    assert_eq!(shell.output().unwrap().status.code(), Some(2));
    assert!(repo.files().is_empty(), "{:?}", repo.files().keys());
}

/// Kills come when the first unfinished file is seen, and when the first file has changed, each a little later from round to round.
#[test]
fn after_a_kill_every_file_is_old_or_new_and_the_next_build_repairs() {
    const CLUSTERS: usize = 40;
    let repo = Repo::built(&fleet(CLUSTERS, 8080));
    let mut from = repo.files();
    repo.write("mesh.toml", fleet(CLUSTERS, 8081));
    repo.says(&["build"], 0);
    let mut to = repo.files();
    let unfinished = repo.path("generated/c0/.services.shop.yaml.cwc-new");
    let inode = || fs::metadata(repo.path("generated/c0/services.shop.yaml")).unwrap().ino();
    let (mut with_leftovers, mut mixed) = (0, 0);
    for round in 0..400 {
        if round >= 40 && with_leftovers > 0 && mixed > 0 {
            break;
        }
        std::mem::swap(&mut from, &mut to);
        repo.write("mesh.toml", fleet(CLUSTERS, if round % 2 == 0 { 8080 } else { 8081 }));
        let before = inode();
        let mut child = repo.command(&["build"]).stderr(Stdio::null()).spawn().unwrap();
        let due = || if round % 4 < 2 { unfinished.exists() } else { inode() != before };
        while child.try_wait().unwrap().is_none() && !due() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_micros(round % 40 * 10));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = repo.files();
        let finished = |path: &str| !path.ends_with(".cwc-new");
        for (path, bytes) in now.iter().filter(|(path, _)| finished(path)) {
            let known = from.get(path) == Some(bytes) || to.get(path) == Some(bytes);
            assert!(known, "{path} is neither old nor new");
        }
        assert_eq!(now.keys().filter(|path| finished(path)).count(), from.len());
        with_leftovers += usize::from(now.len() > from.len());
        let count = |side: &std::collections::BTreeMap<String, Vec<u8>>| {
            now.iter().filter(|(path, bytes)| side.get(*path) != Some(bytes)).count()
        };
        mixed += usize::from(count(&from) > 0 && count(&to) > 0);
        repo.says(&["build"], 0);
        assert!(repo.files() == to, "round {round}");
    }
    // Kills that always come too early or too late would show nothing.
    assert!(with_leftovers > 0 && mixed > 0, "{with_leftovers} with leftovers, {mixed} mixed");
}
