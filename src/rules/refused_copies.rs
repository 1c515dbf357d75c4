//! CW0424: refused-copies.

use crate::mesh::{ClusterId, Mesh, Mirror, Route, Scope, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0424",
    name: "refused-copies",
    severity: Severity::Error,
    summary: "copies of calls to a service that some of the callers may not call",
    explain: "A copy of a call comes from whoever made the call, by that workload's identity. Where the service that gets the \
              copies has `callers`, it does not exist for the others, and its pods refuse them: their calls would be \
              answered and their copies lost, without anybody being told.",
    bad: include_str!("../../tests/rules/CW0424-refused-copies/bad.toml"),
    good: include_str!("../../tests/rules/CW0424-refused-copies/good.toml"),
};

/// Checks who the copies of every route come from; the first that may not call stands for all.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for route in &service.routes {
            let Some((Mirror::Service(key), _)) = &route.mirror else { continue };
            let Some(other) = mesh.service_of_key(key) else {
                continue;
            };
            let clusters = mesh.cluster_ids();
            let refused = clusters
                .flat_map(|cluster| copied(service, route, cluster))
                .find(|(cluster, scope)| !other.callers.covers(*cluster, scope));
            let Some((cluster, scope)) = refused else { continue };
            let who = scope.written(&mesh[cluster].name);
            let message = format!(
                "`{who}` may call service `{}`, and not `{key}`, which gets copies of its calls",
                service.key
            );
            let found = Diagnostic::new(&RULE, route.span, message).label("copies them");
            let may = other.callers.said().first().map(|caller| caller.span);
            let found =
                may.into_iter().fold(found, |found, may| found.other(may, "nobody else may"));
            report.push(found.help(format!(
                "add \"{who}\" to the `callers` of `{key}`, or say by `from` whose calls the route takes"
            )));
        }
    }
}

/// The workloads of a cluster whose calls a route may take, as widely as it says.
fn copied(service: &Service, route: &Route, cluster: ClusterId) -> Vec<(ClusterId, Scope)> {
    let own: Vec<Scope> = match service.callers.said() {
        [] => vec![Scope::Cluster],
        _ => service.callers.of(cluster).map(|caller| caller.scope.clone()).collect(),
    };
    let Some(from) = &route.from else {
        return own.into_iter().map(|scope| (cluster, scope)).collect();
    };
    let mut copied = Vec::new();
    for source in from.iter().filter(|source| source.cluster == cluster) {
        let said = source.namespace.clone().map_or(Scope::Cluster, Scope::Namespace);
        for scope in &own {
            if said.covers(scope) {
                copied.push((cluster, scope.clone()));
            } else if scope.covers(&said) {
                copied.push((cluster, said.clone()));
            }
        }
    }
    copied
}
