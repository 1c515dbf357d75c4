//! CW0445: drained-underway.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0445",
    name: "drained-underway",
    severity: Severity::Warning,
    summary: "a drained cluster through whose gateway others still call",
    explain: "`drained` takes a cluster's backends out of use, not its gateway: the clusters that are `via` or `behind` it \
              have no other way, so their calls go on passing its gateway. It cannot be switched off yet.",
    bad: include_str!("../../tests/rules/CW0445-drained-underway/bad.toml"),
    good: include_str!("../../tests/rules/CW0445-drained-underway/good.toml"),
};

/// Checks the clusters that others are `via` or `behind`.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in mesh.clusters.iter().filter(|cluster| !cluster.drained) {
        for (key, link) in [("via", &cluster.via), ("behind", &cluster.behind)] {
            let Some(link) = link else { continue };
            let passed = &mesh[link.value];
            if !passed.drained {
                continue;
            }
            let calls = if key == "via" { "calls of" } else { "calls to" };
            let message = format!(
                "{calls} `{}` pass the gateway of `{}`, which is drained",
                cluster.name, passed.name
            );
            let found = Diagnostic::new(&RULE, link.span, message).label("this is the only way");
            let found = found.other(passed.span, "drained");
            report.push(found.help("say another way before its gateway goes; if it stays, allow it: `[lint]` `allow = [\"CW0445\"]`"));
        }
    }
}
