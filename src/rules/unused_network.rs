//! CW0610: unused-network.

use crate::mesh::path::share_network;
use crate::mesh::{Backend, ClusterId, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0610",
    name: "unused-network",
    severity: Severity::Warning,
    summary: "a network or an address by which nothing is called",
    explain: "Clusters of one `network` reach each other's backends without a gateway, where a backend says its \
              `address`. Both are needed: an `address` in a cluster without a network, or in one that no other \
              cluster is in, is called by nobody, and a network in which no backend has an address changes nothing. \
              Calls go by the gateways then.",
    bad: include_str!("../../tests/rules/CW0610-unused-network/bad.toml"),
    good: include_str!("../../tests/rules/CW0610-unused-network/good.toml"),
};

/// Checks every network, and every backend with an address.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for backend in &service.backends {
            let Some(address) = &backend.address else { continue };
            let cluster = &mesh[backend.cluster];
            if cluster.network.is_some() {
                continue;
            }
            let message = format!(
                "nobody calls service `{}` at its address in `{}`",
                service.key, cluster.name
            );
            let found = Diagnostic::new(&RULE, address.span, message)
                .label("reached by clusters of the same network")
                .other(cluster.span, "is in no `network`");
            report.push(found.help(format!(
                "add `network = \"NAME\"` to `[clusters.{}]` and to those that reach it, or take the address out",
                cluster.name
            )));
        }
    }
    for id in mesh.cluster_ids() {
        let Some(network) = &mesh[id].network else { continue };
        if !mesh.discovery_group(id).is_empty() {
            // Discovery that is shared tells by it whose pods are called directly.
            continue;
        }
        let others: Vec<ClusterId> = mesh
            .cluster_ids()
            .filter(|other| *other != id && share_network(mesh, id, *other))
            .collect();
        if others.is_empty() {
            let message = format!("`{}` is alone in network `{}`", mesh[id].name, network.value);
            let found = Diagnostic::new(&RULE, network.span, message)
                .label("no other cluster names this network");
            let known = mesh.clusters.iter().filter_map(|cluster| cluster.network.as_ref());
            let known =
                known.map(|network| network.value.as_str()).filter(|name| *name != network.value);
            let near = crate::report::suggest::nearest(&network.value, known);
            report.push(
                found.help(match near {
                    Some(near) => format!("write `{near}`, or take the network out"),
                    None => {
                        "give it to the clusters that reach its backends directly, or take it out"
                            .to_owned()
                    }
                }),
            );
        } else if others.iter().all(|other| id < *other) && !has_address(mesh, id) {
            let message = format!("no backend in network `{}` has an `address`", network.value);
            let found = Diagnostic::new(&RULE, network.span, message)
                .label("its clusters call each other by their gateways");
            report.push(found.help(
                "say `address` in `[services.SERVICE.backends.CLUSTER]` of what is reached directly, or take the network out",
            ));
        }
    }
}

/// Whether some backend in a network can be called at an address.
fn has_address(mesh: &Mesh, member: ClusterId) -> bool {
    let inside = |backend: &Backend| {
        backend.cluster == member || share_network(mesh, member, backend.cluster)
    };
    let mut backends = mesh.services.iter().flat_map(|service| &service.backends);
    backends.any(|backend| backend.address.is_some() && inside(backend))
}
