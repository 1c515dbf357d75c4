//! CW0321: duplicate-vip.

use std::net::Ipv4Addr;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0321",
    name: "duplicate-vip",
    severity: Severity::Error,
    summary: "one address for two names",
    explain: "A caller's sidecar tells TCP services apart by address and port. If two names have one address, \
              calls to one of them arrive at the other, and nothing says so: Istio keeps one listener and drops \
              the other.",
    bad: include_str!("../../tests/rules/CW0321-duplicate-vip/bad.toml"),
    good: include_str!("../../tests/rules/CW0321-duplicate-vip/good.toml"),
};

/// `name` wants an address that `other` wants too.
#[must_use]
pub fn said_twice(vip: &Spanned<Ipv4Addr>, name: &str, other: &str, first: Span) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        vip.span,
        format!("`{name}` and `{other}` have the same address {}", vip.value),
    )
    .label("again here")
    .other(first, format!("the address of `{other}`"))
    .help("take one of the two `vip` keys out: the name then gets an address of its own")
}

/// `name` wants an address that the lock holds for another name.
#[must_use]
pub fn held(
    vip: &Spanned<Ipv4Addr>,
    name: &str,
    holder: &str,
    locked: Span,
    live: bool,
) -> Diagnostic {
    let found = Diagnostic::new(
        &RULE,
        vip.span,
        format!("`{name}` wants the address {} of `{holder}`", vip.value),
    );
    let found = found.label("not free").other(locked, format!("held for `{holder}`"));
    if live {
        found.help("take `vip` out: the name then gets an address of its own")
    } else {
        found.help("take `vip` out; or, once no client remembers the removed name, run `cwc build --forget`")
    }
}
