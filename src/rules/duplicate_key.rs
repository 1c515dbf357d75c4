//! CW0005: duplicate-key.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0005",
    name: "duplicate-key",
    severity: Severity::Error,
    summary: "a key or table is written twice",
    explain: "TOML allows each key once. Two tables of one name are mostly a copy whose name was not changed; the \
              first would hide the second.",
    bad: include_str!("../../tests/rules/CW0005-duplicate-key/bad.toml"),
    good: include_str!("../../tests/rules/CW0005-duplicate-key/good.toml"),
};

/// The second `key` at `span`, and where the first one stands.
#[must_use]
pub fn found(key: &str, is_table: bool, span: Span, first: Option<Span>) -> Diagnostic {
    let key: String = key.chars().take(100).collect();
    let what = if is_table { "table" } else { "key" };
    let found = Diagnostic::new(&RULE, span, format!("the {what} `{key}` is written twice"))
        .label("again here")
        .help("give it another name, or put what it says into the first one");
    match first {
        Some(first) => found.other(first, "first here"),
        None => found,
    }
}
