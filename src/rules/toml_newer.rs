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
            return at + width;
        }
        at += 1;
    }
    rest.len()
}
