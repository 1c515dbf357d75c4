//! CW0101: unknown-key.

use crate::document::{Table, all_tables};
use crate::report::{Diagnostic, Fix, Rule, Severity, suggest};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0101",
    name: "unknown-key",
    severity: Severity::Error,
    summary: "a key that no table has",
    explain: "A key that cwc does not know is an error and never ignored: a misspelt `clusters` would otherwise \
              silently take a service out of the fleet.",
    bad: include_str!("../../tests/rules/CW0101-unknown-key/bad.toml"),
    good: include_str!("../../tests/rules/CW0101-unknown-key/good.toml"),
};

/// An unknown key in a table; `has` says which keys stand in it already.
#[must_use]
pub fn found(
    key: &Spanned<String>,
    table: &Table,
    path: &str,
    has: impl Fn(&str) -> bool,
) -> Diagnostic {
    let place = if path.is_empty() { "the document".to_owned() } else { format!("`{path}`") };
    let shown: String = key.chars().take(100).collect();
    let known = table.fields.iter().map(|field| field.key);
    let elsewhere =
        table_that_has(&key.value).filter(|_| suggest::nearest(key, known.clone()).is_none());
    let guess = suggest::nearest(key, known.clone());
    let fix = guess.filter(|guess| !has(guess)).and_then(|guess| Fix::word(key, guess));
    let help = match elsewhere {
        Some(other) => Some(format!("`{shown}` is a key of `{other}`")),
        None => guess.map(|guess| format!("did you mean `{guess}`?")).or_else(|| {
            Some(format!("the keys are {}", suggest::list(&known.collect::<Vec<_>>())))
        }),
    };
    Diagnostic::new(&RULE, key.span, format!("{place} has no key `{shown}`"))
        .label("not a key of this table")
        .maybe_help(help)
        .maybe_fix(fix)
}

/// Another table of the document that has this key.
fn table_that_has(key: &str) -> Option<&'static str> {
    all_tables().into_iter().find(|table| table.field(key).is_some()).map(|table| table.name)
}
