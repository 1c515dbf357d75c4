//! SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Paths are relative to the root of the sources; columns count characters; a result is known again by its kind, the way to it in the
//! document and what it says, and never by its line.

use std::collections::BTreeSet;

use serde::Serialize;

use super::finding::{Finding, Kind, Level, Listing, Place};
use super::json::pretty;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'f> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'f>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'f> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome<'f>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Message>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'f> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location<'f>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'f>>,
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "cwc/v1")]
    own: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'f> {
    fully_qualified_name: &'f str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

/// The log; with an empty list of results where nothing is found.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let kinds: BTreeSet<Kind> = listing.findings().map(|found| found.kind).collect();
    let kinds: Vec<Kind> = kinds.into_iter().collect();
    let results = listing.printed().map(|(found, print)| result(found, print, &kinds)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let rules = kinds.iter().map(rule).collect();
    let driver = Driver { name: "cwc", version, semantic_version: version, rules };
    pretty(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    })
}

fn rule(kind: &Kind) -> Rule {
    let text = kind.explain.to_owned();
    Rule {
        id: kind.id,
        name: kind.name,
        short_description: plain(kind.summary),
        help: (!text.is_empty()).then_some(Message { text, markdown: Some(kind.explain) }),
        default_configuration: Configuration { level: level(kind.level) },
    }
}

fn result<'f>(found: &'f Finding, own: String, kinds: &[Kind]) -> Outcome<'f> {
    let help = found.help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
    let subject = Some(found.subject.as_str()).filter(|subject| !subject.is_empty());
    let logical = subject.map(|name| Logical { fully_qualified_name: name });
    let label = (!found.label.is_empty()).then(|| plain(&found.label));
    let related = (1..).zip(&found.others).map(|(id, (place, text))| Location {
        id: Some(id),
        physical_location: physical(place),
        logical_locations: Vec::new(),
        message: (!text.is_empty()).then(|| plain(text)),
    });
    Outcome {
        rule_id: found.kind.id,
        rule_index: kinds.iter().position(|kind| kind == &found.kind).unwrap_or_default(),
        level: level(found.level),
        message: plain(&format!("{}{help}", found.message)),
        locations: [Location {
            id: None,
            physical_location: physical(&found.place),
            logical_locations: logical.into_iter().collect(),
            message: label,
        }],
        related_locations: related.collect(),
        partial_fingerprints: Fingerprints { own },
    }
}

fn plain(text: &str) -> Message {
    Message { text: text.to_owned(), markdown: None }
}

fn level(level: Level) -> &'static str {
    level.word()
}

fn physical(place: &Place) -> Physical {
    let (start, end) = (place.start(), place.region.as_ref().map(|region| region.end));
    Physical {
        artifact_location: Artifact { uri: uri(&place.path), uri_base_id: "%SRCROOT%" },
        region: Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.map(|end| end.line),
            end_column: end.map(|end| end.column),
        },
    }
}

/// A relative path as a URI: what a URI's path has no room for is escaped, byte by byte.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(super::uri("a b/ü:mesh.toml"), "a%20b/%C3%BC%3Amesh.toml");
    }
}
