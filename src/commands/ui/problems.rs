//! What is wrong with the document, each problem with the lines that it is about.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Value, json};

use crate::commands::Machine;
use crate::commands::diff::unified::visible;
use crate::commands::format::Paths;
use crate::commands::input::Input;
use crate::report::finding::{Finding, Listing, Place, Region};
use crate::report::{Severity, json::diagnostic};
use crate::source::Source;

/// So many problems are shown; the rest is counted.
const SHOWN: usize = 200;
/// Lines around the one that a problem is about.
const AROUND: usize = 2;

/// Which text it is, in few digits: whether it is still the one that a page shows.
pub(super) fn digest(input: &Input) -> String {
    let mut hasher = DefaultHasher::new();
    input.source.text().hash(&mut hasher);
    input.lock.as_ref().map(Source::text).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// What every page shows: which document it is, and how it fares.
pub(super) fn state(input: &Input) -> Value {
    let report = &input.checked.report;
    json!({
        "file": visible(input.source.path()),
        "digest": digest(input),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "sound": input.checked.mesh.is_some(),
    })
}

/// The problems, as a list.
pub(super) fn told(input: &Input, machine: &Machine) -> Value {
    let mut listing = Listing::default();
    listing.add(input, &Paths::new(machine), false, machine);
    let found: Vec<Value> =
        listing.diagnostics.iter().take(SHOWN).map(|found| one(found, input)).collect();
    let more = listing.diagnostics.len() - found.len();
    json!({ "state": state(input), "problems": found, "more": more })
}

fn one(found: &Finding, input: &Input) -> Value {
    let excerpts = [(&found.place, &found.label)].into_iter();
    let others = found.others.iter().map(|(place, label)| (place, label));
    let excerpts: Vec<Value> =
        excerpts.chain(others).filter_map(|(place, label)| excerpt(place, label, input)).collect();
    let mut value = serde_json::to_value(diagnostic(found)).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.retain(|key, _| !matches!(key.as_str(), "primary" | "secondary"));
        fields.insert("excerpts".to_owned(), excerpts.into());
        fields.insert("explain".to_owned(), found.kind.explain.into());
    }
    value
}

/// Some lines, and the part of them that is meant.
fn excerpt(place: &Place, label: &str, input: &Input) -> Option<Value> {
    let region = place.region.as_ref()?;
    let is_lock = input.lock.as_ref().is_some_and(|lock| place.shown == lock.path());
    let source = input.lock.as_ref().filter(|_| is_lock).unwrap_or(&input.source);
    let first = region.start.line.saturating_sub(AROUND).max(1);
    let last = region.start.line + AROUND;
    let last = last.min(source.position(source.text().len()).line);
    let lines: Vec<Value> = (first..=last).map(|number| line(source, number, region)).collect();
    Some(json!({
        "file": place.shown,
        "line": region.start.line,
        "column": region.start.column,
        "label": label,
        "lines": lines,
    }))
}

/// A line in three parts, of which the middle one is meant.
fn line(source: &Source, number: usize, region: &Region) -> Value {
    let here = source.line(number);
    let text = source.shown(here.clone());
    let clip = |at: usize| text.floor_char_boundary(at.saturating_sub(here.start).min(text.len()));
    let touched = here.start <= region.bytes.end && region.bytes.start <= here.end;
    let (from, to) =
        if touched { (clip(region.bytes.start), clip(region.bytes.end)) } else { (0, 0) };
    let part = |range: std::ops::Range<usize>| visible(text.get(range).unwrap_or_default());
    json!([number, part(0..from), part(from..to), part(to..text.len())])
}
