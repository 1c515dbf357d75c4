//! CW0413: indistinct-version.

use std::collections::BTreeMap;

use crate::mesh::{Backend, Mesh, Version};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0413",
    name: "indistinct-version",
    severity: Severity::Error,
    summary: "a version whose pods are not its own",
    explain: "A version is told by its pods' labels, beside those of the backend's `selector`. Where the selector has \
              the same labels already, the version is every pod; where it has another value for one of them, the \
              version's pods are none that the Service has; and two versions with the same labels are the same pods, \
              so that a share of one is a share of the other too.",
    bad: include_str!("../../tests/rules/CW0413-indistinct-version/bad.toml"),
    good: include_str!("../../tests/rules/CW0413-indistinct-version/good.toml"),
};

/// Checks every version against the others, and against the backends where it runs.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for (index, version) in service.versions.iter().enumerate() {
            let mut before = service.versions.iter().take(index);
            if let Some(same) = before.find(|other| other.labels == version.labels) {
                let message = format!(
                    "versions `{}` and `{}` of service `{}` have the same labels",
                    same.name, version.name, service.key
                );
                let found = Diagnostic::new(&RULE, version.span, message).label("the same pods");
                report.push(
                    found
                        .other(same.span, "as these")
                        .help("give each version a label of its own, or delete one of the two"),
                );
            }
            let runs = |backend: &&Backend| backend.runs(Some(&version.name));
            let wrong =
                |backend: &Backend| Some((backend.span, problem(version, &backend.selector)?));
            if let Some((span, problem)) = service.backends.iter().filter(runs).find_map(wrong) {
                let message =
                    format!("version `{}` of service `{}` {problem}", version.name, service.key);
                let found = Diagnostic::new(&RULE, version.span, message).label("its labels");
                let found = found.other(span, "by the selector of this backend");
                report.push(found.help(
                    "let `selector` hold what all pods of the service have, and `versions` what tells them apart",
                ));
            }
        }
    }
}

/// What is wrong with a version's labels beside a selector.
fn problem(version: &Version, selector: &BTreeMap<String, String>) -> Option<&'static str> {
    let mut labels = version.labels.iter();
    if labels.clone().any(|(key, value)| selector.get(key).is_some_and(|own| own != value)) {
        Some("is no pod of the service")
    } else if labels.all(|(key, value)| selector.get(key) == Some(value)) {
        Some("is every pod of the service")
    } else {
        None
    }
}
