//! CW0332: lock-newer.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0332",
    name: "lock-newer",
    severity: Severity::Error,
    summary: "a mesh.lock of a newer cwc",
    explain: "The lock was written by a newer version of cwc. An older one could lose what it does not understand.",
    bad: include_str!("../../tests/rules/CW0332-lock-newer/bad.lock"),
    good: include_str!("../../tests/rules/CW0332-lock-newer/good.lock"),
};

/// A lock of a version that is not known here.
#[must_use]
pub fn found(span: Span, version: u32, known: u32) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("mesh.lock has version {version}, this cwc reads up to {known}"),
    )
    .label("newer")
    .help("update cwc to the version that wrote it")
}
