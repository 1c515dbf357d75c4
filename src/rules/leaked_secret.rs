//! CW0008: leaked-secret.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0008",
    name: "leaked-secret",
    severity: Severity::Error,
    summary: "the text holds what looks like a key or a token",
    explain: "No key of mesh.toml takes a secret. What stands in it is committed, compiled into resources that many may read, and shown in \
              differences and messages; so cwc goes no further where a private key, a signed token (JWT), or the token of a well-known \
              service stands in it, and shows only how it begins.",
    bad: include_str!("../../tests/rules/CW0008-leaked-secret/bad.toml"),
    good: include_str!("../../tests/rules/CW0008-leaked-secret/good.toml"),
};

/// Something of that form at `span`.
#[must_use]
pub fn found(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "the text holds what looks like a secret")
        .label("not shown whole")
        .help("delete it, and revoke it if it was ever pushed: git keeps every version")
}
