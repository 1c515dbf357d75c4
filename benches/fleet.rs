//! How long a fleet takes: `cargo bench --bench fleet [-- CLUSTERS SERVICES RUNS]`.
//!
//! Makes W(C,S): C clusters, S services, each in two or three of them, with HTTP and TCP ports, in a namespace for every hundred. Runs the
//! program as a whole process: into an empty folder, where nothing changed, after an edit of one service, `diff` and `check`.
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

#[path = "fleet/goals.rs"]
mod goals;
#[path = "fleet/limit.rs"]
mod limit;
#[path = "fleet/measure.rs"]
mod measure;
#[path = "fleet/mesh.rs"]
mod mesh;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse().expect("a number");
    match words.as_slice() {
        words if goals::is_part(words) => {}
        [] => goals::print(&goals::measure(100, 1000, 7)),
        [clusters, services, runs] => {
            goals::print(&goals::measure(number(clusters), number(services), number(runs)));
        }
        _ => panic!("usage: cargo bench --bench fleet [-- CLUSTERS SERVICES RUNS]"),
    }
}
