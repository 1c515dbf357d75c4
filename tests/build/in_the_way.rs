//! What a build neither follows nor replaces: rows 74, 76 and 93.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::repo::{Repo, SMALL, all};

/// A folder outside of the repository, with a file that would be overwritten by whoever followed a link.
fn outside(repo: &Repo) -> std::path::PathBuf {
    let outside = repo.root.parent().unwrap().join("outside");
    fs::create_dir_all(outside.join("east")).unwrap();
    fs::write(outside.join("east/gateway.yaml"), "keep\n").unwrap();
    outside
}

#[test]
fn out_is_a_link_to_a_folder_outside() {
    let repo = Repo::new(SMALL);
    let outside = outside(&repo);
    let before = all(&outside);
    symlink(&outside, repo.path("generated")).unwrap();
    for args in [&["build"][..], &["build", "--check"], &["build", "--adopt"]] {
        repo.refuses(args, "generated is a symbolic link");
    }
    assert_eq!(all(&outside), before);
}

#[test]
fn out_is_a_link_to_a_folder_inside_or_to_nothing_or_to_itself() {
    for target in ["elsewhere", "missing", "generated"] {
        let repo = Repo::new(SMALL);
        repo.write("elsewhere/x", "");
        symlink(target, repo.path("generated")).unwrap();
        repo.refuses(&["build"], "generated is a symbolic link");
    }
}

#[test]
fn a_folder_above_out_is_a_link() {
    let repo = Repo::new(&format!("[mesh]\nout = \"deploy/clusters\"\n\n{SMALL}"));
    let outside = outside(&repo);
    let before = all(&outside);
    symlink(&outside, repo.path("deploy")).unwrap();
    repo.refuses(&["build"], "deploy is a symbolic link");
    repo.refuses(&["build", "--out", "deploy/x"], "deploy is a symbolic link");
    repo.refuses(&["diff"], "deploy is a symbolic link");
    assert_eq!(all(&outside), before);
}

#[test]
fn a_folder_that_was_named_by_the_caller_is_no_link_either() {
    let repo = Repo::new(SMALL);
    let outside = outside(&repo);
    let link = repo.root.parent().unwrap().join("link");
    symlink(&outside, &link).unwrap();
    repo.refuses(&["build", "--out", link.to_str().unwrap()], "link is a symbolic link");
    // The way to it may have links, as /tmp has on some systems.
    repo.says(&["build", "--out", link.join("new/tree").to_str().unwrap()], 0);
    assert!(outside.join("new/tree/east/gateway.yaml").is_file());
}

#[test]
fn a_clusters_folder_is_a_link() {
    let repo = Repo::built(SMALL);
    let outside = outside(&repo);
    let before = all(&outside);
    fs::remove_dir_all(repo.path("generated/east")).unwrap();
    symlink(outside.join("east"), repo.path("generated/east")).unwrap();
    repo.refuses(&["build"], "generated/east is a symbolic link");
    assert_eq!(all(&outside), before);
}

/// Nothing happens before the build knows that it can write the lock: what a stopped build left in the tree is there still.
#[test]
fn something_stands_where_the_lock_is_begun() {
    let repo = Repo::built(SMALL);
    repo.write("generated/east/.gateway.yaml.cwc-new", "# Gen");
    let begun = repo.path(".mesh.lock.cwc-new");
    let ways: [(&dyn Fn(), &str); 3] = [
        (&|| symlink("mesh.lock", &begun).unwrap(), "is a symbolic link"),
        (&|| fs::create_dir(&begun).unwrap(), "is a folder"),
        (&|| repo.write(".mesh.lock.cwc-new", "# mine\n"), "is a file that is not cwc's"),
    ];
    repo.edit("reviews", "ratings");
    for (put, what) in ways {
        put();
        let before = repo.files();
        for args in [&["build"][..], &["build", "--check"]] {
            repo.refuses(args, &format!(".mesh.lock.cwc-new {what}"));
        }
        assert_eq!(repo.files(), before);
        let _ = fs::remove_file(&begun).or_else(|_| fs::remove_dir(&begun));
    }
    repo.says(&["build"], 0);
    assert!(!repo.path("generated/east/.gateway.yaml.cwc-new").exists());
}

