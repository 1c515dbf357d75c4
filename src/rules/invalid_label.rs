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

/// The longest name or value of a label: `LabelValueMaxLength` in Kubernetes' `apimachinery/pkg/util/validation`.
const LONGEST: usize = 63;

/// Checks a label's key.
#[must_use]
pub fn check_key(key: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let (prefix, name) = match key.rsplit_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key.as_str()),
    };
    let prefixed = prefix.is_none_or(|prefix| super::invalid_host::problem(prefix).is_none());
    let problem = if !prefixed {
        "not a DNS name before the `/`".to_owned()
    } else if name.is_empty() {
        "no name".to_owned()
    } else {
        problem(name)?
    };
    Some(diagnostic(key, path, "key", problem))
}

/// Checks a label's value.
#[must_use]
pub fn check_value(value: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    Some(diagnostic(value, path, "value", problem(value)?))
}

/// What keeps a text from being a label's name or value.
fn problem(text: &str) -> Option<String> {
    let wrong = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let within = |c: char| matches!(c, '-' | '_' | '.');
    if let Some(c) = wrong {
        Some(format!("`{}` cannot stand in it", c.escape_debug()))
    } else if text.len() > LONGEST {
        Some(format!("{} characters, at most {LONGEST}", text.len()))
    } else if text.starts_with(within) || text.ends_with(within) {
        Some("begins or ends with another character than a letter or digit".to_owned())
    } else {
        None
    }
}

fn diagnostic(text: &Spanned<String>, path: &str, what: &str, problem: String) -> Diagnostic {
    let shown = text.chars().take(100).collect::<String>().escape_debug().to_string();
    let path: String = path.chars().take(200).collect();
    Diagnostic::new(&RULE, text.span, format!("`{path}`: a label's {what} cannot be `{shown}`"))
        .label(problem)
        .help(
            "write at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last",
        )
}
