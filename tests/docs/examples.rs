//! Every example: the committed tree is what a build writes; and what their pages say of documents besides is true.

use std::path::PathBuf;
use std::process::Command;

use crate::{blocks, codes, read, root};

/// The folders of `examples`.
fn examples() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root("examples")).unwrap();
    let mut folders: Vec<PathBuf> = folders.map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() > 1, "{folders:?}");
    folders
}

#[test]
fn the_committed_trees_are_what_a_build_writes() {
    for folder in examples() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
        let output = command.args(["build", "--check"]).current_dir(&folder).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{}", folder.display());
    }
}

/// What Coddiwomple's page says of plain text: a warning, and for a TCP port an error.
#[test]
fn coddiwomples_way_is_to_be_had() {
    let page = read("examples/coddiwomple/README.md");
    let (_, service) = blocks(&page, "toml").remove(0);
    let clusters =
        "[clusters.a]\ngateway = \"a.example.com\"\n[clusters.b]\ngateway = \"b.example.com\"\n";
    let of = |text: &str| -> Vec<&str> {
        codes(&format!("{clusters}{text}")).into_iter().map(|(_, code)| code).collect()
    };
    assert_eq!(of(&service), ["CW0430"]);
    assert_eq!(of(&service.replace("http = 80", "tcp = 81")), ["CW0431", "CW0430"]);
}
