//! Clusters, their gateways, and which of them calls go through.

use super::labels;
use crate::document::{ClusterTable, Document, GatewayTable, IstioVersion, Key};
use crate::mesh::{Cluster, Egress, Gateway, Mesh, Settings};
use crate::span::Spanned;

/// The release of Istio that is meant where none is said; also the oldest that is compiled for.
const OLDEST_ISTIO: IstioVersion = IstioVersion { major: 1, minor: 24 };

pub(super) fn clusters(document: &Document, settings: &Settings) -> Vec<Cluster> {
    let istio = document.mesh.istio.given().map_or(OLDEST_ISTIO, |istio| istio.value);
    let mut clusters: Vec<Cluster> =
        document.clusters.iter().map(|(key, table)| cluster(key, table, istio, settings)).collect();
    clusters.sort_by(|one, two| one.name.cmp(&two.name));
    clusters
}

fn cluster(
    key: &Spanned<String>,
    table: &ClusterTable,
    istio: IstioVersion,
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
        istio: table.istio.given().map_or(istio, |istio| istio.value),
        drained: table.drained.given().is_some_and(|drained| drained.value),
        egress: table.egress.given().and_then(Option::as_ref).map(|table| egress(table, settings)),
        via: None,
        behind: None,
    }
}

fn gateway(table: &GatewayTable, settings: &Settings) -> Option<Gateway> {
    let text = |key: &Key<Spanned<String>>, default: &str| {
        key.given().map_or_else(|| default.to_owned(), |text| text.value.clone())
    };
    let selector = table.selector.given().map(|selector| labels(selector));
    Some(Gateway {
        span: table.span,
        addresses: table.address.given()?.clone(),
        port: table.port.given().and_then(|port| u16::try_from(port.value).ok()).unwrap_or(15443),
        namespace: text(&table.namespace, &settings.namespace),
        service: text(&table.service, "istio-eastwestgateway"),
        selector: selector
            .unwrap_or_else(|| [("istio".to_owned(), "eastwestgateway".to_owned())].into()),
    })
}

fn egress(table: &GatewayTable, settings: &Settings) -> Egress {
    let text = |key: &Key<Spanned<String>>, default: &str| {
        key.given().map_or_else(|| default.to_owned(), |text| text.value.clone())
    };
    let selector = table.selector.given().map(|selector| labels(selector));
    Egress {
        span: table.span,
        namespace: text(&table.namespace, &settings.namespace),
        service: text(&table.service, "istio-egressgateway"),
        selector: selector
            .unwrap_or_else(|| [("istio".to_owned(), "egressgateway".to_owned())].into()),
    }
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
}
