//! Comments and blank lines, as they stand between the keys and values of a text.

use toml_edit::RawString;

/// What stands on a line without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// Nothing; several in a row are one.
    Blank,
    /// A comment, with its `#` and without spaces behind, and how many stood before it.
    Comment(usize, String),
}

/// A text between two tokens, as it is in the source.
pub(super) fn raw<'r>(raw: Option<&'r RawString>, source: &'r str) -> &'r str {
    let Some(raw) = raw else { return "" };
    let within = || raw.span().and_then(|span| source.get(span));
    raw.as_str().or_else(within).unwrap_or_default()
}

/// The lines before a key, a header or the end of the text.
pub(super) fn leads(raw: &str) -> Vec<Lead> {
    let mut leads = Vec::new();
    let mut lines: Vec<&str> = raw.split('\n').collect();
    // What is left behind the last line break is the indent of what follows.
    let indent = lines.pop().unwrap_or_default();
    for line in lines.into_iter().chain((!indent.trim().is_empty()).then_some(indent)) {
        let text = line.trim();
        if !text.is_empty() {
            let indent = line.chars().take_while(|c| *c == ' ').count();
            leads.push(Lead::Comment(indent, text.to_owned()));
        } else if leads.last() != Some(&Lead::Blank) {
            leads.push(Lead::Blank);
        }
    }
    leads
}

/// The comment behind a value or a header, and how many spaces stand before it.
pub(super) fn behind(raw: &str) -> Option<(usize, &str)> {
    let at = raw.find('#')?;
    let (gap, comment) = raw.split_at(at);
    Some((gap.chars().filter(|c| *c == ' ').count(), comment.trim_end()))
}

/// All comments of a text between two tokens.
pub(super) fn all(raw: &str) -> impl Iterator<Item = String> {
    raw.lines()
        .filter_map(|line| line.find('#').and_then(|at| line.get(at..)))
        .map(|comment| comment.trim_end().to_owned())
}
