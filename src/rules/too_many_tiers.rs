//! CW0407: too-many-tiers.

use crate::mesh::distance::most_tiers;
use crate::mesh::step::{Steps, steps};
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
              at once when all before them fail.\n\n\
              What is told apart are places: clusters that are reached through one gateway are one step to the caller, \
              and that gateway, or an egress gateway, has as many steps of its own. So an order of more clusters can \
              hold where hubs and parents divide it.",
    bad: include_str!("../../tests/rules/CW0407-too-many-tiers/bad.toml"),
    good: include_str!("../../tests/rules/CW0407-too-many-tiers/good.toml"),
};

/// Checks the services with an order of their own.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let Prefer::Order(order) = &service.prefer else { continue };
        let mut callers = mesh.cluster_ids().filter(|id| service.callers.include(*id));
        let crowded = callers.find_map(|caller| {
            let crowded = |steps: &Steps| steps.ranks.len() > most(&mesh[steps.place]);
            Some((caller, steps(mesh, service, caller).into_iter().find(crowded)?))
        });
        let Some((caller, Steps { place, ranks })) = crowded else { continue };
        let (caller, place) = (&mesh[caller], &mesh[place]);
        let limit = most(place);
        // A listed cluster's rank is its place in the list.
        let sharing = ranks.get(limit).and_then(|rank| order.get(*rank));
        let Some(named) = sharing.or_else(|| order.last()) else { continue };
        let at = if caller.name == place.name {
            String::new()
        } else {
            format!(" at the gateway of `{}`", place.name)
        };
        let message = format!(
            "calls of `{}` to service `{}` have {} steps{at}, and {limit} can be told apart",
            caller.name,
            service.key,
            ranks.len()
        );
        let found = Diagnostic::new(&RULE, named.span, message)
            .label(format!("shares step {limit} with the ones before and behind it"));
        let whose = if at.is_empty() { "the caller" } else { "the cluster of that gateway" };
        let found = found.other(place.span, whose);
        report.push(if limit == 3 {
            found.help(format!(
                "declare `region` and `zone` of `{}` for a fourth step, or name fewer clusters",
                place.name
            ))
        } else {
            found.help("name fewer clusters; those that are not named come last")
        });
    }
}

fn most(place: &Cluster) -> usize {
    most_tiers(place.region.as_ref(), place.zone.as_ref())
}
