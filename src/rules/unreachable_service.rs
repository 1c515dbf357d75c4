//! CW0206: unreachable-service.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0206",
    name: "unreachable-service",
    severity: Severity::Error,
    summary: "a service that other clusters cannot reach",
    explain: "The service runs only in clusters without a `gateway`, and other clusters are to call it: their \
              calls would have nowhere to go.",
    bad: include_str!("../../tests/rules/CW0206-unreachable-service/bad.toml"),
    good: include_str!("../../tests/rules/CW0206-unreachable-service/good.toml"),
};

/// Checks every service that some other cluster calls.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.broken) {
        let hosts = || service.backends.iter().map(|backend| &mesh[backend.cluster]);
        let open = hosts().any(|cluster| cluster.gateway.is_some() || cluster.gateway_broken);
        let outside = mesh.cluster_ids().any(|id| service.backend_in(id).is_none());
        let Some(host) = hosts().next().filter(|_| outside && !open) else { continue };
        let message = format!("service `{}` cannot be reached from other clusters", service.key);
        let found = Diagnostic::new(&RULE, service.span, message)
            .label("runs only where no gateway is")
            .other(host.span, format!("`{}` has no `gateway`", host.name))
            .help(format!("add `gateway = \"ADDRESS\"` to `[clusters.{}]`", host.name));
        report.push(found);
    }
}
