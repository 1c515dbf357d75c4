//! What one cluster needs, decided.
//!
//! Enters: a `CheckedMesh`. Leaves: a [`Plan`] for one cluster, with every decision on ways, order and exposure taken. Holds no Istio
//! kinds and no YAML. A cluster's resources follow from its plan alone, so clusters are compiled side by side.

mod exposure;
mod tier;
mod way;

use std::borrow::Cow;

pub use exposure::{Exposure, GatewayPlan};
pub use tier::Failover;
pub use way::{Target, Way};

use crate::mesh::{Backend, Cluster, ClusterId, Gateway, Service, Settings};
use crate::rules::CheckedMesh;

/// What one cluster needs.
#[derive(Debug)]
pub struct Plan<'m> {
    /// What holds for the whole fleet.
    pub settings: &'m Settings,
    /// The cluster.
    pub cluster: &'m Cluster,
    /// What it needs for each service, by namespace and name.
    pub services: Vec<ServicePlan<'m>>,
    /// What its gateway lets in, if anything.
    pub gateway: Option<GatewayPlan<'m>>,
}

/// What one cluster needs for one service.
#[derive(Debug)]
pub struct ServicePlan<'m> {
    /// The service.
    pub service: &'m Service,
    /// The namespace that its resources live in.
    pub home: &'m str,
    /// The name by which gateways know it.
    pub export: String,
    /// Where its calls may go, the first choice first; empty where nothing can be reached.
    pub ways: Vec<Way<'m>>,
    /// The order between the ways, where Istio needs to be told more than their localities.
    pub failover: Option<Failover<'m>>,
    /// How this cluster takes calls from others.
    pub exposure: Option<Exposure<'m>>,
}

/// The plan of one cluster.
#[must_use]
pub fn plan(checked: &CheckedMesh, id: ClusterId) -> Plan<'_> {
    let mesh = checked.mesh();
    let services: Vec<ServicePlan<'_>> =
        mesh.services.iter().map(|service| service_plan(checked, id, service)).collect();
    let gateway = GatewayPlan::of(&mesh[id], &services);
    Plan { settings: &mesh.settings, cluster: &mesh[id], services, gateway }
}

fn service_plan<'m>(
    checked: &'m CheckedMesh,
    id: ClusterId,
    service: &'m Service,
) -> ServicePlan<'m> {
    let mesh = checked.mesh();
    let own = service.backend_in(id);
    let (ways, failover) = way::ways(mesh, id, service);
    ServicePlan {
        service,
        // The namespace of a service need not exist where it does not run.
        home: own.map_or(&mesh.settings.namespace, |backend| &backend.namespace),
        export: service.export_name(&mesh.settings.domain),
        ways,
        failover,
        exposure: own.and_then(|backend| exposure::of(mesh, id, backend)),
    }
}

impl ServicePlan<'_> {
    /// Whether a call may leave the cluster.
    #[must_use]
    pub fn crosses(&self) -> bool {
        self.ways.iter().any(|way| matches!(way.target, Target::Gateway { .. }))
    }
}

/// An address as it is written in a resource.
fn address_text(gateway: &Gateway) -> impl Iterator<Item = (Cow<'_, str>, crate::span::Span)> {
    gateway.addresses.iter().map(|address| (Cow::Owned(address.value.text()), address.span))
}

/// The host of a backend.
fn backend_text(backend: &Backend) -> Cow<'_, str> {
    Cow::Borrowed(&backend.host)
}
