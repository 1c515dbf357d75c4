//! CW0802: existing-gateway.

use std::collections::BTreeMap;

use super::reserved_host::derived_suffix;
use crate::mesh::existing::covers;
use crate::mesh::{Cluster, ClusterId, Entry, ExistingGateway, Mesh, Service, Taken};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0802",
    name: "existing-gateway",
    severity: Severity::Error,
    summary: "a Gateway of somebody else where ours listens",
    explain: "All Gateways that pick the same pods share their listeners. Two servers of TLS on one port are kept apart by \
              their hosts alone: where these overlap, Istio drops a server or writes one filter chain twice, and Envoy \
              refuses the whole listener. Of two servers of which one takes TLS and the other plain text, Istio skips one \
              if the other is older, and of two that take HTTP for one host either may answer. The Gateway with host \
              `*.local` that Istio's own samples put on 15443 is no such case, as no name of ours ends so.",
    bad: include_str!("../../tests/rules/CW0802-existing-gateway/bad.toml"),
    good: include_str!("../../tests/rules/CW0802-existing-gateway/good.toml"),
};

/// The port at which egress gateways listen.
const EGRESS_PORT: u16 = 15443;

/// Checks the Gateways of somebody else in every cluster.
pub fn check(mesh: &Mesh, report: &mut Report) {
    for (id, cluster) in mesh.cluster_ids().zip(&mesh.clusters) {
        for theirs in &cluster.existing.gateways {
            let met = listeners(cluster)
                .filter(|ours| theirs.may_share(ours.selector))
                .find_map(|ours| meets(mesh, id, theirs, &ours));
            let Some((ours, span, label)) = met else { continue };
            let (name, port) = (&theirs.name, theirs.port.value);
            let message =
                format!("the Gateway `{name}` in `{}` and ours meet on port {port}", cluster.name);
            let found = Diagnostic::new(&RULE, span, message).label(label);
            report.push(found.other(ours, "where ours listens").help(format!(
                "narrow the hosts of `{name}` or let it listen elsewhere, here and in the cluster; or give ours pods of its own by \
                 `selector` and `service`",
            )));
        }
    }
}

/// Where a Gateway of ours listens with TLS.
struct Listener<'m> {
    span: Span,
    selector: &'m BTreeMap<String, String>,
    port: u16,
    /// Whether calls of other clusters come in there.
    inward: bool,
}

fn listeners(cluster: &Cluster) -> impl Iterator<Item = Listener<'_>> {
    let inward = cluster.gateway.as_ref().map(|gateway| Listener {
        span: gateway.span,
        selector: &gateway.selector,
        port: gateway.port,
        inward: true,
    });
    let outward = cluster.egress.as_ref().map(|egress| Listener {
        span: egress.span,
        selector: &egress.selector,
        port: EGRESS_PORT,
        inward: false,
    });
    inward.into_iter().chain(outward)
}

/// The place of ours, of theirs, and why the two do not go together.
fn meets(
    mesh: &Mesh,
    id: ClusterId,
    theirs: &ExistingGateway,
    ours: &Listener<'_>,
) -> Option<(Span, Span, String)> {
    // A Gateway of which no selector is said is on the pods of `gateway`.
    if !ours.inward && theirs.selector.is_none() {
        return None;
    }
    let port = theirs.port.value;
    if port == ours.port {
        if theirs.protocol != Taken::Tls {
            return Some((ours.span, theirs.port.span, "ours takes TLS there".to_owned()));
        }
        let overlap = theirs.hosts.iter().find_map(|host| {
            let name = ours.inward.then(|| read(mesh, id, Entry::Terminate, None, host)).flatten();
            Some((host.span, derived(mesh, host).or(name)?))
        });
        return overlap.map(|(span, name)| (ours.span, span, format!("stands for {name}")));
    }
    let plain = |host: &str| read(mesh, id, Entry::Plaintext, Some(port), host);
    if !ours.inward {
        return None;
    }
    if theirs.protocol != Taken::Http {
        let name = plain("*")?;
        let label = format!("ours takes plain HTTP there, for {name}");
        return Some((ours.span, theirs.port.span, label));
    }
    let overlap = theirs.hosts.iter().find_map(|host| Some((host.span, plain(host)?)));
    overlap.map(|(span, name)| (ours.span, span, format!("stands for {name}")))
}

