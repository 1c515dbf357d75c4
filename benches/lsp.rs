//! How soon the language server answers: `cargo bench --bench lsp [-- CLUSTERS SERVICES RUNS]`.
//!
//! Makes W(C,S) as `rivals` does, opens it in `cwc lsp` as a process of its own, and asks it over its pipes for everything that an editor asks for, in
//! the middle of the document, each after a keystroke, so that nothing is known from before. Prints the median and the slowest of each; asserts nothing,
//! as a machine that is busy would fail it.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark may panic, prints, and asks for the time"
)]

#[path = "lsp/client.rs"]
mod client;
#[path = "fleet/mesh.rs"]
mod mesh;
#[path = "fleet/numbers.rs"]
mod numbers;

use std::time::Duration;

use client::Client;
use serde_json::{Value, json};

fn main() {
    let [clusters, services, runs] = numbers::given("lsp", [10, 2000, 30]);
    table(clusters, services, runs);
}

fn table(clusters: usize, services: usize, runs: usize) {
    let text = mesh::text(clusters, services);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = folder.path().join("mesh.toml");
    std::fs::write(&file, &text).unwrap();
    let mut build = std::process::Command::new(env!("CARGO_BIN_EXE_cwc"));
    let said = build.arg("build").current_dir(folder.path()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let mut client = Client::start(&file, &text);
    let line_of = |mark: &str| text[..text.find(mark).unwrap()].matches('\n').count();
    let middle = line_of(&format!("[services.s{:05}]", services / 2));
    let at = |line: usize, character: usize| json!({"line": line, "character": character});
    let value = at(middle + 3, 14);
    let new = json!({"newName": "paris"});
    let name = at(middle, 12);
    let range = json!({"range": {"start": value, "end": value}, "context": {"diagnostics": []}});
    let all = json!({
        "range": {"start": value, "end": value},
        "context": {"diagnostics": [], "only": ["source.fixAll"]},
    });
    let form = json!({"options": {"tabSize": 2, "insertSpaces": true}});
    let position = |place: &Value| json!({"position": place});
    let with = |one: Value, two: &Value| {
        let mut one = one;
        one.as_object_mut().unwrap().extend(two.as_object().unwrap().clone());
        one
    };
    let references = json!({"context": {"includeDeclaration": true}});
    let asked: Vec<(&str, &str, Value)> = vec![
        ("completion of a key", "completion", position(&at(middle + 4, 0))),
        ("completion of a cluster", "completion", position(&value)),
        ("hover of a service", "hover", position(&name)),
        ("hover of a cluster", "hover", position(&value)),
        ("definition", "definition", position(&value)),
        ("references of a cluster", "references", with(position(&value), &references)),
        ("highlights of a cluster", "documentHighlight", position(&value)),
        ("symbols", "documentSymbol", json!({})),
        ("quick fixes", "codeAction", range),
        ("all fixes at once", "codeAction", all),
        ("formatting", "formatting", form),
        ("may it be renamed?", "prepareRename", position(&name)),
        ("rename of a service", "rename", with(position(&name), &new)),
        ("rename of a cluster", "rename", with(position(&value), &new)),
    ];
    println!("{clusters} clusters, {services} services, {} bytes; {runs} runs\n", text.len());
    println!("| asked | median | slowest |\n|---|---|---|");
    let row = |name: &str, mut times: Vec<Duration>| {
        times.sort();
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1000.0);
        println!("| {name} | {} | {} |", ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    };
    // Behind whatever the last line is.
    let end = 4_000_000;
    let opened = client.diagnosed();
    row("diagnostics after a keystroke", (0..runs).map(|run| client.typed(end, run)).collect());
    row(
        "the same where it breaks the text",
        (0..runs).map(|run| client.broken(middle + 3, run)).collect(),
    );
    for (name, method, params) in asked {
        let once = |run: usize| {
            client.typed(end, run);
            client.asked(method, &params)
        };
        row(name, (0..runs).map(once).collect());
    }
    println!("\ndiagnostics of the first text: {} ms", opened.as_millis());
    client.end();
}
