//! CW0435: unused-crossing.

use crate::mesh::{Cluster, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0435",
    name: "unused-crossing",
    severity: Severity::Warning,
    summary: "a `crossing` of a cluster that nobody enters",
    explain: "A cluster's `crossing` says how calls of other clusters enter it, by its gateway. Without a gateway no call \
              enters. How its own calls enter others is those clusters' to say, or the services'.",
    bad: include_str!("../../tests/rules/CW0435-unused-crossing/bad.toml"),
    good: include_str!("../../tests/rules/CW0435-unused-crossing/good.toml"),
};

/// Checks the clusters without a gateway.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let closed = |cluster: &&Cluster| cluster.gateway.is_none() && !cluster.gateway_broken;
    for cluster in mesh.clusters.iter().filter(closed) {
        let Some(crossing) = &cluster.crossing else { continue };
        let message = format!("no call enters `{}`, which has no gateway", cluster.name);
        let found = Diagnostic::new(&RULE, crossing.span, message).label("has no effect");
        report.push(found.help("take it out, or give it to the clusters that this one calls"));
    }
}
