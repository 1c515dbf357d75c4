//! CW0323: reserved-vip.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::mesh::Mesh;
use crate::mesh::address::ISTIO_POOL;
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0323",
    name: "reserved-vip",
    severity: Severity::Error,
    summary: "an address or pool that something else uses",
    explain: "Istio gives addresses out of 240.240.0.0/16 itself. Loopback, link-local and multicast addresses and \
              those that begin with 0 have meanings of their own, and the first and last address of a range, or \
              one that ends in 0 or 255, is a network's or a broadcast's to some programs.",
    bad: include_str!("../../tests/rules/CW0323-reserved-vip/bad.toml"),
    good: include_str!("../../tests/rules/CW0323-reserved-vip/good.toml"),
};

/// Ranges that cannot be a name's address, and whose they are.
const RANGES: &[(Ipv4Net, &str)] = &[
    (ISTIO_POOL, "Istio's own range"),
    (Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 8), "\"this network\""),
    (Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8), "loopback"),
    (Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16), "link-local"),
    (Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 4), "multicast"),
    (Ipv4Net::new_assert(Ipv4Addr::BROADCAST, 32), "broadcast"),
];

/// Whose range an address lies in.
#[must_use]
pub fn range_of(address: Ipv4Addr) -> Option<&'static str> {
    RANGES.iter().find(|(range, _)| range.contains(&address)).map(|(_, whose)| *whose)
}

/// An address that the document says.
#[must_use]
pub fn found(vip: &Spanned<Ipv4Addr>, name: &str) -> Diagnostic {
    let why =
        range_of(vip.value).map_or("the edge of a range".to_owned(), |whose| format!("in {whose}"));
    Diagnostic::new(&RULE, vip.span, format!("`{name}` cannot have the address {}", vip.value))
        .label(why)
        .help("take `vip` out: the name then gets an address of its own")
}

/// Checks the pool.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let pool = &mesh.settings.vip_pool;
    let overlaps =
        |range: &Ipv4Net| range.contains(&pool.network()) || pool.contains(&range.network());
    if let Some((range, whose)) = RANGES.iter().find(|(range, _)| overlaps(range)) {
        let message = format!("the pool {} overlaps {range}", pool.value);
        let found = Diagnostic::new(&RULE, pool.span, message).label(format!("{range} is {whose}"));
        report.push(found.help("take a range that nothing uses; the default is `240.0.0.0/12`"));
    }
}
