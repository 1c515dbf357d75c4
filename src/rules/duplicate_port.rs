//! CW0311: duplicate-port.

use std::collections::BTreeMap;

use crate::mesh::{Mesh, Port};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0311",
    name: "duplicate-port",
    severity: Severity::Error,
    summary: "one port number twice",
    explain: "Callers reach a port by its number, so each number can stand for one port only.",
    bad: include_str!("../../tests/rules/CW0311-duplicate-port/bad.toml"),
    good: include_str!("../../tests/rules/CW0311-duplicate-port/good.toml"),
};

/// Checks the ports of every service.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let mut seen: BTreeMap<u16, &Port> = BTreeMap::new();
        let mut ports: Vec<&Port> = service.ports.iter().collect();
        ports.sort_by_key(|port| port.span);
        for port in ports {
            if let Some(first) = seen.get(&port.number) {
                let message = format!("service `{}` has port {} twice", service.key, port.number);
                let found = Diagnostic::new(&RULE, port.number_span, message).label("again here");
                let found = found.other(first.number_span, format!("the port of `{}`", first.name));
                report.push(found.help("give one of the two another number"));
            } else {
                seen.insert(port.number, port);
            }
        }
    }
}
