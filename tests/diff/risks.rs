//! Each class of changes: a change that is of it, and one that is not, though it looks like it.
//!
//! `tests/risks/CLASS` holds `before.toml`, which the tree was built from; `of-it.toml` and `not.toml`, the document after two changes; and in
//! `of-it` and `not` what `cwc diff --format concise` says of each, which `CWC_UPDATE=1` rewrites. `committed/` is laid over what was built, as
//! somebody may have edited it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::repository::Repository;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/risks")
}

#[test]
fn every_class_has_a_change_that_is_of_it_and_one_that_is_not() {
    let has = fs::read_dir(folder()).unwrap();
    let has: BTreeSet<String> =
        has.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let mut faults = Vec::new();
    for class in &has {
        for (which, is_of_it) in [("of-it", true), ("not", false)] {
            let said = said(class, which).unwrap_or_else(|fault| {
                faults.push(format!("{class}/{which}: {fault}"));
                String::new()
            });
            let file = folder().join(class).join(which);
            if std::env::var_os("CWC_UPDATE").is_some() {
                fs::write(&file, &said).unwrap();
            }
            if fs::read_to_string(&file).unwrap_or_default() != said {
                faults.push(format!("{class}/{which} is\n{said}"));
            }
            if said.contains(&format!("[{class}]: ")) != is_of_it {
                faults.push(format!("{class}/{which}: of the class or not?\n{said}"));
            }
        }
    }
    assert_eq!(has, cwc::risk::CLASSES.iter().map(|class| class.name.to_owned()).collect());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is said of a change. The exit status follows the class that `--fail-on` asks for.
fn said(class: &str, which: &str) -> Result<String, String> {
    let folder = folder().join(class);
    let document = |name: &str| fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
    let repository = Repository::new();
    repository.write("mesh.toml", &document("before"));
    let run = |command: &str, status: i32| {
        let shown = repository.run(command);
        let right = shown.status == status;
        let fault =
            || format!("{command}: exit {}\n{}{}", shown.status, shown.stdout, shown.stderr);
        if right { Ok(shown.stdout) } else { Err(fault()) }
    };
    run("cwc build", 0)?;
    repository.lay_over(&folder.join("committed"));
    repository.write("mesh.toml", &document(which));
    let is_of_it = i32::from(which == "of-it");
    run(&format!("cwc diff --format concise --fail-on {class}"), is_of_it)?;
    run("cwc diff --format concise", 1)
}
