//! A build's time stays in proportion: to the size of its output, and to only writing the same files.
//!
//! Ratios of the processors' time within one run of this test, each time the best of several; so a machine that is slow or busy does not fail it, and
//! a compiler that looks at all services for each service does. `CWC_MEASURED` names the program to measure, as a release is what people run;
//! without it the program of the tests is measured, with a smaller fleet. How fast cwc is: docs/performance.md.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a test may panic, prints, touches files and reads the environment"
)]

#[path = "../benches/fleet/limit.rs"]
#[allow(dead_code, unreachable_pub, reason = "the bench uses more of it")]
mod limit;
#[path = "../benches/fleet/mesh.rs"]
#[allow(dead_code, unreachable_pub, reason = "the bench uses more of it")]
mod mesh;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

const RUNS: usize = 3;

/// So many times more than in proportion to the output. What every run needs, however small, makes it less than one.
const GROWTH: f64 = 2.0;

/// What is measured, and what may be.
struct Measured {
    program: PathBuf,
    /// A small fleet and a large one, by clusters and services: with more services, and with more clusters.
    growths: [[(usize, usize); 2]; 2],
    /// How many times the time of only writing all of it.
    above_writing: f64,
}

fn measured() -> Measured {
    match std::env::var_os("CWC_MEASURED") {
        Some(program) => Measured {
            program: program.into(),
            growths: [[(3, 400), (3, 16000)], [(10, 50), (400, 50)]],
            above_writing: 24.0,
        },
        None => Measured {
            program: env!("CARGO_BIN_EXE_cwc").into(),
            growths: [[(4, 25), (4, 1000)], [(5, 20), (200, 20)]],
            above_writing: 120.0,
        },
    }
}

/// The least seconds of building and of writing, and the bytes.
struct Times {
    building: f64,
    writing: f64,
    bytes: f64,
}

/// The seconds that the processors spent on this process, or on those that it waited for.
fn spent(who: UsageWho) -> f64 {
    let usage = getrusage(who).unwrap();
    (usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e6
}

/// Builds into empty folders, and writes the same files.
fn times(program: &Path, (clusters, services): (usize, usize)) -> Times {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (root, list) = (place.path(), place.path().join("list"));
    fs::write(root.join("mesh.toml"), mesh::text(clusters, services)).unwrap();
    let mut times = Times { building: f64::MAX, writing: f64::MAX, bytes: 0.0 };
    for run in 0..RUNS {
        let (built, written) = (format!("built{run}"), format!("written{run}"));
        let _ = fs::remove_file(root.join("mesh.lock"));
        let before = spent(UsageWho::RUSAGE_CHILDREN);
        let mut command = Command::new(program);
        command.args(["build", "--quiet", "--out", &built]).current_dir(root);
        assert!(command.status().unwrap().success());
        times.building = times.building.min(spent(UsageWho::RUSAGE_CHILDREN) - before);
        limit::list(&root.join(built), &list);
        let before = spent(UsageWho::RUSAGE_SELF);
        limit::write(&list, &root.join(written));
        times.writing = times.writing.min(spent(UsageWho::RUSAGE_SELF) - before);
    }
    times.bytes = limit::totals(&list).1 as f64;
    times
}

/// One test, as the kernel's account is one for the whole process.
#[test]
fn time_is_in_proportion_to_the_output() {
    let Measured { program, growths, above_writing } = measured();
    let (mut all_building, mut all_writing) = (0.0, 0.0);
    for [small, large] in growths {
        let (few, many) = (times(&program, small), times(&program, large));
        let (output, time) = (many.bytes / few.bytes, many.building / few.building);
        let said = format!(
            "from W{small:?} to W{large:?} the output is {output:.1} times as large and takes {time:.1} times as long, {:.3} s",
            many.building
        );
        println!("{said}; only writing takes {:.3} s", many.writing);
        assert!(time <= output * GROWTH, "{said}");
        all_building += many.building;
        all_writing += many.writing;
    }
    assert!(
        all_building <= all_writing * above_writing,
        "building takes {all_building:.3} s, only writing the same files {all_writing:.3} s"
    );
}
