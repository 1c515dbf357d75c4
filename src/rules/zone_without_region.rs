//! CW0444: zone-without-region.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0444",
    name: "zone-without-region",
    severity: Severity::Warning,
    summary: "a zone in no region",
    explain: "Zones are compared only where the regions are the same, and a cluster without `region` is near to no \
              other. Nodes that carry the label for a zone carry the one for a region, too.",
    bad: include_str!("../../tests/rules/CW0444-zone-without-region/bad.toml"),
    good: include_str!("../../tests/rules/CW0444-zone-without-region/good.toml"),
};

/// Checks every cluster that has a zone.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in mesh.clusters.iter().filter(|cluster| cluster.region.is_none()) {
        let Some(zone) = &cluster.zone else { continue };
        let message = format!("cluster `{}` has a `zone` and no `region`", cluster.name);
        let found = Diagnostic::new(&RULE, zone.span, message).label("has no effect");
        report.push(found.help(
            "add `region = \"…\"`, as its nodes' label `topology.kubernetes.io/region` says, or take it out",
        ));
    }
}
