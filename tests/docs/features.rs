//! `docs/features.md` names what proves each capability: every case, broken tree, diagnostic and section that it names is there.

use std::collections::BTreeSet;

use crate::{read, root};

/// A row of the page's table, by its columns.
fn rows() -> Vec<Vec<String>> {
    let page = read("docs/features.md");
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

/// The words of a cell that stand in backquotes.
fn quoted(cell: &str) -> BTreeSet<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn each_capability_has_a_row() {
    let numbers: Vec<String> = rows().iter().map(|row| row[0].clone()).collect();
    assert_eq!(numbers, (1..=14).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(rows().iter().all(|row| row.len() == 6), "six columns each");
}

#[test]
fn the_cases_and_broken_trees_that_are_named_are_there() {
    for row in rows() {
        for (cell, folder, file) in [(3, "cases", "expect.yaml"), (4, "broken", "break.yaml")] {
            let named = quoted(&row[cell]);
            assert!(
                !named.is_empty() || ["none yet", "–"].contains(&&*row[cell]),
                "row {}",
                row[0]
            );
            for name in named {
                let path = format!("tests/conformance/{folder}/{name}/{file}");
                assert!(root(&path).exists(), "row {}: there is no {path}", row[0]);
            }
        }
    }
}

#[test]
fn the_diagnostics_that_are_named_exist() {
    for row in rows() {
        for code in row[5].split(", ").filter(|code| *code != "–") {
            assert!(cwc::rules::find(code).is_some(), "row {}: there is no {code}", row[0]);
        }
    }
}

#[test]
fn the_sections_that_are_linked_are_there() {
    for row in rows() {
        for link in row.iter().flat_map(|cell| cell.split("](").skip(1)) {
            let link = link.split(')').next().unwrap();
            let (page, section) = link.split_once('#').unwrap_or((link, ""));
            let slug = |heading: &str| {
                let heading = heading.trim_start_matches('#').trim().to_lowercase();
                let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
                kept.collect::<String>().replace(' ', "-")
            };
            let text = read(&format!("docs/{page}"));
            let mut headings = text.lines().filter(|line| line.starts_with('#'));
            let found = section.is_empty() || headings.any(|heading| slug(heading) == section);
            assert!(found, "row {}: {page} has no section {section}", row[0]);
        }
    }
}
