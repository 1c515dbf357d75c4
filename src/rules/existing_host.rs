//! CW0803: existing-host.

use super::reserved_host::derived_suffix;
use crate::mesh::existing::covers;
use crate::mesh::{Cluster, ClusterId, Mesh, Name};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0803",
    name: "existing-host",
    severity: Severity::Error,
    summary: "an object of somebody else for a name of ours",
    explain: "Istio asks nobody which of two objects for one name is meant. Of two ServiceEntries a proxy sees one, by their \
              age and namespaces, so some calls end where the other one points. A VirtualService for a name takes its calls, \
              also where nothing is generated for it. A DestinationRule in the caller's namespace replaces the generated one \
              as a whole: the SNI by which gateways choose is gone, and so is failover. The last two are looked up by \
              wildcard, too.",
    bad: include_str!("../../tests/rules/CW0803-existing-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0803-existing-host/good.toml"),
};

/// Checks the hosts of somebody else's objects in every cluster.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for (id, cluster) in mesh.cluster_ids().zip(&mesh.clusters) {
        let existing = &cluster.existing;
        let kinds = [
            ("ServiceEntry", &existing.service_entries, "either of the two may answer"),
            ("VirtualService", &existing.virtual_services, "says where the calls go, in our place"),
            (
                "DestinationRule",
                &existing.destination_rules,
                "may replace ours, with its SNI and failover",
            ),
        ];
        for (kind, hosts, label) in kinds {
            for host in hosts {
                // The longer host wins, and ours is never a wildcard.
                if kind == "ServiceEntry" && host.starts_with('*') {
                    continue;
                }
                if let Some(found) = found(mesh, id, cluster, kind, host) {
                    report.push(found.label(label));
                }
            }
        }
    }
}

fn found(
    mesh: &Mesh,
    id: ClusterId,
    cluster: &Cluster,
    kind: &str,
    host: &Spanned<String>,
) -> Option<Diagnostic> {
    let here = &cluster.name;
    let found = |what: String| {
        Diagnostic::new(&RULE, host.span, format!("a {kind} in `{here}` is for {what}"))
    };
    let edit = if host.starts_with('*') {
        "say its hosts one by one, here and in the cluster"
    } else {
        "take the object out of the cluster, and then its host here"
    };
    if let Some(name) = name(mesh, id, host) {
        let found = found(format!("`{}` too", name.host)).other(name.span, "the name");
        return Some(found.help(format!("{edit}; or call the service something else")));
    }
    let below = host.strip_prefix("*.").map(|below| format!("service.{below}"));
    let suffix = derived_suffix(below.as_deref().unwrap_or(host), mesh)?;
    Some(found(format!("names that end in `{suffix}`, which cwc derives")).help(edit))
}

/// A name that a cluster knows and that a host stands for.
fn name<'m>(mesh: &'m Mesh, id: ClusterId, host: &str) -> Option<&'m Name> {
    let known = mesh
        .services
        .iter()
        .filter(|service| service.callers.include(id) || service.backend_in(id).is_some());
    known.flat_map(|service| &service.names).find(|name| covers(host, &name.host))
}
