//! Somebody swaps links for folders and files while a build runs: row 75.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use cwc::disk::{Folder, Staging};

use crate::repo::{Repo, SMALL, all};

/// How often the swapped path is written to.
const WRITES: usize = 3000;

/// Writes `east/gateway.yaml` over and over, while another thread does `swap` and undoes it; nothing outside may change.
fn race(repo: &Repo, swap: impl Fn(&std::path::Path) + Sync) {
    let outside = repo.root.parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("gateway.yaml"), "keep\n").unwrap();
    let before = all(&outside);
    let root = repo.path("generated");
    let (stop, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (mut written, mut refused) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                swap(&outside);
                swaps.fetch_add(1, Ordering::Relaxed);
            }
        });
        for _ in 0..WRITES {
            let done = Folder::open_below(&repo.root, &root, "generated").and_then(|folder| {
                let staging = Staging::new(&folder);
                staging.put("east/gateway.yaml", ["new\n"].into_iter())?;
                staging.replace()
            });
            match done {
                Ok(()) => written += 1,
                Err(_) => refused += 1,
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(all(&outside), before);
    // Otherwise the two never met, and nothing was shown.
    assert!(swaps.into_inner() > 100, "too few swaps");
    assert!(written > 0, "{written} written, {refused} refused");
}

#[test]
fn a_file_swapped_for_a_link_is_not_followed() {
    let repo = Repo::built(SMALL);
    let (path, link) = (repo.path("generated/east/gateway.yaml"), repo.path("link"));
    race(&repo, |outside| {
        let _ = symlink(outside.join("gateway.yaml"), &link);
        let _ = fs::rename(&link, &path);
    });
}

#[test]
fn an_unfinished_file_swapped_for_a_link_is_not_followed() {
    let repo = Repo::built(SMALL);
    let (path, link) = (repo.path("generated/east/.gateway.yaml.cwc-new"), repo.path("link"));
    race(&repo, |outside| {
        let _ = symlink(outside.join("gateway.yaml"), &link);
        let _ = fs::rename(&link, &path);
        let _ = fs::remove_file(&path);
    });
}

#[test]
fn a_folder_swapped_for_a_link_is_not_followed() {
    let repo = Repo::built(SMALL);
    let (path, away, link) = (repo.path("generated/east"), repo.path("away"), repo.path("link"));
    race(&repo, |outside| {
        let _ = symlink(outside, &link);
        let _ = fs::rename(&path, &away);
        let _ = fs::rename(&link, &path);
        let _ = fs::remove_file(&path);
        let _ = fs::rename(&away, &path);
    });
}
