//! Values for Istio's Helm charts: what the installation of Istio in a cluster has to be told.
//!
//! Istio's installation belongs to whoever made it, so these are no resources: they are values files, each handed to its chart with `--values`. They
//! stand in a folder of their own, as whoever applies the cluster's folder would take them for resources.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::mesh::Dns;
use crate::plan::Plan;

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
}

/// Values of the chart `istiod`, as far as they are used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IstiodValues<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mesh_config: Option<MeshConfig<'p>>,
}

/// Istio's `MeshConfig`, as far as it is used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeshConfig<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    default_config: Option<ProxyConfig<'p>>,
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
    istiod(plan).into_iter().collect()
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
    let path = "helm/istiod.yaml";
    (values != IstiodValues::default()).then_some(ValuesFile {
        path,
        about,
        values: Values::Istiod(values),
    })
}

impl<'p> IstiodValues<'p> {
    fn mesh_config(&mut self) -> &mut MeshConfig<'p> {
        self.mesh_config.get_or_insert_default()
    }
}
