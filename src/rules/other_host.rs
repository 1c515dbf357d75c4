//! CW0437: other-host.

use crate::mesh::{Entered, Entry, Mesh, Mirror, Route, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0437",
    name: "other-host",
    severity: Severity::Error,
    summary: "calls with a Host by which the callee's gateway does not know their service",
    explain: "With `terminate` and `plaintext` the callee's gateway knows a service by the Host of each request, as the \
              caller's sidecar sends it. `rewrite.authority` puts another one in its place, so the gateway would answer \
              404. A copy that `mirror` makes keeps the Host of the call that it is a copy of, so the gateway would send \
              it to that service, which would get the call twice; older Istio writes `-shadow` behind the Host, which no \
              gateway knows.",
    bad: include_str!("../../tests/rules/CW0437-other-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0437-other-host/good.toml"),
};

/// Checks the routes of all services.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for route in &service.routes {
            let rewritten = route.policy.rewrite.as_ref().is_some_and(|(_, host)| host.is_some());
            if let Some(entered) = read(mesh, service).filter(|_| rewritten) {
                let message = format!(
                    "calls to service `{}` would enter by {} with another Host",
                    service.key,
                    entered.entry.word()
                );
                add(route, entered, message, "rewrites the Host", service, report);
            }
            let Some((copied, entered)) = copies(mesh, service, route) else { continue };
            let message = format!(
                "copies for service `{}` would enter by {} with the Host of calls to `{}`",
                copied.key,
                entered.entry.word(),
                service.key
            );
            add(route, entered, message, "makes copies of calls", copied, report);
        }
    }
}

/// How calls to a service enter where a gateway reads them.
fn read(mesh: &Mesh, service: &Service) -> Option<Entered> {
    let http = service.ports.iter().any(|port| port.protocol.is_http());
    let mut entered = service.entered(mesh).map(|backend| backend.entered).filter(|_| http);
    entered.find(|entered| entered.entry != Entry::Passthrough)
}

/// The service that gets copies of a route's calls, where a gateway reads them. A copy for a place of the service itself is `pinned-crossing`'s.
fn copies<'m>(mesh: &'m Mesh, own: &'m Service, route: &Route) -> Option<(&'m Service, Entered)> {
    let copied = match &route.mirror.as_ref()?.0 {
        Mirror::Own(to) if to.clusters.is_none() => own,
        Mirror::Own(_) => return None,
        Mirror::Service(key) => mesh.services.iter().find(|service| service.key == *key)?,
    };
    Some((copied, read(mesh, copied)?))
}

fn add(
    route: &Route,
    entered: Entered,
    message: String,
    label: &'static str,
    service: &Service,
    report: &mut Report,
) {
    let found = Diagnostic::new(&RULE, route.span, message).label(label);
    let found = match entered.span {
        Some(span) => found.other(span, format!("`{}` is entered so", service.key)),
        None => found,
    };
    report.push(found.help(format!(
        "say `crossing = \"passthrough\"` in `[services.{}]`, or take that out of the route",
        service.key
    )));
}
