//! CW0107: not-yet-compiled.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0107",
    name: "not-yet-compiled",
    severity: Severity::Error,
    summary: "a key or value that this version does not compile yet",
    explain: "The key is part of mesh.toml and was checked, but this version of cwc does not compile it yet. A key \
              is never ignored: what was written and not done would be a surprise in production.",
    bad: include_str!("../../tests/rules/CW0107-not-yet-compiled/bad.toml"),
    good: include_str!("../../tests/rules/CW0107-not-yet-compiled/good.toml"),
};

/// A key.
#[must_use]
pub fn key(key: &Spanned<String>, path: &str) -> Diagnostic {
    Diagnostic::new(&RULE, key.span, format!("`{path}` is not compiled by this version of cwc yet"))
        .label("read and checked, but not compiled")
        .help("take it out until a later version compiles it")
}

/// A value.
#[must_use]
pub fn value(span: Span, path: &str, value: &str) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        span,
        format!("`{path}` cannot be {} yet in this version of cwc", quoted(value)),
    )
    .label("read and checked, but not compiled")
    .help("take it out until a later version compiles it")
}

fn quoted(value: &str) -> String {
    if value.contains(' ') { value.to_owned() } else { format!("`{value}`") }
}
