//! CW0433: mixed-crossing.

use crate::mesh::{Backend, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0433",
    name: "mixed-crossing",
    severity: Severity::Error,
    summary: "a service whose clusters are entered in different ways",
    explain: "A caller's sidecar has one way of calling a name, whichever cluster takes the call: one SNI, and mutual \
              TLS or none. So all clusters that others may call a service in must be entered alike. What counts for \
              a service in a cluster is its own `crossing`, or else the cluster's, or else that of `[defaults]`, or \
              else the mesh's.",
    bad: include_str!("../../tests/rules/CW0433-mixed-crossing/bad.toml"),
    good: include_str!("../../tests/rules/CW0433-mixed-crossing/good.toml"),
};

/// Checks the clusters that calls of others may enter for each service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let mut backends = service.entered(mesh);
        let Some(first) = backends.next() else { continue };
        let Some(other) = backends.find(|other| other.entered.entry != first.entered.entry) else {
            continue;
        };
        let words = [first, other].map(|backend| backend.entered.entry.word());
        let message = format!(
            "calls to service `{}` would enter `{}` by {} and `{}` by {}",
            service.key, mesh[first.cluster].name, words[0], mesh[other.cluster].name, words[1]
        );
        let found = Diagnostic::new(&RULE, service.span, message)
            .label("its callers can make calls in one way only");
        let found = [first, other].into_iter().fold(found, |found, backend| {
            let (span, text) = said(mesh, backend);
            found.other(span, text)
        });
        report.push(found.help(format!(
            "say `crossing` in `[services.{}]`, which holds for all of its clusters",
            service.key
        )));
    }
}

/// Where it is said how a backend's cluster is entered.
fn said(mesh: &Mesh, backend: &Backend) -> (Span, String) {
    let (name, word) = (&mesh[backend.cluster].name, backend.entered.entry.word());
    match backend.entered.span {
        Some(span) => (span, format!("{word} for `{name}`")),
        None => (backend.span, format!("`{name}`: {word}, as nothing says otherwise")),
    }
}
