//! CW0331: lock-conflict.

use std::net::Ipv4Addr;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0331",
    name: "lock-conflict",
    severity: Severity::Error,
    summary: "a mesh.lock that was merged badly",
    explain: "Two branches each gave a new name an address, and the merge left both lines with one address, or the \
              conflict's markers. The line that was on the main branch first should keep its address: clients may \
              already know it.",
    bad: include_str!("../../tests/rules/CW0331-lock-conflict/bad.lock"),
    good: include_str!("../../tests/rules/CW0331-lock-conflict/good.lock"),
};

/// A line that git left in a conflict.
#[must_use]
pub fn markers(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "mesh.lock holds the markers of a merge conflict")
        .label("left by git")
        .help("keep the lines of both sides and delete the markers")
}

/// A name with two lines, as the parser found it.
#[must_use]
pub fn two_lines(found: &Diagnostic) -> Diagnostic {
    let message = format!("mesh.lock is merged badly: {}", found.message);
    let mut conflict = Diagnostic::new(&RULE, found.primary.span, message).label("again here");
    conflict.others.clone_from(&found.others);
    conflict.help("keep the line that was there first, and delete the other one")
}

/// Two names with one address.
#[must_use]
pub fn one_address(
    address: &Spanned<Ipv4Addr>,
    name: &str,
    other: &str,
    first: Span,
) -> Diagnostic {
    let message =
        format!("mesh.lock gives `{name}` and `{other}` the same address {}", address.value);
    Diagnostic::new(&RULE, address.span, message)
        .label(format!("of `{name}`"))
        .other(first, format!("of `{other}`"))
        .help("delete the line of the name that came later; the next `cwc build` gives it another address")
}
