//! `cwc trace`: what it answers, what it refuses to answer, and the form for programs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and it runs the program"
)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn cwc(arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(env!("CARGO_BIN_EXE_cwc")).args(arguments).current_dir(folder).output().unwrap()
}

fn trace(example: &str, arguments: &[&str]) -> Output {
    let file = format!("examples/{example}/mesh.toml");
    cwc(&[&["trace", "-f", &file], arguments].concat())
}

fn json(example: &str, arguments: &[&str]) -> Value {
    let output = trace(example, &[arguments, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Share and cluster of each place that calls reach.
fn reached(answer: &Value) -> Vec<(f64, &str)> {
    let reached = answer["reached"].as_array().unwrap().iter();
    reached.map(|to| (to["share"].as_f64().unwrap(), to["cluster"].as_str().unwrap())).collect()
}

#[test]
fn calls_go_to_the_callers_own_cluster_and_turn_to_the_next_when_it_fails() {
    let call = ["west", "reviews.bookinfo.global"];
    let well = json("bookinfo", &call);
    let own = well["reached"][0]["cluster"].as_str().unwrap().to_owned();
    assert_eq!(well["arrives"], true);
    let down = json("bookinfo", &[call[0], call[1], "--down", &own]);
    assert!(reached(&down).iter().all(|(_, cluster)| *cluster != own), "{down}");
}

#[test]
fn shares_are_those_of_the_route() {
    let answer = json("weighted-versions", &["east", "reviews.bookinfo.global"]);
    let mut shares: Vec<f64> = reached(&answer).iter().map(|(share, _)| *share).collect();
    shares.sort_by(f64::total_cmp);
    assert_eq!(shares, [0.1, 0.15, 0.75]);
}

#[test]
fn a_name_of_none_a_port_of_none_and_a_cluster_of_none_are_told_with_the_nearest() {
    for (arguments, why, help) in [
        (["wset", "reviews.bookinfo.global"], "there is no cluster `wset`", "did you mean `west`?"),
        (
            ["west", "reviews"],
            "no service is called `reviews`",
            "did you mean `reviews.bookinfo.global`?",
        ),
        (
            ["west", "reviews.bookinfo.globl"],
            "no service is called",
            "did you mean `reviews.bookinfo.global`?",
        ),
        (["west", "reviews.bookinfo.global:0"], "`0` is not a port", ""),
        (["west", "reviews.bookinfo.global:x"], "`x` is not a port", ""),
    ] {
        let output = trace("bookinfo", &arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(why) && said.contains(help), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty());
    }
    let output = trace("bookinfo", &["west", "reviews.bookinfo.global:1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("has no port 1: it has http 9080"));
}

#[test]
fn a_document_with_mistakes_is_not_traced() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mesh.toml");
    std::fs::write(&file, "[clusters.east]\nregon = \"x\"\n").unwrap();
    let output = cwc(&["trace", "-f", file.to_str().unwrap(), "east", "a.b.global"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("1 error, so nothing is traced"), "{}", stderr(&output));
}

#[test]
fn the_form_for_programs_is_as_its_schema_says() {
    let schema = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/trace.schema.json"),
    );
    let schema: Value = serde_json::from_str(&schema.unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (example, arguments) in [
        ("bookinfo", vec!["west", "reviews.bookinfo.global"]),
        (
            "bookinfo",
            vec!["west/shop/cart", "reviews.bookinfo.global", "--down", "west", "--down", "east"],
        ),
        ("bookinfo", vec!["west", "reviews.bookinfo.global:1"]),
        (
            "weighted-versions",
            vec!["east", "reviews.bookinfo.global", "--header", "end-user=jason"],
        ),
    ] {
        let answer = json(example, &arguments);
        let faults: Vec<String> =
            validator.iter_errors(&answer).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{arguments:?}: {faults:?}\n{answer}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "command": "trace" })));
}
