//! CW0804: existing-policy.

use crate::mesh::existing::covers;
use crate::mesh::{Backend, ClusterId, Entry, Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0804",
    name: "existing-policy",
    severity: Severity::Warning,
    summary: "a DestinationRule of somebody else that holds for calls of other clusters",
    explain: "A DestinationRule for a backend's own Kubernetes host holds for calls by that host alone, and as a rule nothing \
              generated makes any. A gateway that reads requests does, and so do calls that shared discovery leads: its TLS \
              mode, limits and subsets then hold for them, and `outlier`, `pool` and `keepalive` of mesh.toml do not.",
    bad: include_str!("../../tests/rules/CW0804-existing-policy/bad.toml"),
    good: include_str!("../../tests/rules/CW0804-existing-policy/good.toml"),
};

/// Checks the `DestinationRules` of somebody else in every cluster.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for (id, cluster) in mesh.cluster_ids().zip(&mesh.clusters) {
        for host in &cluster.existing.destination_rules {
            let called = mesh.services.iter().find_map(|service| {
                called(mesh, service, id).filter(|(backend, _)| covers(host, &backend.host))
            });
            let Some((backend, who)) = called else { continue };
            let message = format!("a DestinationRule in `{}` holds for {who}", cluster.name);
            let found = Diagnostic::new(&RULE, host.span, message)
                .label(format!("stands for `{}`", backend.host))
                .other(backend.span, "runs here");
            report.push(found.help(
                "see that it leaves mutual TLS on and has no limits that are too tight for these calls, and say so behind the line: \
                 `# cwc: allow(existing-policy) the reason`",
            ));
        }
    }
}

/// The backend that something generated calls by its own host in a cluster, and what that is.
fn called<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    id: ClusterId,
) -> Option<(&'m Backend, &'static str)> {
    let read = service
        .entered(mesh)
        .find(|backend| backend.cluster == id && backend.entered.entry != Entry::Passthrough);
    let led = || {
        service.discovered(mesh, id).map(|backend| (backend, "calls that shared discovery leads"))
    };
    read.map(|backend| (backend, "calls that its gateway reads")).or_else(led)
}
