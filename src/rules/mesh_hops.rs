//! CW0615: mesh-hops.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0615",
    name: "mesh-hops",
    severity: Severity::Error,
    summary: "a way through gateways that calls within a mesh do not take",
    explain: "Between the networks of one `mesh` Istio calls the other network's gateway straight from the sidecar: it \
              knows of no `via`, no `behind` and no `egress`. A cluster whose mesh spans several networks cannot keep \
              such a promise, so it is refused.",
    bad: include_str!("../../tests/rules/CW0615-mesh-hops/bad.toml"),
    good: include_str!("../../tests/rules/CW0615-mesh-hops/good.toml"),
};

/// Checks every cluster of a mesh that spans several networks.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for group in mesh.discovery_groups().filter(|group| mesh.spans_networks(group)) {
        for id in group {
            let cluster = &mesh[id];
            let Some(of) = &cluster.mesh else { continue };
            let links = [
                ("via", cluster.via.as_ref().map(|via| via.span)),
                ("behind", cluster.behind.as_ref().map(|behind| behind.span)),
                ("egress", cluster.egress.as_ref().map(|egress| egress.span)),
            ];
            for (key, span) in links {
                let Some(span) = span else { continue };
                let message = format!(
                    "calls between `{}` and the other networks of its mesh do not follow `{key}`",
                    cluster.name
                );
                let found = Diagnostic::new(&RULE, span, message).label("not within the mesh");
                let found =
                    found.other(of.span, format!("mesh `{}` spans several networks", of.value));
                report
                    .push(found.help(format!("take `{key}` out, or the cluster out of the mesh")));
            }
        }
    }
}
