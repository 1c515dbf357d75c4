//! CW0202: unknown-version.

use crate::document::{Document, RouteTable};
use crate::report::{Diagnostic, Fix, Report, Rule, Severity, suggest};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0202",
    name: "unknown-version",
    severity: Severity::Error,
    summary: "a name that is no version of the service",
    explain: "A route or a backend names a version that the service's `versions` do not have.",
    bad: include_str!("../../tests/rules/CW0202-unknown-version/bad.toml"),
    good: include_str!("../../tests/rules/CW0202-unknown-version/good.toml"),
};

/// Checks the versions that routes and backends name.
pub fn check(document: &Document, report: &mut Report) {
    for (key, service) in &document.services {
        if service.versions.is_broken() {
            continue;
        }
        let known =
            || service.versions.given().into_iter().flatten().map(|(name, _)| name.value.as_str());
        let named = service
            .routes
            .iter()
            .flat_map(RouteTable::destinations)
            .filter_map(|to| to.version.given());
        let backends = service
            .backends
            .iter()
            .flat_map(|(_, backend)| backend.versions.given().into_iter().flatten());
        for name in named.chain(backends).filter(|name| !known().any(|known| known == name.value)) {
            let message = format!("service `{}` has no version `{}`", key.value, name.value);
            let known: Vec<&str> = known().collect();
            let help =
                suggest::help(name, "versions", known.iter().copied()).unwrap_or_else(|| {
                    format!(
                        "add it: `versions = {{ {} = {{ version = \"{}\" }} }}`",
                        name.value, name.value
                    )
                });
            let guess = suggest::nearest(name, known.iter().copied());
            let found = Diagnostic::new(&RULE, name.span, message).label("no such version");
            let fix = guess.and_then(|guess| Fix::word(name, guess));
            report.push(found.help(help).maybe_fix(fix));
        }
    }
}
