//! CW0419: rewritten-nothing.

use crate::mesh::Mesh;
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0419",
    name: "rewritten-nothing",
    severity: Severity::Error,
    summary: "a path that is rewritten without being matched",
    explain: "`rewrite.uri` takes the place of what the route's `path` or `path-prefix` matched. Where it has none of them, \
              Envoy puts it in the place of the first `/` of every path: `/items` would become `/v2items`.",
    bad: include_str!("../../tests/rules/CW0419-rewritten-nothing/bad.toml"),
    good: include_str!("../../tests/rules/CW0419-rewritten-nothing/good.toml"),
};

/// Checks every route that rewrites paths.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for service in &mesh.services {
        for route in &service.routes {
            let rewrites = matches!(&route.policy.rewrite, Some((Some(_), _)));
            let matched = route.matches.as_ref().is_some_and(|matches| matches.path.is_some());
            if !rewrites || matched {
                continue;
            }
            let message = format!(
                "a route of service `{}` rewrites a path that it does not match",
                service.key
            );
            let found = Diagnostic::new(&RULE, route.span, message).label("this route");
            report.push(
                found.help("say what is to be replaced, as `match = { path-prefix = \"/api\" }`"),
            );
        }
    }
}
