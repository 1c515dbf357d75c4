//! reviewdog's diagnostic format: <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>.
//!
//! Its columns count bytes of UTF-8.

use serde::Serialize;

use super::finding::{Level, Listing, Place};
use super::json::pretty;

#[derive(Serialize)]
struct Log<'f> {
    source: Tool,
    diagnostics: Vec<Diagnostic<'f>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'f> {
    message: String,
    location: Location<'f>,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'f>>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
}

#[derive(Serialize)]
struct Related<'f> {
    message: &'f str,
    location: Location<'f>,
}

#[derive(Serialize)]
struct Location<'f> {
    path: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

/// The log; with an empty list where nothing is found.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let diagnostics = listing.findings().map(|found| {
        let help = found.help.as_ref().map(|help| format!("\nhelp: {help}"));
        let related = |(place, text)| Related { message: text, location: location(place) };
        Diagnostic {
            message: format!("{}{}", found.message, help.unwrap_or_default()),
            location: location(&found.place),
            severity: match found.level {
                Level::Error => "ERROR",
                Level::Warning => "WARNING",
                Level::Note => "INFO",
            },
            code: Code { value: found.kind.id },
            related_locations: found
                .others
                .iter()
                .map(|(place, text)| (place, text.as_str()))
                .map(related)
                .collect(),
        }
    });
    pretty(&Log { source: Tool { name: "cwc" }, diagnostics: diagnostics.collect() })
}

fn location(place: &Place) -> Location<'_> {
    let range = place.region.as_ref().map(|region| Range {
        start: Position { line: region.start.line, column: region.byte_columns.0 },
        end: Position { line: region.end.line, column: region.byte_columns.1 },
    });
    Location { path: &place.path, range }
}
