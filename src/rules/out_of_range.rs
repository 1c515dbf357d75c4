//! CW0105: out-of-range.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0105",
    name: "out-of-range",
    severity: Severity::Error,
    summary: "a number outside its bounds",
    explain: "The number is outside of what Istio, Envoy or the meaning of the key allow.",
    bad: include_str!("../../tests/rules/CW0105-out-of-range/bad.toml"),
    good: include_str!("../../tests/rules/CW0105-out-of-range/good.toml"),
};

/// A number that is not between `least` and `most`.
#[must_use]
pub fn found(span: Span, path: &str, number: &str, least: i64, most: i64) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{path}` is {number}, not a number from {least} to {most}"),
    )
    .label(format!("must be {least} to {most}"))
}
