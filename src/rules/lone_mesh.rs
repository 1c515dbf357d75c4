//! CW0612: lone-mesh.

use crate::mesh::Mesh;
use crate::report::suggest::nearest;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0612",
    name: "lone-mesh",
    severity: Severity::Warning,
    summary: "a `mesh` of one cluster",
    explain: "Clusters that share discovery name the same `mesh`. A cluster that is the only one of its mesh shares \
              with nobody: it is called like every other cluster, and the key changes nothing.",
    bad: include_str!("../../tests/rules/CW0612-lone-mesh/bad.toml"),
    good: include_str!("../../tests/rules/CW0612-lone-mesh/good.toml"),
};

/// Checks every cluster that names a mesh.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for id in mesh.cluster_ids() {
        let Some(group) = &mesh[id].mesh else { continue };
        if !mesh.discovery_group(id).is_empty() {
            continue;
        }
        let message = format!("`{}` is alone in mesh `{}`", mesh[id].name, group.value);
        let found =
            Diagnostic::new(&RULE, group.span, message).label("no other cluster names this mesh");
        let known = mesh.clusters.iter().filter_map(|cluster| cluster.mesh.as_ref());
        let known = known.map(|known| known.value.as_str()).filter(|name| *name != group.value);
        report.push(found.help(match nearest(&group.value, known) {
            Some(near) => format!("write `{near}`, or take the mesh out"),
            None => {
                "give it to the clusters that share discovery with it, or take it out".to_owned()
            }
        }));
    }
}
