//! How soon `cwc ui` answers its pages: `cargo bench --bench ui [-- CLUSTERS SERVICES RUNS]`.
//!
//! Makes W(C,S) as `rivals` does and builds it, changes a service, and asks the server, as a process of its own, for all that the pages ask for. `first`
//! is the first answer since the server was started, when the document is checked and, for some, compiled; then the median and the slowest of the runs
//! that follow. Prints; asserts nothing about time, as a machine that is busy would fail it.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark may panic, prints, touches files and asks for the time"
)]

#[path = "fleet/mesh.rs"]
mod mesh;
#[path = "fleet/numbers.rs"]
mod numbers;
#[path = "../tests/ui/served.rs"]
mod served;

use std::time::{Duration, Instant};

use served::Served;

/// What the pages ask for, each in a server of its own.
const ASKED: [(&str, &str); 9] = [
    ("Services: the list", "services"),
    ("Problems", "problems"),
    ("Changes: the list", "changes"),
    (
        "Changes: one object",
        "object?cluster=c050&group=networking.istio.io&kind=ServiceEntry&namespace=istio-system&name=s00001.team-0.global",
    ),
    ("Mesh: clusters and services", "mesh"),
    ("Mesh: the graph of a service", "graph?service=s00001"),
    ("Mesh: ways to a service", "ways?service=s00001"),
    ("Mesh: the same, a cluster down", "ways?service=s00001&down=c001"),
    ("Mesh: one call, hop by hop", "call?service=s00001&from=c050&down=c001"),
];

fn main() {
    let [clusters, services, runs] = numbers::given("ui", [100, 2000, 20]);
    table(clusters, services, runs);
}

fn table(clusters: usize, services: usize, runs: usize) {
    println!(
        "W({clusters},{services}), {runs} runs\n\n| asked for | first ms | median ms | slowest ms | KB |\n|---|---|---|---|---|"
    );
    for (name, path) in ASKED {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let file = folder.path().join("mesh.toml");
        std::fs::write(&file, mesh::text(clusters, services)).unwrap();
        let mut build = std::process::Command::new(env!("CARGO_BIN_EXE_cwc"));
        let said = build.args(["build", "--quiet"]).current_dir(folder.path()).output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        std::fs::write(&file, mesh::edited(clusters, services)).unwrap();
        let served = Served::within(folder, &[]);
        let visit = served.enter();
        let answer = || {
            let began = Instant::now();
            let got = visit.ask(path);
            assert_eq!(got.status, 200, "{path}: {}", got.body);
            (began.elapsed(), got.body.len())
        };
        let (first, size) = answer();
        let mut times: Vec<Duration> = (0..runs).map(|_| answer().0).collect();
        times.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "| {name} | {:.0} | {:.0} | {:.0} | {} |",
            ms(first),
            ms(times[times.len() / 2]),
            ms(times[times.len() - 1]),
            size / 1000
        );
    }
}
