//! CW0201: unknown-cluster.

use crate::document::{Caller, Document, Key, PreferValue};
use crate::report::{Diagnostic, Fix, Report, Rule, Severity, suggest};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0201",
    name: "unknown-cluster",
    severity: Severity::Error,
    summary: "a name that is no cluster",
    explain: "The document names a cluster that has no `[clusters.NAME]` table. A service in an unknown cluster \
              would simply not be reached there.",
    bad: include_str!("../../tests/rules/CW0201-unknown-cluster/bad.toml"),
    good: include_str!("../../tests/rules/CW0201-unknown-cluster/good.toml"),
};

/// `name`, said by `who`, is no cluster.
pub fn found<'k>(
    name: &Spanned<String>,
    who: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    Diagnostic::new(&RULE, name.span, format!("{who} refers to unknown cluster `{}`", name.value))
        .label("no such cluster")
        .maybe_help(suggest::help(name, "clusters", known.clone()))
        .maybe_fix(suggest::nearest(name, known).and_then(|guess| Fix::word(name, guess)))
}

/// Checks the references that are not resolved while the mesh is put together.
pub fn check(document: &Document, report: &mut Report) {
    let mut visit = |name: &Spanned<String>, who: &str| {
        if !document.clusters.iter().any(|(key, _)| key.value == name.value) {
            let known = document.clusters.iter().map(|(key, _)| key.value.as_str());
            report.push(found(name, who, known));
        }
    };
    for (key, cluster) in &document.clusters {
        for other in [&cluster.via, &cluster.behind].into_iter().filter_map(Key::given) {
            visit(other, &format!("cluster `{}`", key.value));
        }
    }
    let defaults = std::iter::once(("`[defaults]`".to_owned(), &document.defaults));
    let services =
        document.services.iter().map(|(key, table)| (format!("service `{}`", key.value), table));
    for (who, service) in defaults.chain(services) {
        for caller in service.callers.given().into_iter().flatten() {
            visit(&named(caller), &who);
        }
        if let Some(PreferValue::Order(order)) = service.prefer.given() {
            order.iter().for_each(|name| visit(name, &who));
        }
        for route in &service.routes {
            route.from.given().into_iter().flatten().for_each(|caller| visit(&named(caller), &who));
            let mirror = route.mirror.given().map(|mirror| &mirror.to);
            let to = route.to.given().into_iter().flatten().chain(mirror);
            to.filter_map(|to| to.cluster.given()).for_each(|name| visit(name, &who));
        }
    }
}

/// The cluster that a caller names.
fn named(caller: &Spanned<Caller>) -> Spanned<String> {
    Spanned::new(caller.cluster.clone(), caller.span)
}
