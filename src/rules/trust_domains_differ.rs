//! CW0422: trust-domains-differ.

use crate::mesh::path::to_backend;
use crate::mesh::{ClusterId, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0422",
    name: "trust-domains-differ",
    severity: Severity::Warning,
    summary: "clusters that trust each other only if their istiods are told",
    explain: "A cluster takes calls only from identities of its own trust domain and of those that its istiod lists as \
              `trustDomainAliases`. Where clusters that call each other have different trust domains, cwc writes the list \
              to `helm/istiod.yaml` in the callee's folder. It cannot apply it: until it is part of that istiod's \
              values, every call between the two fails in the TLS handshake. Nor can it see the certificates: the \
              authorities of both clusters must have one root, or each must know the other's.\n\n\
              Allow the warning once that is so.",
    bad: include_str!("../../tests/rules/CW0422-trust-domains-differ/bad.toml"),
    good: include_str!("../../tests/rules/CW0422-trust-domains-differ/good.toml"),
};

/// Checks the clusters that call each other; the first pair stands for all.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let pairs = mesh.services.iter().flat_map(|service| {
        let callers = mesh.cluster_ids().filter(|caller| service.callers.include(*caller));
        callers.flat_map(|caller| {
            service
                .backends
                .iter()
                .filter(move |backend| to_backend(mesh, caller, backend).is_ok())
                .map(move |backend| (caller, backend.cluster))
        })
    });
    let differ = |(caller, callee): &(ClusterId, ClusterId)| {
        mesh[*caller].trust_domain != mesh[*callee].trust_domain
    };
    let Some((caller, host)) = pairs.filter(differ).min() else { return };
    let (caller, host) = (&mesh[caller], &mesh[host]);
    let message = format!(
        "`{}` calls services of `{}`, and their trust domains differ",
        caller.name, host.name
    );
    let found = Diagnostic::new(&RULE, host.span, message)
        .label(format!("its istiod must be told to trust `{}`", caller.trust_domain))
        .other(caller.span, format!("of trust domain `{}`", caller.trust_domain))
        .help(format!(
            "give {}/{}/helm/istiod.yaml to the chart of its istiod, and see that both authorities have one root; then \
             allow this warning",
            mesh.settings.out, host.name
        ));
    report.push(found);
}
