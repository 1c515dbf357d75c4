//! CW0423: callers-at-gateway.

use crate::mesh::{Callers, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0423",
    name: "callers-at-gateway",
    severity: Severity::Error,
    summary: "`callers` of a service whose calls a gateway reads",
    explain: "Whom to refuse is decided at the service's pods, by the caller's identity, which arrives there with \
              `crossing = \"passthrough\"` only. With `terminate` the pods see the gateway, whoever calls, and with \
              `plaintext` nobody knows who does; the ports that do not speak HTTP pass unread in both.",
    bad: include_str!("../../tests/rules/CW0423-callers-at-gateway/bad.toml"),
    good: include_str!("../../tests/rules/CW0423-callers-at-gateway/good.toml"),
};

/// Checks the services that not everyone may call.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let Callers::Only(callers) = &service.callers else { continue };
        let entry = service.entry(mesh);
        let read = service.ports.iter().any(|port| entry.reads(port));
        let (true, Some(caller)) = (read, callers.first()) else { continue };
        let message = format!(
            "the pods of service `{}` cannot tell its callers apart where calls enter by {}",
            service.key,
            entry.word()
        );
        let said = service.entered(mesh).find_map(|backend| backend.entered.span);
        let found = Diagnostic::new(&RULE, caller.span, message)
            .label("nobody else is to call, and nothing would refuse them");
        let found = said.into_iter().fold(found, |found, span| found.other(span, "enters so"));
        report.push(found.help(format!(
            "say `crossing = \"passthrough\"` in `[services.{}]`, or take `callers` out",
            service.key
        )));
    }
}
