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
    explain: "The text cannot be read as TOML. All such errors of a file are shown, but for those that merely \
              follow from the one before them: a missing bracket makes everything behind it look wrong.\n\n\
              Until the text can be read, the rules that look at the whole document may find less than there is.",
    bad: include_str!("../../tests/rules/CW0001-toml-syntax/bad.toml"),
    good: include_str!("../../tests/rules/CW0001-toml-syntax/good.toml"),
};

/// The parser's complaint at `span`.
#[must_use]
pub fn found(source: &Source, span: Span, message: &str) -> Diagnostic {
    let rest = source.slice(span.range().start..source.text().len());
    let help = if message.starts_with("recursion") {
        Some("write nested arrays and tables less deep; 80 levels are read".to_owned())
    } else if rest.is_empty() {
        Some("the file ends too early".to_owned())
    } else {
        None
    };
    let text: String = message.chars().take(200).collect();
    Diagnostic::new(&RULE, span, text).label("here").maybe_help(help)
}
