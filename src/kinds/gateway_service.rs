//! The Services of a cluster's gateways, which others have installed: the ports that must be open on them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::gateway::open_port;
use crate::plan::{EGRESS_PORT, GatewayPlan, Plan};

/// A gateway's Service.
pub(super) struct GatewayService<'p> {
    pub(super) name: &'p str,
    pub(super) namespace: &'p str,
    /// The labels of its pods.
    pub(super) selector: &'p BTreeMap<String, String>,
    /// What must be open.
    pub(super) ports: Vec<GatewayPort>,
}

/// A port of a gateway's Service.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GatewayPort {
    pub(super) name: String,
    pub(super) port: u16,
    pub(super) protocol: &'static str,
    pub(super) target_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) node_port: Option<u16>,
}

impl GatewayPort {
    pub(super) fn new(name: &str, port: u16, node_port: Option<u16>) -> Self {
        Self { name: name.to_owned(), port, protocol: "TCP", target_port: port, node_port }
    }
}

/// Of the gateway for calls from other clusters; `None` where nothing arrives.
pub(super) fn inward<'p>(plan: &'p Plan<'_>) -> Option<GatewayService<'p>> {
    let GatewayPlan { gateway, names, ended, open } = plan.gateway.as_ref()?;
    let node_port = gateway.node_port.as_ref().map(|port| port.value);
    let tls = !names.is_empty() || !ended.is_empty();
    let tls = tls.then(|| GatewayPort::new("tls", gateway.port, node_port));
    let open = open.keys().map(|port| GatewayPort::new(&open_port(*port), *port, None));
    Some(GatewayService {
        name: &gateway.service,
        namespace: &gateway.namespace,
        selector: &gateway.selector,
        ports: tls.into_iter().chain(open).collect(),
    })
}

/// Of the gateway for calls to other clusters; `None` where nothing leaves by one.
pub(super) fn outward<'p>(plan: &'p Plan<'_>) -> Option<GatewayService<'p>> {
    let gateway = plan.egress.as_ref()?.gateway;
    Some(GatewayService {
        name: &gateway.service,
        namespace: &gateway.namespace,
        selector: &gateway.selector,
        ports: vec![GatewayPort::new("tls", EGRESS_PORT, None)],
    })
}
