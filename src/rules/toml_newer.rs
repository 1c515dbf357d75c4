//! CW0003: toml-newer.

use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::source::Source;
use crate::span::{File, Span};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0003",
    name: "toml-newer",
    severity: Severity::Warning,
    summary: "a form that only TOML 1.1 has",
    explain: "TOML 1.1 allows line breaks and a last comma within `{ … }` and a few escapes more. cwc reads them, \
              but many editors and formatters still read TOML 1.0 and would show an error where there is none.",
    bad: include_str!("../../tests/rules/CW0003-toml-newer/bad.toml"),
    good: include_str!("../../tests/rules/CW0003-toml-newer/good.toml"),
};

/// Reports inline tables that go over several lines or end with a comma.
pub fn check(source: &Source, file: File, report: &mut Report) {
    for range in newer_inline_tables(source.text()) {
        let found = Diagnostic::new(
            &RULE,
            Span::new(file, range),
            "an inline table that TOML 1.0 does not know",
        )
        .label("goes over several lines, or ends with a comma");
        report.push(found.help("write it on one line, or as a table with a header of its own"));
    }
}

/// The opening brackets of inline tables that TOML 1.0 refuses.
fn newer_inline_tables(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<(u8, usize, bool)> = Vec::new();
    let mut last = b' ';
    let mut rest = text.as_bytes();
    let mut at = 0;
    while let [byte, ..] = rest {
        let step = match byte {
            b'"' | b'\'' => string_length(rest),
            b'#' => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            _ => 1,
        };
        match byte {
            b'{' | b'[' => open.push((*byte, at, false)),
            b'\n' => {
                if let Some((b'{', _, newer)) = open.last_mut() {
                    *newer = true;
                }
            }
            b'}' | b']' => {
                if let Some((b'{', start, newer)) = open.pop()
                    && (newer || last == b',')
                {
                    found.push(start..start + 1);
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() && *byte != b'#' {
            last = *byte;
        }
        at += step;
        rest = rest.get(step..).unwrap_or_default();
    }
    found
}

/// How long the string is that `rest` begins with, quotes included.
fn string_length(rest: &[u8]) -> usize {
    let quote = rest.first().copied().unwrap_or_default();
    let triple = rest.starts_with(&[quote; 3]);
    let width = if triple { 3 } else { 1 };
    let mut at = width;
    while let Some(byte) = rest.get(at) {
        if *byte == b'\\' && quote == b'"' {
            at += 2;
            continue;
        }
        if *byte == quote && (!triple || rest.get(at..at + 3) == Some(&[quote; 3])) {
            // Of up to five quotes in a row the first ones are the text's.
            let more = rest.iter().skip(at + width).take(2).take_while(|byte| **byte == quote);
            return at + width + if triple { more.count() } else { 0 };
        }
        at += 1;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text has that TOML 1.0 refuses, each from its bracket to the end of its line.
    fn newer(text: &str) -> Vec<&str> {
        let found = newer_inline_tables(text).into_iter();
        let begins = found.map(|range| {
            assert_eq!(range.len(), 1, "the bracket alone is underlined");
            &text[range.start..]
        });
        begins.map(|rest| rest.lines().next().unwrap()).collect()
    }

    #[test]
    fn line_breaks_and_last_commas_within_a_table_are_newer() {
        assert_eq!(newer("a = { b = 1 }\nc = { d = 1, }\ne = { # f\n}\n"), ["{ d = 1, }", "{ # f"]);
        assert_eq!(newer("a = { b = [\n1,\n] }"), [""; 0]);
        assert_eq!(newer("a = [\n{ b = 1 },\n{ c = 1, },\n]"), ["{ c = 1, },"]);
        assert_eq!(newer("a = { b = 1 # ,\n}\nc = 1 # {\n# }\n"), ["{ b = 1 # ,"]);
    }

    #[test]
    fn what_is_in_strings_is_text() {
        for string in [
            r#""""#,
            "''",
            r#""{ b = 1, }""#,
            "'{ b = 1, }'",
            r#""\"{,}""#,
            r#""\\""#,
            r"'{,}\'",
            r#""'{,}""#,
            "\"\"\"{\n\"\"{,}\\\"\"\"\"",
            "\"\"\"{\n}\"\"\"\"\"",
            "\"\"\"{,}\"\"\"\"",
            "'''{\n''{,}\\'''''",
        ] {
            assert_eq!(
                newer(&format!("a = {string}\nb = {{ c = 1, }}")),
                ["{ c = 1, }"],
                "{string}"
            );
            assert_eq!(newer(&format!("a = {{ b = {string} }}")), [""; 0], "{string}");
            assert_eq!(newer(&format!("a = {{ b = {string}, }}")).len(), 1, "{string}");
        }
    }
}
