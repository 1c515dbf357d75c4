//! `Gateway`: what a gateway's pods let in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::plan::Plan;

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

/// The gateway for calls whose TLS ends at the pod; `None` where nothing is let in.
///
/// One server with exact, sorted names. A second server with one of them would give the same filter chain twice, and Envoy would refuse
/// the whole listener (istio/istio#42050); the `namespace/` before a host has no effect on `AUTO_PASSTHROUGH`
/// (`pilot/pkg/networking/core/gateway.go`).
pub(super) fn passthrough<'p>(plan: &'p Plan<'_>) -> Option<Manifest<'p>> {
    let exposed = plan.gateway.as_ref()?;
    let server = Server {
        port: ServerPort { number: exposed.gateway.port, name: "tls", protocol: "TLS" },
        tls: ServerTls { mode: "AUTO_PASSTHROUGH" },
        hosts: exposed.names.iter().map(|(name, _)| name.as_str()).collect(),
    };
    Some(Manifest {
        kind: Kind::Gateway,
        namespace: &exposed.gateway.namespace,
        name: Cow::Borrowed("cwc-eastwest"),
        labels: &[],
        spec: Spec::Gateway(Gateway { selector: &exposed.gateway.selector, servers: [server] }),
        origin: exposed.gateway.span,
    })
}
