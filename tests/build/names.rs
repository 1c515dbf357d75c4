//! Names that would lead elsewhere, or that some system could not check out: rows 66 to 70.

use crate::repo::{Repo, SMALL, all};

/// What may be no name of a cluster or a namespace, as both become names of folders and files.
const BAD: [&str; 33] = [
    "..",
    ".",
    "a/b",
    "a\\\\b",
    "/abs",
    "",
    "~",
    "../x",
    "a/../../x",
    ".git",
    ".GIT",
    "git~1",
    ".git::$INDEX_ALLOCATION",
    ".g\u{200c}it",
    ".git\u{feff}",
    "nul.yaml",
    "conin$",
    "a.",
    "a ",
    "a:b",
    "a<b",
    "a>b",
    "a|b",
    "a?b",
    "a*b",
    "East",
    "\u{212b}",
    "a\u{308}",
    "\u{e4}",
    "-a",
    "a-",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a\\tb",
];

/// Asserts that a document is refused, and that nothing is written in its folder or beside it.
fn refuses(document: &str, name: &str) {
    let repo = Repo::new(document);
    let place = repo.root.parent().unwrap().to_owned();
    let before = all(&place);
    let said = repo.cwc(&["build"]);
    assert_eq!(said.status, Some(1), "{name:?}: {said:?}");
    assert!(said.stdout.contains("mesh.toml:"), "{name:?}: {said:?}");
    assert_eq!(all(&place), before, "{name:?}");
}

#[test]
fn a_cluster_has_no_name_that_leads_elsewhere() {
    for name in BAD.iter().chain(&["con", "com1", "lpt9", "aux", "nul"]) {
        refuses(&SMALL.replace("[clusters.west]", &format!("[clusters.\"{name}\"]")), name);
    }
}

#[test]
fn a_namespace_has_no_name_that_leads_elsewhere() {
    for name in BAD {
        refuses(&SMALL.replace("\"payments\"", &format!("\"{name}\"")), name);
    }
}

#[test]
fn out_leads_nowhere_else() {
    let out = |name: &str| format!("[mesh]\nout = \"{name}\"\n\n{SMALL}");
    let bad = [
        "..", ".", "../x", "a/../x", "/tmp/x", "", "~", "~/x", "a//b", "a/", ".git", "a/.GIT",
        "a\\\\b", "c:x", "a/con", "nul.d", "a.", "a b", "\u{e4}",
    ];
    for name in bad.iter().chain(&["x/".repeat(120).trim_end_matches('/')]) {
        refuses(&out(name), name);
    }
    Repo::built(&out("deploy/clusters"));
}

#[test]
fn two_clusters_do_not_differ_by_case_alone() {
    refuses(&SMALL.replace("[clusters.west]", "[clusters.EAST]"), "EAST");
}
