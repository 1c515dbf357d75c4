//! The flags of `cwc build`, and its exit status.

use std::fs;

use crate::repo::{Repo, SMALL, SMALL_FILES};

#[test]
fn check_of_a_tree_that_was_never_built_lists_all_of_it() {
    let repo = Repo::new(SMALL);
    let said = repo.cwc(&["build", "--check"]);
    let files: String = SMALL_FILES.iter().map(|path| format!("would add {path}\n")).collect();
    assert_eq!(said.stdout, format!("would add mesh.lock\n{files}"));
    assert_eq!(said.status, Some(1));
    assert!(repo.files().is_empty());
}

#[test]
fn check_says_nothing_about_a_tree_that_is_right() {
    let said = Repo::built(SMALL).cwc(&["build", "--check"]);
    assert_eq!((said.status, said.stdout.as_str(), said.stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn check_of_a_broken_document_is_no_answer() {
    let repo = Repo::built(SMALL);
    repo.edit("http = 9080", "http = ");
    repo.says(&["build", "--check"], 2);
    repo.says(&["build"], 1);
}

#[test]
fn dry_run_lists_and_answers_well() {
    let repo = Repo::built(SMALL);
    let before = repo.files();
    repo.edit("namespace = \"payments\"", "namespace = \"bookinfo\"");
    let said = repo.cwc(&["build", "--dry-run"]);
    assert_eq!(said.status, Some(0));
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines.contains(&"would change generated/east/services.bookinfo.yaml"), "{said:?}");
    assert!(lines.contains(&"would remove generated/east/services.payments.yaml"), "{said:?}");
    assert_eq!(repo.files(), before);
}

#[test]
fn one_clusters_build_touches_and_prunes_that_cluster_only() {
    let repo = Repo::built(SMALL);
    repo.edit("namespace = \"payments\"", "namespace = \"bookinfo\"");
    let before = repo.files();
    let said = repo.says(&["build", "--cluster", "east"], 0);
    assert!(said.contains("ok: 1 cluster: 2 files written, 1 removed, 4 as they were"), "{said}");
    assert!(!repo.path("generated/east/services.payments.yaml").exists());
    let after = repo.files();
    for (path, bytes) in before.iter().filter(|(path, _)| path.starts_with("generated/west/")) {
        assert_eq!(after.get(path), Some(bytes), "{path}");
    }
    repo.says(&["build", "--cluster", "east", "--check"], 0);
    repo.says(&["build", "--check"], 1);
    repo.says(&["build", "--cluster", "west", "--cluster", "east"], 0);
    repo.says(&["build", "--check"], 0);
}

#[test]
fn an_unknown_cluster_is_no_question_that_can_be_answered() {
    Repo::built(SMALL).refuses(&["build", "--cluster", "eats"], "there is no cluster `eats`");
}

#[test]
fn a_removed_name_keeps_its_address_until_it_is_forgotten() {
    let repo = Repo::built(SMALL);
    let lock = || fs::read_to_string(repo.path("mesh.lock")).unwrap();
    let at = fs::read_to_string(repo.path("mesh.toml")).unwrap().find("[services.ledger]").unwrap();
    let text = fs::read_to_string(repo.path("mesh.toml")).unwrap();
    repo.write("mesh.toml", &text[..at]);
    repo.says(&["build"], 0);
    assert!(lock().contains("ledger.payments.global"));
    let said = repo.cwc(&["build", "--forget", "--check"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(1), "would change mesh.lock\n"));
    repo.says(&["build", "--forget"], 0);
    assert!(!lock().contains("ledger.payments.global"));
}

#[test]
fn a_lost_lock_is_not_made_anew_unasked() {
    let repo = Repo::built(SMALL);
    let before = repo.files();
    fs::remove_file(repo.path("mesh.lock")).unwrap();
    repo.refuses(&["build"], "its mesh.lock is gone");
    repo.says(&["build", "--reallocate"], 0);
    assert_eq!(repo.files(), before);
}

#[test]
fn a_bad_flag_is_status_2() {
    let repo = Repo::new(SMALL);
    repo.says(&["build", "--chekc"], 2);
    repo.says(&["build", "--check", "--dry-run"], 2);
    repo.says(&["build", "--threads", "0"], 2);
}
