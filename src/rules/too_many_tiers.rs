//! CW0407: too-many-tiers.

use crate::mesh::distance::most_tiers;
use crate::mesh::{Cluster, Mesh, Prefer};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0407",
    name: "too-many-tiers",
    severity: Severity::Warning,
    summary: "an order with more steps than Istio can be told",
    explain: "Istio compares localities, and that gives a proxy three steps to try one after the other, four where \
              its cluster has a `region` and a `zone`. All clusters behind the last step share it: they are called \
              at once when all before them fail.",
    bad: include_str!("../../tests/rules/CW0407-too-many-tiers/bad.toml"),
    good: include_str!("../../tests/rules/CW0407-too-many-tiers/good.toml"),
};

/// Checks the services with an order of their own.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let most = |place: &Cluster| most_tiers(place.region.as_ref(), place.zone.as_ref());
    for service in &mesh.services {
        let Prefer::Order(order) = &service.prefer else { continue };
        let steps = service.backends.len().min(order.len() + 1);
        let Some(caller) = mesh.clusters.iter().find(|cluster| steps > most(cluster)) else {
            continue;
        };
        let limit = most(caller);
        let Some(named) = order.get(limit).or_else(|| order.last()) else { continue };
        let message = format!(
            "calls of `{}` to service `{}` have {steps} steps, and {limit} can be told apart",
            caller.name, service.key
        );
        let found = Diagnostic::new(&RULE, named.span, message)
            .label(format!("shares step {limit} with the ones before and behind it"));
        let found = found.other(caller.span, "the caller");
        report.push(if limit == 3 {
            found.help(format!(
                "declare `region` and `zone` of `{}` for a fourth step, or name fewer clusters",
                caller.name
            ))
        } else {
            found.help("name fewer clusters; those that are not named come last")
        });
    }
}
