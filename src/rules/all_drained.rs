//! CW0604: all-drained.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0604",
    name: "all-drained",
    severity: Severity::Warning,
    summary: "a service whose every cluster is drained",
    explain: "Other clusters send nothing to a drained one. If all clusters that run a service are drained, calls \
              from elsewhere have nowhere to go.",
    bad: include_str!("../../tests/rules/CW0604-all-drained/bad.toml"),
    good: include_str!("../../tests/rules/CW0604-all-drained/good.toml"),
};

/// Checks every service that some other cluster calls.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.backends.is_empty()) {
        let outside = mesh
            .cluster_ids()
            .any(|id| service.backend_in(id).is_none() && service.callers.include(id));
        let drained = service.backends.iter().all(|backend| mesh[backend.cluster].drained);
        if let (true, true, Some(first)) = (outside, drained, service.backends.first()) {
            let cluster = &mesh[first.cluster];
            let message = format!("service `{}` runs in drained clusters only", service.key);
            let found = Diagnostic::new(&RULE, service.span, message)
                .label("other clusters cannot call it");
            report
                .push(found.other(cluster.span, "drained").help("run it in another cluster first"));
        }
    }
}
