//! CW0101: unknown-key.

use crate::document::{Table, all_tables};
use crate::report::{Diagnostic, Fix, Rule, Severity, suggest};
use crate::span::Spanned;

/// So many tables are named in which a key would stand.
const NAMED: usize = 4;

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
    let guess = suggest::nearest(key, known.clone());
    let fix = guess.filter(|guess| !has(guess)).and_then(|guess| Fix::word(key, guess));
    let help = match (guess, &tables_that_have(&key.value)[..]) {
        (Some(guess), _) => format!("did you mean `{guess}`?"),
        (None, []) => format!("the keys are {}", suggest::list(&known.collect::<Vec<_>>())),
        (None, others) => format!("`{shown}` is a key of {}", suggest::list(others)),
    };
    Diagnostic::new(&RULE, key.span, format!("{place} has no key `{shown}`"))
        .label("not a key of this table")
        .help(help)
        .maybe_fix(fix)
}

/// Other tables of the document that have this key, some of them at least.
fn tables_that_have(key: &str) -> Vec<&'static str> {
    let tables = all_tables().into_iter().filter(|table| table.field(key).is_some());
    tables.map(|table| table.name).take(NAMED).collect()
}
