//! CW0425: mesh-callers.

use crate::mesh::{Callers, Mesh};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0425",
    name: "mesh-callers",
    severity: Severity::Error,
    summary: "`callers` of a service that clusters of one mesh know by shared discovery",
    explain: "Clusters of one `mesh` know each other's Kubernetes Services, whatever this document says, and call them by \
              their Kubernetes names, like neighbours within one cluster. `callers` could keep the service's own names \
              from them, and nothing would refuse them.",
    bad: include_str!("../../tests/rules/CW0425-mesh-callers/bad.toml"),
    good: include_str!("../../tests/rules/CW0425-mesh-callers/good.toml"),
};

/// Checks the services that not everyone may call.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        let Callers::Only(callers) = &service.callers else { continue };
        let led = mesh.cluster_ids().find(|id| service.discovered(mesh, *id).is_some());
        let (Some(led), Some(caller)) = (led, callers.first()) else { continue };
        let cluster = &mesh[led];
        let message = format!(
            "`{}` calls service `{}` by shared discovery, whoever its `callers` are",
            cluster.name, service.key
        );
        let found = Diagnostic::new(&RULE, caller.span, message).label("would hold back nobody");
        let found = match &cluster.mesh {
            Some(of) => found.other(of.span, "shares discovery with a cluster that runs it"),
            None => found,
        };
        report.push(found.help(format!(
            "take `callers` out of `[services.{}]`, and refuse callers by an AuthorizationPolicy of your own at its pods",
            service.key
        )));
    }
}
