//! CW0436: hub-behind.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0436",
    name: "hub-behind",
    severity: Severity::Error,
    summary: "a hub that can only be entered through another cluster",
    explain: "With `via` a cluster's calls enter the hub first, straight from where they are made. A cluster that is \
              `behind` another is entered through that one alone. Both at once would lead calls to the hub's gateway \
              by two ways, of which it could not tell whether they are to end there or to go on. Only the cluster \
              that the hub is behind can call through it.",
    bad: include_str!("../../tests/rules/CW0436-hub-behind/bad.toml"),
    good: include_str!("../../tests/rules/CW0436-hub-behind/good.toml"),
};

/// Checks the hub of each cluster.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for (id, cluster) in mesh.cluster_ids().zip(&mesh.clusters) {
        let Some(via) = &cluster.via else { continue };
        let hub = &mesh[via.value];
        let Some(behind) = &hub.behind else { continue };
        // Who the hub is behind calls through it; who is behind itself was told so.
        if behind.value == id || behind.value == via.value {
            continue;
        }
        let outer = &mesh[behind.value].name;
        let message = format!(
            "calls of `{}` cannot go through `{}`, which is entered through `{outer}` only",
            cluster.name, hub.name
        );
        let found =
            Diagnostic::new(&RULE, via.span, message).label("calls enter this cluster first");
        let found = found.other(behind.span, format!("`{}` is behind `{outer}`", hub.name));
        report.push(found.help(if mesh[behind.value].behind.is_some() {
            "take the one or the other out".to_owned()
        } else {
            format!("say `via = \"{outer}\"`, or take the one or the other out")
        }));
    }
}
