//! CW0322: vip-outside-pool.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0322",
    name: "vip-outside-pool",
    severity: Severity::Error,
    summary: "an address outside the pool",
    explain: "All addresses of names come from the mesh's `vip-pool`, so that one range can be kept free of \
              everything else in the fleet. When the pool is changed, addresses that are recorded do not move by \
              themselves: clients remember them.",
    bad: include_str!("../../tests/rules/CW0322-vip-outside-pool/bad.toml"),
    good: include_str!("../../tests/rules/CW0322-vip-outside-pool/good.toml"),
};

/// An address that the document says.
#[must_use]
pub fn said(vip: &Spanned<Ipv4Addr>, name: &str, pool: &Spanned<Ipv4Net>) -> Diagnostic {
    let found = Diagnostic::new(
        &RULE,
        vip.span,
        format!("the address {} of `{name}` is not in the pool", vip.value),
    );
    with_pool(found.label("outside"), pool)
        .help(format!("take an address of {}, or take `vip` out", pool.value))
}

/// An address that the lock holds.
#[must_use]
pub fn locked(vip: &Spanned<Ipv4Addr>, name: &str, pool: &Spanned<Ipv4Net>) -> Diagnostic {
    let message =
        format!("the recorded address {} of `{name}` is not in the pool {}", vip.value, pool.value);
    let found = Diagnostic::new(&RULE, vip.span, message).label("outside");
    with_pool(found, pool)
        .help("keep the old `vip-pool`; or delete this line to let the address move")
}

fn with_pool(found: Diagnostic, pool: &Spanned<Ipv4Net>) -> Diagnostic {
    if pool.span.range().is_empty() { found } else { found.other(pool.span, "the pool") }
}
