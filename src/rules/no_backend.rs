//! CW0205: no-backend.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0205",
    name: "no-backend",
    severity: Severity::Error,
    summary: "a service that runs nowhere",
    explain: "The service's names would resolve in every cluster, and every call would fail: neither `clusters` \
              nor `backends` says where it runs.",
    bad: include_str!("../../tests/rules/CW0205-no-backend/bad.toml"),
    good: include_str!("../../tests/rules/CW0205-no-backend/good.toml"),
};

/// Checks every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in
        mesh.services.iter().filter(|service| service.backends.is_empty() && !service.broken)
    {
        let message = format!("service `{}` runs in no cluster", service.key);
        let first = mesh.clusters.first().map_or("east", |cluster| cluster.name.as_str());
        let found =
            Diagnostic::new(&RULE, service.span, message).label("nothing answers its calls");
        report.push(
            found.help(format!("add `clusters = [\"{first}\"]` with the clusters where it runs")),
        );
    }
}
