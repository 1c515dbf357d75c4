//! CW0412: unrouted-port.

use crate::mesh::{Mesh, Port};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0412",
    name: "unrouted-port",
    severity: Severity::Warning,
    summary: "a port that routes cannot touch",
    explain: "Where the application itself speaks TLS (`https`, `tls`), the sidecar sees no path, and of the name \
              only the SNI that the application chose. Calls to such a port go where `prefer` says, whatever the \
              routes are; and what only HTTP has (paths, headers, timeouts) has no effect on TCP ports.",
    bad: include_str!("../../tests/rules/CW0412-unrouted-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0412-unrouted-port/good.toml"),
};

/// Checks the ports of services with routes.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let Some(first) = service.routes.first() else { continue };
        let tls = |port: &&Port| port.protocol.is_tls();
        for port in service.ports.iter().filter(tls) {
            let message = format!(
                "the routes of service `{}` do not hold for its port `{}`",
                service.key, port.name
            );
            let found =
                Diagnostic::new(&RULE, port.span, message).label("the application speaks TLS here");
            report.push(found.other(first.span, "the first route").help(
                "make it a service of its own, or name the port `tcp-…` to route it as plain TCP",
            ));
        }
    }
}
