//! CW0431: plaintext-protocol.

use crate::mesh::{Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0431",
    name: "plaintext-protocol",
    severity: Severity::Error,
    summary: "a port that cannot be told apart in plain text",
    explain: "In plain text the callee's gateway knows a service by the Host of each request. A port that does not \
              speak HTTP has none: the gateway could not tell its calls from another service's. It is not passed \
              through beside the others either, as that takes the mutual TLS that is missing where `plaintext` is \
              needed.",
    bad: include_str!("../../tests/rules/CW0431-plaintext-protocol/bad.toml"),
    good: include_str!("../../tests/rules/CW0431-plaintext-protocol/good.toml"),
};

/// Checks the ports of every service whose calls cross in plain text.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let mut backends = service.entered(mesh);
        let plain = backends.find(|backend| backend.entered.entry == Entry::Plaintext);
        let Some(place) = plain.and_then(|backend| backend.entered.span) else { continue };
        for port in service.ports.iter().filter(|port| !port.protocol.is_http()) {
            let (name, speaks) = (&port.name, port.protocol.word());
            let message = format!(
                "port `{name}` of service `{}` speaks {speaks} and cannot cross in plain text",
                service.key
            );
            let found = Diagnostic::new(&RULE, port.span, message)
                .label("it has no Host by which a gateway could know the service");
            let found = found.other(place, "crosses so because of this");
            report.push(found.help(
                "give the port to a service of its own with `crossing = \"passthrough\"`, or take `\"terminate\"` for this one, \
                 which passes such ports through",
            ));
        }
    }
}
