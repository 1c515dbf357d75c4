//! CW0313: protocol-mismatch.

use crate::mesh::{Mesh, Protocol};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0313",
    name: "protocol-mismatch",
    severity: Severity::Error,
    summary: "a protocol other than the port's name says",
    explain: "Istio takes a port's protocol from the beginning of its name. A name that says one and a `protocol` \
              that says another would be read one way by people and by the Kubernetes Service, and another way by \
              the sidecars of other clusters.",
    bad: include_str!("../../tests/rules/CW0313-protocol-mismatch/bad.toml"),
    good: include_str!("../../tests/rules/CW0313-protocol-mismatch/good.toml"),
};

/// Checks the ports of every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for port in &service.ports {
            let (Some(named), Some(span)) =
                (Protocol::from_port_name(&port.name), port.protocol_span)
            else {
                continue;
            };
            if named != port.protocol {
                let (named, said) = (named.word(), port.protocol.word());
                let message = format!(
                    "port `{}` of service `{}` is named for {named} and said to be {said}",
                    port.name, service.key
                );
                let found = Diagnostic::new(&RULE, span, message).label(format!("says {said}"));
                let found = found.other(port.span, format!("says {named}"));
                let behind = port.name.strip_prefix(named).unwrap_or_default();
                report.push(
                    found.help(format!(
                        "rename the port to `{said}{behind}`, or take `protocol` out"
                    )),
                );
            }
        }
    }
}
