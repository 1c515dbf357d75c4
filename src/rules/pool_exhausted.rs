//! CW0324: pool-exhausted.

use ipnet::Ipv4Net;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0324",
    name: "pool-exhausted",
    severity: Severity::Error,
    summary: "a pool without a free address",
    explain: "The pool holds too few addresses for the names of the document. Names that were removed keep theirs \
              until they are forgotten, so that no client reaches another service by an address that it remembers.",
    bad: include_str!("../../tests/rules/CW0324-pool-exhausted/bad.toml"),
    good: include_str!("../../tests/rules/CW0324-pool-exhausted/good.toml"),
};

/// The pool is used up by `taken` names, and so many names are still without an address.
#[must_use]
pub fn found(pool: &Spanned<Ipv4Net>, taken: usize, missing: usize, name: Span) -> Diagnostic {
    let message = format!("the pool {} has no free address left", pool.value);
    let label = format!("{taken} taken, {missing} more wanted");
    let (span, other) =
        if pool.span.range().is_empty() { (name, None) } else { (pool.span, Some(name)) };
    let found = Diagnostic::new(&RULE, span, message).label(label);
    let found = match other {
        Some(name) => found.other(name, "the first name without an address"),
        None => found,
    };
    found.help("take a larger `vip-pool` around this one, or run `cwc build --forget` to free those of removed names")
}
