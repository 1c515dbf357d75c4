//! CW0901: reserved-folder.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0901",
    name: "reserved-folder",
    severity: Severity::Error,
    summary: "a cluster whose folder some system cannot have",
    explain: "Each cluster has a folder of its name. Windows keeps some names for devices (`con`, `nul`, `com1`, \
              ...), with any ending; a tree with such a folder cannot be checked out there.",
    bad: include_str!("../../tests/rules/CW0901-reserved-folder/bad.toml"),
    good: include_str!("../../tests/rules/CW0901-reserved-folder/good.toml"),
};

/// Checks the names of all clusters.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for cluster in mesh.clusters.iter().filter(|cluster| is_device(&cluster.name)) {
        let message = format!("a folder cannot be named `{}` on Windows", cluster.name);
        let found = Diagnostic::new(&RULE, cluster.span, message).label("the name of a device");
        report.push(found.help(format!("name the cluster `{}-cluster`", cluster.name)));
    }
}

/// Whether Windows takes a name, whatever its ending, for a device.
#[must_use]
pub fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || numbered("com")
        || numbered("lpt")
}
