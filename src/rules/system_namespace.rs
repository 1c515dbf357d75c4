//! CW0503: system-namespace.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0503",
    name: "system-namespace",
    severity: Severity::Warning,
    summary: "a service of a system namespace",
    explain: "The service lives in a namespace of Kubernetes or of Istio itself, and the document shows it to \
              every cluster of the fleet. That is seldom meant.",
    bad: include_str!("../../tests/rules/CW0503-system-namespace/bad.toml"),
    good: include_str!("../../tests/rules/CW0503-system-namespace/good.toml"),
};

/// Checks the namespaces of services and of their backends.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let system = |name: &str| name.starts_with("kube-") || name == mesh.settings.namespace;
        let place = if system(&service.namespace) {
            Some((service.namespace_span, &service.namespace))
        } else {
            let backend = service.backends.iter().find(|backend| system(&backend.namespace));
            backend.map(|backend| (backend.span, &backend.namespace))
        };
        if let Some((span, namespace)) = place {
            let message = format!(
                "service `{}` shows a part of `{namespace}` to the whole fleet",
                service.key
            );
            let found = Diagnostic::new(&RULE, span, message).label("a system namespace");
            report.push(found.help("if it is meant, allow it: `[lint]` `allow = [\"CW0503\"]`"));
        }
    }
}
