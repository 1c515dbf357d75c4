//! CW0006: nul-byte.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0006",
    name: "nul-byte",
    severity: Severity::Error,
    summary: "the text holds a NUL byte",
    explain: "A NUL byte ends strings in many programs, so that what they read is not what a person sees.",
    bad: include_str!("../../tests/rules/CW0006-nul-byte/bad.toml"),
    good: include_str!("../../tests/rules/CW0006-nul-byte/good.toml"),
};

/// A NUL byte at `span`.
#[must_use]
pub fn found(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "the text holds a NUL byte")
        .help("delete it; a file that was saved as UTF-16 is full of them: save it as UTF-8")
}
