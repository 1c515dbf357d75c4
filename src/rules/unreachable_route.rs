//! CW0405: unreachable-route.

use crate::document::Document;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0405",
    name: "unreachable-route",
    severity: Severity::Error,
    summary: "a route behind one that takes everything",
    explain: "The first route that matches a call wins, so routes behind one without `match` and `from` never see \
              a call. Istio's analyzer would say the same of the result (IST0130).",
    bad: include_str!("../../tests/rules/CW0405-unreachable-route/bad.toml"),
    good: include_str!("../../tests/rules/CW0405-unreachable-route/good.toml"),
};

/// Checks the order of every service's routes.
pub fn check(document: &Document, report: &mut Report) {
    for (key, service) in &document.services {
        let Some(first) = service.routes.iter().find(|route| route.takes_all()) else { continue };
        for route in service.routes.iter().skip_while(|route| route.span != first.span).skip(1) {
            let found = Diagnostic::new(
                &RULE,
                route.span,
                format!("a route of service `{}` is never reached", key.value),
            );
            let found = found.label("never reached").other(first.span, "takes every call");
            report.push(
                found.help(
                    "move it before the one that takes every call, or give that one a `match`",
                ),
            );
        }
    }
}
