//! What needs which release of Istio, as `docs/istio-versions.md` shows it.

use std::fmt::Write as _;

use crate::mesh::release::FEATURES;

const OPEN: &str = "<!-- generated: releases -->\n";
const CLOSE: &str = "<!-- end -->";

/// The page with its table made anew; `None` if the page has no place for it.
#[must_use]
pub fn renewed(page: &str) -> Option<String> {
    let (before, rest) = page.split_once(OPEN)?;
    let (_, after) = rest.split_once(CLOSE)?;
    let mut table = String::from(
        "| key | needs | field of Istio's API | clusters of older releases get |\n|---|---|---|---|\n",
    );
    for feature in FEATURES {
        let (key, needs, field, without) =
            (feature.key, feature.needs, feature.field, feature.without);
        let _ = writeln!(table, "| `{key}` | {needs} | `{field}` | {without} |");
    }
    Some(format!("{before}{OPEN}{table}{CLOSE}{after}"))
}
