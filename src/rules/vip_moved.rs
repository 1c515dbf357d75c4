//! CW0325: vip-moved.

use std::net::Ipv4Addr;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0325",
    name: "vip-moved",
    severity: Severity::Warning,
    summary: "an address that moves",
    explain: "The document gives a name another address than the one that is recorded for it. Clients that looked \
              the name up before go on calling the old address until their answer expires, and TCP connections to \
              it are refused.",
    bad: include_str!("../../tests/rules/CW0325-vip-moved/bad.toml"),
    good: include_str!("../../tests/rules/CW0325-vip-moved/good.toml"),
};

/// `name` is to have another address than the lock holds for it.
#[must_use]
pub fn found(vip: &Spanned<Ipv4Addr>, name: &str, locked: &Spanned<Ipv4Addr>) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        vip.span,
        format!("the address of `{name}` moves from {} to {}", locked.value, vip.value),
    )
    .label("the new address")
    .other(locked.span, "the recorded one")
    .help("take `vip` out to keep the recorded address")
}
