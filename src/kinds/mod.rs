//! Istio's kinds, and the few of Kubernetes: one file a kind, with its fields in the order of its API and how it follows from a plan.
//!
//! Enters: a `Plan`. Leaves: [`Manifest`]s, each with an identity and the place in the document that it comes from. Holds no text.
//! Field names and meanings are those of `networking.istio.io/v1`, `security.istio.io/v1`, `v1` and `apps/v1`.

mod authorization_policy;
mod config_map;
mod deployment;
mod destination_rule;
mod duration;
mod gateway;
mod gateway_service;
mod helm_values;
mod kustomization;
mod service;
mod service_entry;
mod virtual_service;
mod zone;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

pub use authorization_policy::AuthorizationPolicy;
pub use config_map::Data;
pub use deployment::Deployment;
pub use destination_rule::DestinationRule;
pub use gateway::{EGRESS, Gateway};
pub use helm_values::{
    GatewayValues, GlobalValues, IstiodValues, MeshConfig, ProxyConfig, Values, ValuesFile,
    values_files,
};
pub use kustomization::{component, kustomization};
pub use service::Service;
pub use service_entry::ServiceEntry;
pub use virtual_service::VirtualService;

use crate::mesh::Dns;
use crate::plan::{Plan, ServicePlan};
use crate::span::Span;

/// A resource.
#[derive(Debug)]
pub struct Manifest<'p> {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: &'p str,
    /// Its name.
    pub name: Cow<'p, str>,
    /// Labels besides those that every resource has.
    pub labels: &'static [(&'static str, &'static str)],
    /// What it says.
    pub spec: Spec<'p>,
    /// The place in the document that it comes from.
    pub origin: Span,
}

/// The kinds that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What a gateway lets in.
    Gateway,
    /// A name and what stands behind it.
    ServiceEntry,
    /// How calls to a name are made.
    DestinationRule,
    /// Which calls to a name go where.
    VirtualService,
    /// Who is refused.
    AuthorizationPolicy,
    /// What a name server reads.
    ConfigMap,
    /// A name server.
    Deployment,
    /// Where a name server is found.
    Service,
}

