//! CW0614: mesh-network.

use std::collections::BTreeSet;

use crate::mesh::{ClusterId, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0614",
    name: "mesh-network",
    severity: Severity::Error,
    summary: "a mesh over several networks, one of which has no name or no gateway",
    explain: "Within a mesh, Istio calls pods of the same network directly, and those of another network by one of \
              that network's gateways. If clusters of a mesh are in several networks, each cluster must say \
              its `network`, and each network needs a cluster with a `gateway`: there is no other way into it.",
    bad: include_str!("../../tests/rules/CW0614-mesh-network/bad.toml"),
    good: include_str!("../../tests/rules/CW0614-mesh-network/good.toml"),
};

/// Checks every mesh that spans several networks.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for group in mesh.discovery_groups().filter(|group| mesh.spans_networks(group)) {
        for id in &group {
            if mesh[*id].network.is_none() {
                nameless(mesh, &group, *id, report);
            }
        }
        let mut seen = BTreeSet::new();
        for id in &group {
            let Some(network) = &mesh[*id].network else { continue };
            let inside = |other: &&ClusterId| {
                mesh[**other].network.as_ref().is_some_and(|other| other.value == network.value)
            };
            let open =
                |other: &ClusterId| mesh[*other].gateway.is_some() || mesh[*other].gateway_broken;
            if seen.insert(&network.value) && !group.iter().filter(inside).any(open) {
                let message =
                    format!("other networks of the mesh cannot reach network `{}`", network.value);
                let found = Diagnostic::new(&RULE, network.span, message)
                    .label("none of its clusters has a `gateway`");
                report.push(found.help(format!(
                    "add `gateway = \"ADDRESS\"` to `[clusters.{}]`",
                    mesh[*id].name
                )));
            }
        }
    }
}

fn nameless(mesh: &Mesh, group: &[ClusterId], id: ClusterId, report: &mut Report) {
    let cluster = &mesh[id];
    let Some(of) = &cluster.mesh else { return };
    let message = format!("`{}` does not say which network of its mesh it is in", cluster.name);
    let found = Diagnostic::new(&RULE, of.span, message).label("a mesh of several networks");
    let named = group.iter().find_map(|other| mesh[*other].network.as_ref());
    let found = match named {
        Some(named) => found.other(named.span, "another cluster of it says its own"),
        None => found,
    };
    report.push(found.help(format!("add `network = \"NAME\"` to `[clusters.{}]`", cluster.name)));
}