/// What of the names that gateways pass on a host stands for.
fn derived(mesh: &Mesh, host: &str) -> Option<String> {
    let domain = &mesh.settings.domain.value;
    let any = format!("service.namespace.export.{domain}");
    let below = host.strip_prefix("*.").map(|below| format!("service.{below}"));
    let suffix = derived_suffix(below.as_deref().unwrap_or(host), mesh);
    match suffix {
        Some(suffix) => Some(format!("names that end in `{suffix}`")),
        None => covers(host, &any).then(|| format!("names that end in `export.{domain}`")),
    }
}

/// A name that a cluster's gateway reads calls for, at a port if one is said, and that a host stands for.
fn read(mesh: &Mesh, id: ClusterId, entry: Entry, port: Option<u16>, host: &str) -> Option<String> {
    let takes = |service: &&Service| {
        let backend = service.entered(mesh).find(|backend| backend.cluster == id);
        let mut ports = service.ports.iter().filter(|port| entry.reads(port));
        backend.is_some_and(|backend| backend.entered.entry == entry)
            && ports.any(|own| port.is_none_or(|port| own.number == port))
    };
    let mut names = mesh.services.iter().filter(takes).flat_map(|service| &service.names);
    names.find(|name| covers(host, &name.host)).map(|name| format!("`{}`", name.host))
}

#[cfg(test)]
mod tests {
    use crate::rules::raised;

    /// What is said of a document with this server in its cluster `east`.
    fn said(crossing: &str, server: &str) -> Vec<String> {
        let text = format!(
            "[clusters.east]\ngateway = \"203.0.113.10\"\n{}[clusters.east.existing.gateways.theirs]\n{server}\n\
             [clusters.west]\ngateway = \"203.0.113.20\"\n\
             [services.reviews]\nnamespace = \"bookinfo\"\nports = {{ http = 9080 }}\nclusters = [\"east\", \"west\"]\ncrossing = \"{crossing}\"\n",
            if crossing == "passthrough" { "egress = true\n" } else { "" },
        );
        raised(&super::RULE, &text).into_iter().map(|found| found.primary.text).collect()
    }

    const PASSED: &str = "stands for names that end in `export.global`";

    #[test]
    fn a_name_that_tls_ends_for_is_taken_and_one_that_passes_is_not() {
        let server = "port = 15443\nhosts = [\"reviews.bookinfo.global\"]";
        assert_eq!(said("terminate", server), ["stands for `reviews.bookinfo.global`"]);
        assert!(said("passthrough", server).is_empty());
    }

    #[test]
    fn hosts_are_compared_with_the_names_that_gateways_pass_on() {
        for (host, expected) in [
            ("*", Some(PASSED)),
            ("*.global", Some(PASSED)),
            ("reviews.bookinfo.export.global", Some(PASSED)),
            ("*.bookinfo.export.global", Some(PASSED)),
            ("*.west.to.global", Some("stands for names that end in `west.to.global`")),
            ("*.local", None),
            ("*.bookinfo.global", None),
        ] {
            let found = said("passthrough", &format!("port = 15443\nhosts = [\"{host}\"]"));
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{host}");
        }
    }

    #[test]
    fn pods_are_told_apart_by_a_label_that_differs() {
        let on = |selector: &str| {
            said("passthrough", &format!("port = 15443\nhosts = [\"*\"]\nselector = {selector}"))
        };
        assert!(on("{ istio = \"ingressgateway\", app = \"x\" }").is_empty());
        for same in
            ["{ istio = \"eastwestgateway\" }", "{ app = \"x\" }", "{ istio = \"egressgateway\" }"]
        {
            assert_eq!(on(same), [PASSED], "{same}");
        }
    }

    #[test]
    fn plain_ports_are_ours_only_where_calls_enter_in_plain_text() {
        let server = "port = 9080\nprotocol = \"tcp\"\nhosts = [\"*\"]";
        assert!(said("passthrough", server).is_empty());
        let expected = "ours takes plain HTTP there, for `reviews.bookinfo.global`";
        assert_eq!(said("plaintext", server), [expected]);
    }
}
