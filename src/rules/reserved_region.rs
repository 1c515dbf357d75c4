//! CW0443: reserved-region.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0443",
    name: "reserved-region",
    severity: Severity::Error,
    summary: "a region or zone that is called like one of cwc's own",
    explain: "All that Istio can rank is the distance between localities, so ways that are farther than the caller's own \
              get the regions `cwc-1`, `cwc-2` and `cwc-3`, which no proxy is in. A proxy that is in one of them would \
              take a far backend for a near one.",
    bad: include_str!("../../tests/rules/CW0443-reserved-region/bad.toml"),
    good: include_str!("../../tests/rules/CW0443-reserved-region/good.toml"),
};

/// Checks the region and the zone of every cluster.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in &mesh.clusters {
        for (key, place) in [("region", &cluster.region), ("zone", &cluster.zone)] {
            let Some(place) = place.as_ref().filter(|place| place.value.starts_with("cwc-")) else {
                continue;
            };
            let message = format!("the {key} of `{}` is called `{}`", cluster.name, place.value);
            let found = Diagnostic::new(&RULE, place.span, message)
                .label("`cwc-` begins the regions that are no places");
            report.push(found.help(format!("label the nodes with another {key}")));
        }
    }
}
