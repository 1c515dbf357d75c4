//! CW0430: plaintext-crossing.

use std::collections::BTreeSet;

use crate::mesh::{Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0430",
    name: "plaintext-crossing",
    severity: Severity::Warning,
    summary: "calls that cross between clusters in plain text",
    explain: "With `crossing = \"plaintext\"` calls go from the caller's sidecar to the callee's gateway as plain HTTP. \
              Whoever is on the way reads and changes them, the gateway takes them from anybody who reaches it and \
              knows a name, and no pod learns who calls. It is for clusters that cannot trust each other's \
              certificates at all. Where the callee's pods have no sidecar, `terminate` keeps mutual TLS between the \
              clusters.",
    bad: include_str!("../../tests/rules/CW0430-plaintext-crossing/bad.toml"),
    good: include_str!("../../tests/rules/CW0430-plaintext-crossing/good.toml"),
};

/// Warns at each place that makes calls cross so.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let backends = mesh.services.iter().flat_map(|service| service.entered(mesh));
    let plain = backends.filter(|backend| backend.entered.entry == Entry::Plaintext);
    let places: BTreeSet<_> = plain.filter_map(|backend| backend.entered.span).collect();
    for place in places {
        let found = Diagnostic::new(&RULE, place, "calls cross between clusters in plain text")
            .label("neither encrypted nor known whose they are");
        report.push(found.help(
            "say `\"terminate\"`, which needs no sidecar at the callee's pods, or `\"passthrough\"`; if it is meant, allow it: \
             `[lint]` `allow = [\"CW0430\"]`",
        ));
    }
}
