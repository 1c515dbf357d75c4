//! What is written about cwc is true: the generated schema and pages are fresh, every example in them does what is said beside it, the
//! README's commands print what it shows, and the committed Bookinfo tree is the one that a build writes.
//!
//! `CWC_UPDATE=1` rewrites what is generated; read the difference before committing it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_collect,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the repository's files"
)]

#[path = "docs/action.rs"]
mod action;
#[path = "docs/bookinfo.rs"]
mod bookinfo;
#[path = "docs/examples.rs"]
mod examples;
#[path = "docs/features.rs"]
mod features;
#[path = "docs/gitops.rs"]
mod gitops;
#[path = "docs/pages.rs"]
mod pages;
#[path = "docs/readme.rs"]
mod readme;
#[path = "docs/schema.rs"]
mod schema;
#[path = "docs/taplo.rs"]
mod taplo;
#[path = "docs/tools.rs"]
mod tools;
#[path = "docs/tutorial.rs"]
mod tutorial;

use std::path::{Path, PathBuf};

/// A path of the repository.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails unless the committed file is `text`; with `CWC_UPDATE=1` makes it so.
fn fresh(path: &str, text: &str) {
    let committed = std::fs::read_to_string(root(path)).unwrap_or_default();
    if committed != text && std::env::var("CWC_UPDATE").is_ok_and(|update| update == "1") {
        std::fs::write(root(path), text).unwrap();
        return;
    }
    assert!(committed == text, "{path} is stale: run `CWC_UPDATE=1 cargo test --test docs`");
}

/// The blocks of a page in one language, each with the line it begins at.
fn blocks(page: &str, language: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let start = format!("```{language}");
    for (index, line) in page.lines().enumerate() {
        match &mut open {
            None if line == start => open = Some((index + 2, String::new())),
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some((_, text)) => text.push_str(&format!("{line}\n")),
            None => {}
        }
    }
    blocks
}

/// The codes that a document raises, each with its line.
fn codes(text: &str) -> Vec<(usize, &'static str)> {
    let source = cwc::source::Source::new("mesh.toml", text);
    let report = cwc::compile::check(&source, None).report;
    let line =
        |found: &cwc::report::Diagnostic| source.position(found.primary.span.range().start).line;
    report.diagnostics().iter().map(|found| (line(found), found.rule.code)).collect()
}
