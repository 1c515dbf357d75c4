//! CW0801: reserved-range.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0801",
    name: "reserved-range",
    severity: Severity::Error,
    summary: "an address in a range that somebody else uses",
    explain: "`reserved-cidrs` of `[existing]` are ranges in which somebody else has addresses: a ServiceEntry that was written \
              by hand, or a network. Names get theirs around them. One that was given before stays where it is, as clients \
              remember it, and two things at one address are one to a sidecar: calls by TCP come to either.",
    bad: include_str!("../../tests/rules/CW0801-reserved-range/bad.toml"),
    good: include_str!("../../tests/rules/CW0801-reserved-range/good.toml"),
};

/// An address that the document says.
#[must_use]
pub fn said(vip: &Spanned<Ipv4Addr>, name: &str, range: &Spanned<Ipv4Net>) -> Diagnostic {
    let message = format!("the address {} of `{name}` is in use by somebody else", vip.value);
    let found = Diagnostic::new(&RULE, vip.span, message).label("reserved");
    found
        .other(range.span, "in this range")
        .help("take `vip` out: the name then gets an address outside of all `reserved-cidrs`")
}

/// An address that the lock holds.
#[must_use]
pub fn locked(vip: &Spanned<Ipv4Addr>, name: &str, range: &Spanned<Ipv4Net>) -> Diagnostic {
    let message =
        format!("the recorded address {} of `{name}` is in use by somebody else", vip.value);
    let found = Diagnostic::new(&RULE, vip.span, message).label("reserved");
    found.other(range.span, "in this range").help(
        "delete this line to let the address move; or say a smaller range, if it is not in use after all",
    )
}

/// A pool of which nothing is left.
#[must_use]
pub fn whole_pool(pool: &Spanned<Ipv4Net>, range: &Spanned<Ipv4Net>) -> Diagnostic {
    let message = format!("the whole pool {} is in use by somebody else", pool.value);
    let found = Diagnostic::new(&RULE, range.span, message).label("leaves no address");
    let found =
        if pool.span.range().is_empty() { found } else { found.other(pool.span, "the pool") };
    found.help("say the ranges that are in use, or set `vip-pool` to another range")
}
