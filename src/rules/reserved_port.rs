//! CW0312: reserved-port.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0312",
    name: "reserved-port",
    severity: Severity::Warning,
    summary: "a port that Istio uses itself",
    explain: "Sidecars listen on 15000 to 15090 themselves, gateways on 15443 for calls from other clusters, and \
              22 is where people log in. A service on such a port is caught by, or catches, something else.",
    bad: include_str!("../../tests/rules/CW0312-reserved-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0312-reserved-port/good.toml"),
};

/// Checks the ports of every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for port in &service.ports {
            let use_of = match port.number {
                15000 => "Envoy's admin interface",
                15001 => "Envoy's outbound listener",
                15006 => "Envoy's inbound listener",
                15008 => "HBONE",
                15010 | 15012 => "istiod",
                15020 | 15021 | 15090 => "the sidecar's health and metrics",
                15053 => "the sidecar's DNS",
                15002..=15089 => "Istio's sidecar",
                15443 => "the gateways' port for calls from other clusters",
                22 => "SSH, which capture leaves out",
                _ => continue,
            };
            let message = format!("port {} of service `{}` is reserved", port.number, service.key);
            let found = Diagnostic::new(&RULE, port.number_span, message)
                .label(format!("used by {use_of}"));
            report.push(found.help("take another number for callers; `backends.<cluster>.ports` can keep the old one behind it"));
        }
    }
}
