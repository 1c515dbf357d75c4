//! Compiled objects, read back from the text that a build writes.
//!
//! Only what decides where a call goes is read. The names are those of Istio's API, so the kinds' own documentation holds here as well.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::emit::file::{Placed, TreeObject};
use crate::emit::tree::ClusterTree;
use crate::kinds::Kind;

/// An object with its specification.
#[derive(Clone, Debug)]
pub(super) struct Object<'t, S> {
    /// Its identity, and the place that it comes from.
    pub(super) id: &'t TreeObject,
    /// What it says.
    pub(super) spec: S,
}

#[derive(Deserialize)]
struct Document<S> {
    spec: S,
}

/// The objects of a kind that mention a text, in the order of the tree.
pub(super) fn mentioning<'t, S: DeserializeOwned>(
    tree: &'t ClusterTree,
    kind: Kind,
    text: &str,
) -> Vec<Object<'t, S>> {
    let mut found = Vec::new();
    for file in &tree.files {
        for Placed { object: id, text: own, .. } in
            file.objects().filter(|placed| placed.object.kind == kind)
        {
            // Most objects of a fleet have nothing to do with the call, and to read YAML takes its time.
            if own.contains(text)
                && let Ok(Document { spec }) = serde_yaml::from_str(own)
            {
                found.push(Object { id, spec });
            }
        }
    }
    found
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceEntry {
    pub(super) hosts: Vec<String>,
    #[serde(default)]
    pub(super) addresses: Vec<String>,
    pub(super) ports: Vec<ServicePort>,
    #[serde(default)]
    pub(super) endpoints: Vec<WorkloadEntry>,
    pub(super) workload_selector: Option<WorkloadSelector>,
    #[serde(default)]
    pub(super) export_to: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServicePort {
    pub(super) number: u16,
    pub(super) name: String,
    pub(super) protocol: String,
    pub(super) target_port: Option<u16>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct WorkloadSelector {
    pub(super) labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct WorkloadEntry {
    pub(super) address: String,
    #[serde(default)]
    pub(super) ports: BTreeMap<String, u16>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) locality: String,
    pub(super) weight: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DestinationRule {
    pub(super) host: String,
    pub(super) traffic_policy: TrafficPolicy,
    #[serde(default)]
    pub(super) export_to: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TrafficPolicy {
    pub(super) port_level_settings: Vec<PortPolicy>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PortPolicy {
    pub(super) port: PortSelector,
    pub(super) load_balancer: Option<LoadBalancer>,
    pub(super) outlier_detection: Option<serde_yaml::Value>,
    pub(super) tls: Option<ClientTls>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct PortSelector {
    pub(super) number: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoadBalancer {
    pub(super) locality_lb_setting: Option<LocalityLbSetting>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LocalityLbSetting {
    pub(super) distribute: Vec<Distribute>,
    pub(super) failover: Vec<Failover>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Distribute {
    pub(super) to: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Failover {
    pub(super) from: String,
    pub(super) to: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ClientTls {
    pub(super) mode: String,
    pub(super) sni: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VirtualService {
    pub(super) hosts: Vec<String>,
    #[serde(default)]
    pub(super) gateways: Vec<String>,
    #[serde(default)]
    pub(super) http: Vec<HttpRoute>,
    #[serde(default)]
    pub(super) tcp: Vec<TcpRoute>,
    #[serde(default)]
    pub(super) export_to: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct HttpRoute {
    #[serde(rename = "match", default)]
    pub(super) matches: Vec<HttpMatch>,
    pub(super) route: Vec<Weighted>,
    /// What else is done to the call.
    #[serde(flatten)]
    pub(super) done: BTreeMap<String, serde_yaml::Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpMatch {
    pub(super) uri: Option<StringMatch>,
    pub(super) method: Option<StringMatch>,
    pub(super) authority: Option<StringMatch>,
    pub(super) headers: BTreeMap<String, StringMatch>,
    pub(super) query_params: BTreeMap<String, StringMatch>,
    pub(super) port: Option<u16>,
    pub(super) source_namespace: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StringMatch {
    pub(super) exact: Option<String>,
    pub(super) prefix: Option<String>,
    pub(super) regex: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TcpRoute {
    #[serde(rename = "match", default)]
    pub(super) matches: Vec<TcpMatch>,
    pub(super) route: Vec<Weighted>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TcpMatch {
    pub(super) port: Option<u16>,
    pub(super) source_namespace: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Weighted {
    pub(super) destination: Destination,
    pub(super) weight: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Destination {
    pub(super) host: String,
    pub(super) port: Option<PortSelector>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Gateway {
    pub(super) selector: BTreeMap<String, String>,
    pub(super) servers: Vec<Server>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Server {
    pub(super) port: ServerPort,
    pub(super) tls: Option<ServerTls>,
    pub(super) hosts: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ServerPort {
    pub(super) number: u16,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct ServerTls {
    pub(super) mode: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct AuthorizationPolicy {
    pub(super) selector: Option<Selector>,
    pub(super) rules: Vec<Rule>,
    pub(super) action: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Selector {
    pub(super) match_labels: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rule {
    #[serde(default)]
    pub(super) from: Vec<From>,
    #[serde(default)]
    pub(super) to: Vec<To>,
    #[serde(default)]
    pub(super) when: Vec<Condition>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct From {
    pub(super) source: Source,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Source {
    pub(super) principals: Vec<String>,
    pub(super) not_principals: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct To {
    pub(super) operation: Operation,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Operation {
    pub(super) hosts: Vec<String>,
    pub(super) not_ports: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Condition {
    pub(super) key: String,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) not_values: Vec<String>,
}
