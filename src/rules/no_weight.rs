//! CW0408: no-weight.

use crate::mesh::{Mesh, Prefer};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0408",
    name: "no-weight",
    severity: Severity::Error,
    summary: "weights that leave nothing to call",
    explain: "With `prefer = \"any\"` each cluster gets the calls that its backend's `weight` says. If all weights \
              are 0, nothing gets any.",
    bad: include_str!("../../tests/rules/CW0408-no-weight/bad.toml"),
    good: include_str!("../../tests/rules/CW0408-no-weight/good.toml"),
};

/// Checks the services that are called everywhere at once.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| service.prefer == Prefer::Any) {
        let nothing = service.backends.iter().all(|backend| backend.weight == Some(0));
        if let (true, Some(first)) = (nothing, service.backends.first()) {
            let message = format!("every backend of service `{}` has weight 0", service.key);
            let found = Diagnostic::new(&RULE, first.span, message).label("weight 0");
            report.push(
                found
                    .other(service.span, "gets no calls")
                    .help("give one of them a `weight` above 0"),
            );
        }
    }
}
