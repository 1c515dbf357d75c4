//! Which folder a first build may write to: row 77.

use std::fs;

use crate::repo::{Repo, SMALL};

const REFUSED: &str = "holds files, and none of them is cwc's";

#[test]
fn the_documents_own_folder_is_refused() {
    let repo = Repo::new(SMALL);
    repo.refuses(&["build", "--out", "."], ". holds files, and none of them is cwc's: mesh.toml");
    let root = repo.root.to_str().unwrap();
    repo.refuses(&["build", "--out", root], REFUSED);
}

#[test]
fn a_folder_above_the_document_is_refused() {
    let repo = Repo::new(SMALL);
    repo.refuses(&["build", "--out", ".."], REFUSED);
    repo.refuses(&["build", "--out", "/"], "/ holds files, and none of them is cwc's");
}

#[test]
fn a_folder_with_others_files_is_refused_with_the_ways_out() {
    let repo = Repo::new(SMALL);
    repo.write("generated/chart/values.yaml", "replicas: 1\n");
    repo.refuses(&["build"], "generated holds files, and none of them is cwc's: chart/values.yaml");
    let said = repo.says(&["build", "--check"], 2);
    assert!(said.contains("`out` in mesh.toml") && said.contains("--adopt"), "{said}");
}

#[test]
fn adopting_a_folder_writes_beside_what_is_there() {
    let repo = Repo::new(SMALL);
    repo.write("generated/chart/values.yaml", "replicas: 1\n");
    repo.says(&["build", "--adopt"], 0);
    assert_eq!(fs::read(repo.path("generated/chart/values.yaml")).unwrap(), b"replicas: 1\n");
    // Once cwc's files are there, it needs to be told no more.
    repo.edit("http = 9080", "http = 9081");
    repo.says(&["build"], 0);
}

#[test]
fn an_empty_folder_and_one_with_git_s_files_only_need_no_flag() {
    let repo = Repo::new(SMALL);
    repo.write("generated/.gitkeep", "");
    repo.write("generated/.gitattributes", "* -text\n");
    fs::create_dir_all(repo.path("generated/east/gateway-ports")).unwrap();
    repo.says(&["build"], 0);
}

#[test]
fn out_may_be_several_folders_deep() {
    let repo = Repo::built(&format!("[mesh]\nout = \"deploy/all/clusters\"\n\n{SMALL}"));
    assert!(repo.path("deploy/all/clusters/east/gateway.yaml").is_file());
    assert!(repo.says(&["build", "--check"], 0).is_empty());
}

#[test]
fn a_folder_whose_parents_are_missing_is_compared_as_empty() {
    let repo = Repo::new(&format!("[mesh]\nout = \"deploy/all/clusters\"\n\n{SMALL}"));
    assert!(repo.says(&["diff"], 1).contains("deploy/all/clusters/east/gateway.yaml"));
    assert!(repo.says(&["build", "--check"], 1).contains("would add deploy/all/clusters/east"));
    assert!(repo.files().is_empty());
}

#[test]
fn out_of_the_command_line_starts_at_the_working_folder() {
    let repo = Repo::new(SMALL);
    fs::create_dir(repo.path("sub")).unwrap();
    let mut command = repo.command(&["build", "--out", "tree"]);
    assert!(command.current_dir(repo.path("sub")).output().unwrap().status.success());
    assert!(repo.path("sub/tree/east/gateway.yaml").is_file());
    assert!(repo.path("mesh.lock").is_file());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let repo = Repo::new(SMALL);
    repo.refuses(&["build", "--out", "/proc/none/tree"], "/proc/none");
}
