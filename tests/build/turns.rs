//! One build at a time, and no reader while one writes: rows 98 to 100.

use std::fs::{self, File};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::repo::{Repo, SMALL, said};

/// Below what a command waits for its turn, and far above what one of these takes.
const SOON: Duration = Duration::from_secs(4);

#[test]
fn who_waits_in_vain_is_told_who_writes_and_changes_nothing() {
    let repo = Repo::built(SMALL);
    repo.edit("http = 9080", "http = 9081");
    let before = repo.files();
    let folder = File::open(&repo.root).unwrap();
    folder.lock().unwrap();
    let commands = [&["build"][..], &["build", "--check"], &["diff"]];
    thread::scope(|scope| {
        let repo = &repo;
        let all = commands.map(|args| scope.spawn(move || repo.says(args, 2)));
        for said in all.map(|said| said.join().unwrap()) {
            assert!(said.contains("error: . is in use: "), "{said}");
            assert!(said.contains(" holds its lock since 5 s or more"), "{said}");
            // The system tells who on Linux only.
            if cfg!(target_os = "linux") {
                let number = format!("with process number {} ", std::process::id());
                assert!(said.contains(&number), "{said}");
            }
        }
    });
    assert_eq!(repo.files(), before);
    // The document alone is read as it is at any time.
    let began = Instant::now();
    repo.says(&["check"], 0);
    assert!(began.elapsed() < SOON);
    folder.unlock().unwrap();
    repo.says(&["build"], 0);
}

#[test]
fn readers_do_not_wait_for_each_other_and_a_build_waits_for_them() {
    let repo = Repo::built(SMALL);
    let folder = File::open(&repo.root).unwrap();
    folder.lock_shared().unwrap();
    let began = Instant::now();
    repo.says(&["diff"], 0);
    repo.says(&["build", "--check"], 0);
    assert!(began.elapsed() < SOON);
    repo.edit("http = 9080", "http = 9081");
    let child = repo.command(&["build"]).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_millis(300));
    folder.unlock().unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    repo.says(&["build", "--check"], 0);
}

#[test]
fn a_tree_elsewhere_is_written_by_one_at_a_time_whosever_documents_they_are() {
    let repo = Repo::built(SMALL);
    let elsewhere = repo.root.parent().unwrap().join("elsewhere");
    let out = elsewhere.to_str().unwrap();
    repo.says(&["build", "--out", out], 0);
    let folder = File::open(&elsewhere).unwrap();
    folder.lock().unwrap();
    let message = repo.says(&["build", "--out", out], 2);
    assert!(message.contains("elsewhere is in use: "), "{message}");
}

#[test]
fn builds_that_are_started_at_once_all_end_well() {
    let repo = Repo::built(SMALL);
    repo.edit("http = 9080", "http = 9081");
    let start = |_| {
        let mut command = repo.command(&["build"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..8).map(start).collect();
    let all: Vec<_> =
        children.into_iter().map(|child| said(&child.wait_with_output().unwrap())).collect();
    let wrote = |count: &str| all.iter().filter(|said| said.stderr.contains(count)).count();
    // One did it, the others found it done.
    assert_eq!((wrote(": 2 files written"), wrote(": 0 files written")), (1, 7), "{all:?}");
    let mut files = repo.files().into_keys();
    assert!(!files.any(|path| path.ends_with(".cwc-new")));
}

#[test]
fn a_lock_leaves_nothing_that_git_could_find() {
    let repo = Repo::built(SMALL);
    let clean = repo.files();
    let mut child = repo.command(&["build"]).stderr(Stdio::null()).spawn().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let began = Instant::now();
    repo.says(&["build"], 0);
    assert!(began.elapsed() < SOON, "a killed build kept its lock");
    assert_eq!(repo.files(), clean);
}

/// Each change of the document is one rename, as editors do it. Whatever a build reads, its tree is that of one document.
#[test]
fn a_document_that_changes_during_a_build_gives_the_tree_of_one_text_or_none() {
    let texts = [SMALL.to_owned(), SMALL.replace("http = 9080", "http = 9081")];
    let trees = texts.each_ref().map(|text| Repo::built(text).files());
    let repo = Repo::built(SMALL);
    for round in 0..60 {
        let child = repo.command(&["build"]).stderr(Stdio::piped()).spawn().unwrap();
        thread::sleep(Duration::from_micros(round * 100));
        let next = repo.path("next");
        fs::write(&next, &texts[usize::try_from(round).unwrap() % 2]).unwrap();
        fs::rename(&next, repo.path("mesh.toml")).unwrap();
        let said = said(&child.wait_with_output().unwrap());
        let stale = said.stderr.contains("mesh.toml was changed meanwhile");
        assert!(said.status == Some(0) || stale && said.status == Some(2), "{said:?}");
        assert!(trees.contains(&repo.files()), "round {round}: the tree is of no document");
    }
}
