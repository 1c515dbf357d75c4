//! Clusters, their gateways, and which of them calls go through.

use std::collections::BTreeMap;

use super::entry::said;
use super::existing::existing;
use super::labels;
use crate::document::{ClusterTable, Document, GatewayTable, IstioVersion, Key};
use crate::mesh::{Cluster, Dns, Egress, Gateway, Mesh, Settings};
use crate::span::Spanned;

/// The release of Istio that is meant where none is said; also the oldest that is compiled for.
const OLDEST_ISTIO: IstioVersion = IstioVersion { major: 1, minor: 24 };

/// The trust domain of an Istio that was told none: `meshConfig.trustDomain` in the chart of istiod.
const TRUST_DOMAIN: &str = "cluster.local";

pub(super) fn clusters(document: &Document, settings: &Settings) -> Vec<Cluster> {
    let istio = document.mesh.istio.given().map_or(OLDEST_ISTIO, |istio| istio.value);
    let trust_domain = document.mesh.trust_domain.given().map_or(TRUST_DOMAIN, |own| own);
    let mut clusters: Vec<Cluster> = document
        .clusters
        .iter()
        .map(|(key, table)| cluster(key, table, istio, trust_domain, settings))
        .collect();
    clusters.sort_by(|one, two| one.name.cmp(&two.name));
    clusters
}

fn cluster(
    key: &Spanned<String>,
    table: &ClusterTable,
    istio: IstioVersion,
    trust_domain: &str,
    settings: &Settings,
) -> Cluster {
    let gateway = table.gateway.given().and_then(|table| gateway(table, settings));
    Cluster {
        name: key.value.clone(),
        span: key.span,
        gateway_broken: gateway.is_none() && !table.gateway.is_absent(),
        gateway,
        region: table.region.given().cloned(),
        zone: table.zone.given().cloned(),
        network: table.network.given().cloned(),
        mesh: table.mesh.given().cloned(),
        istio: table.istio.given().map_or(istio, |istio| istio.value),
        dns: dns(key, table),
        trust_domain: table.trust_domain.given().map_or(trust_domain, |own| own).to_owned(),
        drained: table.drained.given().is_some_and(|drained| drained.value),
        egress: table.egress.given().and_then(Option::as_ref).map(|table| egress(table, settings)),
        via: None,
        behind: None,
        crossing: table.crossing.given().map(said),
        existing: existing(table),
    }
}

fn dns(key: &Spanned<String>, table: &ClusterTable) -> Spanned<Dns> {
    let Some(word) = table.dns.given() else { return Spanned::new(Dns::Istio, key.span) };
    let dns = match word.value {
        "coredns" => Dns::CoreDns,
        "kube-dns" => Dns::KubeDns,
        "none" => Dns::Other,
        _ => Dns::Istio,
    };
    Spanned::new(dns, word.span)
}

fn number(key: &Key<Spanned<i64>>) -> Option<Spanned<u16>> {
    let said = key.given()?;
    Some(Spanned::new(u16::try_from(said.value).ok()?, said.span))
}

fn gateway(table: &GatewayTable, settings: &Settings) -> Option<Gateway> {
    let (namespace, service, selector) = pods(table, settings, "eastwestgateway");
    Some(Gateway {
        span: table.span,
        addresses: table.address.given()?.clone(),
        port: number(&table.port).map_or(15443, |said| said.value),
        node_port: number(&table.node_port),
        namespace,
        service,
        selector,
    })
}

fn egress(table: &GatewayTable, settings: &Settings) -> Egress {
    let (namespace, service, selector) = pods(table, settings, "egressgateway");
    Egress { span: table.span, namespace, service, selector }
}

/// The namespace, Service and labels of a gateway's pods; where nothing is said, as Istio installs the gateway of that name.
fn pods(
    table: &GatewayTable,
    settings: &Settings,
    name: &str,
) -> (String, String, BTreeMap<String, String>) {
    let text = |key: &Key<Spanned<String>>, default: String| {
        key.given().map_or(default, |text| text.value.clone())
    };
    let usual = || BTreeMap::from([("istio".to_owned(), name.to_owned())]);
    (
        text(&table.namespace, settings.namespace.clone()),
        text(&table.service, format!("istio-{name}")),
        table.selector.given().map_or_else(usual, |selector| labels(selector)),
    )
}

/// Which clusters a cluster's calls go through; unknown names are `unknown-cluster`'s to report.
pub(super) fn link(mesh: &mut Mesh, document: &Document) {
    for (key, table) in &document.clusters {
        let named = |key: &Key<Spanned<String>>| {
            let name = key.given()?;
            Some(Spanned::new(mesh.cluster_named(name)?, name.span))
        };
        let (via, behind) = (named(&table.via), named(&table.behind));
        let own = mesh.cluster_named(key);
        if let Some(cluster) = own.and_then(|id| mesh.clusters.get_mut(id.0)) {
            cluster.via = via;
            cluster.behind = behind;
        }
    }
    mesh.has_hops =
        mesh.clusters.iter().any(|cluster| cluster.via.is_some() || cluster.behind.is_some());
}
