//! CW0450: needs-http.

use crate::document::{PoolTable, ServiceTable};
use crate::mesh::Port;
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0450",
    name: "needs-http",
    severity: Severity::Error,
    summary: "a policy of requests for a service that has none",
    explain: "Requests are counted and repeated where a proxy sees them: on ports of HTTP and gRPC. Other ports carry connections, so the key would \
              do nothing for this service. Pings are HTTP/2's, which `http2` and `grpc` ports speak. In `[defaults]` such keys hold for the services that have requests.",
    bad: include_str!("../../tests/rules/CW0450-needs-http/bad.toml"),
    good: include_str!("../../tests/rules/CW0450-needs-http/good.toml"),
};

/// Checks a service that says such a key itself.
pub fn check(key: &Spanned<String>, table: &ServiceTable, ports: &[Port], report: &mut Report) {
    if let Some(ping) = table.keepalive.given().and_then(|table| table.ping.given())
        && !ports.iter().any(|port| port.protocol.is_http2())
    {
        let message =
            format!("`keepalive.ping` is of HTTP/2, and no port of `{}` speaks it", key.value);
        let found =
            Diagnostic::new(&RULE, ping.span, message).label("does nothing for this service");
        let found = found.other(key.span, "no port is of `http2` or `grpc`");
        report.push(found.help("take it out; `time`, `interval` and `probes` ask by TCP"));
    }
    if ports.iter().any(|port| port.protocol.is_http()) {
        return;
    }
    if let Some((word, span)) = table.pool.given().and_then(PoolTable::of_http) {
        let message =
            format!("`pool.{word}` counts requests, and no port of `{}` has any", key.value);
        let found = Diagnostic::new(&RULE, span, message).label("does nothing for this service");
        let found = found.other(key.span, "all its ports carry connections");
        report.push(found.help("take it out; `max-connections` limits connections"));
    }
}
