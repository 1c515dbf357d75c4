//! What cwc does with a fleet, command by command, each beside its limit.
//!
//! Enters: the size of W(C,S) and how often. Leaves: the median of each row; all rows are run in turns, so that a slow minute of the machine
//! meets all alike.

use std::fs;
use std::path::Path;

use crate::measure::Usage;
use crate::{limit, measure, mesh};

/// A table.
pub struct Table {
    pub title: String,
    pub rows: Vec<(&'static str, Usage)>,
}

pub const BUILD: &str = "build into an empty folder";
pub const WRITING: &str = "limit: only writing the same";
pub const UNCHANGED: &str = "build, nothing changed";
pub const READING: &str = "limit: only reading the same";
pub const DIFF: &str = "diff, nothing changed";
pub const EDITED: &str = "build after one service's edit";
pub const CHECK: &str = "check";

/// What this program does as a process of its own; false where the words name no such part.
pub fn is_part(words: &[&str]) -> bool {
    match words {
        ["measure", output, program, args @ ..] => measure::child(output, program, args),
        ["write", list, to] => limit::write(Path::new(list), Path::new(to)),
        ["read", list, from] => limit::read(Path::new(list), Path::new(from)),
        _ => return false,
    }
    true
}

/// The compiler.
pub fn cwc(root: &Path, args: &[&str]) -> Usage {
    measure::run(root, env!("CARGO_BIN_EXE_cwc"), args)
}

/// A limit: `write` or `read`, with the list of a tree's files and a folder.
pub fn limit(root: &Path, what: &str, folder: &str) -> Usage {
    let own = std::env::current_exe().unwrap();
    measure::run(root, own.to_str().unwrap(), &[what, "list", folder])
}

/// Removes what a build left.
pub fn clear(root: &Path) {
    for folder in ["generated", "limit"] {
        let _ = fs::remove_dir_all(root.join(folder));
    }
    let _ = fs::remove_file(root.join("mesh.lock"));
}

/// Measures everything so many times.
pub fn measure(clusters: usize, services: usize, runs: usize) -> Table {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (root, list) = (place.path(), place.path().join("list"));
    let (before, after) = (mesh::text(clusters, services), mesh::edited(clusters, services));
    let mut rows: Vec<(&str, Vec<Usage>)> =
        [BUILD, WRITING, UNCHANGED, READING, DIFF, "build --check", EDITED, CHECK]
            .map(|name| (name, Vec::new()))
            .into();
    for _ in 0..runs {
        clear(root);
        fs::write(root.join("mesh.toml"), &before).unwrap();
        let built = cwc(root, &["build"]);
        limit::list(&root.join("generated"), &list);
        let usages = [
            built,
            limit(root, "write", "limit"),
            cwc(root, &["build"]),
            limit(root, "read", "generated"),
            cwc(root, &["diff"]),
            cwc(root, &["build", "--check"]),
            {
                fs::write(root.join("mesh.toml"), &after).unwrap();
                cwc(root, &["build"])
            },
            cwc(root, &["check"]),
        ];
        rows.iter_mut().zip(usages).for_each(|((_, all), usage)| all.push(usage));
    }
    let (files, bytes) = limit::totals(&list);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let megabytes = bytes as f64 / 1e6;
    let title = format!(
        "W({clusters},{services}): {files} files, {megabytes:.1} MB; {threads} processors, median of {runs} runs"
    );
    let rows = rows.iter().map(|(name, usages)| (*name, measure::median(usages))).collect();
    Table { title, rows }
}

/// Prints a table.
pub fn print(table: &Table) {
    println!("\n{}\n", table.title);
    println!("| | clock s | processor s | of it system s | peak MiB |\n|---|---|---|---|---|");
    for (name, usage) in &table.rows {
        let Usage { wall, system, peak_mib, .. } = usage;
        let cpu = usage.cpu();
        println!("| {name} | {wall:.3} | {cpu:.3} | {system:.3} | {peak_mib:.1} |");
    }
}
