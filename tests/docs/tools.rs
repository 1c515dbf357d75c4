//! The programs outside this repository that judge what is written: found, or missed.
//!
//! One that the machine lacks is named on stderr and its tests judge nothing; `CWC_REQUIRE_JUDGES=1`, which CI sets, makes that a
//! failure. `tests/install.sh` installs them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The first of some programs that runs; `None` on a machine without it.
pub(crate) fn find(name: &str, places: &[PathBuf], version: &str) -> Option<PathBuf> {
    let runs = |program: &&PathBuf| {
        Command::new(program).args(version.split(' ')).output().is_ok_and(|it| it.status.success())
    };
    let found = places.iter().find(runs).cloned();
    if found.is_none() {
        // Not `eprintln!`: the test harness would hide it.
        let _ = writeln!(std::io::stderr(), "NOT JUDGED by {name}: it does not run here");
        let required = std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
        assert!(!required, "CWC_REQUIRE_JUDGES=1, and no {name}");
    }
    found
}

/// A program that `tests/install.sh` put below the target directory.
pub(crate) fn installed(path: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("..").join(path)
}
