//! Whose code goes into cwc, and under which terms: what `deny.toml` says of licences, sources and versions holds, by what cargo knows offline.
//!
//! cargo-deny reads the same file and says the same, and looks up advisories besides; it has to be installed for that.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and this one runs cargo"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// The part of `deny.toml` that is judged here.
#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    skip: Vec<Crate>,
    deny: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

fn packages() -> Vec<Package> {
    let root = env!("CARGO_MANIFEST_DIR");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"])
        .current_dir(root)
        .output()
        .unwrap();
    // Dependencies of other systems may not be here; then cargo may fetch what Cargo.lock names.
    let output = if output.status.success() {
        output
    } else {
        Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
            .current_dir(root)
            .output()
            .unwrap()
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    let others = metadata.packages.into_iter().filter(|package| package.name != "cwc");
    others.collect()
}

fn policy() -> Policy {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Whether the terms that somebody chooses of an expression are all allowed: `(MIT OR Apache-2.0) AND ISC`, and `MIT/Apache-2.0` as it was once written.
fn allows(allowed: &[String], expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut left = words.as_slice();
    let answer = any(allowed, &mut left);
    answer && left.is_empty()
}

fn any(allowed: &[String], words: &mut &[&str]) -> bool {
    let mut answer = all(allowed, words);
    while let Some((&"OR", rest)) = words.split_first() {
        *words = rest;
        answer |= all(allowed, words);
    }
    answer
}

fn all(allowed: &[String], words: &mut &[&str]) -> bool {
    let mut answer = one(allowed, words);
    while let Some((&"AND", rest)) = words.split_first() {
        *words = rest;
        answer &= one(allowed, words);
    }
    answer
}

fn one(allowed: &[String], words: &mut &[&str]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    *words = rest;
    if *first == "(" {
        let answer = any(allowed, words);
        let Some((&")", rest)) = words.split_first() else { return false };
        *words = rest;
        return answer;
    }
    let mut name = (*first).to_owned();
    if let [with @ "WITH", exception, rest @ ..] = *words {
        name = format!("{name} {with} {exception}");
        *words = rest;
    }
    allowed.contains(&name)
}

#[test]
fn an_expression_is_allowed_if_what_is_chosen_of_it_is() {
    let allowed = ["MIT", "ISC", "A WITH E"].map(str::to_owned);
    for yes in ["MIT", "GPL OR MIT", "MIT/GPL", "(GPL OR MIT) AND ISC", "A WITH E OR GPL"] {
        assert!(allows(&allowed, yes), "{yes}");
    }
    for no in ["GPL", "GPL AND MIT", "(GPL OR MIT) AND GPL", "A", "A WITH F", "(MIT", "MIT MIT", ""]
    {
        assert!(!allows(&allowed, no), "{no}");
    }
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let allowed = policy().licenses.allow;
    let packages = packages();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    for package in &packages {
        let licence = package.license.as_deref().unwrap_or_default();
        let (name, version) = (&package.name, &package.version);
        assert!(allows(&allowed, licence), "{name} {version} is under `{licence}`");
    }
    let used = |term: &&String| {
        !packages
            .iter()
            .any(|package| package.license.as_deref().is_some_and(|said| said.contains(*term)))
    };
    let unused: Vec<&String> = allowed.iter().filter(used).collect();
    assert!(unused.is_empty(), "allowed, and nobody's: {unused:?}");
}

#[test]
fn everything_comes_from_the_registry() {
    for package in packages() {
        let source = package.source.unwrap_or_default();
        assert!(source.starts_with("registry+"), "{} comes from `{source}`", package.name);
    }
}

#[test]
fn nothing_is_there_in_two_versions_but_what_is_known_to_be() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        versions.entry(package.name).or_default().insert(package.version);
    }
    let policy = policy();
    let twice = |name: &str| versions.get(name).is_some_and(|versions| versions.len() > 1);
    let known: BTreeSet<&str> = policy.bans.skip.iter().map(|one| one.name.as_str()).collect();
    for (name, versions) in versions.iter().filter(|(name, _)| twice(name)) {
        assert!(known.contains(name.as_str()), "{name} is there as {versions:?}");
    }
    for skip in &policy.bans.skip {
        assert!(twice(&skip.name), "{} is there once: take it out", skip.name);
        assert!(!skip.reason.is_empty());
    }
    for deny in &policy.bans.deny {
        assert!(!versions.contains_key(&deny.name), "{}: {}", deny.name, deny.reason);
    }
}
