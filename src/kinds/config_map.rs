//! `ConfigMap`: the files that a CoreDNS reads, and the stub domains of kube-dns.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::deployment::{FOLDER, NAME};
use super::zone::{server_blocks, zone_file};
use super::{Kind, Manifest, Spec};
use crate::plan::{CalledNames, Plan};

/// `ConfigMap`'s data.
pub type Data = BTreeMap<&'static str, String>;

/// The ConfigMap that a cluster's CoreDNS imports: on AKS, k3s and others it reads every key of this one that ends in `.server`, and has all keys as
/// files in this folder.
const IMPORTED: (&str, &str) = ("coredns-custom", "/etc/coredns/custom");

/// What the cluster's CoreDNS imports.
pub(super) fn for_coredns<'p>(plan: &'p Plan<'_>) -> Manifest<'p> {
    let (name, folder) = IMPORTED;
    let names = plan.called_names();
    let data = data("cwc.server", folder, &[], plan, &names);
    config_map(plan, "kube-system", name, data)
}

/// What a CoreDNS of our own reads.
pub(super) fn for_own_coredns<'p>(plan: &'p Plan<'_>) -> Manifest<'p> {
    let names = plan.called_names();
    // Asked by the probes; and what the ConfigMap says anew is read anew.
    let data = data("Corefile", FOLDER, &["health", "ready", "reload"], plan, &names);
    config_map(plan, &plan.settings.namespace, NAME, data)
}

/// The stub domains of kube-dns: for each zone, who answers for it.
///
/// A name is taken where it lies below `cluster.local`: dnsmasq's nanny asks kube-dns for it when it starts
/// (`pkg/dnsmasq/nanny.go` and `pkg/dns/config/config.go` of kubernetes/dns).
pub(super) fn for_kube_dns<'p>(plan: &'p Plan<'_>) -> Manifest<'p> {
    let server = format!("{NAME}.{}.svc.cluster.local", plan.settings.namespace);
    let names = plan.called_names();
    let zones = names.outside.iter().map(|name| name.host.as_str());
    let lines: Vec<String> = std::iter::once(plan.settings.domain.as_str())
        .chain(zones)
        .map(|zone| format!("  \"{zone}\": [\"{server}\"]"))
        .collect();
    let stub_domains = format!("{{\n{}\n}}\n", lines.join(",\n"));
    config_map(plan, "kube-system", "kube-dns", Data::from([("stubDomains", stub_domains)]))
}

fn data(
    corefile: &'static str,
    folder: &str,
    probes: &[&str],
    plan: &Plan<'_>,
    names: &CalledNames<'_>,
) -> Data {
    let domain = &plan.settings.domain;
    Data::from([
        (
            corefile,
            server_blocks(domain, &format!("{folder}/{}", super::zone::FILE), probes, names),
        ),
        (super::zone::FILE, zone_file(domain, &names.inside)),
    ])
}

fn config_map<'p>(
    plan: &Plan<'_>,
    namespace: &'p str,
    name: &'static str,
    data: Data,
) -> Manifest<'p> {
    Manifest {
        kind: Kind::ConfigMap,
        namespace,
        name: Cow::Borrowed(name),
        labels: &[],
        spec: Spec::ConfigMap(data),
        origin: plan.cluster.dns.span,
    }
}
