//! CW0110: invalid-value.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0110",
    name: "invalid-value",
    severity: Severity::Error,
    summary: "a value that cannot be meant",
    explain: "The value has the right type and is still none that the key can have: an empty array where something \
              must stand, two alternatives at once, a caller that is not `cluster`, `cluster/namespace` or \
              `cluster/namespace/service-account`.",
    bad: include_str!("../../tests/rules/CW0110-invalid-value/bad.toml"),
    good: include_str!("../../tests/rules/CW0110-invalid-value/good.toml"),
};

/// A value that is empty.
#[must_use]
pub fn empty(span: Span, path: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{path}` is empty"))
        .label(format!("needs {what}"))
        .help(format!("write {what}, or take the key out"))
}

/// A caller that is not written as one.
#[must_use]
pub fn caller(text: &Spanned<String>, path: &str) -> Diagnostic {
    let shown: String = text.chars().take(100).collect();
    Diagnostic::new(&RULE, text.span, format!("`{path}` is `{shown}`, which names no caller"))
        .label("not a caller")
        .help("write `cluster`, `cluster/namespace` or `cluster/namespace/service-account`")
}

/// Two keys of which only one may be there.
#[must_use]
pub fn one_of(second: Span, first: Span, path: &str, keys: &str) -> Diagnostic {
    Diagnostic::new(&RULE, second, format!("`{path}` may have only one of {keys}"))
        .label("this one too")
        .other(first, "this one is there already")
        .help("delete one of the two")
}

/// Something about trying again where nothing is tried again.
#[must_use]
pub fn never_tried(span: Span, zero: Span, path: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{path}` is said where nothing is tried again"))
        .label("of no effect")
        .other(zero, "tried 0 times")
        .help("delete it, or say how many `attempts` are to be made")
}
