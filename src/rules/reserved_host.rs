//! CW0304: reserved-host.

use std::collections::BTreeMap;

use crate::mesh::{Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0304",
    name: "reserved-host",
    severity: Severity::Error,
    summary: "a name that would stand in for another one",
    explain: "Names below `cluster.local` belong to each cluster's own Kubernetes, and a name of the form \
              `service.namespace` is how its pods write them for short. `localhost`, `local`, `arpa` and \
              `internal` have meanings of their own, and a bare public zone such as `com` as the mesh's domain \
              would catch calls to the internet. cwc itself derives names that end in `export`, and in \
              `CLUSTER.from`, `CLUSTER.to` and `CLUSTER.out`, each before the mesh's domain.",
    bad: include_str!("../../tests/rules/CW0304-reserved-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0304-reserved-host/good.toml"),
};

/// Zones that are public, or that something else answers for.
const ZONES: &[&str] = &[
    "app",
    "arpa",
    "biz",
    "cloud",
    "cluster.local",
    "com",
    "dev",
    "edu",
    "gov",
    "info",
    "int",
    "internal",
    "io",
    "local",
    "localhost",
    "mil",
    "net",
    "onion",
    "org",
    "svc",
    "svc.cluster.local",
    "test",
    "xyz",
];

/// Checks the mesh's domain and all names.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let domain = &mesh.settings.domain;
    if ZONES.contains(&domain.as_str()) || domain.ends_with(".cluster.local") || is_country(domain)
    {
        let message = format!("the mesh's domain cannot be `{}`", domain.value);
        let found = Diagnostic::new(&RULE, domain.span, message).label("a zone of its own");
        report.push(found.help("take a suffix that nothing else answers for, as the default `global` or `mesh.example.com`"));
        return;
    }
    let short: BTreeMap<String, &Service> = mesh
        .services
        .iter()
        .map(|service| (format!("{}.{}", service.name, service.namespace), service))
        .collect();
    for service in &mesh.services {
        for name in &service.names {
            let host = name.host.as_str();
            let reason = if let Some(other) = short.get(host.trim_end_matches(".svc")) {
                Some(format!(
                    "it is how pods write the Kubernetes Service `{}` of `{}`",
                    other.name, other.namespace
                ))
            } else if let Some(zone) = taken_zone(host) {
                Some(format!("it lies below `{zone}`"))
            } else {
                derived_suffix(host, mesh)
                    .map(|suffix| format!("cwc derives names that end in `{suffix}`"))
            };
            if let Some(reason) = reason {
                let message = format!("service `{}` cannot have the name `{host}`", service.key);
                let found = Diagnostic::new(&RULE, name.span, message).label(reason);
                report.push(found.help("take another name, for example below the mesh's domain"));
            }
        }
    }
}

fn taken_zone(host: &str) -> Option<&'static str> {
    ["cluster.local", "localhost", "local", "arpa", "internal", "svc"]
        .into_iter()
        .find(|zone| host.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.')))
}

/// The suffix of the names that cwc derives, if a name ends in one.
pub(super) fn derived_suffix(host: &str, mesh: &Mesh) -> Option<String> {
    let stem = host.strip_suffix(mesh.settings.domain.as_str())?.strip_suffix('.')?;
    let mut labels = stem.rsplit('.');
    let last = labels.next()?;
    let before = labels.next();
    let cluster = before.filter(|label| mesh.cluster_named(label).is_some());
    match (last, before, cluster) {
        ("export", _, _) => Some(format!("export.{}", mesh.settings.domain.value)),
        ("from" | "to" | "out", _, Some(cluster)) => {
            Some(format!("{cluster}.{last}.{}", mesh.settings.domain.value))
        }
        _ => None,
    }
}

/// Two letters alone are the zone of a country.
fn is_country(domain: &str) -> bool {
    domain.len() == 2 && domain.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::rules::raised;

    #[test]
    fn the_domain_is_nobody_elses_zone() {
        let is_taken = |domain: &str| {
            let text = format!("[mesh]\ndomain = \"{domain}\"\n\n[clusters.east]\n");
            !raised(&super::RULE, &text).is_empty()
        };
        for domain in ["com", "svc", "cluster.local", "prod.cluster.local", "uk"] {
            assert!(is_taken(domain), "{domain}");
        }
        for domain in ["global", "mesh.example.com", "notcluster.local", "u1", "ukx", "mesh.uk"] {
            assert!(!is_taken(domain), "{domain}");
        }
    }
}
