//! CW0102: wrong-type.

use crate::report::{Applicability, Diagnostic, Fix, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0102",
    name: "wrong-type",
    severity: Severity::Error,
    summary: "a value of another type",
    explain: "Values are never converted: `\"80\"` is a string and no number, `9080.0` no port. What was meant is \
              better said than guessed.",
    bad: include_str!("../../tests/rules/CW0102-wrong-type/bad.toml"),
    good: include_str!("../../tests/rules/CW0102-wrong-type/good.toml"),
};

/// A value at `span` that is not `expected`; `instead` is the same value in the type that is, if it has an equal there.
#[must_use]
pub fn found(
    span: Span,
    path: &str,
    expected: &str,
    kind: &str,
    instead: Option<String>,
) -> Diagnostic {
    // A text of several lines would be written as several.
    let instead = instead.filter(|text| !text.contains(char::is_control));
    Diagnostic::new(&RULE, span, format!("`{path}` is {kind}, not {expected}"))
        .label(format!("expected {expected}"))
        .maybe_help(instead.as_ref().map(|instead| format!("write `{instead}`")))
        .maybe_fix(instead.map(|instead| Fix::one(Applicability::Safe, span, instead)))
}
