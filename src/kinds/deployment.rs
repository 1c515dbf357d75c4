//! `Deployment`: the CoreDNS that answers in place of kube-dns for the mesh's names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::{Kind, Manifest, Spec};
use crate::plan::Plan;

/// The name of the Deployment, its Service and its ConfigMap.
pub(super) const NAME: &str = "cwc-dns";

/// The folder that its ConfigMap is mounted at.
pub(super) const FOLDER: &str = "/etc/coredns";

/// The release that runs; the conformance suite judges the answers of this one.
const IMAGE: &str = "docker.io/coredns/coredns:1.14.7";

/// Not a privileged one.
pub(super) const PORT: u16 = 1053;

/// What tells its pods from others.
pub(super) fn selector() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([("app.kubernetes.io/name", NAME)])
}

/// `Deployment`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    replicas: u32,
    selector: Selector,
    strategy: Strategy,
    template: Template,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selector {
    match_labels: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Strategy {
    rolling_update: RollingUpdate,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RollingUpdate {
    max_unavailable: u32,
}

#[derive(Debug, Serialize)]
struct Template {
    metadata: TemplateMetadata,
    spec: PodSpec,
}

#[derive(Debug, Serialize)]
struct TemplateMetadata {
    labels: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodSpec {
    automount_service_account_token: bool,
    containers: [Container; 1],
    dns_policy: &'static str,
    security_context: PodSecurity,
    topology_spread_constraints: [Spread; 1],
    volumes: [Volume; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Container {
    name: &'static str,
    image: &'static str,
    args: [String; 3],
    ports: [ContainerPort; 3],
    resources: Resources,
    liveness_probe: Probe,
    readiness_probe: Probe,
    security_context: Security,
    volume_mounts: [Mount; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerPort {
    name: &'static str,
    container_port: u16,
    protocol: &'static str,
}

#[derive(Debug, Serialize)]
struct Resources {
    limits: BTreeMap<&'static str, &'static str>,
    requests: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    http_get: HttpGet,
}

#[derive(Debug, Serialize)]
struct HttpGet {
    path: &'static str,
    port: u16,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodSecurity {
    run_as_group: u32,
    run_as_non_root: bool,
    run_as_user: u32,
    seccomp_profile: Seccomp,
}

#[derive(Debug, Serialize)]
struct Seccomp {
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Security {
    allow_privilege_escalation: bool,
    capabilities: Capabilities,
    read_only_root_filesystem: bool,
}

#[derive(Debug, Serialize)]
struct Capabilities {
    add: [&'static str; 1],
    drop: [&'static str; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mount {
    name: &'static str,
    mount_path: &'static str,
    read_only: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spread {
    label_selector: Selector,
    max_skew: u32,
    topology_key: &'static str,
    when_unsatisfiable: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    name: &'static str,
    config_map: VolumeSource,
}

#[derive(Debug, Serialize)]
struct VolumeSource {
    name: &'static str,
}

/// A CoreDNS of two pods, which may do nothing but answer.
pub(super) fn for_kube_dns<'p>(plan: &'p Plan<'_>) -> Manifest<'p> {
    let mut labels = selector();
    // It would be asked before a sidecar could answer, and mutual TLS is nothing to kube-dns.
    labels.insert("sidecar.istio.io/inject", "false");
    let spec = Deployment {
        replicas: 2,
        selector: Selector { match_labels: selector() },
        strategy: Strategy { rolling_update: RollingUpdate { max_unavailable: 1 } },
        template: Template { metadata: TemplateMetadata { labels }, spec: pod() },
    };
    Manifest {
        kind: Kind::Deployment,
        namespace: &plan.settings.namespace,
        name: Cow::Borrowed(NAME),
        labels: &[],
        spec: Spec::Deployment(Box::new(spec)),
        origin: plan.cluster.dns.span,
    }
}

fn pod() -> PodSpec {
    PodSpec {
        automount_service_account_token: false,
        containers: [container()],
        // The node's resolvers, not the cluster's, which ask here: what is asked on from here must not come back.
        dns_policy: "Default",
        security_context: PodSecurity {
            run_as_group: 65532,
            run_as_non_root: true,
            run_as_user: 65532,
            seccomp_profile: Seccomp { r#type: "RuntimeDefault" },
        },
        topology_spread_constraints: [Spread {
            label_selector: Selector { match_labels: selector() },
            max_skew: 1,
            topology_key: "kubernetes.io/hostname",
            when_unsatisfiable: "ScheduleAnyway",
        }],
        volumes: [Volume { name: "config", config_map: VolumeSource { name: NAME } }],
    }
}

fn container() -> Container {
    let port = |name, container_port, protocol| ContainerPort { name, container_port, protocol };
    let probe = |path, port| Probe { http_get: HttpGet { path, port } };
    Container {
        name: "coredns",
        image: IMAGE,
        args: ["-conf".to_owned(), format!("{FOLDER}/Corefile"), format!("-dns.port={PORT}")],
        ports: [
            port("udp-dns", PORT, "UDP"),
            port("tcp-dns", PORT, "TCP"),
            port("http-health", 8080, "TCP"),
        ],
        resources: Resources {
            limits: BTreeMap::from([("memory", "128Mi")]),
            requests: BTreeMap::from([("cpu", "50m"), ("memory", "32Mi")]),
        },
        // Where CoreDNS' plugins `health` and `ready` listen.
        liveness_probe: probe("/health", 8080),
        readiness_probe: probe("/ready", 8181),
        security_context: Security {
            allow_privilege_escalation: false,
            // The image's program has this file capability, and without it in the bounding set the kernel refuses to start it
            // (`security/commoncap.c`), though no privileged port is used.
            capabilities: Capabilities { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
            read_only_root_filesystem: true,
        },
        volume_mounts: [Mount { name: "config", mount_path: FOLDER, read_only: true }],
    }
}
