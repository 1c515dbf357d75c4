//! CW0417: pinned-crossing.

use crate::mesh::{Entry, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0417",
    name: "pinned-crossing",
    severity: Severity::Error,
    summary: "a route to a place behind a gateway that reads the calls",
    explain: "A route's destination, one cluster and perhaps one version there, is chosen by the SNI that the caller's \
              sidecar sends, which a gateway passes on unread. With `terminate` and `plaintext` the gateway knows \
              the service's own name and its backend as a whole, so a version could not be told apart behind it. \
              Routes without `cluster` and `version` are no matter of the gateway's and hold all the same.",
    bad: include_str!("../../tests/rules/CW0417-pinned-crossing/bad.toml"),
    good: include_str!("../../tests/rules/CW0417-pinned-crossing/good.toml"),
};

/// Checks every service whose routes name places.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in mesh.services.iter().filter(|service| !service.pins.is_empty()) {
        let entered = service.entered(mesh).map(|backend| backend.entered);
        let mut read = entered.filter(|entered| entered.entry != Entry::Passthrough);
        let (Some(pin), Some(entered)) = (service.pins.first(), read.next()) else { continue };
        let word = entered.entry.word();
        let message =
            format!("routes of service `{}` cannot choose a place behind `{word}`", service.key);
        let found = Diagnostic::new(&RULE, pin.span, message).label("names a cluster or a version");
        let found = match entered.span {
            Some(span) => found.other(span, format!("enters by `{word}` because of this")),
            None => found,
        };
        report.push(found.help(format!(
            "say `crossing = \"passthrough\"` in `[services.{}]`, or leave `cluster` and `version` out of its routes",
            service.key
        )));
    }
}
