//! The routes of a cluster that shares discovery: where its own calls to a name go.
//!
//! Enters: a service that another cluster of the group runs. Leaves: for one of its names, a route for each port to the Kubernetes Service, which shared
//! discovery knows with the pods of every cluster of the group. An endpoint of that name in the `ServiceEntry` would not do: it is resolved by
//! the cluster's own DNS and leads to the cluster's own pods only.

use std::borrow::Cow;

use super::http::{HttpMatch, HttpRoute};
use super::{Manifest, TcpMatch, TcpRoute, VirtualService, all_to, manifest};
use crate::mesh::{Name, Port};
use crate::plan::ServicePlan;

/// The routes of a name; `None` where the name has ways of its own.
pub(in crate::kinds) fn by_discovery<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
) -> Option<Manifest<'p>> {
    let backend = service.discovered?;
    let http = |(port, number): (&Port, &u16)| {
        HttpRoute::to(Some(HttpMatch::port(port.number)), &backend.host, *number)
    };
    let tcp = |(port, number): (&Port, &u16)| TcpRoute {
        matches: vec![TcpMatch { port: port.number, source_namespace: None }],
        route: all_to(&backend.host, *number),
    };
    let numbered = || service.service.ports.iter().zip(&backend.ports);
    let spec = VirtualService {
        hosts: vec![&name.host],
        gateways: Vec::new(),
        http: numbered().filter(|(port, _)| port.protocol.is_http()).map(http).collect(),
        tcp: numbered().filter(|(port, _)| !port.protocol.is_http()).map(tcp).collect(),
        export_to: service.seen_by(),
    };
    Some(manifest(service, Cow::Borrowed(&name.host), spec, name.span))
}
