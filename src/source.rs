//! The text of a file and its lines.
//!
//! Enters: a path to show and a text. Leaves: [`Source`], which turns byte offsets into lines and columns. Never holds parsed data.

mod secret;

use std::borrow::Cow;
use std::ops::Range;

/// A file as read: the path that messages show, and its text without a byte order mark.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    text: String,
    line_starts: Vec<usize>,
    secrets: Vec<Range<usize>>,
}

/// So much of a secret is shown, to find it by.
const SHOWN: usize = 4;

/// A place for people: both counted from 1, the column in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Source {
    /// A source with the path that messages show.
    #[must_use]
    pub fn new(path: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { path: path.into(), line_starts, secrets: secret::find(&text), text }
    }

    /// The path as shown in messages.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset; an offset behind the end is the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.clip(offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        Position { line, column: column + 1 }
    }

    /// The text of `range`, cut to what there is.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> &str {
        let (start, end) = (self.clip(range.start), self.clip(range.end));
        self.text.get(start..end.max(start)).unwrap_or_default()
    }

    /// Where keys and tokens stand in it, as far as their form tells.
    #[must_use]
    pub fn secrets(&self) -> &[Range<usize>] {
        &self.secrets
    }

    /// Where a line, counted from 1, stands without its line break; behind the text for a line behind the last one.
    #[must_use]
    pub fn line(&self, number: usize) -> Range<usize> {
        let start_of = |line: usize| self.line_starts.get(line).copied();
        let Some(start) = number.checked_sub(1).and_then(start_of) else {
            return self.text.len()..self.text.len();
        };
        let end = start_of(number).unwrap_or(self.text.len());
        start..start + self.slice(start..end).trim_end_matches(['\n', '\r']).len()
    }

    /// The text of `range` to be shown: of a secret no more than its first letters is in it. Every byte keeps its place.
    #[must_use]
    pub fn shown(&self, range: Range<usize>) -> Cow<'_, str> {
        let (start, text) = (self.clip(range.start), self.slice(range));
        let end = start + text.len();
        let first = self.secrets.partition_point(|secret| secret.end <= start);
        let mut here = self.secrets.get(first..).unwrap_or_default().iter().peekable();
        if here.peek().is_none_or(|secret| secret.start >= end) {
            return text.into();
        }
        let mut shown = String::with_capacity(text.len());
        for (at, c) in text.char_indices().map(|(at, c)| (start + at, c)) {
            while here.next_if(|secret| secret.end <= at).is_some() {}
            if here.peek().is_some_and(|secret| secret.start + SHOWN <= at) {
                (0..c.len_utf8()).for_each(|_| shown.push('*'));
            } else {
                shown.push(c);
            }
        }
        shown.into()
    }

    fn clip(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let source = Source::new("mesh.toml", "\u{feff}a = 1\nü = 2\r\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(6), Position { line: 2, column: 1 });
        assert_eq!(source.position(8), Position { line: 2, column: 2 });
        assert_eq!(source.position(999), Position { line: 3, column: 1 });
        assert_eq!(source.line(2), 6..12);
        assert_eq!(source.line(9), 14..14);
    }

    #[test]
    fn a_secret_is_concealed_in_place() {
        let token = format!("AKIA{}", "0Z".repeat(8));
        let source = Source::new("mesh.toml", &format!("ü = \"{token}\" # ü\nb\n"));
        assert_eq!(source.secrets(), vec![6..26; 1]);
        let hidden = "*".repeat(16);
        assert_eq!(source.shown(source.line(1)), format!("ü = \"AKIA{hidden}\" # ü"));
        assert_eq!(source.shown(11..27), "*".repeat(15) + "\"");
        assert_eq!(source.shown(source.line(2)), "b");
    }
}
