//! cwc's own format for programs: one object, whose schema is `schemas/findings.schema.json`.
//!
//! Within a major `format_version` keys are only added; who reads it passes over those that it does not know.

use serde::Serialize;

use super::finding::{Finding, Level, Listing, Place};

/// The version of the format.
pub const FORMAT_VERSION: &str = "1.0";

/// Who wrote a file.
#[derive(Debug, Serialize)]
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

/// This program.
pub const TOOL: Tool = Tool { name: "cwc", version: env!("CARGO_PKG_VERSION") };

#[derive(Serialize)]
struct Output<'f> {
    format_version: &'static str,
    tool: Tool,
    command: &'f str,
    summary: Summary,
    diagnostics: Vec<Diagnostic<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<File<'f>>>,
}

#[derive(Serialize)]
struct Summary {
    documents: usize,
    clusters: usize,
    services: usize,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct File<'f> {
    action: &'static str,
    path: &'f str,
}

/// A diagnostic as it is written.
#[derive(Debug, Serialize)]
pub struct Diagnostic<'f> {
    code: &'f str,
    name: &'f str,
    severity: &'static str,
    message: &'f str,
    help: Option<&'f str>,
    path: Option<&'f str>,
    primary: Labelled<'f>,
    secondary: Vec<Labelled<'f>>,
}

/// A place as it is written; the numbers are missing where it is a file as a whole.
#[derive(Debug, Serialize)]
pub struct Labelled<'f> {
    file: &'f str,
    #[serde(flatten)]
    region: Option<Region>,
    label: &'f str,
}

#[derive(Debug, Serialize)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
}

/// The object.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let count = |level| listing.diagnostics.iter().filter(|found| found.level == level).count();
    let files = listing.files.iter().map(|(action, path)| File { action, path }).collect();
    pretty(&Output {
        format_version: FORMAT_VERSION,
        tool: TOOL,
        command: listing.command,
        summary: Summary {
            documents: listing.examined.len(),
            clusters: listing.counts.0,
            services: listing.counts.1,
            errors: count(Level::Error),
            warnings: count(Level::Warning),
        },
        diagnostics: listing.diagnostics.iter().map(diagnostic).collect(),
        files: (listing.command == "build").then_some(files),
    })
}

/// A diagnostic as it is written.
#[must_use]
pub fn diagnostic(found: &Finding) -> Diagnostic<'_> {
    let path = Some(found.subject.as_str()).filter(|path| !path.is_empty());
    Diagnostic {
        code: found.kind.id,
        name: found.kind.name,
        severity: found.level.word(),
        message: &found.message,
        help: found.help.as_deref(),
        path,
        primary: labelled(&found.place, &found.label),
        secondary: found.others.iter().map(|(place, text)| labelled(place, text)).collect(),
    }
}

/// A place as it is written, with what stands beside it.
#[must_use]
pub fn labelled<'f>(place: &'f Place, label: &'f str) -> Labelled<'f> {
    let region = place.region.as_ref().map(|region| Region {
        line: region.start.line,
        column: region.start.column,
        end_line: region.end.line,
        end_column: region.end.column,
        byte_start: region.bytes.start,
        byte_end: region.bytes.end,
    });
    Labelled { file: &place.path, region, label }
}

/// A value as JSON that people can read too, with a line break at its end.
pub fn pretty(value: &impl Serialize) -> String {
    // Only keys that are no strings could fail, and there are none.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