#[test]
fn a_file_is_a_link_even_one_to_the_right_bytes() {
    for target in ["../../kept.yaml", "missing", "gateway.yaml"] {
        let repo = Repo::built(SMALL);
        let path = repo.path("generated/east/gateway.yaml");
        fs::copy(&path, repo.path("kept.yaml")).unwrap();
        fs::remove_file(&path).unwrap();
        symlink(target, &path).unwrap();
        repo.refuses(&["build"], "generated/east/gateway.yaml is a symbolic link");
        repo.refuses(&["build", "--check"], "generated/east/gateway.yaml is a symbolic link");
    }
}

#[test]
fn the_lock_is_a_link() {
    let repo = Repo::new(SMALL);
    repo.write("secret", "token = 1\n");
    symlink("secret", repo.path("mesh.lock")).unwrap();
    repo.refuses(&["build"], "mesh.lock is a symbolic link");
    repo.refuses(&["build", "--reallocate"], "mesh.lock is a symbolic link");
    assert!(!repo.says(&["check"], 2).contains("token"));
}

#[test]
fn a_pipe_is_where_a_file_is_due() {
    let repo = Repo::built(SMALL);
    let path = repo.path("generated/west/kustomization.yaml");
    fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    repo.refuses(&["build"], "generated/west/kustomization.yaml is a pipe");
}

#[test]
fn a_folder_is_where_a_file_is_due_and_a_file_where_a_folder_is() {
    let repo = Repo::built(SMALL);
    fs::remove_file(repo.path("generated/east/gateway.yaml")).unwrap();
    fs::create_dir(repo.path("generated/east/gateway.yaml")).unwrap();
    repo.refuses(&["build"], "generated/east/gateway.yaml is a folder");
    let repo = Repo::built(SMALL);
    fs::remove_dir_all(repo.path("generated/east/gateway-ports")).unwrap();
    repo.write("generated/east/gateway-ports", "");
    repo.refuses(&["build"], "generated/east/gateway-ports is a file");
    let repo = Repo::new(SMALL);
    repo.write("generated", "");
    repo.refuses(&["build"], "generated is a file");
}

#[test]
fn a_file_with_a_second_name_is_left_alone_unless_nothing_changes() {
    let repo = Repo::built(SMALL);
    let path = repo.path("generated/east/services.bookinfo.yaml");
    fs::hard_link(&path, repo.path("second")).unwrap();
    repo.says(&["build"], 0);
    repo.edit("http = 9080", "http = 9081");
    repo.refuses(&["build"], "generated/east/services.bookinfo.yaml has a second name");
}

#[test]
fn somebody_elses_file_stops_the_build_of_every_cluster() {
    let repo = Repo::built(SMALL);
    repo.edit("http = 9080", "http = 9081");
    repo.write("generated/west/services.bookinfo.yaml", "kind: mine\n");
    repo.refuses(
        &["build"],
        "generated/west/services.bookinfo.yaml is not cwc's file, and would be overwritten\n",
    );
    repo.refuses(&["build", "--adopt"], "is not cwc's file");
    repo.write("generated/east/services.bookinfo.yaml", "kind: mine\n");
    repo.refuses(&["build"], "(and 1 more like it)");
}

#[test]
fn an_error_in_the_document_leaves_every_cluster_as_it_is() {
    let repo = Repo::built(SMALL);
    let before = repo.files();
    repo.edit("http = 9080", "http = 9081");
    repo.edit("clusters = [\"west\"]", "clusters = [\"wets\"]");
    let said = repo.says(&["build"], 1);
    assert!(said.contains("nothing was written"), "{said}");
    repo.says(&["build", "--cluster", "east"], 1);
    repo.says(&["build", "--check"], 2);
    assert_eq!(repo.files(), before);
}

/// A file is written beside its place first, under a name that cwc alone would give; still somebody may have it.
#[test]
fn something_is_where_a_file_is_to_be_begun() {
    let repo = Repo::built(SMALL);
    repo.edit("http = 9080", "http = 9081");
    let begun = "generated/east/.services.bookinfo.yaml.cwc-new";
    repo.write(begun, "a person's\n");
    // What a stopped build left stays, too, where this one does nothing.
    repo.write("generated/west/.gateway.yaml.cwc-new", "# Gen");
    repo.refuses(&["build"], &format!("{begun} is a file that is not cwc's"));
    fs::remove_file(repo.path(begun)).unwrap();
    fs::create_dir(repo.path(begun)).unwrap();
    repo.refuses(&["build"], &format!("{begun} is a folder"));
    fs::remove_dir(repo.path(begun)).unwrap();
    repo.says(&["build"], 0);
}
