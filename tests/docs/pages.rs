//! `docs/mesh-toml.md` and `docs/diagnostics.md` follow from the code, and their examples are true.

use cwc::document::{Field, all_tables};
use cwc::reference::{diagnostics, page};

use crate::{blocks, codes, fresh, read, root};

#[test]
fn the_reference_is_fresh() {
    fresh("docs/mesh-toml.md", &page::renewed(&read("docs/mesh-toml.md")).unwrap());
}

#[test]
fn the_releases_are_fresh() {
    let page = read("docs/istio-versions.md");
    fresh("docs/istio-versions.md", &cwc::reference::releases::renewed(&page).unwrap());
}

#[test]
fn the_diagnostics_are_fresh() {
    let drawn = |rule: &cwc::report::Rule| {
        let path = root(&format!("tests/rules/{}-{}/bad.stderr", rule.code, rule.name));
        std::fs::read_to_string(path).ok()
    };
    fresh("docs/diagnostics.md", &diagnostics::page(drawn));
}

/// The part of the reference under a table's heading.
fn section<'p>(page: &'p str, table: &str) -> &'p str {
    let heading = format!("\n### `{table}`\n");
    let (_, behind) = page.split_once(&heading).unwrap_or_else(|| panic!("no section `{table}`"));
    let end = ["\n### ", "\n## "].iter().filter_map(|next| behind.find(next)).min();
    &behind[..end.unwrap_or(behind.len())]
}

#[test]
fn every_table_has_a_section_with_its_keys_and_an_example_of_each() {
    let page = read("docs/mesh-toml.md");
    for table in all_tables() {
        let section = section(&page, table.name);
        assert!(section.contains(&format!("<!-- generated: {} -->", table.name)), "{}", table.name);
        let examples: String = blocks(section, "toml").into_iter().map(|(_, text)| text).collect();
        let shown = |field: &&Field| {
            examples.lines().any(|line| {
                let line = line.split(" #").next().unwrap_or_default();
                let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
                words.into_iter().any(|word| word == field.key)
            })
        };
        let missing: Vec<&str> =
            table.fields.iter().filter(|field| !shown(field)).map(|field| field.key).collect();
        assert!(missing.is_empty(), "`{}` has no example of {missing:?}", table.name);
    }
}

/// Every example checks clean.
#[test]
fn the_examples_of_the_reference_do_as_they_say() {
    let examples = blocks(&read("docs/mesh-toml.md"), "toml");
    assert!(examples.len() > 20, "{} examples", examples.len());
    for (at, example) in examples {
        let mut text = example.clone();
        if !text.contains("[clusters.") {
            for (name, address) in [("east", 1), ("west", 2), ("edge", 3)] {
                text.push_str(&format!(
                    "[clusters.{name}]\nregion = \"r\"\ngateway = \"192.0.2.{address}\"\n"
                ));
            }
        }
        let needs_service = !text.lines().any(|line| {
            line.strip_prefix("[services.")
                .is_some_and(|rest| rest.trim_end().ends_with(']') && !rest.contains('.'))
        });
        if needs_service {
            text.push_str("[services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\", \"west\"]\n");
        }
        let wrong = codes(&text);
        // What the whole fleet decides, of which an example shows a part.
        let fleet = ["CW0401", "CW0421", "CW0422"];
        assert!(wrong.iter().all(|(_, code)| fleet.contains(code)), "line {at}: {wrong:?}\n{text}");
    }
}

/// Links within the pages lead somewhere.
#[test]
fn the_links_lead_somewhere() {
    let pages = [
        "README.md",
        "CHANGELOG.md",
        "docs/mesh-toml.md",
        "docs/diagnostics.md",
        "docs/tree.md",
        "docs/formats.md",
        "docs/diff.md",
        "docs/dns.md",
        "docs/istio-versions.md",
        "examples/coddiwomple/README.md",
        "docs/graph.md",
        "docs/import.md",
        "docs/ui.md",
        "docs/tutorial.md",
        "docs/ci.md",
        "docs/gitops.md",
        "docs/install.md",
    ];
    let mut links = 0;
    for from in pages {
        for link in read(from).split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.starts_with("https://") {
                continue;
            }
            links += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = std::path::Path::new(from).parent().unwrap();
            let target = if file.is_empty() { from.into() } else { folder.join(file) };
            let target = root(target.to_str().unwrap());
            assert!(target.exists(), "{from}: {link}");
            if !anchor.is_empty() {
                let page = std::fs::read_to_string(target).unwrap();
                let mut headings = page.lines().filter(|line| line.starts_with('#'));
                let heads = |line: &str| anchor_of(line.trim_start_matches('#').trim()) == anchor;
                assert!(headings.any(heads), "{from}: {link} has no heading");
            }
        }
    }
    assert!(links > 100, "{links} links");
}

/// The anchor that a heading gets.
fn anchor_of(heading: &str) -> String {
    page::anchor(&heading.replace(' ', "-"))
}

#[test]
fn the_example_checks_clean() {
    assert_eq!(codes(&read("mesh.toml.example")), []);
}

/// The example shows every key.
#[test]
fn the_example_shows_every_key() {
    let example = read("mesh.toml.example");
    for table in all_tables().iter().filter(|table| !table.name.contains("routes")) {
        for field in table.fields {
            let shown = example.lines().any(|line| {
                line.split('#')
                    .next()
                    .unwrap()
                    .split([' ', '.', '[', ']', '{', '='])
                    .any(|word| word == field.key)
            });
            assert!(shown, "`{}` of `{}`", field.key, table.name);
        }
    }
}

/// The map of the code, the crate's first page, has a line for each module, and no other.
#[test]
fn the_map_has_every_module() {
    let map = read("src/lib.rs");
    let modules = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let (_, table) = map.split_once("//! | module | is |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with("//! |"));
    let named = rows.map(|row| row.split('`').nth(1).unwrap());
    assert!(modules.eq(named));
}
