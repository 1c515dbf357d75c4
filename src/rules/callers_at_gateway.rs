//! CW0423: callers-at-gateway.

use crate::mesh::{Callers, Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0423",
    name: "callers-at-gateway",
    severity: Severity::Error,
    summary: "`callers` of a service whose calls enter in plain text",
    explain: "Whom to refuse is decided by the caller's identity: at the service's pods with `crossing = \"passthrough\"`, \
              at the callee's gateway with `terminate`. With `plaintext` nobody shows who they are.",
    bad: include_str!("../../tests/rules/CW0423-callers-at-gateway/bad.toml"),
    good: include_str!("../../tests/rules/CW0423-callers-at-gateway/good.toml"),
};

/// Checks the services that not everyone may call.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let Callers::Only(callers) = &service.callers else { continue };
        let entry = service.entry(mesh);
        let (Entry::Plaintext, Some(caller)) = (entry, callers.first()) else { continue };
        let message = format!(
            "nobody can tell the callers of service `{}` apart where calls enter by {}",
            service.key,
            entry.word()
        );
        let said = service.entered(mesh).find_map(|backend| backend.entered.span);
        let found = Diagnostic::new(&RULE, caller.span, message)
            .label("nobody else is to call, and nothing would refuse them");
        let found = said.into_iter().fold(found, |found, span| found.other(span, "enters so"));
        report.push(found.help(format!(
            "say `crossing = \"terminate\"` or `\"passthrough\"` in `[services.{}]`, or take `callers` out",
            service.key
        )));
    }
}
