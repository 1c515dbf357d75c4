//! From the routes of the document to those of the mesh.
//!
//! Enters: a service's tables and the service as resolved so far. Leaves: its versions, routes and pins. Names that are unknown were reported by
//! their rules; what refers to them is left out.

use super::labels;
use crate::document::{DestinationTable, Key, RouteTable, ServiceTable};
use crate::mesh::address::Wanted;
use crate::mesh::{Destination, Mesh, Mirror, Pin, Policy, Route, Service, Source, Version};
use crate::span::Spanned;

/// Adds to a service what its table says of versions and routes.
pub(super) fn add_routes(service: &mut Service, table: &ServiceTable, mesh: &Mesh) {
    let versions = table.versions.given().into_iter().flatten().map(|(name, pod_labels)| Version {
        name: name.value.clone(),
        labels: labels(pod_labels),
        span: name.span,
    });
    service.versions = versions.collect();
    service.routes = table.routes.iter().map(|table| route(table, service, mesh)).collect();
    service.pins = pins(service, mesh);
}

/// The names that need an address because calls to the pins of a service are not all HTTP.
pub(super) fn wanted(service: &Service, mesh: &Mesh) -> Vec<Wanted> {
    // An HTTP call shows its name, and TLS that the application speaks is not routed.
    if service.ports.iter().all(|port| port.protocol.is_http() || port.protocol.is_tls()) {
        return Vec::new();
    }
    // The second name is for calls that leave by an egress gateway, and where a cluster's own calls use other ports than those of others.
    let egress = mesh.clusters.iter().any(|cluster| cluster.egress.is_some());
    let second = egress || service.ports.len() > 1;
    let names = service.pins.iter().flat_map(|pin| {
        let out = second.then(|| pin.out.0.clone());
        let names = std::iter::once(pin.to.0.clone()).chain(out);
        names.map(|host| Wanted { host, span: pin.span, vip: None })
    });
    names.collect()
}

fn route(table: &RouteTable, service: &Service, mesh: &Mesh) -> Route {
    let source = |caller: &Spanned<crate::document::Caller>| {
        let cluster = mesh.cluster_named(&caller.cluster)?;
        Some(Source { cluster, namespace: caller.namespace.clone() })
    };
    let mirror = table.mirror.given().map(|mirror| {
        let percent = mirror.percent.given().map_or(100_000, |percent| percent.value);
        let to = match mirror.service.given() {
            Some(service) => Mirror::Service(service.value.clone()),
            None => Mirror::Own(destination(&mirror.to, 100, service, mesh)),
        };
        (to, percent)
    });
    let lone = table.to.given().is_some_and(|to| to.len() == 1);
    let to = table.to.given().into_iter().flatten().map(|to| {
        let said = to.weight.given().and_then(|weight| u32::try_from(weight.value).ok());
        destination(to, said.unwrap_or(if lone { 100 } else { 0 }), service, mesh)
    });
    Route {
        span: table.span,
        from: table.from.given().map(|from| from.iter().filter_map(source).collect()),
        matches: table.matches.given().cloned(),
        to: to.collect(),
        mirror,
        policy: policy(table),
    }
}

/// A destination; a version without a cluster is every cluster where it runs.
fn destination(
    table: &DestinationTable,
    weight: u32,
    service: &Service,
    mesh: &Mesh,
) -> Destination {
    let version = table.version.given().map(|version| version.value.clone());
    let clusters = match table.cluster.given() {
        Some(cluster) => Some(mesh.cluster_named(cluster).into_iter().collect()),
        None if version.is_none() => None,
        None => {
            let running =
                service.backends.iter().filter(|backend| backend.runs(version.as_deref()));
            Some(running.map(|backend| backend.cluster).collect())
        }
    };
    Destination { clusters, version, weight }
}

fn policy(table: &RouteTable) -> Policy {
    fn text(key: &Key<Spanned<String>>) -> Option<String> {
        key.given().map(|text| text.value.clone())
    }
    let all =
        |percent: &Key<Spanned<u32>>| percent.given().map_or(100_000, |percent| percent.value);
    let number = |number: &Spanned<i64>| u32::try_from(number.value).ok();
    let fault = table.fault.given();
    let delay = fault.and_then(|fault| fault.delay.given());
    let abort = fault.and_then(|fault| fault.abort.given());
    let headers = table.headers.given();
    Policy {
        timeout: table.timeout.given().map(|timeout| timeout.value),
        retries: table.retries.given().and_then(|retries| {
            let attempts = number(retries.attempts.given()?)?;
            Some((attempts, retries.per_try.given().map(|time| time.value), text(&retries.on)))
        }),
        delay: delay.and_then(|delay| Some((delay.what.given()?.value, all(&delay.percent)))),
        abort: abort.and_then(|abort| Some((number(abort.what.given()?)?, all(&abort.percent)))),
        rewrite: table
            .rewrite
            .given()
            .map(|rewrite| (text(&rewrite.uri), text(&rewrite.authority))),
        request: headers.and_then(|headers| headers.request.given()).cloned(),
        response: headers.and_then(|headers| headers.response.given()).cloned(),
    }
}

/// The places that routes name, each once.
fn pins(service: &Service, mesh: &Mesh) -> Vec<Pin> {
    let mut pins: Vec<Pin> = Vec::new();
    let domain = &mesh.settings.domain;
    for route in &service.routes {
        let mirror = route.mirror.iter().filter_map(|(mirror, _)| match mirror {
            Mirror::Own(destination) => Some(destination),
            Mirror::Service(_) => None,
        });
        for to in route.to.iter().chain(mirror) {
            for cluster in to.clusters.iter().flatten() {
                let version = &to.version;
                if pins.iter().any(|pin| pin.cluster == *cluster && pin.version == *version) {
                    continue;
                }
                let cluster_name = &mesh[*cluster].name;
                let name = |way| service.pin_name(cluster_name, version.as_deref(), way, domain);
                pins.push(Pin {
                    cluster: *cluster,
                    version: version.clone(),
                    span: route.span,
                    to: (name("to"), None),
                    out: (name("out"), None),
                });
            }
        }
    }
    pins.sort_by(|one, two| one.to.0.cmp(&two.to.0));
    pins
}
