//! CW0320: invalid-address.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;

use super::invalid_host;
use crate::document::Address;
use crate::report::{Diagnostic, Fix, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0320",
    name: "invalid-address",
    severity: Severity::Error,
    summary: "an address that is none",
    explain: "A gateway, or a backend, is reached at an IP address or a host name, without scheme and port. Addresses \
              that mean \"this machine\", \"anywhere\" or \"many machines\" lead to neither, and a number with leading \
              zeros is read as octal by some programs and as decimal by others.",
    bad: include_str!("../../tests/rules/CW0320-invalid-address/bad.toml"),
    good: include_str!("../../tests/rules/CW0320-invalid-address/good.toml"),
};

/// Reads an IP address or host name that others connect to.
///
/// # Errors
/// A diagnostic for a text that is neither, or for an address that nobody can connect to.
pub fn parse(text: &Spanned<String>, path: &str) -> Result<Address, Diagnostic> {
    let wrong = |label: String, help: Option<String>| {
        let shown: String = text.chars().take(100).collect();
        let message =
            format!("`{path}` is `{}`, which is not an address to call", shown.escape_debug());
        Diagnostic::new(&RULE, text.span, message).label(label).maybe_help(help)
    };
    if let Ok(ip) = text.parse::<IpAddr>() {
        let ip = ip.to_canonical();
        return match unusable(ip) {
            Some(kind) => Err(wrong(format!("it is {kind}"), None)),
            None => Ok(Address::Ip { ip, text: ip.to_string() }),
        };
    }
    if let Some((_, rest)) = text.split_once("://") {
        let bare = rest.split(['/', ':']).next().unwrap_or_default();
        return Err(wrong("has a scheme".to_owned(), Some(format!("write `{bare}`"))));
    }
    if let Some((host, port)) =
        text.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok())
    {
        let host = host.trim_matches(['[', ']']);
        let help = if path.contains(".backends.") {
            format!("write `{host}`; its ports are those of the backend's `ports`")
        } else {
            format!("write `{{ address = \"{host}\", port = {port} }}`")
        };
        return Err(wrong("has a port".to_owned(), Some(help)));
    }
    let numbers = text
        .split('.')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if numbers && text.contains('.') {
        return Err(wrong("four numbers from 0 to 255, without leading zeros".to_owned(), None));
    }
    let lower = text.to_ascii_lowercase();
    match invalid_host::problem(&lower) {
        Some(problem) => Err(wrong(problem, None)),
        None if lower == "localhost" || lower.ends_with(".localhost") => {
            Err(wrong("it is the caller itself".to_owned(), None))
        }
        None => Ok(Address::Host(lower)),
    }
}

fn unusable(ip: IpAddr) -> Option<&'static str> {
    if ip.is_unspecified() {
        Some("\"any address\"")
    } else if ip.is_loopback() {
        Some("the caller itself")
    } else if ip.is_multicast() || ip == IpAddr::V4(Ipv4Addr::BROADCAST) {
        Some("the address of many")
    } else {
        None
    }
}

/// A name's address that is not IPv4.
#[must_use]
pub fn not_ipv4(text: &Spanned<String>, path: &str) -> Diagnostic {
    let shown: String = text.chars().take(100).collect();
    Diagnostic::new(
        &RULE,
        text.span,
        format!("`{path}` is `{}`, which is not an IPv4 address", shown.escape_debug()),
    )
    .label("not IPv4")
    .help("write four numbers, as `240.0.0.7`")
}

/// A range that is not one.
#[must_use]
pub fn not_a_range(text: &Spanned<String>, path: &str) -> Diagnostic {
    let shown: String = text.chars().take(100).collect();
    Diagnostic::new(
        &RULE,
        text.span,
        format!("`{path}` is `{}`, which is not an IPv4 range", shown.escape_debug()),
    )
    .label("not a range")
    .help("write an address and a length, as `240.0.0.0/12`")
}

/// A range whose address is not its first.
#[must_use]
pub fn host_bits(text: &Spanned<String>, path: &str, range: Ipv4Net) -> Diagnostic {
    Diagnostic::new(
        &RULE,
        text.span,
        format!("`{path}` is `{}`, which is within a range and not its beginning", text.value),
    )
    .label("not the first address of the range")
    .help(format!("write `{}`", range.trunc()))
    .maybe_fix(Fix::respelt(text, &range.trunc().to_string()))
}
