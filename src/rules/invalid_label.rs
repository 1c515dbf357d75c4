//! CW0306: invalid-label.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0306",
    name: "invalid-label",
    severity: Severity::Error,
    summary: "a label that Kubernetes would refuse",
    explain: "The labels of pods are matched as they are. A key is a name of at most 63 letters, digits, `-`, `_` \
              and `.`, with a DNS name and `/` before it or not; a value is the same or empty.",
    bad: include_str!("../../tests/rules/CW0306-invalid-label/bad.toml"),
    good: include_str!("../../tests/rules/CW0306-invalid-label/good.toml"),
};

/// Checks a label's key.
#[must_use]
pub fn check_key(key: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let (prefix, name) = match key.rsplit_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key.as_str()),
    };
    let prefixed = prefix.is_none_or(|prefix| super::invalid_host::problem(prefix).is_none());
    if prefixed && !name.is_empty() && is_label_text(name) {
        return None;
    }
    Some(diagnostic(key, path, "the key of no label"))
}

/// Checks a label's value.
#[must_use]
pub fn check_value(value: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    (!is_label_text(value)).then(|| diagnostic(value, path, "the value of no label"))
}

fn is_label_text(text: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 63
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.chars().next().is_none_or(ends)
        && text.chars().next_back().is_none_or(ends)
}

fn diagnostic(text: &Spanned<String>, path: &str, label: &str) -> Diagnostic {
    let shown: String = text.chars().take(100).collect();
    let path: String = path.chars().take(200).collect();
    Diagnostic::new(
        &RULE,
        text.span,
        format!("`{path}`: `{}` cannot be matched", shown.escape_debug()),
    )
    .label(label)
    .help(
        "at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
    )
}
