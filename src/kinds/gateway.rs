//! `Gateway`: what a gateway's pods let in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::plan::{EGRESS_PORT, GatewayPlan, Plan};
use crate::span::Span;

/// `Gateway`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
pub struct Gateway<'p> {
    selector: &'p BTreeMap<String, String>,
    servers: [Server<'p>; 1],
}

#[derive(Debug, Serialize)]
struct Server<'p> {
    port: ServerPort,
    tls: ServerTls,
    hosts: Vec<&'p str>,
}

#[derive(Debug, Serialize)]
struct ServerPort {
    number: u16,
    name: &'static str,
    protocol: &'static str,
}

#[derive(Debug, Serialize)]
struct ServerTls {
    mode: &'static str,
}

/// The cluster's gateways, each with the names that it lets pass; none where nothing passes.
///
/// One server with exact, sorted names. A second server with one of them would give the same filter chain twice, and Envoy would refuse
/// the whole listener (istio/istio#42050); the `namespace/` before a host has no effect on `AUTO_PASSTHROUGH`
/// (`pilot/pkg/networking/core/gateway.go`).
pub(super) fn passthrough<'p>(plan: &'p Plan<'_>) -> Vec<Manifest<'p>> {
    let inward = plan.gateway.as_ref().map(|GatewayPlan { gateway, names }| {
        let place = (gateway.namespace.as_str(), &gateway.selector, gateway.span);
        manifest("cwc-eastwest", place, gateway.port, names)
    });
    let outward = plan.egress.as_ref().map(|GatewayPlan { gateway, names }| {
        let place = (gateway.namespace.as_str(), &gateway.selector, gateway.span);
        manifest("cwc-egress", place, EGRESS_PORT, names)
    });
    inward.into_iter().chain(outward).collect()
}

fn manifest<'p>(
    name: &'static str,
    (namespace, selector, origin): (&'p str, &'p BTreeMap<String, String>, Span),
    port: u16,
    names: &'p [(String, Span)],
) -> Manifest<'p> {
    let server = Server {
        port: ServerPort { number: port, name: "tls", protocol: "TLS" },
        tls: ServerTls { mode: "AUTO_PASSTHROUGH" },
        hosts: names.iter().map(|(name, _)| name.as_str()).collect(),
    };
    Manifest {
        kind: Kind::Gateway,
        namespace,
        name: Cow::Borrowed(name),
        labels: &[],
        spec: Spec::Gateway(Gateway { selector, servers: [server] }),
        origin,
    }
}
