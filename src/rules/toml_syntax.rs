//! CW0001: toml-syntax.

use crate::report::{Diagnostic, Rule, Severity};
use crate::source::Source;
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0001",
    name: "toml-syntax",
    severity: Severity::Error,
    summary: "the text is not TOML",
    explain: "The text cannot be read as TOML. All such errors of a file are shown, one for each header or key that \
              cannot be read; errors that would merely follow from them are not.\n\n\
              Until the text can be read, names are not resolved: what seems to be missing may stand in the part \
              that is broken.",
    bad: include_str!("../../tests/rules/CW0001-toml-syntax/bad.toml"),
    good: include_str!("../../tests/rules/CW0001-toml-syntax/good.toml"),
};

/// The parser's complaint at `span`, about a statement in which the bracket at `opened` is not closed.
#[must_use]
pub fn found(source: &Source, span: Span, complaint: &str, opened: Option<Span>) -> Diagnostic {
    let (what, expected) = complaint.split_once(", expected ").unwrap_or((complaint, ""));
    let text: String = source.slice(span.range()).chars().take(60).collect();
    let (message, help) = plain(what, expected, &text);
    let label = match expected {
        "" | "nothing" => "here".to_owned(),
        "literal string" => "quotes are missing".to_owned(),
        expected => format!("expected {}", expected.chars().take(100).collect::<String>()),
    };
    let found = Diagnostic::new(&RULE, span, message).label(label).maybe_help(help);
    match opened.filter(|opened| opened.start < span.start) {
        Some(opened) => found.other(opened, "opened here"),
        None => found,
    }
}

/// A complaint in the words of somebody who writes a document, and the edit that mends it.
fn plain(what: &str, expected: &str, text: &str) -> (String, Option<String>) {
    let add = Some(format!("add {expected}"));
    let (message, help) = match what {
        "unclosed table" | "unclosed array table" => ("this header is not closed", add),
        "unclosed array" | "missing comma between array elements" => {
            ("this array is not closed, or lacks a comma", None)
        }
        "unclosed inline table" | "missing comma between key-value pairs" => {
            ("this inline table is not closed, or lacks a comma", None)
        }
        "invalid basic string" | "invalid literal string" if expected.len() == 3 => {
            ("this string is not closed", add)
        }
        "string values must be quoted" => {
            ("a string stands in quotes", Some(format!("write `\"{text}\"`")))
        }
        "key with no value" => ("this key has no value", Some("write `KEY = VALUE`".to_owned())),
        "missing value for key" | "missing value" => ("a value is missing", None),
        "invalid unquoted key" | "unquoted keys cannot be empty" => (
            "this is no key",
            Some(
                "write `KEY = VALUE`; keys other than letters, digits, `-` and `_` stand in quotes"
                    .to_owned(),
            ),
        ),
        "carriage return must be followed by newline" => (
            "a carriage return stands alone",
            Some("end lines with LF, or with CR and LF".to_owned()),
        ),
        "recursion limit" | "cannot recurse further; max recursion depth met" => {
            ("this is nested too deep", Some("write it flatter; 80 levels are read".to_owned()))
        }
        other => return (other.chars().take(200).collect(), None),
    };
    (message.to_owned(), help)
}
