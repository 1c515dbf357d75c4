//! kustomize's files: the list of a cluster's resources, and beside it the opening of its gateway's port.
//!
//! The port stands on a Service that belongs to whoever installed the gateway. A patch of it within the cluster's kustomization would fail,
//! as its target is not among the resources, and a Service of ours would take theirs over and remove it one day. So the patch is a
//! component that is used from the kustomization that has the gateway's Service, or not at all where the port is open already.

use serde::Serialize;

use super::gateway_service::{GatewayPort, GatewayService, inward, outward};
use crate::plan::Plan;

/// `kustomization.yaml` of a cluster.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kustomization<'p> {
    api_version: &'static str,
    kind: &'static str,
    resources: Vec<&'p str>,
}

/// A component that opens the gateways' ports.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component<'p> {
    api_version: &'static str,
    kind: &'static str,
    patches: Vec<Patch<'p>>,
}

#[derive(Debug, Serialize)]
struct Patch<'p> {
    target: PatchTarget<'p>,
    patch: String,
}

#[derive(Debug, Serialize)]
struct PatchTarget<'p> {
    version: &'static str,
    kind: &'static str,
    name: &'p str,
    namespace: &'p str,
}

/// The list of a cluster's files.
#[must_use]
pub fn kustomization(resources: Vec<&str>) -> Kustomization<'_> {
    Kustomization {
        api_version: "kustomize.config.k8s.io/v1beta1",
        kind: "Kustomization",
        resources,
    }
}

/// The opening of the gateways' ports, each merged into its Service by the port's number; `None` where no gateway is used.
#[must_use]
pub fn component<'p>(plan: &'p Plan<'_>) -> Option<Component<'p>> {
    let services = [inward(plan), outward(plan)];
    let patches: Vec<Patch<'p>> = services.into_iter().flatten().map(patch).collect();
    (!patches.is_empty()).then_some(Component {
        api_version: "kustomize.config.k8s.io/v1alpha1",
        kind: "Component",
        patches,
    })
}

fn patch(service: GatewayService<'_>) -> Patch<'_> {
    let GatewayService { name, namespace, ports, .. } = service;
    let mut patch = format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  ports:\n"
    );
    for GatewayPort { name, port, protocol, target_port, node_port } in ports {
        patch.push_str(&format!(
            "  - name: {name}\n    port: {port}\n    protocol: {protocol}\n    targetPort: {target_port}\n"
        ));
        patch.extend(node_port.map(|port| format!("    nodePort: {port}\n")));
    }
    Patch { target: PatchTarget { version: "v1", kind: "Service", name, namespace }, patch }
}
