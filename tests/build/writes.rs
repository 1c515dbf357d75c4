//! What a build writes, and what it leaves alone: rows 71, 72, 82 to 87 and 94.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::{Duration, SystemTime};

use crate::repo::{Repo, SMALL, SMALL_FILES, said};

const MARK: &str = cwc::emit::tree::MARK;

#[test]
fn a_tree_is_a_folder_for_each_cluster_and_a_file_for_each_namespace() {
    let repo = Repo::built(SMALL);
    assert_eq!(repo.names(), SMALL_FILES);
    assert!(repo.path("mesh.lock").is_file());
    for (path, bytes) in repo.files() {
        if path.ends_with(".yaml") {
            assert!(bytes.starts_with(MARK.as_bytes()), "{path}");
        }
    }
}

#[test]
fn nothing_in_a_clusters_folder_is_bookkeeping_that_a_deployer_would_read() {
    let names = Repo::built(SMALL).names();
    let known = |path: &String| {
        let name = path.rsplit('/').next().unwrap();
        matches!(name, "kustomization.yaml" | "gateway.yaml" | "istiod.yaml")
            || name.starts_with("services.") && name.ends_with(".yaml")
    };
    assert!(names.iter().all(known), "{names:?}");
}

#[test]
fn a_namespace_called_kustomization_or_chart_gives_no_file_that_tools_look_for() {
    let document = SMALL.replace("\"bookinfo\"", "\"kustomization\"").replace("payments", "chart");
    let names = Repo::built(&document).names();
    assert!(names.contains(&"generated/east/services.kustomization.yaml".to_owned()));
    assert!(names.contains(&"generated/east/services.chart.yaml".to_owned()));
    assert!(!names.iter().any(|name| name.ends_with("Chart.yaml")));
}

#[test]
fn modes_are_the_same_whatever_the_umask_is() {
    for umask in ["000", "022", "077", "777"] {
        let repo = Repo::new(SMALL);
        let script = format!("umask {umask} && exec \"$0\" build");
        let mut shell = std::process::Command::new("/bin/sh");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_cwc")]).current_dir(&repo.root);
        let said = said(&shell.output().unwrap());
        // Nobody but root could enter a folder that was made with umask 777, until its mode is right.
        assert_eq!(said.status, Some(0), "{umask}: {said:?}");
        for path in repo.files().keys() {
            let mode = fs::metadata(repo.path(path)).unwrap().permissions().mode() & 0o7777;
            let expected = if path.ends_with('/') { 0o755 } else { 0o644 };
            assert_eq!(mode, expected, "umask {umask}: {path} has {mode:o}");
        }
    }
}

