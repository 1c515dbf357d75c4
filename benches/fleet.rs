//! How long a fleet takes: `cargo bench --bench fleet [-- CLUSTERS SERVICES RUNS]`.
//!
//! Makes W(C,S): C clusters, S services, each in two or three of them, with HTTP and TCP ports, in a namespace for every hundred. Runs the
//! program as a whole process: into an empty folder, where nothing changed, after an edit of one service, `build --check` and `check`.
//! Beside them stand the limits: a process that only writes, or only reads, as many bytes in the same files, on as many threads.
//! Prints medians; asserts nothing, as a machine that is busy would fail it.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a benchmark may panic, prints, touches files and asks for the time"
)]

#[path = "fleet/limit.rs"]
mod limit;
#[path = "fleet/measure.rs"]
mod measure;
#[path = "fleet/mesh.rs"]
mod mesh;

use std::fs;
use std::path::Path;

use measure::Usage;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["measure", program, args @ ..] => measure::child(program, args),
        ["write", list, to] => limit::write(Path::new(list), Path::new(to)),
        ["read", list, from] => limit::read(Path::new(list), Path::new(from)),
        [] => table(100, 1000, 7),
        [clusters, services, runs] => {
            let number = |word: &str| word.parse().expect("a number");
            table(number(clusters), number(services), number(runs));
        }
        _ => panic!("usage: cargo bench --bench fleet [-- CLUSTERS SERVICES RUNS]"),
    }
}

/// Measures everything so many times, in turns, so that a slow minute of the machine meets all alike.
fn table(clusters: usize, services: usize, runs: usize) {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (root, list) = (place.path(), place.path().join("list"));
    let (before, after) = (mesh::text(clusters, services), mesh::edited(clusters, services));
    fs::write(root.join("mesh.toml"), &before).unwrap();
    let cwc = |args: &[&str]| measure::run(root, env!("CARGO_BIN_EXE_cwc"), args);
    let own = std::env::current_exe().unwrap();
    let limit = |what: &str, folder: &str| {
        let args = [what, list.to_str().unwrap(), folder];
        measure::run(root, own.to_str().unwrap(), &args)
    };
    let mut rows: Vec<(&str, Vec<Usage>)> = [
        "build into an empty folder",
        "limit: only writing the same",
        "build, nothing changed",
        "limit: only reading the same",
        "build --check",
        "build after one service's edit",
        "check",
    ]
    .map(|name| (name, Vec::new()))
    .into();
    for _ in 0..runs {
        let _ = fs::remove_dir_all(root.join("generated"));
        let _ = fs::remove_file(root.join("mesh.lock"));
        let built = cwc(&["build"]);
        limit::list(&root.join("generated"), &list);
        let _ = fs::remove_dir_all(root.join("limit"));
        let written = limit("write", "limit");
        let usages = [
            built,
            written,
            cwc(&["build"]),
            limit("read", "generated"),
            cwc(&["build", "--check"]),
            {
                fs::write(root.join("mesh.toml"), &after).unwrap();
                cwc(&["build"])
            },
            cwc(&["check"]),
        ];
        fs::write(root.join("mesh.toml"), &before).unwrap();
        rows.iter_mut().zip(usages).for_each(|((_, all), usage)| all.push(usage));
    }
    let (files, bytes) = limit::totals(&list);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "W({clusters},{services}): {files} files, {:.1} MB, {threads} threads, median of {runs} runs",
        bytes as f64 / 1e6
    );
    println!("{:<32}{:>9}{:>9}{:>9}{:>12}", "", "wall s", "user s", "sys s", "peak MiB");
    for (name, usages) in &rows {
        let median = |get: fn(&Usage) -> f64| {
            let mut values: Vec<f64> = usages.iter().map(get).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let (wall, user, system) = (median(|u| u.wall), median(|u| u.user), median(|u| u.system));
        let peak = median(|usage| usage.peak_mib);
        println!("{name:<32}{wall:>9.3}{user:>9.3}{system:>9.3}{peak:>12.1}");
    }
}
