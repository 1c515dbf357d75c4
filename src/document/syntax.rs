//! From text to a spanned TOML tree, with every syntax error.
//!
//! Enters: a [`Source`]. Leaves: the tree of what could be read, and one diagnostic for each statement that could not. A statement is
//! judged by itself, so that no error is reported that merely follows from another one.

use toml::de::{DeTable, Error};

use super::duplicate::Index;
use super::statement::{Statement, statements};
use crate::report::Report;
use crate::rules::{duplicate_key, leaked_secret, nul_byte, toml_newer, toml_syntax};
use crate::source::Source;
use crate::span::{File, Span};

/// So many syntax errors are looked for; a file with more of them is no TOML at all.
const MOST: usize = 1000;
/// Texts longer than this are not asked for all of their errors: they may have as many as bytes.
const LONG: usize = 64 * 1024;

/// Hands the tree of a source to `read`, and whether a part of it is broken, so that what is missing may be there; `None` where
/// nothing of it can be read.
pub(crate) fn parse<T>(
    source: &Source,
    file: File,
    report: &mut Report,
    read: impl FnOnce(&DeTable<'_>, bool, &mut Report) -> T,
) -> Option<T> {
    let text = source.text();
    if let Some(at) = text.find('\0') {
        report.push(nul_byte::found(Span::new(file, at..at + 1)));
        return None;
    }
    // Nothing more is said, as it might show them.
    if !source.secrets().is_empty() {
        let spans = source.secrets().iter().take(MOST).map(|range| Span::new(file, range.clone()));
        spans.for_each(|span| report.push(leaked_secret::found(span)));
        return None;
    }
    if let Ok(table) = DeTable::parse(text) {
        toml_newer::check(source, file, report);
        return Some(read(table.get_ref(), false, report));
    }
    let parts = statements(text);
    let broken = broken(text, &parts);
    for (part, error) in &broken {
        let opened = part.open.map(|at| Span::new(file, at..at + 1));
        report.push(toml_syntax::found(
            source,
            place(text, part, error, file),
            error.message(),
            opened,
        ));
    }
    let sound = without(text, &parts, &broken);
    let (table, errors) = DeTable::parse_recoverable(&sound);
    let mut clean = broken.is_empty();
    let mut duplicates = Vec::new();
    for error in errors {
        let range = error.span().unwrap_or_default();
        if is_duplicate(&error) {
            // What stands in a table that cannot be extended is lost.
            clean &= error.message() == "duplicate key";
            duplicates.push(range);
        } else {
            report.push(toml_syntax::found(source, Span::new(file, range), error.message(), None));
            clean = false;
        }
    }
    report_duplicates(source, file, &sound, duplicates, report);
    Some(read(table.get_ref(), !clean, report))
}

/// A key that is written twice, and whatever else two sound statements may have against each other.
fn is_duplicate(error: &Error) -> bool {
    error.message() == "duplicate key" || error.message().starts_with("cannot extend value")
}

/// The statements that are no TOML, each with its first error, whose place counts from the statement's start.
fn broken<'p>(text: &str, parts: &'p [Statement]) -> Vec<(&'p Statement, Error)> {
    let mut found = Vec::new();
    // Halves are looked at until a statement is alone: a file with one error among 10,000 statements is parsed about twice.
    let mut groups = vec![parts];
    while let Some(group) = groups.pop() {
        let Some((first, last)) = group.first().zip(group.last()) else { continue };
        if found.len() == MOST {
            break;
        }
        let group_text = text.get(first.range.start..last.range.end).unwrap_or_default();
        match (DeTable::parse(group_text), group) {
            (Ok(_), _) => {}
            (Err(error), _) if is_duplicate(&error) && only_duplicates(group_text) => {}
            (Err(error), [part]) => {
                found.extend(first_error(group_text, error).map(|error| (part, error)));
            }
            (Err(_), _) => {
                let (one, two) = group.split_at(group.len() / 2);
                groups.extend([two, one]);
            }
        }
    }
    found
}

/// Whether all that is wrong with a group of statements, if it is not too long to say, is that keys are written twice.
fn only_duplicates(group: &str) -> bool {
    group.len() <= LONG && DeTable::parse_recoverable(group).1.iter().all(is_duplicate)
}

/// Of a statement's errors the one to show; `None` if it is a key that is written twice.
fn first_error(statement: &str, error: Error) -> Option<Error> {
    // Of a longer one the parser's first complaint will do.
    let errors = match statement.len() {
        ..=LONG => DeTable::parse_recoverable(statement).1,
        _ => vec![error],
    };
    let errors = errors.into_iter().filter(|error| !is_duplicate(error));
    errors.min_by_key(|error| {
        // An open string says more than the array that it keeps open.
        let start = error.span().map_or(usize::MAX, |span| span.start);
        (start, !error.message().contains("string"))
    })
}

/// Where a statement's error is to be shown: within the statement, also where the parser looked behind its end.
fn place(text: &str, part: &Statement, error: &Error, file: File) -> Span {
    let statement = text.get(part.range.clone()).unwrap_or_default();
    let end = statement.trim_end().len();
    let range = error.span().unwrap_or(end..end);
    let (start, stop) = (range.start.min(end), range.end.min(end));
    Span::new(file, part.range.start + start..part.range.start + stop.max(start))
}

/// The text with broken statements made blank, and what stands below broken headers; all other bytes keep their place.
fn without(text: &str, parts: &[Statement], broken: &[(&Statement, Error)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut left = broken.iter().map(|(part, _)| &part.range).peekable();
    let mut below_broken_header = false;
    // Behind the last error that was looked for, nothing is known to be sound.
    let end = broken.last().filter(|_| broken.len() == MOST).map(|(part, _)| part.range.end);
    for part in parts {
        let is_broken = left.next_if(|range| **range == part.range).is_some();
        if part.header {
            below_broken_header = is_broken;
        }
        let unknown = end.is_some_and(|end| part.range.start >= end);
        if is_broken || below_broken_header || unknown {
            let bytes = bytes.get_mut(part.range.clone()).unwrap_or_default();
            bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn is_header(parts: &[Statement], at: usize) -> bool {
    parts.get(at).is_some_and(|part| part.header)
}

/// Reports keys that are written twice; of a table that is written twice the header only.
fn report_duplicates(
    source: &Source,
    file: File,
    sound: &str,
    mut duplicates: Vec<std::ops::Range<usize>>,
    report: &mut Report,
) {
    if duplicates.is_empty() {
        return;
    }
    duplicates.sort_by_key(|range| range.start);
    let parts = statements(sound);
    let index = Index::of(sound, &parts);
    let headers: Vec<usize> = (0..parts.len()).filter(|at| is_header(&parts, *at)).collect();
    let mut doubled_table: Option<usize> = None;
    for range in duplicates.into_iter().take(MOST) {
        let part = parts.partition_point(|part| part.range.start <= range.start);
        let header = headers.partition_point(|header| *header < part);
        let header = header.checked_sub(1).and_then(|at| headers.get(at)).copied();
        if header.is_some() && header == doubled_table {
            continue;
        }
        let is_table = header.is_some_and(|header| header + 1 == part);
        if is_table {
            doubled_table = header;
        }
        let first = index.first(sound, &parts, part.saturating_sub(1), &range);
        let first = first.map(|range| Span::new(file, range));
        let start = header.filter(|_| is_table).and_then(|header| parts.get(header));
        let start = start.map_or(range.start, |header| header.range.start);
        let key = source.slice(start..range.end).trim_start_matches([' ', '\t', '[']);
        report.push(duplicate_key::found(key, is_table, Span::new(file, range), first));
    }
}
