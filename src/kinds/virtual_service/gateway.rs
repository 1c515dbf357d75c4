//! The routes of a gateway: where it sends the calls of other clusters that it reads.
//!
//! Enters: a service whose calls enter with mutual TLS that ends at the gateway, or in plain text. Leaves: for its names, a route to the
//! cluster's own backend for each HTTP port, and to nothing else: a request for any other Host finds no route.

use std::borrow::Cow;

use super::http::{HttpMatch, HttpRoute};
use super::{Manifest, VirtualService, manifest};
use crate::kinds::gateway::INWARD;
use crate::mesh::{Entry, Port};
use crate::plan::{Reading, ServicePlan};

/// The routes of a service's names at the cluster's gateway; `None` where it reads no calls to them.
///
/// Called by the export name, as `VirtualServices` for the names themselves are the callers'.
pub(in crate::kinds) fn at_gateway<'p>(
    service: &'p ServicePlan<'_>,
    domain: &str,
) -> Option<Manifest<'p>> {
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
    let route = |(port, number): &(&Port, u16)| {
        let matches = several.then(|| http_match(reading, port));
        HttpRoute::to(matches, &reading.backend.host, *number)
    };
    let spec = VirtualService {
        hosts: service.service.names.iter().map(|name| name.host.as_str()).collect(),
        gateways: vec![format!("{}/{INWARD}", reading.gateway.namespace)],
        http: read.iter().map(route).collect(),
        tcp: Vec::new(),
        export_to: vec![&reading.gateway.namespace],
    };
    let name = Cow::Owned(service.service.export_name(domain));
    Some(manifest(service, name, spec, service.service.span))
}

/// How the port is known that a caller meant. All that ends mutual TLS comes in by one port, so the Host must say it, as clients do for every port but
/// 80; the gateway's own search for the Host leaves the port out (`pilot/pkg/networking/core/gateway.go`, `IgnorePortInHostMatching`).
fn http_match<'p>(reading: &Reading<'_>, port: &Port) -> HttpMatch<'p> {
    if reading.entry == Entry::Plaintext {
        return HttpMatch::port(port.number);
    }
    HttpMatch::authority(match port.number {
        80 => "[^:]+(:80)?".to_owned(),
        number => format!("[^:]+:{number}"),
    })
}
