//! CW0416: no-http-port.

use crate::mesh::{Mesh, Mirror, Port, Protocol, Route, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0416",
    name: "no-http-port",
    severity: Severity::Error,
    summary: "a route for which the service has no port",
    explain: "Paths, methods, headers, timeouts, retries, copies, faults and rewrites are HTTP's. A route that has \
              them and is for ports that speak something else, or for a port of TLS that the application itself \
              speaks, takes no call or leaves out what it says. Copies for another service go to its port of the same \
              name, or else to its first that speaks HTTP, and copies of HTTP/2 and gRPC calls need one that speaks that.",
    bad: include_str!("../../tests/rules/CW0416-no-http-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0416-no-http-port/good.toml"),
};

/// Checks every route against the ports that it is for.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.broken) {
        for route in &service.routes {
            copies(mesh, service, route, report);
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

/// Whether what is spoken is lost over HTTP/1.1; gRPC-Web is made to pass through it.
fn needs_http2(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Http2 | Protocol::Grpc)
}

/// Reports copies for another service that has no port for them.
fn copies(mesh: &Mesh, service: &Service, route: &Route, report: &mut Report) {
    let Some((Mirror::Service(key), _)) = &route.mirror else { return };
    let Some(other) = mesh.service_of_key(key) else { return };
    let said = route.matches.as_ref().and_then(|matches| matches.port.given());
    let meant = |port: &&Port| said.is_none_or(|said| said.value == port.name);
    let copied = service.ports.iter().filter(meant).filter(|port| port.protocol.is_http());
    let wrong = |port: &&Port| {
        let speaks = other.port_for_copies(port).map(|(_, port)| port.protocol);
        speaks.is_none_or(|speaks| needs_http2(port.protocol) && !needs_http2(speaks))
    };
    let Some(port) = { copied }.find(wrong) else { return };
    let need = if needs_http2(port.protocol) { "HTTP/2" } else { "HTTP" };
    let message = format!(
        "copies of calls to service `{}` need a port of `{key}` that speaks {need}",
        service.key
    );
    let found = Diagnostic::new(&RULE, route.span, message).label("this route");
    let found = found.other(port.span, format!("speaks {}", port.protocol.word()));
    report.push(found.other(other.span, "gets the copies").help(format!(
        "give `[services.{key}]` such a port, or say by `match.port` which calls are copied"
    )));
}
