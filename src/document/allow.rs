//! Comments that allow a warning in one place: `# cwc: allow(CW0503) the reason`.
//!
//! Enters: a text, whose statements are sound. Leaves: each such comment, what it names and which part of the text it is about: behind a key, its line;
//! alone on a line, the next key; at a header or above it, the table with all tables below it.

use std::ops::Range;

use super::statement::{Statement, statements, string_end};
use crate::span::{File, Span, Spanned};

/// A comment that allows warnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The comment.
    pub span: Span,
    /// The codes or names that it allows; none where it cannot be read.
    pub words: Vec<Spanned<String>>,
    /// Whether it says why.
    pub reasoned: bool,
    /// The bytes in which they are allowed.
    pub covers: Range<usize>,
    /// What is to be taken out with it: its line, or the spaces before it.
    pub whole: Span,
}

/// All comments of a text that allow something.
pub(super) fn read(text: &str) -> Vec<Allow> {
    if !text.contains("cwc:") {
        return Vec::new();
    }
    let parts = statements(text);
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        for start in comments(text, &part.range) {
            let line = line_of(text, start);
            let Some(comment) = text.get(start..line.end).map(str::trim_end) else { continue };
            let Some(said) = comment.trim_start_matches('#').trim_start().strip_prefix("cwc:")
            else {
                continue;
            };
            let alone = text.get(line.start..start).is_some_and(|before| before.trim().is_empty());
            let (words, reasoned) = words(said, start + comment.len() - said.len());
            let covers = covered(text, &parts, at, &line, alone);
            let span = Span::new(File::Mesh, start..start + comment.len());
            let before = text.get(..start).unwrap_or_default().trim_end_matches([' ', '\t']).len();
            let end = start + comment.len();
            let whole =
                if alone { line.start..(line.end + 1).min(text.len()) } else { before..end };
            let whole = Span::new(File::Mesh, whole);
            found.push(Allow { span, words, reasoned, covers, whole });
        }
    }
    found
}

/// Where the comments of a statement begin.
fn comments(text: &str, range: &Range<usize>) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match bytes.get(at) {
            Some(b'"' | b'\'') => at = string_end(bytes, at),
            Some(b'#') => {
                found.push(at);
                at = line_of(text, at).end;
            }
            _ => at += 1,
        }
    }
    found
}

/// The line around a byte, without its line break.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(at..).unwrap_or_default();
    start..rest.find('\n').map_or(text.len(), |end| at + end)
}

/// What stands behind `cwc:`, which begins at a byte: the words in brackets, and whether a reason follows.
fn words(said: &str, start: usize) -> (Vec<Spanned<String>>, bool) {
    let listed = || {
        let rest = said.trim_start().strip_prefix("allow")?.trim_start().strip_prefix('(')?;
        rest.split_once(')')
    };
    let Some((list, reason)) = listed() else { return (Vec::new(), true) };
    let mut at = start + said.len() - reason.len() - 1 - list.len();
    let mut words = Vec::new();
    for word in list.split(',') {
        let from = at + word.len() - word.trim_start().len();
        let name = word.trim();
        if !name.is_empty() {
            let span = Span::new(File::Mesh, from..from + name.len());
            words.push(Spanned::new(name.to_owned(), span));
        }
        at += word.len() + 1;
    }
    (words, reason.chars().any(char::is_alphanumeric))
}

/// The bytes that a comment is about; it stands in the statement `at`.
fn covered(
    text: &str,
    parts: &[Statement],
    at: usize,
    line: &Range<usize>,
    alone: bool,
) -> Range<usize> {
    let own = parts.get(at).map_or(0..0, |part| part.range.clone());
    let is_comment = |part: &Statement| {
        text.get(part.range.clone()).is_some_and(|text| text.trim_start().starts_with('#'))
    };
    if !alone {
        return if parts.get(at).is_some_and(|part| part.header) {
            table(text, parts, at)
        } else {
            line.clone()
        };
    }
    if !parts.get(at).is_some_and(is_comment) {
        // Within an array: the next line.
        return line.end + 1..line_of(text, (line.end + 1).min(own.end)).end;
    }
    let next = (at..parts.len()).find(|at| parts.get(*at).is_some_and(|part| !is_comment(part)));
    match next.and_then(|next| parts.get(next).map(|part| (next, part))) {
        Some((next, part)) if part.header => table(text, parts, next),
        Some((_, part)) => part.range.clone(),
        None => own,
    }
}

/// From a header to the first one that is not below it.
fn table(text: &str, parts: &[Statement], at: usize) -> Range<usize> {
    let path = |part: &Statement| -> String {
        let header = text.get(part.range.clone()).unwrap_or_default();
        let inner = header.trim_start().trim_start_matches('[');
        let inner = inner.split(']').next().unwrap_or_default();
        inner.chars().filter(|c| !matches!(c, ' ' | '\t' | '"' | '\'')).collect()
    };
    let Some(first) = parts.get(at) else { return 0..0 };
    let below = path(first) + ".";
    let rest = parts.get(at + 1..).unwrap_or_default();
    let end = rest.iter().find(|part| part.header && !path(part).starts_with(&below));
    first.range.start..end.map_or(text.len(), |end| end.range.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words, whether there is a reason, and the text that is covered.
    fn found(text: &str) -> Vec<(Vec<String>, bool, &str)> {
        let allows = read(text);
        let words = |allow: &Allow| allow.words.iter().map(|word| word.value.clone()).collect();
        allows
            .iter()
            .map(|allow| (words(allow), allow.reasoned, &text[allow.covers.clone()]))
            .collect()
    }

    #[test]
    fn behind_a_key_it_is_about_the_line() {
        let text = "a = 1\nb = \"# cwc: allow(no)\" # cwc: allow(CW0001, x-y) as said\nc = 2\n";
        let line = "b = \"# cwc: allow(no)\" # cwc: allow(CW0001, x-y) as said";
        assert_eq!(found(text), [(vec!["CW0001".to_owned(), "x-y".to_owned()], true, line)]);
        let word = &read(text)[0].words[1];
        assert_eq!(&text[word.span.range()], "x-y");
    }

    #[test]
    fn alone_it_is_about_the_next_key_or_line() {
        let text =
            "# cwc: allow(A) why\n# more\n\na = [\n  1,\n  # cwc: allow(B)\n  2,\n]\nb = 1\n";
        let key = "a = [\n  1,\n  # cwc: allow(B)\n  2,\n]";
        assert_eq!(
            found(text),
            [(vec!["A".to_owned()], true, key), (vec!["B".to_owned()], false, "  2,")]
        );
    }

    #[test]
    fn at_a_header_it_is_about_the_table_and_those_below() {
        let below = "[s.a]\nb = 1\n[s.a.c]\n[[s.a.d]]\n";
        let text = format!("[s.b] # cwc: allow(A) x\n# cwc: allow(B) y\n{below}[s.ab]\n");
        let found = found(&text);
        assert_eq!(found[0].2, "[s.b] # cwc: allow(A) x\n# cwc: allow(B) y\n");
        assert_eq!(found[1].2, below);
    }

    #[test]
    fn what_cannot_be_read_names_nothing() {
        for text in ["# cwc: alow(A) x", "# cwc: allow A because", "#cwc:", "# cwc: allow() x"] {
            assert_eq!(found(text)[0].0, Vec::<String>::new(), "{text}");
        }
        assert_eq!(found("# cwcx: allow(A)\n# about cwc: allow(A)"), []);
    }
}
