//! `VirtualService`: which calls to a name go where.
//!
//! Three forms. For callers: one for each name that has routes; HTTP ports and TCP ports have routes of their own, and each port ends with a
//! route to the name itself, unless one before takes everything. By discovery: for names that shared discovery knows. At a gateway: for the
//! calls of other clusters that it reads.

mod discovery;
mod gateway;
mod http;

use std::borrow::Cow;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::mesh::{Name, Port};
use crate::plan::{RouteHost, RoutePlan, ServicePlan};
use crate::span::Span;
pub(super) use discovery::by_discovery;
pub(super) use gateway::at_gateway;
use http::{HttpRoute, http_routes};

/// `VirtualService`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VirtualService<'p> {
    hosts: Vec<&'p str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gateways: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    http: Vec<HttpRoute<'p>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tcp: Vec<TcpRoute<'p>>,
    export_to: Vec<&'p str>,
}

#[derive(Debug, Serialize)]
struct TcpRoute<'p> {
    #[serde(rename = "match", skip_serializing_if = "Vec::is_empty")]
    matches: Vec<TcpMatch<'p>>,
    route: Vec<Weighted<'p>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TcpMatch<'p> {
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_namespace: Option<&'p str>,
}

#[derive(Debug, Serialize)]
struct Weighted<'p> {
    destination: Destination<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<u32>,
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

/// The routes of a name; `None` where none holds in the cluster.
pub(super) fn for_callers<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
) -> Option<Manifest<'p>> {
    if service.routes.is_empty() || !service.is_called() {
        return None;
    }
    let ports = &service.service.ports;
    let http: Vec<&Port> = ports.iter().filter(|port| port.protocol.is_http()).collect();
    let tls = |port: &&Port| port.protocol.is_tls();
    let tcp = ports.iter().filter(|port| !port.protocol.is_http() && !tls(port));
    // With one HTTP port and nothing else there is no need to say which.
    let say_port = ports.len() > 1;
    let spec = VirtualService {
        hosts: vec![&name.host],
        gateways: Vec::new(),
        http: http.iter().flat_map(|port| http_routes(service, name, port, say_port)).collect(),
        tcp: tcp.flat_map(|port| tcp_routes(service, name, port)).collect(),
        export_to: service.seen_by(),
    };
    if spec.http.is_empty() && spec.tcp.is_empty() {
        return None;
    }
    let origin = service.routes.first().map_or(name.span, |plan| plan.route.span);
    Some(manifest(service, Cow::Borrowed(&name.host), spec, origin))
}

fn manifest<'p>(
    service: &'p ServicePlan<'_>,
    name: Cow<'p, str>,
    spec: VirtualService<'p>,
    origin: Span,
) -> Manifest<'p> {
    Manifest {
        kind: Kind::VirtualService,
        namespace: service.home,
        name,
        labels: &[],
        spec: Spec::VirtualService(spec),
        origin,
    }
}

fn tcp_routes<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
    port: &'p Port,
) -> Vec<TcpRoute<'p>> {
    let number = port.number;
    let mut routes = Vec::new();
    for plan in service.routes_of(port) {
        let matches = match &plan.namespaces {
            None => vec![TcpMatch { port: number, source_namespace: None }],
            Some(namespaces) => {
                let within = |namespace: &&'p str| TcpMatch {
                    port: number,
                    source_namespace: Some(namespace),
                };
                namespaces.iter().map(within).collect()
            }
        };
        routes.push(TcpRoute { matches, route: weighted(plan, name, port) });
        if plan.takes_all() {
            return routes;
        }
    }
    routes.push(TcpRoute {
        matches: vec![TcpMatch { port: number, source_namespace: None }],
        route: all_to(&name.host, number),
    });
    routes
}

fn weighted<'p>(plan: &'p RoutePlan<'_>, name: &'p Name, port: &'p Port) -> Vec<Weighted<'p>> {
    let lone = plan.to.len() == 1;
    let to = plan.to.iter().map(|(host, weight)| Weighted {
        destination: destination(*host, name, port),
        weight: (!lone).then_some(*weight),
    });
    to.collect()
}

/// All calls to a host's port.
fn all_to(host: &str, number: u16) -> Vec<Weighted<'_>> {
    let destination = Destination { host, port: PortSelector { number } };
    vec![Weighted { destination, weight: None }]
}

fn to_itself<'p>(name: &'p Name, port: &Port) -> Destination<'p> {
    Destination { host: &name.host, port: PortSelector { number: port.number } }
}

fn destination<'p>(host: RouteHost<'p>, name: &'p Name, port: &Port) -> Destination<'p> {
    match host {
        RouteHost::Pin(_, host) => Destination { host, port: PortSelector { number: port.number } },
        RouteHost::Itself | RouteHost::Service(_) => to_itself(name, port),
    }
}
