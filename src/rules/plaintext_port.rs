//! CW0432: plaintext-port.

use crate::mesh::{Entry, Gateway, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0432",
    name: "plaintext-port",
    severity: Severity::Error,
    summary: "a plain-text port at which the gateway listens already",
    explain: "Calls in plain text arrive at the callee's gateway at the service's own port. The gateway's pods listen \
              at some ports for themselves: the port for calls by mutual TLS, 15021 for their health, 15090 for \
              their metrics and a few more. A second listener there would be refused, or would take the calls of \
              the first.",
    bad: include_str!("../../tests/rules/CW0432-plaintext-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0432-plaintext-port/good.toml"),
};

/// Checks the ports of every service whose calls cross in plain text against the gateways that they enter by.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for port in &service.ports {
            let mut backends = service.entered(mesh);
            let taken = backends.find_map(|backend| {
                let place = backend.entered.span?;
                let plain = backend.entered.entry == Entry::Plaintext;
                let gateway = mesh[backend.cluster].gateway.as_ref().filter(|_| plain)?;
                Some((gateway, use_of(port.number, gateway)?, place))
            });
            let Some((gateway, use_of, place)) = taken else { continue };
            let message = format!(
                "port {} of service `{}` cannot be opened on a gateway that listens there already",
                port.number, service.key
            );
            let found = Diagnostic::new(&RULE, port.number_span, message)
                .label(format!("the gateway's {use_of}"));
            let found = found.other(gateway.span, "this gateway");
            let found = found.other(place, "crosses in plain text because of this");
            report.push(found.help("take another number for callers; `backends.<cluster>.ports` can keep the old one behind it"));
        }
    }
}

/// What a gateway's pods use a port for themselves.
fn use_of(port: u16, gateway: &Gateway) -> Option<&'static str> {
    match port {
        15000 | 15004 => Some("admin interface"),
        15020 | 15021 => Some("health"),
        15090 => Some("metrics"),
        15443 => Some("port for calls by mutual TLS"),
        port => (port == gateway.port).then_some("port for calls by mutual TLS"),
    }
}
