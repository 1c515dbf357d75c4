//! CW0421: shared-trust-domain.

use crate::mesh::path::to_backend;
use crate::mesh::{Backend, Caller, ClusterId, Mesh, Scope, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0421",
    name: "shared-trust-domain",
    severity: Severity::Warning,
    summary: "a cluster that may call and one that may not, with one trust domain",
    explain: "What a service's pods see of a caller is its identity: trust domain, namespace and service account. Where \
              two clusters have one trust domain, a workload of the one looks to the pods like that of the same namespace \
              and account of the other, so they cannot refuse the one and admit the other.\n\n\
              The names are still kept from the cluster that may not call, and it has no way to the service: only a \
              workload that makes up the way itself, with the gateway's address and the right SNI, would be let in. \
              Where that matters, give the clusters trust domains of their own, in their istiods and as `trust-domain`; \
              where it does not, allow the warning.",
    bad: include_str!("../../tests/rules/CW0421-shared-trust-domain/bad.toml"),
    good: include_str!("../../tests/rules/CW0421-shared-trust-domain/good.toml"),
};

/// Checks the callers of every service that is called across clusters.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let mut pairs = service.callers.said().iter().filter_map(|caller| {
            let alike = mesh.cluster_ids().find(|other| is_alike(mesh, service, caller, *other))?;
            Some((caller, alike))
        });
        let Some((caller, other)) = pairs.next() else { continue };
        let (admitted, other) = (&mesh[caller.cluster], &mesh[other]);
        let who = match &caller.scope {
            Scope::Cluster => "callers".to_owned(),
            Scope::Namespace(namespace) => format!("namespace `{namespace}`"),
            Scope::ServiceAccount(namespace, account) => {
                format!("service account `{namespace}/{account}`")
            }
        };
        let message = format!(
            "service `{}` cannot tell {who} of `{}` from those of `{}`, which may not call",
            service.key, admitted.name, other.name
        );
        let message = match caller.scope {
            Scope::Cluster => message,
            _ => message.replace("from those of", "from that of"),
        };
        let found = Diagnostic::new(&RULE, caller.span, message)
            .label("may call")
            .other(other.span, format!("the same trust domain, `{}`", other.trust_domain))
            .help(format!(
                "give `{}` or `{}` a `trust-domain` of its own, as its istiod has it",
                admitted.name, other.name
            ));
        report.push(found);
    }
}

/// Whether a cluster has identities like those of a caller that it is not to call with, and a gateway to call.
fn is_alike(mesh: &Mesh, service: &Service, caller: &Caller, other: ClusterId) -> bool {
    let may = service.callers.of(other).any(|own| own.scope.covers(&caller.scope));
    let leads =
        |from: ClusterId, to: &Backend| from != to.cluster && to_backend(mesh, from, to).is_ok();
    // A hosting cluster's own calls are looked at only where they may cross.
    let crosses = service.backends.iter().any(|backend| leads(caller.cluster, backend));
    let arrives =
        |backend: &Backend| backend.cluster == caller.cluster || leads(caller.cluster, backend);
    let domain = |cluster: ClusterId| &mesh[cluster].trust_domain;
    other != caller.cluster
        && !may
        && domain(other) == domain(caller.cluster)
        && crosses
        && service.backends.iter().any(|backend| backend.cluster != other && arrives(backend))
}
