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
use crate::plan::{Ports, Relay, ServicePlan, Stand, Target, Way};

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    endpoints: Vec<WorkloadEntry<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workload_selector: Option<WorkloadSelector<'p>>,
    export_to: Vec<&'p str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServicePort<'p> {
    number: u16,
    name: &'p str,
    protocol: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_port: Option<u16>,
}

#[derive(Debug, Serialize)]
struct WorkloadSelector<'p> {
    labels: &'p BTreeMap<&'p str, &'p str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkloadEntry<'p> {
    address: Cow<'p, str>,
    ports: BTreeMap<&'p str, u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<TlsMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locality: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<u32>,
}

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
    // Where a route leads calls on by the port alone, what a client says in its own TLS must not matter.
    let opaque = |port: &Port| service.discovered.is_some() && is_tls(port.protocol);
    let protocol = |port: &Port| if opaque(port) { "TCP" } else { protocol(port.protocol) };
    let ports: Vec<(usize, &Port)> = Ports::All.of(service.service).collect();
    let spec = ServiceEntry {
        hosts: [&name.host],
        addresses: Some([name.vip]),
        ports: ports.iter().map(|(_, port)| service_port(port, protocol(port))).collect(),
        location: "MESH_INTERNAL",
        resolution: resolution(ways),
        endpoints: ways.iter().map(|way| endpoint(way, &ports)).collect(),
        workload_selector: None,
        export_to: service.seen_by(),
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

/// A name that is not the callers' own: one that arrives at the cluster's gateways, or that its routes send calls to.
///
/// Where only gateways see it, its ports are TLS whatever the service speaks: what arrives is ciphertext, and the entry needs no VIP then.
pub(super) fn for_relay<'p>(service: &'p ServicePlan<'_>, relay: &'p Relay<'_>) -> Manifest<'p> {
    let ports: Vec<(usize, &Port)> = relay.ports.of(service.service).collect();
    let (targets, selector, ways) = match &relay.stand {
        Stand::Ways(choice) => (None, None, choice.ways.as_slice()),
        Stand::Pods(labels, backend) => {
            (Some(&backend.pod_ports), Some(WorkloadSelector { labels }), &[][..])
        }
    };
    let service_port = |(index, port): &(usize, &'p Port)| ServicePort {
        target_port: targets.and_then(|ports| ports.get(*index).copied()),
        ..service_port(port, if relay.for_routes { protocol(port.protocol) } else { "TLS" })
    };
    let spec = ServiceEntry {
        hosts: [&relay.name],
        addresses: relay.vip.map(|vip| [vip]),
        ports: ports.iter().map(service_port).collect(),
        location: "MESH_INTERNAL",
        resolution: resolution(ways),
        endpoints: ways.iter().map(|way| endpoint(way, &ports)).collect(),
        workload_selector: selector,
        export_to: service.relay_seen_by(relay),
    };
    let no_vip: &[_] = &[("networking.istio.io/enable-autoallocate-ip", "false")];
    Manifest {
        kind: Kind::ServiceEntry,
        namespace: service.home,
        name: Cow::Borrowed(&relay.name),
        labels: if relay.vip.is_some() { &[] } else { no_vip },
        spec: Spec::ServiceEntry(spec),
        origin: relay.origin(service.service),
    }
}

/// STATIC takes IP addresses only; DNS takes host names too.
fn resolution(ways: &[Way<'_>]) -> &'static str {
    if ways.iter().all(|way| way.is_ip) { "STATIC" } else { "DNS" }
}

fn endpoint<'p>(way: &'p Way<'_>, ports: &[(usize, &'p Port)]) -> WorkloadEntry<'p> {
    let number = |index: usize, port: &Port| match &way.target {
        Target::Local(backend) | Target::Direct(backend) => backend.ports.get(index).copied(),
        Target::Gateway { port } => Some(*port),
        Target::Open => Some(port.number),
    };
    let numbered =
        |(index, port): &(usize, &'p Port)| Some((port.name.as_str(), number(*index, port)?));
    WorkloadEntry {
        address: Cow::Borrowed(&way.address),
        ports: ports.iter().filter_map(numbered).collect(),
        labels: (!matches!(way.target, Target::Open)).then_some(MUTUAL),
        locality: way.locality.as_deref(),
        weight: way.weight,
    }
}

fn service_port<'p>(port: &'p Port, protocol: &'static str) -> ServicePort<'p> {
    ServicePort { number: port.number, name: &port.name, protocol, target_port: None }
}

fn is_tls(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Https | Protocol::Tls)
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
