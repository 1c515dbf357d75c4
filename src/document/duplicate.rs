//! Where a key that is written twice was written first; the parser names the second place only.

use std::collections::BTreeMap;
use std::ops::Range;

use super::statement::Statement;

/// Every table and key of a text, by its full path, with the place where it is written first.
pub(super) struct Index {
    places: BTreeMap<String, Range<usize>>,
    /// By statement, the path of the table that it stands in or, for a header, opens.
    tables: Vec<String>,
}

impl Index {
    /// The index of a text that is sound but for keys that are written twice.
    pub(super) fn of(text: &str, parts: &[Statement]) -> Self {
        let mut index = Self { places: BTreeMap::new(), tables: Vec::with_capacity(parts.len()) };
        let mut table = String::new();
        for (number, part) in parts.iter().enumerate() {
            let keys = keys(text, part);
            if part.header {
                table.clear();
                for (name, range) in &keys {
                    extend(&mut table, name);
                    index.note(&table, range);
                }
                let statement = text.get(part.range.clone()).unwrap_or_default();
                if statement.trim_start().starts_with("[[") {
                    // Each table of an array has keys of its own.
                    table.push_str(&format!("\u{1}{number}"));
                }
            } else {
                let mut path = table.clone();
                for (name, range) in &keys {
                    extend(&mut path, name);
                    index.note(&path, range);
                }
            }
            index.tables.push(table.clone());
        }
        index
    }

    fn note(&mut self, path: &str, range: &Range<usize>) {
        self.places.entry(path.to_owned()).or_insert_with(|| range.clone());
    }

    /// The first place of the key at `second`, which stands in a statement of `parts`.
    pub(super) fn first(
        &self,
        text: &str,
        parts: &[Statement],
        number: usize,
        second: &Range<usize>,
    ) -> Option<Range<usize>> {
        let part = parts.get(number)?;
        let mut path = if part.header { String::new() } else { self.tables.get(number)?.clone() };
        for (name, range) in keys(text, part) {
            extend(&mut path, &name);
            if range == *second {
                return self.places.get(&path).filter(|first| *first != second).cloned();
            }
        }
        in_inline_table(text.get(part.range.start..second.start)?, text.get(second.clone())?)
            .map(|at| part.range.start + at..part.range.start + at + second.len())
    }
}

/// The last place before the second one where `name` stands as a key.
fn in_inline_table(before: &str, name: &str) -> Option<usize> {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '"' | '\'');
    let is_key = |at: &usize| {
        let (head, tail) = before.split_at(*at);
        let tail = tail.get(name.len()..).unwrap_or_default();
        !head.ends_with(bare) && tail.trim_start().starts_with(['=', '.'])
    };
    before.rmatch_indices(name).map(|(at, _)| at).find(is_key)
}

fn extend(path: &mut String, name: &str) {
    path.push('\u{2}');
    path.push_str(name);
}

/// The dotted parts of a statement's header or key, without their quotes, and where each stands.
fn keys(text: &str, part: &Statement) -> Vec<(String, Range<usize>)> {
    let statement = text.get(part.range.clone()).unwrap_or_default();
    let mut keys = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut finish = |start: &mut Option<usize>, end: usize| {
        if let Some(from) = start.take() {
            let name = statement.get(from..end).unwrap_or_default().trim_end();
            let range = part.range.start + from..part.range.start + from + name.len();
            keys.push((name.trim_matches(['"', '\'']).to_owned(), range));
        }
    };
    for (at, c) in statement.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                start.get_or_insert(at);
                quote = Some(c);
            }
            (None, '.') => finish(&mut start, at),
            (None, '=' | ']' | '#') => {
                finish(&mut start, at);
                break;
            }
            (Some(_), _) | (None, '[' | ' ' | '\t') => {}
            (None, _) => {
                start.get_or_insert(at);
            }
        }
    }
    keys
}
