//! CW0616: mesh-crossing.

use std::collections::BTreeSet;

use crate::mesh::{Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0616",
    name: "mesh-crossing",
    severity: Severity::Error,
    summary: "calls that are read by the gateway of a cluster that shares discovery",
    explain: "With `terminate` and `plaintext` the gateway reads a call and sends it on to the Kubernetes Service. Where \
              clusters of one `mesh` run that Service, the gateway knows the pods of all of them, and what entered one \
              cluster would go on to another. With `passthrough` it stays where it entered.",
    bad: include_str!("../../tests/rules/CW0616-mesh-crossing/bad.toml"),
    good: include_str!("../../tests/rules/CW0616-mesh-crossing/good.toml"),
};

/// Checks every backend that shares discovery with another one of its service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for service in &mesh.services {
        for backend in &service.backends {
            let (entered, cluster) = (backend.entered, &mesh[backend.cluster]);
            let Some(said) = entered.span.filter(|_| entered.entry != Entry::Passthrough) else {
                continue;
            };
            let Some(of) = &cluster.mesh else { continue };
            if cluster.gateway.is_none()
                || service.discovered(mesh, backend.cluster).is_none()
                || !seen.insert(said)
            {
                continue;
            }
            let message = format!(
                "with `{}` calls that enter `{}` do not stay there",
                entered.entry.word(),
                cluster.name
            );
            let found = Diagnostic::new(&RULE, said, message)
                .label(format!("holds for service `{}`, for one", service.key));
            let found = found.other(of.span, "shares discovery with another cluster that runs it");
            report.push(
                found.help(format!(
                    "say `crossing = \"passthrough\"` in `[services.{}]`",
                    service.key
                )),
            );
        }
    }
}
