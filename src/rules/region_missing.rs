//! CW0401: region-missing.

use crate::mesh::path::to_backend;
use crate::mesh::{Backend, Mesh, Prefer, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0401",
    name: "region-missing",
    severity: Severity::Warning,
    summary: "a cluster without region where distance decides",
    explain: "`prefer = \"local\"` sends a call to the caller's own cluster first. Istio compares the caller's own \
              locality, which it takes from its node's labels, with the region of the document. If nodes carry the \
              label `topology.kubernetes.io/region` and the document says no region, every backend counts as far \
              away, and local-first becomes an equal split. Where nodes carry no such label, nothing needs to be \
              said: allow the warning.",
    bad: include_str!("../../tests/rules/CW0401-region-missing/bad.toml"),
    good: include_str!("../../tests/rules/CW0401-region-missing/good.toml"),
};

/// Checks the clusters that choose between several backends by distance.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for id in mesh.cluster_ids() {
        let cluster = &mesh[id];
        let chooses = |service: &&Service| {
            let reach = |backend: &&Backend| to_backend(mesh, id, backend).is_ok();
            service.is_federated(mesh, id)
                && service.prefer != Prefer::Any
                && service.backends.iter().filter(reach).count() > 1
        };
        let Some(service) = mesh.services.iter().filter(chooses).min_by_key(|service| service.span)
        else {
            continue;
        };
        if cluster.region.is_none() {
            let message = format!(
                "cluster `{}` has no `region`, and distance decides where its calls go",
                cluster.name
            );
            let found = Diagnostic::new(&RULE, cluster.span, message)
                .label("no region")
                .other(service.span, "runs in several clusters, the nearest first");
            report.push(found.help(
                "add `region = \"…\"`, as its nodes' label `topology.kubernetes.io/region` says",
            ));
        }
    }
}
