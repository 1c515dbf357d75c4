//! The same document gives the same bytes, and the same messages, whatever the machine is like: row 103.

use std::fs;

use crate::repo::{Repo, SMALL};

/// A fleet with enough clusters for threads to overtake each other.
fn fleet() -> String {
    let mut text = String::new();
    for number in 0..24 {
        let region = number % 3;
        text.push_str(&format!(
            "[clusters.c{number}]\ngateway = \"203.0.113.{}\"\nregion = \"r{region}\"\n",
            number + 1
        ));
    }
    for number in 0..30 {
        let (one, two) = (number % 24, (number * 5 + 1) % 24);
        text.push_str(&format!(
            "[services.s{number}]\nnamespace = \"n{}\"\nports = {{ http = 80, tcp = 90 }}\nclusters = [\"c{one}\"{}]\n",
            number % 4,
            if one == two { String::new() } else { format!(", \"c{two}\"") }
        ));
    }
    text
}

#[test]
fn any_number_of_threads() {
    let one = Repo::new(&fleet());
    one.says(&["build", "--threads", "1"], 0);
    for threads in ["2", "8", "64"] {
        let many = Repo::new(&fleet());
        let said = many.says(&["build", "--threads", threads], 0);
        assert!(said.contains("24 clusters"), "{said}");
        assert!(many.files() == one.files(), "{threads} threads");
    }
}

#[test]
fn the_same_messages_with_any_number_of_threads() {
    let repo = Repo::built(&fleet());
    let foreign = ["c3", "c17", "c20"];
    for cluster in foreign {
        repo.write(&format!("generated/{cluster}/gateway.yaml"), "kind: mine\n");
    }
    let first = repo.says(&["build", "--threads", "1"], 2);
    assert!(first.contains("generated/c17/gateway.yaml is not cwc's file"), "{first}");
    assert!(first.contains("(and 2 more like it)"), "{first}");
    for _ in 0..20 {
        assert_eq!(repo.says(&["build", "--threads", "8"], 2), first);
    }
    for cluster in foreign {
        fs::remove_file(repo.path(&format!("generated/{cluster}/gateway.yaml"))).unwrap();
    }
    let first = repo.says(&["build", "--dry-run", "--threads", "1"], 0);
    assert_eq!(repo.says(&["build", "--dry-run", "--threads", "8"], 0), first);
}

#[test]
fn any_working_folder_time_zone_locale_and_home() {
    let plain = Repo::built(SMALL);
    let moved = Repo::new(SMALL);
    fs::create_dir_all(moved.path("some/where")).unwrap();
    let mut command = moved.command(&["build"]);
    command.current_dir(moved.path("some/where")).envs([
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("HOME", "/nonexistent"),
    ]);
    assert!(command.output().unwrap().status.success());
    fs::remove_dir_all(moved.path("some")).unwrap();
    assert_eq!(moved.files(), plain.files());
}

#[test]
fn a_document_said_by_an_absolute_or_a_relative_path() {
    let plain = Repo::built(SMALL);
    for absolute in [true, false] {
        let repo = Repo::new(SMALL);
        let path = repo.path("mesh.toml");
        let said = if absolute { path.to_str().unwrap() } else { "repo/mesh.toml" };
        let mut command = repo.command(&["build", "-f", said]);
        command.current_dir(repo.root.parent().unwrap());
        assert!(command.output().unwrap().status.success());
        assert_eq!(repo.files(), plain.files());
    }
}
