//! CW0416: no-http-port.

use crate::mesh::{Mesh, Port, Protocol};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0416",
    name: "no-http-port",
    severity: Severity::Error,
    summary: "a route for which the service has no port",
    explain: "Paths, methods, headers, timeouts, retries, copies, faults and rewrites are HTTP's. A route that has \
              them and is for ports that speak something else, or for a port of TLS that the application itself \
              speaks, takes no call or leaves out what it says.",
    bad: include_str!("../../tests/rules/CW0416-no-http-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0416-no-http-port/good.toml"),
};

/// Checks every route against the ports that it is for.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.broken) {
        for route in &service.routes {
            let said = route.matches.as_ref().and_then(|matches| matches.port.given());
            let meant = |port: &&Port| said.is_none_or(|said| said.value == port.name);
            let mut ports = service.ports.iter().filter(meant).peekable();
            // A port that is no port of the service is `unknown-port`'s to report.
            let Some(first) = ports.peek().copied() else { continue };
            let (need, fits): (_, fn(Protocol) -> bool) = if route.is_http() {
                ("that speaks HTTP", Protocol::is_http)
            } else {
                ("that can be routed", |protocol| !protocol.is_tls())
            };
            if ports.any(|port| fits(port.protocol)) {
                continue;
            }
            let message = format!("a route of service `{}` is for no port {need}", service.key);
            let found = Diagnostic::new(&RULE, route.span, message).label("this route");
            let protocol = format!("speaks {}", first.protocol.word());
            report.push(found.other(first.span, protocol).help(if route.is_http() {
                "say `protocol = \"http\"` for the port if that is what it speaks, or leave out what only HTTP has"
            } else {
                "make the port a service of its own, or name it `tcp-…` to route it as plain TCP"
            }));
        }
    }
}
