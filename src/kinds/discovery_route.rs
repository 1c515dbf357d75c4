//! `VirtualService` of a cluster that shares discovery: where its own calls to a name go.
//!
//! Enters: a service that another cluster of the group runs. Leaves: for one of its names, a route for each port to the Kubernetes Service, which shared
//! discovery knows with the pods of every cluster of the group. An endpoint of that name in the `ServiceEntry` would not do: it is resolved by
//! the cluster's own DNS and leads to the cluster's own pods only.

use std::borrow::Cow;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::mesh::{Name, Port};
use crate::plan::ServicePlan;

/// `VirtualService`'s specification, as far as calls to a name that is known by discovery need it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscoveryRoute<'p> {
    hosts: [&'p str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    http: Vec<Route<'p>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tcp: Vec<Route<'p>>,
    export_to: [&'p str; 1],
}

#[derive(Debug, Serialize)]
struct Route<'p> {
    #[serde(rename = "match")]
    matches: [PortMatch; 1],
    route: [RouteDestination<'p>; 1],
}

#[derive(Debug, Serialize)]
struct PortMatch {
    port: u16,
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

/// The route of a name; `None` where the name has ways of its own.
pub(super) fn for_callers<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
) -> Option<Manifest<'p>> {
    let backend = service.discovered?;
    let route = |(port, number): (&Port, &u16)| Route {
        matches: [PortMatch { port: port.number }],
        route: [RouteDestination {
            destination: Destination {
                host: &backend.host,
                port: PortSelector { number: *number },
            },
        }],
    };
    let numbered = || service.service.ports.iter().zip(&backend.ports);
    Some(Manifest {
        kind: Kind::VirtualService,
        namespace: service.home,
        name: Cow::Borrowed(&name.host),
        labels: &[],
        spec: Spec::DiscoveryRoute(DiscoveryRoute {
            hosts: [&name.host],
            http: numbered().filter(|(port, _)| port.protocol.is_http()).map(route).collect(),
            tcp: numbered().filter(|(port, _)| !port.protocol.is_http()).map(route).collect(),
            export_to: ["*"],
        }),
        origin: name.span,
    })
}
