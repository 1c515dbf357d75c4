//! CW0109: repeated-item.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::report::{Applicability, Diagnostic, Fix, Report, Rule, Severity};
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
    let mut before: Option<Span> = None;
    for item in items {
        let after = before.replace(item.span);
        if let Some(first) = seen.get(&item.value) {
            let message = format!("`{path}` says `{}` twice", item.value);
            let found = Diagnostic::new(&RULE, item.span, message).label("again here");
            // From behind the item before it, with the comma that stands between them.
            let delete = after.map(|before| Span { start: before.end, ..item.span });
            let fix = delete.map(|span| Fix::one(Applicability::Safe, span, ""));
            let found = found.other(*first, "first here").help("delete one of the two");
            report.push(found.maybe_fix(fix));
        } else {
            seen.insert(&item.value, item.span);
        }
    }
}
