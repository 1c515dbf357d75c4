//! Where each statement of a TOML text begins and ends, also where the text is broken.
//!
//! Enters: any text. Leaves: its statements (a header, or a key and its value), one behind the other, comments and blank lines apart.
//! A bracket or quote that is not closed ends, at the latest, where a line looks like the next statement and could not be a part of
//! this one. No statement of a sound text is ever cut in two.

use std::ops::Range;

/// A header, or a key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Its bytes, from its first line's start to its last line's end, without the line break.
    pub(super) range: Range<usize>,
    /// Whether it is a header.
    pub(super) header: bool,
    /// The innermost bracket that it does not close.
    pub(super) open: Option<usize>,
}

/// The statements of a text, in order.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = line_at(text, at);
        let body = line.trim_start();
        if body.trim_end().is_empty() {
            at += line.len() + 1;
            continue;
        }
        let header = body.starts_with('[');
        let (end, open) = if header || body.starts_with('#') {
            (at + line.len(), None)
        } else {
            value_end(text, at)
        };
        found.push(Statement { range: at..end, header, open });
        at = end + 1;
    }
    found
}

/// The line that begins at a byte, without its line break.
fn line_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    rest.split('\n').next().unwrap_or_default()
}

/// The end of a key and its value, and the innermost bracket that is still open there.
fn value_end(text: &str, start: usize) -> (usize, Option<usize>) {
    let bytes = text.as_bytes();
    let mut open: Vec<(u8, usize)> = Vec::new();
    // The last byte that is neither blank nor part of a comment.
    let mut last = b' ';
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' => {
                let Some((bracket, place)) = open.last() else { return (at, None) };
                if begins_statement(line_at(text, at + 1), *bracket, last) {
                    return (at, Some(*place));
                }
            }
            b'#' => {
                at += line_at(text, at).len();
                continue;
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                last = *byte;
                continue;
            }
            b'[' | b'{' => open.push((*byte, at)),
            b']' | b'}' => drop(open.pop()),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = *byte;
        }
        at += 1;
    }
    (text.len(), open.last().map(|(_, place)| *place))
}

/// The byte behind a string that begins at `start`; behind the line where a string of one line is not closed.
pub(super) fn string_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let quote = rest.first().copied().unwrap_or_default();
    let triple = rest.starts_with(&[quote; 3]);
    let mut at = if triple { 3 } else { 1 };
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\n' if !triple => return start + at,
            b'\\' if quote == b'"' && (triple || rest.get(at + 1) != Some(&b'\n')) => at += 2,
            _ if *byte != quote => at += 1,
            _ if !triple => return start + at + 1,
            _ if rest.get(at..at + 3) == Some(&[quote; 3]) => {
                // Up to two quotes more may stand directly before the closing three.
                let quotes = |byte: &&u8| **byte == quote;
                let run = rest.iter().skip(at).take_while(quotes).take(5).count();
                return start + at + run;
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a line begins a statement and cannot go on with what stands within `bracket` behind `last`.
fn begins_statement(line: &str, bracket: u8, last: u8) -> bool {
    let line = line.trim_start();
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '"' | ' ');
    if let Some(header) = line.strip_prefix("[[").or_else(|| line.strip_prefix('[')) {
        // `[true]` may be an array within an array; a header's first letter is taken for one otherwise.
        let name = header.split(']').next().unwrap_or_default();
        let value = matches!(name.trim(), "true" | "false" | "inf" | "nan");
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(bare);
        return named && !value && name.len() < header.len();
    }
    let Some((key, _)) = line.split_once('=') else { return false };
    let key = key.trim_end();
    let named = !key.is_empty() && key.chars().all(bare) && !key.starts_with(['.', ' ']);
    // Within an inline table the next key comes behind a comma.
    named && (bracket == b'[' || !matches!(last, b',' | b'{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        statements(text).iter().map(|found| &text[found.range.clone()]).collect()
    }

    #[test]
    fn sound_statements_are_whole() {
        let text = "# note\n[a.b]\nx = [\n  [\"q\"],\n  [true],\n] # end\n\ny = {\n a = 1, # [c]\n b = 2\n}\n\
                    z = \"\"\"\n[c]\nk = 1 \\\"\"\" \"\"\"\nw = 'it''\n";
        let expected = [
            "# note",
            "[a.b]",
            "x = [\n  [\"q\"],\n  [true],\n] # end",
            "y = {\n a = 1, # [c]\n b = 2\n}",
            "z = \"\"\"\n[c]\nk = 1 \\\"\"\" \"\"\"",
            "w = 'it''",
        ];
        assert_eq!(parts(text), expected);
    }

    #[test]
    fn an_open_bracket_ends_before_the_next_statement() {
        let text = "clusters = [\"east\", \"west]\nvip = \"240.0.0.7\"\n\n[services.b]\n";
        assert_eq!(
            parts(text),
            ["clusters = [\"east\", \"west]", "vip = \"240.0.0.7\"", "[services.b]"]
        );
        assert_eq!(statements(text)[0].open, Some(11));
        let text = "ports = { http = 9080\nclusters = [\"east\"]\n";
        assert_eq!(parts(text), ["ports = { http = 9080", "clusters = [\"east\"]"]);
        let text = "ports = { http = 9080,\n[services.b]\nname = 'x\nhosts = []\n";
        assert_eq!(
            parts(text),
            ["ports = { http = 9080,", "[services.b]", "name = 'x", "hosts = []"]
        );
    }

    #[test]
    fn an_open_header_is_one_line() {
        assert_eq!(parts("[a\nb = 1\r\n"), ["[a", "b = 1\r"]);
    }

    #[test]
    fn every_byte_is_taken_once() {
        for text in ["", "\n\n", "[", "\"\"\"", "a = \"\\", "é = [\n", "]]]\n}", "a = ''''"] {
            let mut at = 0;
            for found in statements(text) {
                assert!(found.range.start >= at, "{text:?}");
                assert!(text.get(found.range.clone()).is_some(), "{text:?}");
                at = found.range.end;
            }
        }
    }
}
