//! CW0613: mesh-mismatch.

use std::collections::BTreeMap;

use crate::mesh::{Backend, ClusterId, Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0613",
    name: "mesh-mismatch",
    severity: Severity::Error,
    summary: "one service, two Kubernetes Services in clusters of one mesh",
    explain: "Clusters of one `mesh` share discovery, which takes Services of one name and namespace for one Service, with \
              the pods of all these clusters. A service must be the same Service in all of them, at the same \
              ports, and no other service's: discovery has no name for both at once.",
    bad: include_str!("../../tests/rules/CW0613-mesh-mismatch/bad.toml"),
    good: include_str!("../../tests/rules/CW0613-mesh-mismatch/good.toml"),
};

/// Checks the backends of every service within every mesh.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for group in mesh.discovery_groups() {
        for service in &mesh.services {
            check_service(mesh, &group, service, report);
        }
        check_hosts(mesh, &group, report);
    }
}

fn check_service(mesh: &Mesh, group: &[ClusterId], service: &Service, report: &mut Report) {
    let mut backends: Vec<&Backend> =
        service.backends.iter().filter(|backend| group.contains(&backend.cluster)).collect();
    backends.sort_by_key(|backend| backend.span);
    let Some((first, others)) = backends.split_first() else { return };
    for other in others {
        let what = if other.host != first.host {
            format!("`{}`, there `{}`", other.host, first.host)
        } else if let Some((one, two)) =
            other.ports.iter().zip(&first.ports).find(|(one, two)| one != two)
        {
            format!("port {one}, there port {two}")
        } else {
            continue;
        };
        let (one, two) = (&mesh[other.cluster], &mesh[first.cluster]);
        let message = format!(
            "`{}` and `{}` share discovery and run service `{}` as different Services",
            one.name, two.name, service.key
        );
        let found = Diagnostic::new(&RULE, other.span, message).label(format!("here {what}"));
        let found = found.other(first.span, format!("in `{}`", two.name));
        report.push(
            found.help("call it the same in all clusters of the mesh, or make two services of it"),
        );
    }
}

/// A Service's name that stands for one service in one cluster and for another in another.
fn check_hosts(mesh: &Mesh, group: &[ClusterId], report: &mut Report) {
    let mut seen: BTreeMap<&str, Vec<(&Service, &Backend)>> = BTreeMap::new();
    for service in &mesh.services {
        for backend in service.backends.iter().filter(|backend| group.contains(&backend.cluster)) {
            seen.entry(&backend.host).or_default().push((service, backend));
        }
    }
    for (host, mut users) in seen {
        users.sort_by_key(|(_, backend)| backend.span);
        let runs_here = |service: &Service, cluster| {
            service.backend_in(cluster).is_some_and(|backend| backend.host == host)
        };
        let odd = users.iter().enumerate().find_map(|(at, (service, backend))| {
            let earlier = users.iter().take(at);
            let mut apart = earlier.filter(|(other, there)| {
                other.key != service.key
                    && !(runs_here(other, backend.cluster) && runs_here(service, there.cluster))
            });
            apart.next().map(|first| ((*service, *backend), *first))
        });
        let Some(((service, backend), (first, there))) = odd else { continue };
        let (one, two) = (&mesh[backend.cluster].name, &mesh[there.cluster].name);
        let message = format!(
            "services `{}` and `{}` are one Service to clusters that share discovery",
            service.key, first.key
        );
        let found =
            Diagnostic::new(&RULE, backend.span, message).label(format!("`{host}` in `{one}`"));
        let found = found.other(there.span, format!("and in `{two}`"));
        report
            .push(found.help(
                "let one service run in both clusters, or give the Services different names",
            ));
    }
}