#[test]
fn a_file_that_is_written_anew_gets_its_mode_anew() {
    let repo = Repo::built(SMALL);
    let path = repo.path("generated/east/gateway.yaml");
    fs::write(&path, format!("{MARK}old: true\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    repo.says(&["build"], 0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o644);
}

#[test]
fn a_build_that_changes_nothing_touches_nothing() {
    let repo = Repo::built(SMALL);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let places = || repo.files().into_keys().map(|path| repo.path(&path)).collect::<Vec<_>>();
    for path in places() {
        fs::File::open(path).unwrap().set_modified(long_ago).unwrap();
    }
    let state = || -> Vec<_> {
        let stat = |path| fs::metadata(path).map(|meta| (meta.ino(), meta.modified().unwrap()));
        places().iter().map(|path| stat(path).unwrap()).collect()
    };
    let before = state();
    let said = repo.says(&["build"], 0);
    assert!(said.contains("0 files written, 0 removed, 14 as they were"), "{said}");
    assert_eq!(state(), before);
    assert!(before.iter().all(|(_, modified)| *modified == long_ago));
}

#[test]
fn only_the_files_that_change_are_touched() {
    let repo = Repo::built(SMALL);
    let inodes = || -> Vec<(String, u64)> {
        let inode = |path: String| (path.clone(), fs::metadata(repo.path(&path)).unwrap().ino());
        repo.names().into_iter().map(inode).collect()
    };
    let before = inodes();
    repo.edit("http = 9080", "http = 9081");
    let said = repo.says(&["build", "-v"], 0);
    assert!(said.contains("2 files written, 0 removed, 12 as they were"), "{said}");
    assert!(said.contains("wrote generated/west/services.bookinfo.yaml\n"), "{said}");
    let after = inodes();
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(one, two)| one != two)
        .map(|((path, _), _)| path.as_str())
        .collect();
    let expected =
        ["generated/east/services.bookinfo.yaml", "generated/west/services.bookinfo.yaml"];
    assert_eq!(changed, expected);
}

#[test]
fn stale_files_of_cwcs_are_removed_with_the_folders_they_leave_empty() {
    let repo = Repo::built(SMALL);
    repo.edit("gateway = \"203.0.113.10\"", "");
    repo.edit("clusters = [\"east\"]", "clusters = [\"west\"]");
    repo.says(&["build"], 0);
    let names = repo.names();
    assert!(!names.contains(&"generated/east/gateway.yaml".to_owned()), "{names:?}");
    assert!(!repo.path("generated/east/gateway-ports").exists());
    assert!(repo.path("generated/west/gateway-ports").exists());
}

/// Only what is written is begun beside its place.
#[test]
fn a_stale_file_goes_whatever_stands_where_it_would_be_begun() {
    let repo = Repo::built(SMALL);
    let clean = repo.files();
    let foreign = "generated/east/.services.old.yaml.cwc-new";
    repo.write("generated/east/services.old.yaml", MARK);
    repo.write(foreign, "ours\n");
    repo.says(&["build"], 0);
    let mut after = repo.files();
    assert_eq!(after.remove(foreign), Some(b"ours\n".to_vec()));
    assert_eq!(after, clean);
}

#[test]
fn what_cwc_did_not_write_stays() {
    let repo = Repo::built(SMALL);
    let foreign = [
        ("generated/README.md", "ours"),
        ("generated/east/notes.yaml", "kind: x\n"),
        ("generated/east/notes.tmp", ""),
        ("generated/east/.notes.yaml.cwc-new", "# not begun by cwc\n"),
        ("generated/old/gateway-ports/patch.yaml", "kind: y\n"),
        ("generated/old/deep/er/still/services.x.yaml", MARK),
        ("generated/.hidden/services.x.yaml", MARK),
    ];
    for (path, text) in foreign {
        repo.write(path, text);
    }
    std::os::unix::fs::symlink("nowhere", repo.path("generated/east/link.yaml")).unwrap();
    let before = repo.files();
    repo.edit("http = 9080", "http = 9081");
    repo.says(&["build"], 0);
    let after = repo.files();
    for (path, _) in foreign {
        assert_eq!(after.get(path), before.get(path), "{path}");
    }
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
}

#[test]
fn what_a_stopped_build_left_is_taken_away() {
    let repo = Repo::built(SMALL);
    let clean = repo.files();
    let left = [
        ("generated/east/.gateway.yaml.cwc-new", MARK.to_owned() + "kind: Gate"),
        ("generated/west/gateway-ports/.kustomization.yaml.cwc-new", MARK[..20].to_owned()),
        ("generated/gone/.gateway.yaml.cwc-new", String::new()),
        (".mesh.lock.cwc-new", "# The address".to_owned()),
    ];
    for (path, text) in &left {
        repo.write(path, text);
    }
    // The lock's is found only by a build that writes the lock.
    let removed = fs::remove_file(repo.path(".mesh.lock.cwc-new"));
    removed.unwrap();
    assert!(repo.says(&["build", "--check"], 0).is_empty());
    repo.says(&["build"], 0);
    assert_eq!(repo.files(), clean);
}

#[test]
fn a_lock_that_a_stopped_build_left_is_no_hindrance() {
    let repo = Repo::new(SMALL);
    repo.write(".mesh.lock.cwc-new", "# The addr");
    repo.says(&["build"], 0);
    assert!(!repo.path(".mesh.lock.cwc-new").exists());
    assert!(repo.path("mesh.lock").is_file());
}

#[test]
fn a_file_that_lost_its_bytes_is_written_again() {
    let repo = Repo::built(SMALL);
    let clean = repo.files();
    repo.write("generated/east/gateway.yaml", "");
    assert_eq!(repo.says(&["build", "--dry-run"], 0), "would change generated/east/gateway.yaml\n");
    repo.says(&["build"], 0);
    assert_eq!(repo.files(), clean);
}

#[test]
fn line_endings_that_git_changed_are_told_apart_with_the_way_to_stop_it() {
    let repo = Repo::built(SMALL);
    let clean = repo.files();
    let text = String::from_utf8(clean["generated/east/gateway.yaml"].clone()).unwrap();
    repo.write("generated/east/gateway.yaml", text.replace('\n', "\r\n"));
    let lock = String::from_utf8(clean["mesh.lock"].clone()).unwrap();
    repo.write("mesh.lock", lock.replace('\n', "\r\n"));
    let said = repo.cwc(&["build", "--check"]);
    assert_eq!(said.status, Some(1));
    assert_eq!(
        said.stdout,
        "would change mesh.lock (line endings only)\n\
         would change generated/east/gateway.yaml (line endings only)\n"
    );
    let advice = "\n  generated/** -text\n  mesh.lock -text\n";
    assert!(said.stderr.contains(advice), "{said:?}");
    repo.says(&["build"], 0);
    assert_eq!(repo.files(), clean);
    // Of one of the two alone it is said, too, and of none no more.
    assert!(!repo.says(&["build"], 0).contains(advice));
    repo.write("mesh.lock", lock.replace('\n', "\r\n"));
    assert!(repo.says(&["build"], 0).contains(advice));
    repo.write("generated/east/gateway.yaml", text.replace('\n', "\r\n"));
    assert!(repo.says(&["build"], 0).contains(advice));
}

#[test]
fn an_edit_by_hand_is_listed_and_then_overwritten() {
    let repo = Repo::built(SMALL);
    let clean = repo.files();
    let path = "generated/east/gateway.yaml";
    let mut text = clean[path].clone();
    text.extend(b"# by hand\n");
    repo.write(path, text);
    let said = repo.cwc(&["build", "--check"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(1), &*format!("would change {path}\n")));
    repo.says(&["build"], 0);
    assert_eq!(repo.files(), clean);
}

#[test]
fn a_document_with_crlf_gives_the_same_bytes() {
    let (unix, windows) = (Repo::built(SMALL), Repo::built(&SMALL.replace('\n', "\r\n")));
    assert_eq!(unix.files(), windows.files());
}
