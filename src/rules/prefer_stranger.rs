//! CW0406: prefer-stranger.

use crate::mesh::{Mesh, Prefer};
use crate::report::{Diagnostic, Report, Rule, Severity, suggest};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0406",
    name: "prefer-stranger",
    severity: Severity::Error,
    summary: "an order that names a cluster where the service does not run",
    explain: "`prefer` gives the order in which a service's clusters are called. A cluster where the service does \
              not run has no place in it; it is mostly a slip for another one, or the service's `clusters` lack \
              it.",
    bad: include_str!("../../tests/rules/CW0406-prefer-stranger/bad.toml"),
    good: include_str!("../../tests/rules/CW0406-prefer-stranger/good.toml"),
};

/// Checks the order of every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.broken) {
        let Prefer::Order(order) = &service.prefer else { continue };
        for named in order.iter().filter(|named| service.backend_in(named.value).is_none()) {
            let name = &mesh[named.value].name;
            let message =
                format!("service `{}` prefers `{name}`, where it does not run", service.key);
            let known: Vec<&str> = service
                .backends
                .iter()
                .map(|backend| mesh[backend.cluster].name.as_str())
                .collect();
            let found = Diagnostic::new(&RULE, named.span, message).label("does not run here");
            report.push(found.help(format!("it runs in {}", suggest::list(&known))));
        }
    }
}
