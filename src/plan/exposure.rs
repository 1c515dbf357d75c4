//! What a cluster's gateway lets in.
//!
//! Exactly the names that some other cluster calls here: a call that the document does not declare finds no chain at the gateway.

use crate::mesh::{Backend, Cluster, ClusterId, Gateway, Mesh};
use crate::span::Span;

use super::ServicePlan;

/// How a cluster takes calls from other clusters for one service.
#[derive(Debug)]
pub struct Exposure<'m> {
    /// Its own backend, the only place that such calls may go to.
    pub backend: &'m Backend,
    /// Its gateway.
    pub gateway: &'m Gateway,
}

/// What a cluster's gateway lets in.
#[derive(Debug)]
pub struct GatewayPlan<'m> {
    /// The gateway.
    pub gateway: &'m Gateway,
    /// The export names, sorted, each with the service it comes from.
    pub names: Vec<(String, Span)>,
}

/// How a cluster takes calls for a service that runs in it; `None` where no other cluster can call.
pub(super) fn of<'m>(mesh: &'m Mesh, id: ClusterId, backend: &'m Backend) -> Option<Exposure<'m>> {
    let gateway = mesh[id].gateway.as_ref()?;
    (mesh.clusters.len() > 1).then_some(Exposure { backend, gateway })
}

impl<'m> GatewayPlan<'m> {
    /// The plan of a cluster's gateway; `None` if it lets nothing in.
    pub(super) fn of(cluster: &'m Cluster, services: &[ServicePlan<'m>]) -> Option<Self> {
        let gateway = cluster.gateway.as_ref()?;
        let exposed = services.iter().filter(|service| service.exposure.is_some());
        let mut names: Vec<(String, Span)> =
            exposed.map(|service| (service.export.clone(), service.service.span)).collect();
        names.sort();
        (!names.is_empty()).then_some(Self { gateway, names })
    }
}
