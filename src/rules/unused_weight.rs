//! CW0409: unused-weight.

use crate::mesh::{Mesh, Prefer};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0409",
    name: "unused-weight",
    severity: Severity::Warning,
    summary: "a weight where an order decides",
    explain: "`weight` says how calls are shared where all clusters are called at once, with `prefer = \"any\"`. \
              Where the nearest or the first of a list is called, it has no effect.",
    bad: include_str!("../../tests/rules/CW0409-unused-weight/bad.toml"),
    good: include_str!("../../tests/rules/CW0409-unused-weight/good.toml"),
};

/// Checks the backends with a weight.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| service.prefer != Prefer::Any) {
        for backend in service.backends.iter().filter(|backend| backend.weight.is_some()) {
            let message = format!(
                "the weight of service `{}` in `{}` has no effect",
                service.key, mesh[backend.cluster].name
            );
            let found = Diagnostic::new(&RULE, backend.span, message).label("has a `weight`");
            report.push(found.help("say `prefer = \"any\"`, or take the weight out"));
        }
    }
}
