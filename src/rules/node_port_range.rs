//! CW0440: node-port-range.

use std::ops::RangeInclusive;

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0440",
    name: "node-port-range",
    severity: Severity::Warning,
    summary: "a node port that Kubernetes does not give out by itself",
    explain: "An API server refuses a Service whose node port is outside of its range, and the range is 30000 to 32767 \
              unless it was started with another `--service-node-port-range`.",
    bad: include_str!("../../tests/rules/CW0440-node-port-range/bad.toml"),
    good: include_str!("../../tests/rules/CW0440-node-port-range/good.toml"),
};

/// What an API server that is told nothing else allows.
const USUAL: RangeInclusive<u16> = 30000..=32767;

/// Checks the node port of every gateway.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for gateway in mesh.clusters.iter().filter_map(|cluster| cluster.gateway.as_ref()) {
        let Some(port) = gateway.node_port.as_ref() else { continue };
        if !USUAL.contains(&port.value) {
            let message = format!("{} is outside of the usual range for node ports", port.value);
            let found =
                Diagnostic::new(&RULE, port.span, message).label("the API server may refuse it");
            report.push(found.help(
                "take one of 30000 to 32767; if the cluster's own range has this one, allow it: `[lint]` `allow = [\"CW0440\"]`",
            ));
        }
    }
}
