//! CW0434: crossing-underway.

use std::collections::BTreeMap;

use crate::mesh::path::to_backend;
use crate::mesh::{Backend, ClusterId, Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0434",
    name: "crossing-underway",
    severity: Severity::Error,
    summary: "calls that other gateways cannot pass on",
    explain: "A gateway in the middle, by `via`, `behind` or `egress`, passes calls on unread, by an SNI that names \
              the service and its port. Calls that are read at the callee's gateway, with `terminate` or \
              `plaintext`, do not carry such an SNI, so they go straight from the caller's sidecar to that gateway, \
              or not at all.",
    bad: include_str!("../../tests/rules/CW0434-crossing-underway/bad.toml"),
    good: include_str!("../../tests/rules/CW0434-crossing-underway/good.toml"),
};

/// Checks the ways of all calls that are read at the callee's gateway.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let mut seen = BTreeMap::new();
    for service in &mesh.services {
        for backend in service.entered(mesh) {
            let entry = backend.entered.entry;
            let Some(said) = backend.entered.span.filter(|_| entry != Entry::Passthrough) else {
                continue;
            };
            let calls = |caller: &ClusterId| service.is_federated(mesh, *caller);
            for caller in mesh.cluster_ids().filter(calls) {
                if let Some((span, text)) = obstacle(mesh, caller, backend) {
                    seen.entry((said, span)).or_insert((entry, text, &service.key));
                }
            }
        }
    }
    for ((said, span), (entry, text, service)) in seen {
        let word = entry.word();
        let message = format!("with `{word}` no other gateway can pass calls on");
        let found = Diagnostic::new(&RULE, said, message)
            .label(format!("holds for service `{service}`, for one"));
        report.push(found.other(span, text).help(format!(
            "take the one or the other out, or say `crossing = \"passthrough\"` in `[services.{service}]`"
        )));
    }
}

/// What stands between a caller and the gateway of the cluster that it calls.
fn obstacle(mesh: &Mesh, caller: ClusterId, to: &Backend) -> Option<(Span, String)> {
    let hops = to_backend(mesh, caller, to).ok()?;
    let cluster = &mesh[caller];
    let egress = cluster.egress.as_ref().filter(|_| !hops.is_empty());
    if let Some(egress) = egress {
        let text = format!("calls of `{}` pass this gateway", cluster.name);
        return Some((egress.span, text));
    }
    let between = hops.len().checked_sub(2).and_then(|at| hops.get(at))?;
    let via = cluster.via.as_ref().filter(|via| hops.first() == Some(&via.value));
    let link = via.or(mesh[to.cluster].behind.as_ref())?;
    let text = format!("calls of `{}` pass the gateway of `{}`", cluster.name, mesh[*between].name);
    Some((link.span, text))
}
