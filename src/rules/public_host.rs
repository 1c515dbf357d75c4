//! CW0307: public-host.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0307",
    name: "public-host",
    severity: Severity::Warning,
    summary: "a name below a public zone",
    explain: "Every sidecar of every cluster that resolves names by Istio answers this name with an address of the \
              mesh, so a public site of that name can no longer be called from within. That is right for a domain \
              of your own, and a surprise for anybody else's.",
    bad: include_str!("../../tests/rules/CW0307-public-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0307-public-host/good.toml"),
};

/// Zones in which names are bought by anybody.
const ZONES: &[&str] = &[
    "app", "biz", "cloud", "com", "dev", "edu", "gov", "info", "int", "io", "mil", "net", "org",
    "xyz",
];

/// Checks the further names of services.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for name in service
            .names
            .iter()
            .filter(|name| !name.host.ends_with(&format!(".{}", mesh.settings.domain.value)))
        {
            let zone = name.host.rsplit('.').next().unwrap_or_default();
            if ZONES.contains(&zone) || zone.len() == 2 {
                let message = format!("`{}` lies below the public zone `{zone}`", name.host);
                let found = Diagnostic::new(&RULE, name.span, message)
                    .label("stands in for the public name, if there is one");
                report.push(
                    found.help("if the domain is yours, allow it: `[lint]` `allow = [\"CW0307\"]`"),
                );
            }
        }
    }
}
