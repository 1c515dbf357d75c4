//! From text to a spanned TOML tree, with every syntax error.
//!
//! Enters: a [`Source`]. Leaves: the tree of what could be read, and a diagnostic for each error that does not merely follow from
//! the one before it.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeTable;

use crate::report::Report;
use crate::rules::{duplicate_key, nul_byte, toml_newer, toml_syntax};
use crate::source::Source;
use crate::span::{File, Span};

/// A read file.
pub(crate) struct Tree<'s> {
    /// Its keys and values.
    pub(crate) table: DeTable<'s>,
    /// Whether parts could not be read, so that what is missing may be there.
    pub(crate) broken: bool,
}

/// The tree of a source; `None` where nothing of it can be read.
pub(crate) fn parse<'s>(source: &'s Source, file: File, report: &mut Report) -> Option<Tree<'s>> {
    if let Some(at) = source.text().find('\0') {
        report.push(nul_byte::found(Span::new(file, at..at + 1)));
        return None;
    }
    let (table, broken) = tree(source, file, report);
    if !broken {
        toml_newer::check(source, file, report);
    }
    Some(Tree { table, broken })
}

/// The tree of a source and whether it is broken.
pub(crate) fn tree<'s>(source: &'s Source, file: File, report: &mut Report) -> (DeTable<'s>, bool) {
    let (table, mut errors) = DeTable::parse_recoverable(source.text());
    let broken = !errors.is_empty();
    errors.sort_by_key(|error| error.span().map_or(usize::MAX, |span| span.start));
    let mut seen = BTreeMap::new();
    let mut covered = 0;
    for error in errors {
        let range = error.span().unwrap_or(source.text().len()..source.text().len());
        let span = Span::new(file, range.clone());
        if error.message() == "duplicate key" {
            let first = first_of(table.get_ref(), range.clone(), source, &mut seen);
            let first = first.map(|range| Span::new(file, range));
            report.push(duplicate_key::found(source.slice(range), span, first));
        } else if range.start >= covered {
            // One slip (a missing `]`, say) makes the parser complain again and again until it finds its feet: only the
            // first complaint up to the next line that begins a key or a header says something.
            covered = next_fresh_line(source, range.start);
            report.push(toml_syntax::found(source, span, error.message()));
        }
    }
    (table.into_inner(), broken)
}

/// Where the next line begins that starts with a key or a header.
fn next_fresh_line(source: &Source, from: usize) -> usize {
    let rest = source.slice(from..source.text().len());
    let fresh = |line: &str| {
        let header = line.starts_with('[') && line.trim_end().ends_with(']');
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | ' ');
        let key = line.split_once('=').is_some_and(|(key, _)| key.chars().all(name));
        header || (key && line.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '"'))
    };
    let mut at = from;
    for line in rest.split_inclusive('\n').skip(1).scan((), |(), line| Some(line)) {
        if at == from {
            at += rest.find('\n').map_or(rest.len(), |end| end + 1);
        }
        if fresh(line) {
            return at;
        }
        at += line.len();
    }
    source.text().len()
}

/// The place of the first key of the same name in the same table.
///
/// The parser names only the second one, and keeps the first in the tree: it is the last key of that name before the second one
/// whose table was not closed in between; the tree knows every first key's place.
fn first_of(
    table: &DeTable<'_>,
    second: std::ops::Range<usize>,
    source: &Source,
    index: &mut BTreeMap<usize, std::ops::Range<usize>>,
) -> Option<std::ops::Range<usize>> {
    if index.is_empty() {
        collect_keys(table, index);
    }
    let name = source.slice(second.clone()).trim_matches(['"', '\'']);
    let same = |range: &&std::ops::Range<usize>| {
        source.slice((*range).clone()).trim_matches(['"', '\'']) == name
    };
    index.range(..second.start).rev().map(|(_, range)| range).find(same).cloned()
}

fn collect_keys(table: &DeTable<'_>, index: &mut BTreeMap<usize, std::ops::Range<usize>>) {
    for (key, value) in table {
        index.insert(key.span().start, key.span());
        collect_values(value, index);
    }
}

fn collect_values(
    value: &Spanned<toml::de::DeValue<'_>>,
    index: &mut BTreeMap<usize, std::ops::Range<usize>>,
) {
    match value.get_ref() {
        toml::de::DeValue::Table(table) => collect_keys(table, index),
        toml::de::DeValue::Array(array) => {
            array.iter().for_each(|value| collect_values(value, index));
        }
        _ => {}
    }
}
