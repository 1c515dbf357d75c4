//! GitLab's Code Quality report: <https://docs.gitlab.com/ci/testing/code_quality/>.
//!
//! Of two findings with one fingerprint GitLab shows one, so each has its own.

use serde::Serialize;

use super::finding::{Level, Listing};
use super::json::pretty;

#[derive(Serialize)]
struct Issue<'f> {
    description: String,
    check_name: &'f str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'f>,
}

#[derive(Serialize)]
struct Location<'f> {
    path: &'f str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The report; an empty list where nothing is found.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let issues: Vec<Issue<'_>> = listing
        .printed()
        .map(|(found, fingerprint)| {
            let begin = found.place.start().line;
            let end = found.place.region.as_ref().map_or(begin, |region| region.end.line);
            Issue {
                description: format!("{}: {}", found.kind.id, found.message),
                check_name: found.kind.name,
                fingerprint,
                severity: match found.level {
                    Level::Error => "major",
                    Level::Warning => "minor",
                    Level::Note => "info",
                },
                location: Location { path: &found.place.path, lines: Lines { begin, end } },
            }
        })
        .collect();
    pretty(&issues)
}
