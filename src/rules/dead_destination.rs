//! CW0410: dead-destination.

use crate::mesh::path::{NoWay, drawn, path};
use crate::mesh::{ClusterId, Destination, Mesh, Mirror, Pin, Route, Service};
use crate::report::{Diagnostic, Report, Rule, Severity, suggest};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0410",
    name: "dead-destination",
    severity: Severity::Error,
    summary: "a route to where nothing answers",
    explain: "A route names a cluster where the service, or that version of it, does not run, or one that a caller \
              cannot reach. The calls that it takes would fail, and a pinned destination does not fail over.",
    bad: include_str!("../../tests/rules/CW0410-dead-destination/bad.toml"),
    good: include_str!("../../tests/rules/CW0410-dead-destination/good.toml"),
};

/// Checks the destinations of every route.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.broken) {
        for route in &service.routes {
            nowhere(service, route, report);
            closed(mesh, service, route, report);
        }
        for pin in &service.pins {
            let cluster = &mesh[pin.cluster];
            let found =
                |message: String| Diagnostic::new(&RULE, pin.span, message).label("this route");
            match service.backend_in(pin.cluster) {
                None => {
                    let known: Vec<&str> = service
                        .backends
                        .iter()
                        .map(|backend| mesh[backend.cluster].name.as_str())
                        .collect();
                    let message = format!(
                        "service `{}` does not run in `{}`, where a route sends calls",
                        service.key, cluster.name
                    );
                    report
                        .push(found(message).help(format!("it runs in {}", suggest::list(&known))));
                }
                Some(backend) if !backend.runs(pin.version.as_deref()) => {
                    let version = pin.version.as_deref().unwrap_or_default();
                    let message = format!(
                        "version `{version}` of service `{}` does not run in `{}`",
                        service.key, cluster.name
                    );
                    let found = found(message).other(backend.span, "says which versions run here");
                    report.push(found.help(format!(
                        "add `{version}` to its `versions`, or send the calls elsewhere"
                    )));
                }
                Some(_) => unreachable(mesh, service, pin, report),
            }
        }
    }
}

/// Reports a route to a cluster that some caller cannot reach, if there is one.
fn unreachable(mesh: &Mesh, service: &Service, pin: &Pin, report: &mut Report) {
    let takes = |route: &&Route, caller: ClusterId| {
        let from = route.from.as_ref();
        let own = from.is_none_or(|from| from.iter().any(|source| source.cluster == caller))
            && service.callers.include(caller);
        let only = |to: &Destination| {
            to.is_at(pin) && to.clusters.as_ref().is_some_and(|clusters| clusters.len() == 1)
        };
        own && route.to.iter().any(only)
    };
    for caller in mesh.cluster_ids() {
        let Err(NoWay::NoGateway(way)) = path(mesh, caller, pin.cluster) else { continue };
        let Some(shut) = way.last() else { continue };
        let Some(route) = service.routes.iter().find(|route| takes(route, caller)) else {
            continue;
        };
        let (caller, shut) = (&mesh[caller], &mesh[*shut]);
        let message = format!(
            "a route of service `{}` sends calls of `{}` to `{}`, which cannot be reached",
            service.key, caller.name, mesh[pin.cluster].name
        );
        let label = format!("this route: {} is as far as calls get", drawn(mesh, &way));
        let found = Diagnostic::new(&RULE, route.span, message).label(label);
        let found = found.other(shut.span, format!("`{}` has no `gateway`", shut.name));
        report
            .push(found.help(format!("add `gateway = \"ADDRESS\"` to `[clusters.{}]`", shut.name)));
        return;
    }
}

/// Reports a route to a version that runs in no cluster.
fn nowhere(service: &Service, route: &Route, report: &mut Report) {
    let copied = route.mirror.iter().filter_map(|(mirror, _)| match mirror {
        Mirror::Own(destination) => Some(destination),
        Mirror::Service(_) => None,
    });
    for to in route.to.iter().chain(copied) {
        let (Some([]), Some(version)) = (to.clusters.as_deref(), &to.version) else { continue };
        // A version that the service does not have is `unknown-version`'s to report.
        if !service.versions.iter().any(|known| known.name == *version) {
            continue;
        }
        let message =
            format!("version `{version}` of service `{}` runs in no cluster", service.key);
        let found = Diagnostic::new(&RULE, route.span, message).label("this route");
        report.push(found.help(format!("add `{version}` to the `versions` of a backend")));
    }
}

/// Reports a route that has no destination left for some caller: each is drained or cannot be reached from there.
fn closed(mesh: &Mesh, service: &Service, route: &Route, report: &mut Report) {
    let wanted = || route.to.iter().filter(|to| to.weight > 0);
    let clusters = || wanted().filter_map(|to| to.clusters.as_ref()).flatten().copied();
    let runs = |cluster: ClusterId| service.backend_in(cluster).is_some();
    if wanted().any(|to| to.clusters.is_none()) || !clusters().all(runs) {
        return;
    }
    let open = |caller: ClusterId, to: ClusterId| {
        (to == caller || !mesh[to].drained) && path(mesh, caller, to).is_ok()
    };
    let backends = || service.backends.iter().map(|backend| backend.cluster);
    let takes = |caller: &ClusterId| {
        let from = route.from.as_ref();
        let own = from.is_none_or(|from| from.iter().any(|source| source.cluster == *caller))
            && service.callers.include(*caller);
        // Where the service cannot be called at all, no route makes a difference.
        own && backends().any(|to| open(*caller, to))
    };
    let mut callers = mesh.cluster_ids().filter(takes);
    let caller = callers.find(|caller| clusters().all(|to| !open(*caller, to)));
    let (Some(caller), Some(to)) = (caller, clusters().next()) else { return };
    let (reason, label) = if mesh[to].drained {
        ("is drained", "other clusters stop sending here")
    } else {
        ("cannot be reached", "no way leads here")
    };
    let message = format!(
        "a route of service `{}` sends calls of `{}` to `{}`, which {reason}",
        service.key, mesh[caller].name, mesh[to].name
    );
    let found = Diagnostic::new(&RULE, route.span, message).label("this route");
    let found = found.other(mesh[to].span, label);
    report.push(
        found.help("send a share to another cluster, or say by `from` whose calls the route takes"),
    );
}
