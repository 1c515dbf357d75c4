//! What libFuzzer has found worth keeping is looked at again at every test: each file of `fuzz/corpus/TARGET` by that target, and some with a few bytes changed.
//!
//! `CWC_FUZZ_ROUNDS` says how many changed ones each file is followed by, `fuzz/run.sh` looks for new ones.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    reason = "a test may panic, and reads files itself"
)]

#[path = "../fuzz/src/addresses.rs"]
mod addresses;
#[path = "../fuzz/src/check.rs"]
mod check;
#[path = "../fuzz/src/compile.rs"]
mod compile;
#[path = "../fuzz/src/drawn.rs"]
mod drawn;
#[path = "../fuzz/src/fmt.rs"]
mod fmt;
#[cfg(feature = "ui")]
#[path = "../fuzz/src/http.rs"]
mod http;
#[path = "../fuzz/src/import_coddiwomple.rs"]
mod import_coddiwomple;
#[path = "../fuzz/src/import_istio.rs"]
mod import_istio;
#[path = "../fuzz/src/import_kubernetes.rs"]
mod import_kubernetes;
#[path = "../fuzz/src/lock.rs"]
mod lock;
#[path = "../fuzz/src/tree.rs"]
mod tree;
#[path = "../fuzz/src/yaml.rs"]
mod yaml;

use std::fs;
use std::path::{Path, PathBuf};

/// A stream of numbers that is the same in every run: `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap()
    }
}

/// The files of a target, by name.
fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Bytes that mean something in one format or another.
const ODD: &[u8] = b"\n\"=[]{}#.,-'\\\x00\xff a0";

/// Changes some bytes: other ones, fewer, or some of another place once more.
fn changed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        let end = (at + 1 + random.below(12)).min(bytes.len());
        match random.below(4) {
            0 if !bytes.is_empty() => bytes[at] = ODD[random.below(ODD.len())],
            1 if !bytes.is_empty() => drop(bytes.drain(at..end)),
            2 if !bytes.is_empty() => {
                let part = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, part);
            }
            _ => bytes.insert(at.min(bytes.len()), u8::try_from(random.below(256)).unwrap()),
        }
    }
    bytes
}

fn replay(target: &str, run: fn(&[u8])) {
    let rounds = std::env::var("CWC_FUZZ_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    let files = corpus(target);
    assert!(files.len() >= 5, "only {} files for {target}", files.len());
    let mut random = Random(7);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        run_one(&bytes, run, &file, "as it is");
        for round in 0..rounds {
            run_one(&changed(&bytes, &mut random), run, &file, &format!("changed, round {round}"));
        }
    }
}

/// What breaks it is kept, so that it can be looked at.
fn run_one(bytes: &[u8], run: fn(&[u8]), file: &Path, what: &str) {
    if let Err(panic) = std::panic::catch_unwind(|| run(bytes)) {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz-broken");
        fs::write(&kept, bytes).unwrap();
        eprintln!("{} {what} breaks it; the bytes are in {}", file.display(), kept.display());
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn documents_are_checked() {
    replay("check", check::run);
}

#[test]
fn documents_are_compiled() {
    replay("compile", compile::run);
}

#[test]
fn documents_are_formatted() {
    replay("fmt", fmt::run);
}

#[test]
fn trees_are_written_as_yaml() {
    replay("yaml", yaml::run);
}

#[test]
fn locks_are_read_and_merged() {
    replay("lock", lock::run);
}

#[test]
fn addresses_stay() {
    replay("addresses", addresses::run);
}

#[test]
fn folders_are_built_into() {
    replay("tree", tree::run);
}

#[test]
fn coddiwomples_files_are_imported() {
    replay("import_coddiwomple", import_coddiwomple::run);
}

#[test]
fn istios_resources_are_imported() {
    replay("import_istio", import_istio::run);
}

#[test]
fn kubernetes_resources_are_imported() {
    replay("import_kubernetes", import_kubernetes::run);
}

#[cfg(feature = "ui")]
#[test]
fn requests_are_judged() {
    replay("http", http::run);
}
