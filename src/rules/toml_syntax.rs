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
    let from = source.slice(span.range().start..source.text().len());
    let (message, help) = plain(what, expected, &text, from.starts_with(['}', ']', ',']));
    let label = match (message.as_str(), expected) {
        (MISSING | SIDE_BY_SIDE, _) | (_, "" | "nothing") => "here".to_owned(),
        (_, "literal string") => "quotes are missing".to_owned(),
        (_, expected) => format!("expected {}", expected.chars().take(100).collect::<String>()),
    };
    let found = Diagnostic::new(&RULE, span, message).label(label).maybe_help(help);
    match opened.filter(|opened| opened.start < span.start) {
        Some(opened) => found.other(opened, "opened here"),
        None => found,
    }
}

const MISSING: &str = "a value is missing";
const SIDE_BY_SIDE: &str = "two values stand side by side";

/// The length of a quote that is expected, as the parser writes it: `` `"` ``.
const QUOTE: usize = 3;

/// A complaint in the words of somebody who writes a document, and the edit that mends it; `at_end` of an item, or of what holds it.
fn plain(what: &str, expected: &str, text: &str, at_end: bool) -> (String, Option<String>) {
    let add = Some(format!("add {expected}"));
    let behind = Some("write it behind the `=`".to_owned());
    let (message, help) = match what {
        "unclosed table" | "unclosed array table" => ("this header is not closed", add),
        "unclosed array" | "missing comma between array elements" => {
            ("this array is not closed, or lacks a comma", None)
        }
        "unclosed inline table" | "missing comma between key-value pairs" => {
            ("this inline table is not closed, or lacks a comma", None)
        }
        // The parser takes what should end a table for the beginning of a string.
        "invalid literal string" if at_end => (MISSING, behind),
        "invalid basic string" | "invalid literal string" if expected.len() == QUOTE => {
            ("this string is not closed", add)
        }
        "invalid multi-line basic string" | "invalid multi-line literal string"
            if expected.len() == QUOTE =>
        {
            let mark = expected.trim_matches('`').repeat(3);
            ("this string is not closed", Some(format!("add `{mark}`")))
        }
        "missing escaped value" => (
            "this is no escape",
            Some("double a `\\` that stands for itself, or put the string in `'`".to_owned()),
        ),
        "string values must be quoted" if text.trim().is_empty() => (MISSING, behind),
        "string values must be quoted" if begins_with_value(text) => {
            (SIDE_BY_SIDE, Some("put a comma between them, or quotes around both".to_owned()))
        }
        "string values must be quoted" => {
            ("a string stands in quotes", Some(format!("write `\"{text}\"`")))
        }
        "invalid boolean" => (
            "this is neither a boolean nor a string in quotes",
            Some(format!("write {expected}, or put quotes around it")),
        ),
        "unexpected key or value" => {
            ("something more stands on this line", Some("begin a new line here".to_owned()))
        }
        "key with no value" => ("this key has no value", Some("write `KEY = VALUE`".to_owned())),
        "missing value for key" | "missing value" => (MISSING, behind),
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

/// Whether something follows a number or a boolean.
fn begins_with_value(text: &str) -> bool {
    let first = text.split_once(char::is_whitespace).map(|(first, _)| first);
    first.is_some_and(|first| first.parse::<f64>().is_ok() || first.parse::<bool>().is_ok())
}

#[cfg(test)]
mod tests {
    use crate::rules::raised;

    /// The message, the label, the help and whether it is shown what was opened, of the only error of a text.
    fn said(text: &str) -> (String, String, Option<String>, bool) {
        let mut found = raised(&super::RULE, text);
        let one = found.pop().unwrap();
        assert!(found.is_empty(), "{text}");
        (one.message, one.primary.text, one.help, !one.others.is_empty())
    }

    #[test]
    fn what_the_parser_says_is_said_with_the_edit_that_mends_it() {
        let missing = ("a value is missing", "write it behind the `=`");
        for (text, (message, help)) in [
            ("[a\n", ("this header is not closed", "add `]`")),
            ("[[a]\n", ("this header is not closed", "add `]`")),
            ("a = \"x\n", ("this string is not closed", "add `\"`")),
            ("a = 'x\n", ("this string is not closed", "add `'`")),
            ("a = \"\"\"x\n", ("this string is not closed", "add `\"\"\"`")),
            ("a = '''x\n", ("this string is not closed", "add `'''`")),
            ("a = \"\u{1}\"\n", ("invalid basic string", "")),
            ("a = \"\"\"\u{1}\"\"\"\n", ("invalid multi-line basic string", "")),
            ("a = \"\\q\"\n", ("this is no escape", "double a `\\` that stands for itself")),
            ("a = [1, 2\n", ("this array is not closed, or lacks a comma", "")),
            ("a = [\"b\" \"c\"]\n", ("this array is not closed, or lacks a comma", "")),
            ("a = { b = 1\n", ("this inline table is not closed, or lacks a comma", "")),
            ("a = [1 2]\n", ("two values stand side by side", "put a comma between them")),
            ("a = true false\n", ("two values stand side by side", "put a comma between them")),
            ("a = one two\n", ("a string stands in quotes", "write `\"one two\"`")),
            ("a = +\n", ("a string stands in quotes", "write `\"+\"`")),
            ("a = tru\n", ("this is neither a boolean nor a string in quotes", "write `true`, or")),
            ("a =\n", missing),
            ("a = # later\n", missing),
            ("a = { b = }\n", missing),
            ("a\n", ("this key has no value", "write `KEY = VALUE`")),
            ("= 1\n", ("this is no key", "write `KEY = VALUE`; keys other than")),
            ("[a] b = 1\n", ("something more stands on this line", "begin a new line here")),
            ("a = 1\rb = 2\n", ("a carriage return stands alone", "end lines with LF")),
            (&format!("a = {}\n", "[".repeat(81)), ("this is nested too deep", "80 levels")),
            ("a = 08\n", ("unexpected leading zero", "")),
        ] {
            let (said, _, helped, _) = said(text);
            assert_eq!(said, message, "{text}");
            assert_eq!(helped.is_none(), help.is_empty(), "{text}: {helped:?}");
            assert!(helped.unwrap_or_default().contains(help), "{text}");
        }
    }

    #[test]
    fn what_is_not_closed_is_shown_with_where_it_was_opened() {
        assert!(said("a = [1, 2\n").3);
        assert!(said("a = { b = 1\n").3);
        assert!(!said("a = \"x\n").3);
    }

    #[test]
    fn the_label_says_what_is_missing_at_the_place() {
        for (text, label) in [
            ("a = x\n", "quotes are missing"),
            ("a = \n", "here"),
            ("a = { b = }\n", "here"),
            ("a = 1 2\n", "here"),
            ("a = 08\n", "here"),
            ("[a\n", "expected `]`"),
        ] {
            assert_eq!(said(text).1, label, "{text}");
        }
    }
}
