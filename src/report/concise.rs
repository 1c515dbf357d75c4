//! One line a finding: `path:line:column: level[code]: message`, which editors and terminals jump to.

use std::fmt::Write as _;

use super::finding::Listing;

/// Every finding, one a line.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let mut out = String::new();
    for found in listing.findings() {
        let path = &found.place.shown;
        let start = found.place.start();
        let place = match found.place.region {
            Some(_) => format!("{path}:{}:{}", start.line, start.column),
            None => path.clone(),
        };
        let (level, id) = (found.level.word(), found.kind.id);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{place}: {level}[{id}]: {}", found.message);
    }
    out
}