/// What a resource says, by kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Spec<'p> {
    /// Of a [`Gateway`].
    Gateway(Gateway<'p>),
    /// Of a [`ServiceEntry`].
    ServiceEntry(ServiceEntry<'p>),
    /// Of a [`DestinationRule`].
    DestinationRule(DestinationRule<'p>),
    /// Of an [`AuthorizationPolicy`].
    AuthorizationPolicy(AuthorizationPolicy<'p>),
    /// Of a `ConfigMap`, which has data in its place.
    ConfigMap(Data),
    /// Of a [`Deployment`].
    Deployment(Box<Deployment>),
    /// Of a [`Service`].
    Service(Service),
    /// Of a [`VirtualService`].
    VirtualService(VirtualService<'p>),
}

/// Lowers what a cluster needs for one service: for each name what callers see, then what other clusters' calls arrive at, then who is refused.
///
/// All kinds register here, in the order in which they are written.
#[must_use]
pub fn of_service<'p>(service: &'p ServicePlan<'_>, domain: &str) -> Vec<Manifest<'p>> {
    let mut manifests = Vec::with_capacity(4);
    for name in &service.service.names {
        manifests.extend(service_entry::for_callers(service, name));
        manifests.extend(destination_rule::for_callers(service, name));
        manifests.extend(virtual_service::for_callers(service, name));
        manifests.extend(virtual_service::by_discovery(service, name));
    }
    for relay in &service.relays {
        manifests.push(service_entry::for_relay(service, relay));
        manifests.extend(destination_rule::for_relay(service, relay));
    }
    manifests.extend(virtual_service::at_gateway(service, domain));
    manifests.extend(authorization_policy::for_pods(service));
    manifests
}

/// Lowers what a cluster's gateways need.
#[must_use]
pub fn of_gateways<'p>(plan: &'p Plan<'_>) -> Vec<Manifest<'p>> {
    let mut manifests = gateway::of_cluster(plan);
    manifests.extend(authorization_policy::for_gateway(plan));
    manifests
}

/// Lowers what answers for the names in a cluster.
#[must_use]
pub fn of_dns<'p>(plan: &'p Plan<'_>) -> Vec<Manifest<'p>> {
    match plan.cluster.dns.value {
        Dns::CoreDns => vec![config_map::for_coredns(plan)],
        Dns::KubeDns => vec![
            config_map::for_own_coredns(plan),
            deployment::for_kube_dns(plan),
            service::for_kube_dns(plan),
        ],
        Dns::Istio | Dns::Other => Vec::new(),
    }
}

/// Lowers what kube-dns has to be told, which is not applied with the rest.
///
/// Its ConfigMap is the platform's, its one key may hold the stub domains of others, and the Service that it names has to be there first.
#[must_use]
pub fn of_kube_dns<'p>(plan: &'p Plan<'_>) -> Vec<Manifest<'p>> {
    let asked = plan.cluster.dns.value == Dns::KubeDns;
    asked.then(|| config_map::for_kube_dns(plan)).into_iter().collect()
}

impl Kind {
    /// As `kind:` says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gateway => "Gateway",
            Self::ServiceEntry => "ServiceEntry",
            Self::DestinationRule => "DestinationRule",
            Self::VirtualService => "VirtualService",
            Self::AuthorizationPolicy => "AuthorizationPolicy",
            Self::ConfigMap => "ConfigMap",
            Self::Deployment => "Deployment",
            Self::Service => "Service",
        }
    }

    /// As `apiVersion:` says it.
    fn api_version(self) -> &'static str {
        match self {
            Self::ConfigMap | Self::Service => "v1",
            Self::Deployment => "apps/v1",
            Self::Gateway | Self::ServiceEntry | Self::DestinationRule | Self::VirtualService => {
                "networking.istio.io/v1"
            }
            Self::AuthorizationPolicy => "security.istio.io/v1",
        }
    }
}

/// A resource as it is written; `mesh` is the label of the fleet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document<'p> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'p>,
    #[serde(flatten)]
    body: Body<'p>,
}

/// What a resource says, under the key that its kind has for it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Body<'p> {
    Spec(&'p Spec<'p>),
    Data(&'p Spec<'p>),
}

#[derive(Serialize)]
struct Metadata<'p> {
    name: &'p str,
    namespace: &'p str,
    labels: BTreeMap<&'p str, &'p str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'p str, &'p str>,
}

impl<'p> Manifest<'p> {
    /// The resource as it is written; `fleet` is the mesh's name.
    #[must_use]
    pub fn document(&'p self, fleet: Option<&'p str>) -> Document<'p> {
        let mut labels = BTreeMap::from([("app.kubernetes.io/managed-by", "cwc")]);
        labels.extend(fleet.map(|name| ("app.kubernetes.io/part-of", name)));
        labels.extend(self.labels.iter().copied());
        Document {
            api_version: self.kind.api_version(),
            kind: self.kind.word(),
            metadata: Metadata {
                name: &self.name,
                namespace: self.namespace,
                labels,
                annotations: self.annotations(),
            },
            body: match self.kind {
                Kind::ConfigMap => Body::Data(&self.spec),
                _ => Body::Spec(&self.spec),
            },
        }
    }

    /// A ConfigMap of the platform's may hold what others said: no deployer is to take their keys for its own, nor to remove the whole when it no
    /// longer is in the tree.
    ///
    /// Argo CD compares with what was applied last, whoever did that, unless the server is to merge; Flux drops what kubectl has added unless it is
    /// told to merge (`docs/spec/v1/kustomizations.md` of fluxcd/kustomize-controller).
    fn annotations(&self) -> BTreeMap<&'p str, &'p str> {
        if self.kind != Kind::ConfigMap || self.namespace != "kube-system" {
            return BTreeMap::new();
        }
        BTreeMap::from([
            ("argocd.argoproj.io/sync-options", "Prune=false,ServerSideApply=true"),
            ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
            ("kustomize.toolkit.fluxcd.io/ssa", "Merge"),
        ])
    }
}
