//! `Gateway`: what a gateway's pods let in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::plan::{EGRESS_PORT, GatewayPlan, Names, Plan};
use crate::span::Span;

/// `Gateway`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
pub struct Gateway<'p> {
    selector: &'p BTreeMap<String, String>,
    servers: Vec<Server<'p>>,
}

#[derive(Debug, Serialize)]
struct Server<'p> {
    port: ServerPort,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<ServerTls>,
    hosts: Vec<&'p str>,
}

#[derive(Debug, Serialize)]
struct ServerPort {
    number: u16,
    name: Cow<'static, str>,
    protocol: &'static str,
}

#[derive(Debug, Serialize)]
struct ServerTls {
    mode: &'static str,
}

/// The name of the one for calls from other clusters.
pub(super) const INWARD: &str = "cwc-eastwest";

/// The name of the one for calls that leave the cluster.
pub const EGRESS: &str = "cwc-egress";

/// The cluster's gateways, each with the names that it lets pass; none where nothing passes.
pub(super) fn of_cluster<'p>(plan: &'p Plan<'_>) -> Vec<Manifest<'p>> {
    let inward = plan.gateway.as_ref().map(|inward| {
        let gateway = inward.gateway;
        let place = (gateway.namespace.as_str(), &gateway.selector, gateway.span);
        manifest(INWARD, place, gateway.port, inward)
    });
    let outward = plan.egress.as_ref().map(|outward| {
        let gateway = outward.gateway;
        let place = (gateway.namespace.as_str(), &gateway.selector, gateway.span);
        manifest(EGRESS, place, EGRESS_PORT, outward)
    });
    inward.into_iter().chain(outward).collect()
}

/// One server for each way in, with exact, sorted names.
///
/// A second one that passes a name on would give the same filter chain twice, and Envoy would refuse the whole listener
/// (istio/istio#42050); the `namespace/` before a host has no effect on `AUTO_PASSTHROUGH` (`pilot/pkg/networking/core/gateway.go`). The one
/// that ends mutual TLS shares the port: their SNIs differ, as the names that callers use never pass unread.
fn manifest<'p, G>(
    name: &'static str,
    (namespace, selector, origin): (&'p str, &'p BTreeMap<String, String>, Span),
    port: u16,
    plan: &'p GatewayPlan<G>,
) -> Manifest<'p> {
    let mut servers = Vec::new();
    let mut add = |number, name, protocol, mode: Option<_>, names: &'p Names| {
        if !names.is_empty() {
            servers.push(Server {
                port: ServerPort { number, name, protocol },
                tls: mode.map(|mode| ServerTls { mode }),
                hosts: names.iter().map(|(name, _)| name.as_str()).collect(),
            });
        }
    };
    add(port, Cow::Borrowed("tls"), "TLS", Some("AUTO_PASSTHROUGH"), &plan.names);
    add(port, Cow::Borrowed("https"), "HTTPS", Some("ISTIO_MUTUAL"), &plan.ended);
    for (port, names) in &plan.open {
        add(*port, open_port(*port).into(), "HTTP", None, names);
    }
    Manifest {
        kind: Kind::Gateway,
        namespace,
        name: Cow::Borrowed(name),
        labels: &[],
        spec: Spec::Gateway(Gateway { selector, servers }),
        origin,
    }
}

/// What a port at which plain HTTP is taken is called, here and in the gateway's Service.
pub(super) fn open_port(port: u16) -> String {
    format!("http-{port}")
}
