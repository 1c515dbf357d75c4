//! CW0203: unknown-port.

use crate::document::{Document, RouteTable};
use crate::report::{Diagnostic, Fix, Report, Rule, Severity, suggest};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0203",
    name: "unknown-port",
    severity: Severity::Error,
    summary: "a name that is no port of the service",
    explain: "`backends.<cluster>.ports` says which port of the Kubernetes Service stands behind each port of the \
              service, by the names that `ports` of the service gives them.",
    bad: include_str!("../../tests/rules/CW0203-unknown-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0203-unknown-port/good.toml"),
};

/// `name`, said by the backend of `cluster`, is no port of `service`.
pub fn found<'k>(
    name: &Spanned<String>,
    service: &Spanned<String>,
    cluster: &Spanned<String>,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let message = format!(
        "the backend of `{}` names `{}`, which is no port of service `{}`",
        cluster.value, name.value, service.value
    );
    Diagnostic::new(&RULE, name.span, message)
        .label("no such port")
        .maybe_help(suggest::help(name, "ports", known.clone()))
        .maybe_fix(suggest::nearest(name, known).and_then(|guess| Fix::word(name, guess)))
}

/// Checks the ports that routes and `pod-ports` name.
pub fn check(document: &Document, report: &mut Report) {
    for (key, service) in &document.services {
        let Some(ports) = service.ports.or(&document.defaults.ports).given() else { continue };
        let known = || ports.iter().map(|(name, _)| name.value.as_str());
        let routes = service.routes.iter().filter_map(RouteTable::port);
        let backends = service
            .backends
            .iter()
            .flat_map(|(_, backend)| backend.pod_ports.iter().map(|(name, _)| name));
        for name in routes.chain(backends).filter(|name| !known().any(|known| known == name.value))
        {
            let message = format!("`{}` is no port of service `{}`", name.value, key.value);
            let found = Diagnostic::new(&RULE, name.span, message).label("no such port");
            let fix = suggest::nearest(name, known()).and_then(|guess| Fix::word(name, guess));
            report.push(found.maybe_help(suggest::help(name, "ports", known())).maybe_fix(fix));
        }
    }
}
