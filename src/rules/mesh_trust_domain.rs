//! CW0426: mesh-trust-domain.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0426",
    name: "mesh-trust-domain",
    severity: Severity::Error,
    summary: "clusters of one mesh with different trust domains",
    explain: "Clusters of one `mesh` share discovery: each control plane knows the pods of all of them, by identities that it \
              takes to be of its own trust domain. Calls that discovery leads between two trust domains would be \
              refused in the handshake, and no other way is made for them.",
    bad: include_str!("../../tests/rules/CW0426-mesh-trust-domain/bad.toml"),
    good: include_str!("../../tests/rules/CW0426-mesh-trust-domain/good.toml"),
};

/// Checks every mesh.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for group in mesh.discovery_groups() {
        let mut clusters: Vec<_> = group.iter().map(|id| &mesh[*id]).collect();
        clusters.sort_by_key(|cluster| cluster.span);
        let Some((first, others)) = clusters.split_first() else { continue };
        let Some(other) = others.iter().find(|other| other.trust_domain != first.trust_domain)
        else {
            continue;
        };
        let message = format!(
            "`{}` and `{}` share discovery, and their trust domains differ",
            first.name, other.name
        );
        let found = Diagnostic::new(&RULE, other.span, message)
            .label(format!("of trust domain `{}`", other.trust_domain))
            .other(first.span, format!("of trust domain `{}`", first.trust_domain));
        report.push(found.help("give all clusters of a mesh one `trust-domain`"));
    }
}
