//! CW0206: unreachable-service.

use crate::mesh::path::{NoWay, drawn, to_backend};
use crate::mesh::{ClusterId, Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0206",
    name: "unreachable-service",
    severity: Severity::Error,
    summary: "a service that other clusters cannot reach",
    explain: "The service runs only where no way leads to from some other cluster, which is to call it: a cluster on \
              the way has no `gateway`, so calls would have nowhere to go. The way is drawn up to there.",
    bad: include_str!("../../tests/rules/CW0206-unreachable-service/bad.toml"),
    good: include_str!("../../tests/rules/CW0206-unreachable-service/good.toml"),
};

/// Checks every service that some other cluster calls.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.broken) {
        let Some(way) = cut_off(mesh, service) else { continue };
        let (Some(caller), Some(closed)) = (way.first().copied(), way.last()) else { continue };
        let closed = &mesh[*closed];
        let message =
            format!("service `{}` cannot be reached from `{}`", service.key, mesh[caller].name);
        let label =
            format!("runs only where no way leads to: {} is as far as it goes", drawn(mesh, &way));
        let found = Diagnostic::new(&RULE, service.span, message).label(label);
        let named = service.callers.of(caller).next();
        let found =
            named.into_iter().fold(found, |found, named| found.other(named.span, "is to call it"));
        let found = found
            .other(closed.span, format!("`{}` has no `gateway`", closed.name))
            .help(format!("add `gateway = \"ADDRESS\"` to `[clusters.{}]`", closed.name));
        report.push(found);
    }
}

/// The way from a cluster that cannot call the service up to the cluster whose gateway is missing.
fn cut_off(mesh: &Mesh, service: &Service) -> Option<Vec<ClusterId>> {
    let callers = mesh
        .cluster_ids()
        .filter(|id| service.backend_in(*id).is_none() && service.callers.include(*id));
    // Without hops and networks a service is reached from everywhere or from nowhere.
    let networks = mesh.clusters.iter().any(|cluster| cluster.network.is_some());
    let callers = callers.take(if mesh.has_hops || networks { usize::MAX } else { 1 });
    for caller in callers.filter(|caller| service.discovered(mesh, *caller).is_none()) {
        let mut ways = service.backends.iter().map(|backend| to_backend(mesh, caller, backend));
        let first = ways.next()?;
        match first {
            Err(NoWay::NoGateway(way))
                if way.last().is_some_and(|closed| !mesh[*closed].gateway_broken)
                    && ways.all(|way| way.is_err()) =>
            {
                return Some(way);
            }
            _ => {}
        }
    }
    None
}
