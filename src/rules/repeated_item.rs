//! CW0109: repeated-item.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0109",
    name: "repeated-item",
    severity: Severity::Error,
    summary: "an array says one thing twice",
    explain: "The second mention has no effect; it is mostly a slip for another name.",
    bad: include_str!("../../tests/rules/CW0109-repeated-item/bad.toml"),
    good: include_str!("../../tests/rules/CW0109-repeated-item/good.toml"),
};

/// Reports the items of an array that stood there before.
pub fn check<T: Ord + Display>(path: &str, items: &[Spanned<T>], report: &mut Report) {
    let mut seen: BTreeMap<&T, Span> = BTreeMap::new();
    for item in items {
        if let Some(first) = seen.get(&item.value) {
            let message = format!("`{path}` says `{}` twice", item.value);
            let found = Diagnostic::new(&RULE, item.span, message).label("again here");
            report.push(found.other(*first, "first here").help("delete one of the two"));
        } else {
            seen.insert(&item.value, item.span);
        }
    }
}
