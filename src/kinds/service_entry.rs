//! `ServiceEntry`: a name, its address and what stands behind it.
//!
//! Two forms. For callers: a name of the service, with its VIP, its real protocols and the ways that its calls may go. For the gateway: the
//! export name, seen by the gateway's namespace only, with this cluster's backend and nothing else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::mesh::{Name, Port, Protocol};
use crate::plan::{Relay, ServicePlan, Target, Way};

/// `ServiceEntry`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEntry<'p> {
    hosts: [&'p str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<[Ipv4Addr; 1]>,
    ports: Vec<ServicePort<'p>>,
    /// Never `MESH_EXTERNAL`: that gives no chain at a gateway and no mutual TLS at a caller
    /// (`pilot/pkg/networking/core/gateway.go`, `cluster_tls.go`).
    location: &'static str,
    resolution: &'static str,
    endpoints: Vec<WorkloadEntry<'p>>,
    export_to: Vec<&'p str>,
}

#[derive(Debug, Serialize)]
struct ServicePort<'p> {
    number: u16,
    name: &'p str,
    protocol: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkloadEntry<'p> {
    address: Cow<'p, str>,
    ports: Ports<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<TlsMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locality: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<u32>,
}

type Ports<'p> = BTreeMap<&'p str, u16>;

/// The label without which a caller sends plain text to the endpoint and a gateway leaves it out
/// (`pilot/pkg/serviceregistry/serviceentry/conversion.go`, `pilot/pkg/xds/endpoints/endpoint_builder.go`).
#[derive(Debug, Serialize)]
struct TlsMode {
    #[serde(rename = "security.istio.io/tlsMode")]
    tls_mode: &'static str,
}

const MUTUAL: TlsMode = TlsMode { tls_mode: "istio" };

/// The name as the cluster's workloads call it; `None` where none of its backends can be reached.
///
/// One entry a name: with a TCP port, Istio admits no second host beside a VIP (`pkg/config/validation/validation.go`).
pub(super) fn for_callers<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
) -> Option<Manifest<'p>> {
    if !service.is_called() {
        return None;
    }
    let ways = &service.choice.ways;
    let ports = || service.service.ports.iter();
    let spec = ServiceEntry {
        hosts: [&name.host],
        addresses: Some([name.vip]),
        ports: ports().map(|port| service_port(port, protocol(port.protocol))).collect(),
        location: "MESH_INTERNAL",
        resolution: resolution(ways),
        endpoints: ways.iter().map(|way| endpoint(way, service, ports())).collect(),
        export_to: vec!["*"],
    };
    Some(Manifest {
        kind: Kind::ServiceEntry,
        namespace: service.home,
        name: Cow::Borrowed(&name.host),
        labels: &[],
        spec: Spec::ServiceEntry(spec),
        origin: name.span,
    })
}

/// A name that arrives at one of the cluster's gateways, and where it goes on to.
///
/// Its ports are TLS whatever the service speaks: what arrives is ciphertext, and the entry needs no VIP then.
pub(super) fn for_gateway<'p>(service: &'p ServicePlan<'_>, relay: &'p Relay<'_>) -> Manifest<'p> {
    let ports = || service.relayed_ports();
    let ways = relay.choice.ways.iter();
    let spec = ServiceEntry {
        hosts: [&relay.name],
        addresses: None,
        ports: ports().map(|port| service_port(port, "TLS")).collect(),
        location: "MESH_INTERNAL",
        resolution: resolution(&relay.choice.ways),
        endpoints: ways.map(|way| endpoint(way, service, ports())).collect(),
        export_to: relay.gateway_namespaces.iter().copied().collect(),
    };
    Manifest {
        kind: Kind::ServiceEntry,
        namespace: service.home,
        name: Cow::Borrowed(&relay.name),
        labels: &[("networking.istio.io/enable-autoallocate-ip", "false")],
        spec: Spec::ServiceEntry(spec),
        origin: service.service.span,
    }
}

/// STATIC takes IP addresses only; DNS takes host names too.
fn resolution(ways: &[Way<'_>]) -> &'static str {
    if ways.iter().all(|way| way.is_ip) { "STATIC" } else { "DNS" }
}

fn endpoint<'p>(
    way: &'p Way<'_>,
    service: &'p ServicePlan<'_>,
    ports: impl Iterator<Item = &'p Port>,
) -> WorkloadEntry<'p> {
    let all = &service.service.ports;
    let number = |port: &Port| match &way.target {
        Target::Local(backend) | Target::Direct(backend) => {
            let own = all.iter().zip(&backend.ports).find(|(known, _)| known.name == port.name);
            own.map_or(port.number, |(_, number)| *number)
        }
        Target::Gateway { port } => *port,
        Target::Open => port.number,
    };
    WorkloadEntry {
        address: Cow::Borrowed(&way.address),
        ports: ports.map(|port| (port.name.as_str(), number(port))).collect(),
        labels: (!matches!(way.target, Target::Open)).then_some(MUTUAL),
        locality: way.locality.as_deref(),
        weight: way.weight,
    }
}

fn service_port<'p>(port: &'p Port, protocol: &'static str) -> ServicePort<'p> {
    ServicePort { number: port.number, name: &port.name, protocol }
}

/// As Istio's API spells it: `pkg/config/protocol/instance.go`.
fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Http => "HTTP",
        Protocol::Http2 => "HTTP2",
        Protocol::Grpc => "GRPC",
        Protocol::GrpcWeb => "GRPC-Web",
        Protocol::Https => "HTTPS",
        Protocol::Tls => "TLS",
        Protocol::Tcp => "TCP",
        Protocol::Mongo => "MONGO",
        Protocol::Mysql => "MySQL",
        Protocol::Redis => "Redis",
    }
}
