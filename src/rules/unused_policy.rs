//! CW0452: unused-policy.

use crate::mesh::path::path;
use crate::mesh::{Backend, ClusterId, Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0452",
    name: "unused-policy",
    severity: Severity::Warning,
    summary: "a backend's policy that no proxy can follow",
    explain: "A proxy has one policy for each name that it calls. What a backend says of `pool` and `keepalive` is therefore followed where \
              nothing else is called by that name: at its cluster's gateway, and at callers that have no other place to go to or whose calls a route sends \
              there. This backend is called by none of these, so the service's policy holds for all calls to it.",
    bad: include_str!("../../tests/rules/CW0452-unused-policy/bad.toml"),
    good: include_str!("../../tests/rules/CW0452-unused-policy/good.toml"),
};

/// Checks the backends with a policy of their own.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for backend in service.backends.iter().filter(|backend| backend.policy != service.policy) {
            if !mesh.cluster_ids().any(|caller| follows(mesh, service, caller, backend)) {
                let cluster = &mesh[backend.cluster].name;
                let message = format!(
                    "the policy of the backend of `{}` in `{cluster}` is followed by nobody",
                    service.key
                );
                let found = Diagnostic::new(&RULE, backend.span, message)
                    .label("every proxy that calls it can also call another backend");
                report.push(found.help("say it at the service"));
            }
        }
    }
}

/// Whether a call of `caller` passes a proxy that can only go to the backend. A gateway that reads requests calls the backend's Kubernetes
/// Service by its own name, which no policy is written for.
fn follows(mesh: &Mesh, service: &Service, caller: ClusterId, backend: &Backend) -> bool {
    let to = backend.cluster;
    let unread = service.ports.iter().any(|port| !backend.entered.entry.reads(port));
    let open = |cluster: ClusterId| {
        (cluster == caller || !mesh[cluster].drained) && path(mesh, caller, cluster).is_ok()
    };
    if service.pins.iter().any(|pin| pin.cluster == to) {
        return true;
    }
    let mut others = service.backends.iter().filter(|other| other.cluster != to);
    open(to) && (caller != to && unread || !others.any(|other| open(other.cluster)))
}
