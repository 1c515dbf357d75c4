//! CW0618: mesh-routes.

use crate::mesh::{ClusterId, Mesh, Mirror, Route, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0618",
    name: "mesh-routes",
    severity: Severity::Error,
    summary: "routes for calls that shared discovery leads",
    explain: "Where a cluster of the caller's `mesh` runs a service, shared discovery leads the calls to its Kubernetes \
              Service as a whole. Routes choose among names that this document makes, which do not exist within \
              the mesh: they cannot hold there, and copies of calls cannot be sent there either.",
    bad: include_str!("../../tests/rules/CW0618-mesh-routes/bad.toml"),
    good: include_str!("../../tests/rules/CW0618-mesh-routes/good.toml"),
};

/// Checks the routes of every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for route in &service.routes {
            let Some((caller, led)) = led(mesh, service, route) else { continue };
            let cluster = &mesh[caller];
            let message = if led.key == service.key {
                format!("routes of service `{}` do not hold in `{}`", service.key, cluster.name)
            } else {
                format!(
                    "copies of calls cannot go to service `{}` from `{}`",
                    led.key, cluster.name
                )
            };
            let found = Diagnostic::new(&RULE, route.span, message).label("this route");
            let found = match &cluster.mesh {
                Some(of) => found.other(
                    of.span,
                    format!("shares discovery with a cluster that runs `{}`", led.key),
                ),
                None => found,
            };
            report.push(found.help("take the route out, and route within the mesh by a VirtualService of your own for the Kubernetes Service"));
            break;
        }
    }
}

/// A cluster in which a route cannot hold, and the service that shared discovery leads its calls to.
fn led<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    route: &Route,
) -> Option<(ClusterId, &'m Service)> {
    let copied = match &route.mirror {
        Some((Mirror::Service(key), _)) => mesh.service_of_key(key),
        _ => None,
    };
    mesh.cluster_ids().find_map(|caller| {
        let led = |to: &&Service| to.discovered(mesh, caller).is_some();
        [Some(service), copied].into_iter().flatten().find(led).map(|to| (caller, to))
    })
}
