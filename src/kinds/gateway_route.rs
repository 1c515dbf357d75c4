//! `VirtualService` of a gateway: where it sends the calls of other clusters that it reads.
//!
//! Enters: a service whose calls enter with mutual TLS that ends at the gateway, or in plain text. Leaves: for its names, a route to the
//! cluster's own backend for each HTTP port, and to nothing else: a request for any other Host finds no route.

use std::borrow::Cow;

use serde::Serialize;

use super::gateway::INWARD;
use super::{Kind, Manifest, Spec};
use crate::mesh::{Entry, Port};
use crate::plan::{Reading, ServicePlan};

/// `VirtualService`'s specification, as far as a gateway needs it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayRoute<'p> {
    hosts: Vec<&'p str>,
    gateways: [String; 1],
    http: Vec<HttpRoute<'p>>,
    export_to: [&'p str; 1],
}

#[derive(Debug, Serialize)]
struct HttpRoute<'p> {
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    matches: Option<[HttpMatch; 1]>,
    route: [RouteDestination<'p>; 1],
}

#[derive(Debug, Serialize)]
struct HttpMatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<StringMatch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
}

#[derive(Debug, Serialize)]
struct StringMatch {
    regex: String,
}

#[derive(Debug, Serialize)]
struct RouteDestination<'p> {
    destination: Destination<'p>,
}

#[derive(Debug, Serialize)]
struct Destination<'p> {
    host: &'p str,
    port: PortSelector,
}

#[derive(Debug, Serialize)]
struct PortSelector {
    number: u16,
}

/// The routes of a service's names at the cluster's gateway; `None` where it reads no calls to them.
///
/// Called by the export name, as `VirtualServices` for the names themselves are the callers'.
pub(super) fn of_service<'p>(service: &'p ServicePlan<'_>, domain: &str) -> Option<Manifest<'p>> {
    let reading = service.reading.as_ref()?;
    let numbered = service.service.ports.iter().zip(&reading.backend.ports);
    let read: Vec<(&Port, u16)> = numbered
        .filter(|(port, _)| reading.entry.reads(port))
        .map(|(port, number)| (port, *number))
        .collect();
    if read.is_empty() {
        return None;
    }
    let several = read.len() > 1;
    let route = |(port, number): &(&Port, u16)| HttpRoute {
        matches: several.then(|| [http_match(reading, port)]),
        route: [RouteDestination {
            destination: Destination {
                host: &reading.backend.host,
                port: PortSelector { number: *number },
            },
        }],
    };
    Some(Manifest {
        kind: Kind::VirtualService,
        namespace: service.home,
        name: Cow::Owned(service.service.export_name(domain)),
        labels: &[],
        spec: Spec::GatewayRoute(GatewayRoute {
            hosts: service.service.names.iter().map(|name| name.host.as_str()).collect(),
            gateways: [format!("{}/{INWARD}", reading.gateway.namespace)],
            http: read.iter().map(route).collect(),
            export_to: [&reading.gateway.namespace],
        }),
        origin: service.service.span,
    })
}

/// How the port is known that a caller meant. All that ends mutual TLS comes in by one port, so the Host must say it, as clients do for every port but
/// 80; the gateway's own search for the Host leaves the port out (`pilot/pkg/networking/core/gateway.go`, `IgnorePortInHostMatching`).
fn http_match(reading: &Reading<'_>, port: &Port) -> HttpMatch {
    if reading.entry == Entry::Plaintext {
        return HttpMatch { authority: None, port: Some(port.number) };
    }
    let regex = match port.number {
        80 => "[^:]+(:80)?".to_owned(),
        number => format!("[^:]+:{number}"),
    };
    HttpMatch { authority: Some(StringMatch { regex }), port: None }
}
