//! CW0207: unknown-service.

use crate::document::Document;
use crate::report::{Diagnostic, Fix, Report, Rule, Severity, suggest};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0207",
    name: "unknown-service",
    severity: Severity::Error,
    summary: "a name that is no service",
    explain: "A route's `mirror` names a service that the document does not have.",
    bad: include_str!("../../tests/rules/CW0207-unknown-service/bad.toml"),
    good: include_str!("../../tests/rules/CW0207-unknown-service/good.toml"),
};

/// Checks the services that routes name.
pub fn check(document: &Document, report: &mut Report) {
    for (key, service) in &document.services {
        for name in service.routes.iter().filter_map(|route| route.mirror.given()?.service.given())
        {
            if document.services.iter().any(|(key, _)| key.value == name.value) {
                continue;
            }
            let known = document.services.iter().map(|(key, _)| key.value.as_str());
            let fix = suggest::nearest(name, known.clone());
            let fix = fix.and_then(|guess| Fix::word(name, guess));
            let message =
                format!("service `{}` mirrors to unknown service `{}`", key.value, name.value);
            let found = Diagnostic::new(&RULE, name.span, message).label("no such service");
            report.push(found.maybe_help(suggest::help(name, "services", known)).maybe_fix(fix));
        }
    }
}
