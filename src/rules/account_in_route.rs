//! CW0411: account-in-route.

use crate::document::Document;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0411",
    name: "account-in-route",
    severity: Severity::Error,
    summary: "a route for one service account",
    explain: "A route is chosen by the caller's own sidecar, which knows its cluster and its namespace. Istio's \
              VirtualService has no condition for the service account.",
    bad: include_str!("../../tests/rules/CW0411-account-in-route/bad.toml"),
    good: include_str!("../../tests/rules/CW0411-account-in-route/good.toml"),
};

/// Checks whose calls the routes take.
pub fn check(document: &Document, report: &mut Report) {
    for (key, service) in &document.services {
        let callers = service.routes.iter().filter_map(|route| route.from.given()).flatten();
        for caller in callers.filter(|caller| caller.service_account.is_some()) {
            let message = format!("a route of service `{}` is for a service account", key.value);
            let found = Diagnostic::new(&RULE, caller.span, message)
                .label("cannot be told apart from its namespace");
            let namespace = caller.namespace.as_deref().unwrap_or_default();
            report.push(found.help(format!("write `{}/{namespace}`", caller.cluster)));
        }
    }
}
