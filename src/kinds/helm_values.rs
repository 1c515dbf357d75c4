//! Values for Istio's Helm charts: what the installation of Istio in a cluster has to be told.
//!
//! Istio's installation belongs to whoever made it, so these are no resources: they are values files, each handed to its chart with `--values`. They
//! stand in a folder of their own, as whoever applies the cluster's folder would take them for resources.

use std::collections::BTreeMap;

use serde::Serialize;

use super::gateway_service::{GatewayPort, GatewayService, inward, outward};
use crate::mesh::{Cluster, Dns, Gateway};
use crate::plan::{GroupPlan, Plan};

/// A values file.
#[derive(Debug)]
pub struct ValuesFile<'p> {
    /// Its path below the cluster's folder.
    pub path: &'static str,
    /// What it is for and why it says what it says, a line each.
    pub about: Vec<&'static str>,
    /// What it says.
    pub values: Values<'p>,
}

/// What a values file says, by chart.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Values<'p> {
    /// For the chart `istiod`.
    Istiod(IstiodValues<'p>),
    /// For the chart `gateway`.
    Gateway(GatewayValues<'p>),
}

/// Values of the chart `gateway`, as far as they are used.
#[derive(Debug, Serialize)]
pub struct GatewayValues<'p> {
    name: &'p str,
    labels: &'p BTreeMap<String, String>,
    service: ServiceValues,
}

#[derive(Debug, Serialize)]
struct ServiceValues {
    ports: Vec<GatewayPort>,
}

/// Values of the chart `istiod`, as far as they are used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IstiodValues<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mesh_config: Option<MeshConfig<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    global: Option<GlobalValues<'p>>,
}

/// Istio's `MeshConfig`, as far as it is used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeshConfig<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_domain: Option<&'p str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trust_domain_aliases: Vec<&'p str>,
    default_config: Option<ProxyConfig<'p>>,
}

/// The chart's `global`, as far as it is used: what a cluster that shares discovery has to know.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GlobalValues<'p> {
    #[serde(rename = "meshID")]
    mesh_id: &'p str,
    multi_cluster: MultiCluster<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'p str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    mesh_networks: BTreeMap<&'p str, NetworkValues<'p>>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct MultiCluster<'p> {
    cluster_name: &'p str,
}

/// A network of Istio's `MeshNetworks`: whose pods are in it, and by which gateways others reach them.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct NetworkValues<'p> {
    endpoints: Vec<NetworkEndpoints<'p>>,
    gateways: Vec<NetworkGateway>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkEndpoints<'p> {
    from_registry: &'p str,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct NetworkGateway {
    address: String,
    port: u16,
}

/// Istio's `ProxyConfig`, as far as it is used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyConfig<'p> {
    proxy_metadata: BTreeMap<&'p str, &'p str>,
}

/// The values files of a cluster; none where its installation needs to be told nothing.
#[must_use]
pub fn values_files<'p>(plan: &'p Plan<'_>) -> Vec<ValuesFile<'p>> {
    let gateway = inward(plan).map(|service| gateway_file("helm/gateway.yaml", service));
    let egress = outward(plan).map(|service| gateway_file("helm/egress.yaml", service));
    egress.into_iter().chain(gateway).chain(istiod(plan)).collect()
}

fn istiod<'p>(plan: &'p Plan<'_>) -> Option<ValuesFile<'p>> {
    let mut values = IstiodValues::default();
    let mut about = vec![
        "Values for Istio's chart \"istiod\" in this cluster: hand them to helm with --values, behind your own.",
    ];
    if plan.cluster.dns.value == Dns::Istio {
        // Read by the agent in the sidecar, from the environment that the injector gives it (`pkg/istio-agent/agent.go`).
        let proxy_metadata = BTreeMap::from([("ISTIO_META_DNS_CAPTURE", "true")]);
        values.mesh_config().default_config = Some(ProxyConfig { proxy_metadata });
        about.push(
            "- ISTIO_META_DNS_CAPTURE: sidecars answer for the names of mesh.toml. Pods take it over when they are started anew.",
        );
    }
    if !plan.trust.is_untold() {
        values.mesh_config().trust_domain = Some(plan.trust.domain);
        about.push("- trustDomain: what the identities of this cluster's workloads begin with.");
    }
    if !plan.trust.aliases.is_empty() {
        values.mesh_config().trust_domain_aliases = plan.trust.aliases.iter().copied().collect();
        about.push(
            "- trustDomainAliases: those of the clusters that call services here; sidecars refuse all others in the handshake.",
        );
        about.push(
            "  Policies of your own that name an identity in full then mean that account in each of these trust domains.",
        );
    }
    if let Some(group) = &plan.group {
        values.global = Some(global(plan, group));
        about.extend(ABOUT_GROUP);
    }
    let path = "helm/istiod.yaml";
    (values != IstiodValues::default()).then_some(ValuesFile {
        path,
        about,
        values: Values::Istiod(values),
    })
}

const ABOUT_GROUP: [&str; 2] = [
    "- meshID, clusterName, network: this cluster within the clusters of its mesh, which share discovery. clusterName is also the name in their remote secrets.",
    "- meshNetworks: where the mesh has several networks, whose pods are in which, and by which gateways the others reach them.",
];

fn global<'p>(plan: &'p Plan<'_>, group: &'p GroupPlan<'_>) -> GlobalValues<'p> {
    let network = |members: &Vec<&'p Cluster>| {
        let gateways = members.iter().filter_map(|member| member.gateway.as_ref());
        let address = |gateway: &Gateway| {
            let port = gateway.port;
            let own = gateway.addresses.iter();
            own.map(move |address| NetworkGateway { address: address.value.text(), port })
                .collect::<Vec<_>>()
        };
        NetworkValues {
            endpoints: members
                .iter()
                .map(|member| NetworkEndpoints { from_registry: &member.name })
                .collect(),
            gateways: gateways.flat_map(address).collect(),
        }
    };
    GlobalValues {
        mesh_id: group.name,
        multi_cluster: MultiCluster { cluster_name: &plan.cluster.name },
        network: plan.cluster.network.as_ref().map(|network| network.value.as_str()),
        mesh_networks: group.networks.iter().map(|(name, of)| (*name, network(of))).collect(),
    }
}

/// All ports that the gateway's Service is to have: its chart has a list of them, and of two lists helm takes the last as a whole.
fn gateway_file<'p>(path: &'static str, service: GatewayService<'p>) -> ValuesFile<'p> {
    // Whoever balances loads in front of a gateway asks this port whether its pods are ready; the chart's own list has it too.
    let mut ports = vec![GatewayPort::new("status-port", 15021, None)];
    ports.extend(service.ports);
    let about = vec![
        "Values for Istio's chart \"gateway\", for this gateway's release: hand them to helm with --values, behind your own.",
        "- service.ports: helm takes a list as a whole. If the gateway has more ports than these, write all of them into a file of your own behind this one.",
        "  Where networkGateway is set, the chart opens ports of its own choice, and these are not looked at: 15443 is among them, others are not.",
    ];
    let values = GatewayValues {
        name: service.name,
        labels: service.selector,
        service: ServiceValues { ports },
    };
    ValuesFile { path, about, values: Values::Gateway(values) }
}

impl<'p> IstiodValues<'p> {
    fn mesh_config(&mut self) -> &mut MeshConfig<'p> {
        self.mesh_config.get_or_insert_default()
    }
}
