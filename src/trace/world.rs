//! The compiled fleet, and what stands at an address in it.

use std::sync::Arc;

use super::object::{self, Object};
use crate::compile::Fleet;
use crate::emit::tree::ClusterTree;
use crate::emit::yaml;
use crate::kinds::Kind;
use crate::mesh::{ClusterId, Mesh};
use crate::span::Span;

/// The compiled fleet.
pub struct World<'f, 'm> {
    fleet: &'f Fleet<'m>,
    trees: Arc<[ClusterTree]>,
}

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A gateway: the one that takes the calls of other clusters, or else the one that calls leave by.
    Gateway(ClusterId, Side, Span),
    /// A Kubernetes Service of a cluster.
    Service(ClusterId, &'a str, Option<Span>),
}

/// The two gateways of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    In,
    Out,
}

impl<'f, 'm> World<'f, 'm> {
    /// Compiles the fleet.
    ///
    /// # Errors
    /// As [`Fleet::cluster`].
    pub fn new(fleet: &'f Fleet<'m>) -> Result<Self, yaml::Error> {
        let ids = fleet.mesh().cluster_ids();
        let trees = ids.map(|id| fleet.cluster(id)).collect::<Result<_, _>>()?;
        Ok(Self { fleet, trees })
    }

    /// The same fleet, compiled before; a tree for each cluster, in the clusters' order.
    #[must_use]
    pub fn compiled(fleet: &'f Fleet<'m>, trees: Arc<[ClusterTree]>) -> Self {
        Self { fleet, trees }
    }

    /// The mesh.
    #[must_use]
    pub fn mesh(&self) -> &'m Mesh {
        self.fleet.mesh()
    }

    pub(super) fn fleet(&self) -> &'f Fleet<'m> {
        self.fleet
    }

    pub(super) fn tree(&self, id: ClusterId) -> &ClusterTree {
        #[expect(clippy::indexing_slicing, reason = "there is a tree for each cluster")]
        &self.trees[id.0]
    }

    /// The entry of a host that a proxy in a namespace sees; any namespace where none is said.
    pub(super) fn entry(
        &self,
        id: ClusterId,
        host: &str,
        namespace: Option<&str>,
    ) -> Option<Object<'_, object::ServiceEntry>> {
        let entries = object::mentioning(self.tree(id), Kind::ServiceEntry, host);
        entries.into_iter().find(|entry: &Object<'_, object::ServiceEntry>| {
            let own = entry.spec.hosts.iter().any(|own| own == host);
            own && is_seen(&entry.spec.export_to, namespace, &entry.id.namespace)
        })
    }

    /// The namespaces whose sidecars know a host, if any do; gateways' own names are known to gateways.
    pub(super) fn namespaces_that_see(&self, id: ClusterId, host: &str) -> Vec<String> {
        let entries = object::mentioning(self.tree(id), Kind::ServiceEntry, host);
        let own = |entry: &Object<'_, object::ServiceEntry>| {
            entry.spec.hosts.iter().any(|own| own == host)
        };
        entries.into_iter().filter(own).flat_map(|entry| entry.spec.export_to).collect()
    }

    /// The rule of a host that a proxy in a namespace sees.
    pub(super) fn rule(
        &self,
        id: ClusterId,
        host: &str,
        namespace: Option<&str>,
    ) -> Option<Object<'_, object::DestinationRule>> {
        let rules = object::mentioning(self.tree(id), Kind::DestinationRule, host);
        rules.into_iter().find(|rule: &Object<'_, object::DestinationRule>| {
            rule.spec.host == host && is_seen(&rule.spec.export_to, namespace, &rule.id.namespace)
        })
    }

    /// The routes of a host at the sidecars, or at a gateway where one is named.
    pub(super) fn routes(
        &self,
        id: ClusterId,
        host: &str,
        namespace: Option<&str>,
        gateway: Option<&str>,
    ) -> Option<Object<'_, object::VirtualService>> {
        let routes = object::mentioning(self.tree(id), Kind::VirtualService, host);
        routes.into_iter().find(|routes: &Object<'_, object::VirtualService>| {
            let here = match gateway {
                None => routes.spec.gateways.is_empty(),
                Some(gateway) => routes.spec.gateways.iter().any(|own| own == gateway),
            };
            let own = routes.spec.hosts.iter().any(|own| own == host);
            here && own && is_seen(&routes.spec.export_to, namespace, &routes.id.namespace)
        })
    }

    /// What stands at an address, as a proxy in a cluster reaches it.
    pub(super) fn at<'a>(&self, from: ClusterId, address: &'a str) -> Option<Place<'a>>
    where
        'm: 'a,
    {
        let mesh = self.mesh();
        let is_host = |service: &str, namespace: &str| {
            let rest = address.strip_prefix(service).and_then(|rest| rest.strip_prefix('.'));
            let rest = rest.and_then(|rest| rest.strip_prefix(namespace));
            rest.is_some_and(|rest| rest.starts_with(".svc"))
        };
        let own = &mesh[from];
        if let Some(egress) =
            own.egress.as_ref().filter(|own| is_host(&own.service, &own.namespace))
        {
            return Some(Place::Gateway(from, Side::Out, egress.span));
        }
        if let Some(gateway) =
            own.gateway.as_ref().filter(|own| is_host(&own.service, &own.namespace))
        {
            return Some(Place::Gateway(from, Side::In, gateway.span));
        }
        let backends = mesh.services.iter().flat_map(|service| &service.backends);
        if let Some(backend) =
            backends.clone().find(|backend| backend.cluster == from && backend.host == address)
        {
            return Some(Place::Service(from, address, Some(backend.span)));
        }
        for id in mesh.cluster_ids() {
            let addresses = mesh[id].gateway.iter().flat_map(|gateway| &gateway.addresses);
            if let Some(found) = addresses.into_iter().find(|own| own.value.text() == address) {
                return Some(Place::Gateway(id, Side::In, found.span));
            }
        }
        let network = own.network.as_ref().map(|network| &network.value);
        let direct = backends.clone().find(|backend| {
            let there = mesh[backend.cluster].network.as_ref().map(|network| &network.value);
            let said = backend.address.as_ref().is_some_and(|said| said.value.text() == address);
            said && there.is_some() && there == network
        });
        direct.map(|backend| Place::Service(backend.cluster, &backend.host, Some(backend.span)))
    }
}

/// Whether an object of a namespace that is exported to some is seen in another. A caller whose namespace is not known sees what all see.
fn is_seen(export_to: &[String], namespace: Option<&str>, own: &str) -> bool {
    export_to.is_empty()
        || export_to.iter().any(|to| match (to.as_str(), namespace) {
            ("*", _) => true,
            (".", Some(namespace)) => namespace == own,
            (to, Some(namespace)) => to == namespace,
            (_, None) => false,
        })
}
