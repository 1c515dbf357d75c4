//! CW0442: plaintext-node-port.

use crate::mesh::{Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0442",
    name: "plaintext-node-port",
    severity: Severity::Warning,
    summary: "calls in plain text into a cluster that is reached at its nodes",
    explain: "`node-port` leads to the gateway's `port`, where mutual TLS arrives. Calls in plain text are made to the \
              service's own port at the gateway's address. Nothing listens there at a node, and which node port \
              Kubernetes gives to it is not known.",
    bad: include_str!("../../tests/rules/CW0442-plaintext-node-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0442-plaintext-node-port/good.toml"),
};

/// Checks the services that are entered in plain text where the gateway has a node port.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in mesh.cluster_ids() {
        let Some(gateway) = &mesh[cluster].gateway else { continue };
        let Some(node_port) = &gateway.node_port else { continue };
        let plain = mesh.services.iter().find_map(|service| {
            let mut backends = service.entered(mesh).filter(|backend| backend.cluster == cluster);
            let entered = backends.find(|backend| backend.entered.entry == Entry::Plaintext)?;
            Some((service, entered.entered.span?))
        });
        let Some((service, place)) = plain else { continue };
        let message = format!(
            "calls in plain text to service `{}` do not arrive at the node port of `{}`",
            service.key, mesh[cluster].name
        );
        let found = Diagnostic::new(&RULE, node_port.span, message)
            .label(format!("leads to port {} only", gateway.port));
        let found = found.other(place, "crosses in plain text because of this");
        report.push(found.help(
            "cross by `\"terminate\"` or `\"passthrough\"`; if the gateway's address has the services' ports all the same, allow it: \
             `[lint]` `allow = [\"CW0442\"]`",
        ));
    }
}
