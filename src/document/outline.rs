//! The way to each place of a document or a lock, as its keys say it: `services.reviews.ports.http`.
//!
//! Enters: a [`Source`]. Leaves: [`Outline`], for those who name a place without its line. A text that is no TOML has as much of an outline as can be
//! read.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::syntax;
use crate::report::Report;
use crate::source::Source;
use crate::span::{File, Span};

/// The ways to the places of a file.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// Keys and values with the ways to them, by where they begin; of two that begin at one place the wider comes first.
    places: Vec<(Range<usize>, String)>,
}

impl Outline {
    /// The outline of a file.
    #[must_use]
    pub fn of(source: &Source, file: File) -> Self {
        let mut places = Vec::new();
        syntax::parse(source, file, &mut Report::new(), |root, _, _| table(root, "", &mut places));
        places.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        Self { places }
    }

    /// The way to the innermost key or value around a place; empty where it is in none.
    #[must_use]
    pub fn path(&self, span: Span) -> &str {
        let range = span.range();
        let end = self.places.partition_point(|(place, _)| place.start <= range.start);
        let before = self.places.get(..end).unwrap_or_default();
        let around = |(place, _): &&(Range<usize>, String)| place.end >= range.end;
        before.iter().rev().find(around).map_or("", |(_, path)| path)
    }
}

fn table(table: &DeTable<'_>, path: &str, places: &mut Vec<(Range<usize>, String)>) {
    for (key, item) in table {
        let name = key.get_ref();
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let name = if !name.is_empty() && name.chars().all(is_bare) {
            name.to_string()
        } else {
            format!("{:?}", name.as_ref())
        };
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        places.push((key.span(), path.clone()));
        value(item, &path, places);
    }
}

fn value(item: &Spanned<DeValue<'_>>, path: &str, places: &mut Vec<(Range<usize>, String)>) {
    places.push((item.span(), path.to_owned()));
    match item.get_ref() {
        DeValue::Table(inner) => table(inner, path, places),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                value(item, &format!("{path}[{index}]"), places);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_place_is_that_of_its_innermost_value() {
        let text = "[clusters.\"a.b\"]\n[services.reviews]\nclusters = [\"east\", \"wset\"]\nports = { http = 80 }\n[services.x]\n";
        let source = Source::new("mesh.toml", text);
        let outline = Outline::of(&source, File::Mesh);
        let path = |part: &str| {
            let at = text.find(part).unwrap();
            outline.path(Span::new(File::Mesh, at..at + part.len()))
        };
        assert_eq!(path("\"wset\""), "services.reviews.clusters[1]");
        assert_eq!(path("80"), "services.reviews.ports.http");
        assert_eq!(path("reviews"), "services.reviews");
        assert_eq!(path("\"a.b\""), "clusters.\"a.b\"");
    }

    #[test]
    fn what_is_outside_of_everything_has_no_way() {
        let source = Source::new("mesh.toml", "# nothing\n");
        assert_eq!(Outline::of(&source, File::Mesh).path(Span::new(File::Mesh, 0..1)), "");
    }
}
