//! CW0418: changed-host.

use crate::mesh::{Entry, Mesh, Mirror, Route, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0418",
    name: "changed-host",
    severity: Severity::Error,
    summary: "another Host for a gateway that goes by it",
    explain: "With `terminate` and `plaintext` the callee's gateway knows a service by the Host of each request, as the \
              caller's sidecar sends it. `rewrite.authority` puts another one in its place, so the gateway would answer \
              404. A copy that `mirror` makes keeps the Host of the call that it is a copy of, so the gateway would send \
              it to that service, which would get the call twice; older Istio writes `-shadow` behind the Host, which no \
              gateway knows.",
    bad: include_str!("../../tests/rules/CW0418-changed-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0418-changed-host/good.toml"),
};

/// Checks what routes do to the Host of calls and of their copies.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for route in &service.routes {
            let rewritten = matches!(&route.policy.rewrite, Some((_, Some(_))));
            if rewritten {
                let message = format!("a route of service `{}` changes the Host", service.key);
                let help = "take `authority` out of `rewrite`";
                refuse(mesh, service, route, &message, help, report);
            }
            let Some(copied) = copied(mesh, service, route) else { continue };
            let message = format!("copies of calls to service `{}` have another Host", service.key);
            refuse(mesh, copied, route, &message, "take `mirror` out", report);
        }
    }
}

/// The service that gets copies of a route's calls; one of the places of a service is `pinned-crossing`'s to report.
fn copied<'m>(mesh: &'m Mesh, service: &'m Service, route: &Route) -> Option<&'m Service> {
    match &route.mirror.as_ref()?.0 {
        Mirror::Own(to) => to.clusters.is_none().then_some(service),
        Mirror::Service(key) => mesh.service_of_key(key),
    }
}

/// Reports a route if a gateway reads the calls that it changes.
fn refuse(
    mesh: &Mesh,
    to: &Service,
    route: &Route,
    message: &str,
    help: &str,
    report: &mut Report,
) {
    let mut entered = to.entered(mesh).map(|backend| backend.entered);
    let Some(entered) = entered.find(|entered| entered.entry != Entry::Passthrough) else { return };
    let word = entered.entry.word();
    let found = Diagnostic::new(&RULE, route.span, message).label("this route");
    let found = match entered.span {
        Some(span) => found.other(span, format!("calls to `{}` enter by `{word}`", to.key)),
        None => found,
    };
    report.push(
        found.help(format!(
            "{help}, or say `crossing = \"passthrough\"` in `[services.{}]`",
            to.key
        )),
    );
}
