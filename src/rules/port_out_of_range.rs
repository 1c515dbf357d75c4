//! CW0310: port-out-of-range.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0310",
    name: "port-out-of-range",
    severity: Severity::Error,
    summary: "a number that is no port",
    explain: "Ports go from 1 to 65535.",
    bad: include_str!("../../tests/rules/CW0310-port-out-of-range/bad.toml"),
    good: include_str!("../../tests/rules/CW0310-port-out-of-range/good.toml"),
};

/// A number that is no port.
#[must_use]
pub fn found(span: Span, path: &str, number: &str) -> Diagnostic {
    let number: String = number.chars().take(40).collect();
    Diagnostic::new(&RULE, span, format!("`{path}` is {number}, which is not a port"))
        .label("must be 1 to 65535")
}
