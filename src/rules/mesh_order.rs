//! CW0617: mesh-order.

use std::collections::BTreeSet;

use crate::mesh::{ClusterId, Mesh, Prefer, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0617",
    name: "mesh-order",
    severity: Severity::Warning,
    summary: "an order, a weight or a drain that calls within a mesh do not follow",
    explain: "Where a cluster of the caller's `mesh` runs a service, shared discovery leads the calls: to the pods of all \
              clusters of that mesh, as Istio is told by whoever installed it. `prefer`, `weight` and `drained` hold for \
              callers outside of the mesh only.",
    bad: include_str!("../../tests/rules/CW0617-mesh-order/bad.toml"),
    good: include_str!("../../tests/rules/CW0617-mesh-order/good.toml"),
};

/// Checks every service that shared discovery leads some calls to.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for service in &mesh.services {
        let led = |caller: &ClusterId| service.discovered(mesh, *caller).is_some();
        for caller in mesh.cluster_ids().filter(led) {
            for (span, what) in said(mesh, service, caller) {
                if !seen.insert(span) {
                    continue;
                }
                let cluster = &mesh[caller];
                let message = format!(
                    "calls of `{}` to service `{}` do not follow {what}",
                    cluster.name, service.key
                );
                let found =
                    Diagnostic::new(&RULE, span, message).label("holds outside of the mesh only");
                let found = match &cluster.mesh {
                    Some(of) => {
                        found.other(of.span, "shares discovery with a cluster that runs it")
                    }
                    None => found,
                };
                report.push(found.help("take it out, or allow this warning"));
            }
        }
    }
}

/// What the document says about the order and the shares of a caller's calls within its mesh.
fn said(mesh: &Mesh, service: &Service, caller: ClusterId) -> Vec<(Span, &'static str)> {
    let inside =
        service.backends.iter().filter(|backend| mesh.share_discovery(caller, backend.cluster));
    let mut said = Vec::new();
    if let Prefer::Order(order) = &service.prefer {
        said.extend(order.first().map(|first| (first.span, "this order")));
    }
    for backend in inside {
        if service.prefer == Prefer::Any && backend.weight.is_some() {
            said.push((backend.span, "its weight"));
        }
        if mesh[backend.cluster].drained {
            said.push((mesh[backend.cluster].span, "the drain of this cluster"));
        }
    }
    said
}
