//! Which lines decide where calls go: where the service runs, and what leads them elsewhere (`drained`, `weight`, `via`, `behind`, `egress`,
//! `address`, `prefer`).
//!
//! The old document is not known, so a line is named if it decides the field as it is now. Where the service still runs at the end of a way that
//! is gone, one of these others did it; where it does not, the list of its clusters did.

use super::{Origins, Places, runs, said};
use crate::document::{BackendTable, ClusterTable, Key, PreferValue};
use crate::mesh::path::share_network;
use crate::mesh::{Cluster, ClusterId, Prefer};
use crate::plan::ServicePlan;
use crate::span::Span;

impl<'m> Origins<'m> {
    /// Why calls do not go straight to a cluster in which the service runs.
    fn diverted(&self, service: &ServicePlan<'_>, to: ClusterId) -> Vec<Span> {
        let there = &self.mesh[to];
        let drained = self.cluster_table(there).and_then(|table| said(&table.drained));
        let weight = self.backend_table(service, to).and_then(|table| said(&table.weight));
        let behind = there.behind.as_ref().map(|behind| behind.span);
        let share = service.service.backend_in(to).and_then(|backend| backend.weight);
        let mut places = Vec::new();
        places.extend(self.reached_directly(service, to));
        places.extend(self.discovery(service));
        places.extend(drained.filter(|_| there.drained));
        places.extend(weight.filter(|_| share == Some(0)));
        places.extend(behind.into_iter().chain(leaving(self.plan.cluster)));
        places
    }

    /// The `mesh` of this cluster, where shared discovery leads its calls to a service.
    pub(super) fn discovery(&self, service: &ServicePlan<'_>) -> Option<Span> {
        let group = self.plan.cluster.mesh.as_ref()?;
        service.discovered.map(|_| group.span)
    }

    /// The address at which clusters of the same network reach a service's backend without its gateway, if some do: this cluster, or where it is
    /// the backend's own any other.
    fn reached_directly(&self, service: &ServicePlan<'_>, to: ClusterId) -> Option<Span> {
        let address = service.service.backend_in(to)?.address.as_ref()?;
        let mut callers = self.mesh.cluster_ids().filter(|id| *id != to);
        let here = self.mesh.cluster_named(&self.plan.cluster.name)?;
        callers
            .any(|id| (to == here || id == here) && share_network(self.mesh, id, to))
            .then_some(address.span)
    }

    /// Why this cluster's calls do not go to the address that a service's backend has elsewhere: the networks of the two, as far as they are said.
    pub(super) fn apart(&self, service: &ServicePlan<'_>, to: ClusterId) -> Vec<Span> {
        let address = service.service.backend_in(to).and_then(|backend| backend.address.as_ref());
        let here = self.mesh.cluster_named(&self.plan.cluster.name);
        let (Some(address), Some(here)) = (address, here) else { return Vec::new() };
        if here == to || share_network(self.mesh, here, to) {
            return Vec::new();
        }
        let networks = [here, to].into_iter().filter_map(|id| self.mesh[id].network.as_ref());
        let places: Vec<Span> = networks.map(|network| network.span).collect();
        if places.is_empty() { vec![address.span] } else { places }
    }

    /// Why a way to a cluster in which a service may run is gone.
    pub(super) fn left(&self, service: &ServicePlan<'_>, to: Option<ClusterId>) -> Vec<Span> {
        let still = to.filter(|to| service.service.backend_in(*to).is_some());
        let diverted = still.map(|to| self.diverted(service, to)).unwrap_or_default();
        let led = if diverted.is_empty() { runs(service) } else { diverted };
        led.into_iter().chain(self.callers(service)).collect()
    }

    /// Why this cluster's calls have the choice that they have.
    pub(super) fn chooses(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        let backends = service.service.backends.iter();
        let diverted: Vec<Span> =
            backends.flat_map(|backend| self.diverted(service, backend.cluster)).collect();
        let led = if diverted.is_empty() { runs(service) } else { diverted };
        led.into_iter().chain(self.callers(service)).collect()
    }

    /// Why calls go through the gateway of a cluster in which the service does not run.
    pub(super) fn hub(&self, hub: &Cluster) -> Vec<Span> {
        let own = self.plan.cluster.via.as_ref().filter(|via| self.is(hub, via.value));
        let own: Vec<Span> = own.map(|via| via.span).into_iter().collect();
        if own.is_empty() { self.leading_to(hub) } else { own }
    }

    /// Which clusters say that their calls, or the calls to them, pass a cluster's gateway.
    fn leading_to(&self, hub: &Cluster) -> Vec<Span> {
        let clusters = self.mesh.clusters.iter();
        let hops = clusters.flat_map(|cluster| [&cluster.via, &cluster.behind]).flatten();
        hops.filter(|hop| self.is(hub, hop.value)).map(|hop| hop.span).collect()
    }

    /// Why a name by which calls cross is known here, though its service was there before.
    pub(super) fn arrives(&self, service: &ServicePlan<'_>, name: &str) -> Vec<Span> {
        let here = self.plan.cluster;
        let export = service.service.export_name(&self.plan.settings.domain);
        let own = self.mesh.cluster_named(&here.name).and_then(|id| service.service.backend_in(id));
        if let (true, Some(backend)) = (name == export, own) {
            // Its calls were read here before, or nobody else called, or the service did not run here.
            let others = self.enters(service).into_iter().chain(self.callers(service));
            return [backend.span].into_iter().chain(others).collect();
        }
        let caller = name.split('.').nth(2).and_then(|caller| self.mesh.cluster_named(caller));
        let mut places = self.leading_to(here);
        places.extend(here.behind.as_ref().map(|behind| behind.span));
        match caller {
            Some(caller) => places.extend(leaving(&self.mesh[caller])),
            None => places.extend(leaving(here)),
        }
        let led = if places.is_empty() { runs(service) } else { places };
        led.into_iter().chain(self.callers(service)).collect()
    }

    /// What an SNI other than for its port's number comes from: the whole of the ways decides by which name a cluster's calls cross.
    pub(super) fn crosses(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        let clusters = self.mesh.clusters.iter();
        let hops = clusters.flat_map(|cluster| [&cluster.via, &cluster.behind]).flatten();
        let mut places: Vec<Span> = hops.map(|hop| hop.span).collect();
        places.extend(leaving(self.plan.cluster));
        if places.is_empty() { runs(service) } else { places }
    }

    /// What decides the order of a cluster's choice, which is shown by localities; `locality` is one of them.
    pub(super) fn order(
        &self,
        service: &ServicePlan<'_>,
        there: impl Iterator<Item = &'m Cluster>,
        locality: Option<&str>,
        places: &mut Places,
    ) {
        let own = self.table(service).map(|table| &table.prefer);
        match service.service.prefer {
            Prefer::Local => {
                places.indirect.extend(own.and_then(preference));
                places.indirect.extend(self.locations(there, locality));
            }
            Prefer::Any | Prefer::Order(_) => places.indirect.extend(self.prefer(service)),
        }
    }

    /// `prefer` of a service, its own or the default, if it is said.
    pub(super) fn prefer(&self, service: &ServicePlan<'_>) -> Option<Span> {
        let own = self.table(service).map(|table| &table.prefer).and_then(preference);
        own.or_else(|| preference(&self.document.defaults.prefer))
    }

    /// The weights that are said for a service's backends.
    pub(super) fn weights(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        let tables = self.table(service).map(|table| table.backends.as_slice());
        tables.unwrap_or_default().iter().filter_map(|(_, table)| said(&table.weight)).collect()
    }

    /// The table of a service's backend in a cluster, as written.
    pub(super) fn backend_table(
        &self,
        service: &ServicePlan<'_>,
        cluster: ClusterId,
    ) -> Option<&'m BackendTable> {
        let name = &self.mesh[cluster].name;
        let mut tables = self.table(service)?.backends.iter();
        tables.find(|(key, _)| key.value == *name).map(|(_, table)| table)
    }

    /// The table of a cluster, as written.
    pub(super) fn cluster_table(&self, cluster: &Cluster) -> Option<&'m ClusterTable> {
        let mut tables = self.document.clusters.iter();
        tables.find(|(key, _)| key.span == cluster.span).map(|(_, table)| table)
    }

    fn is(&self, cluster: &Cluster, id: ClusterId) -> bool {
        self.mesh[id].span == cluster.span
    }
}

/// How a cluster's calls leave it, where not straight.
fn leaving(cluster: &Cluster) -> Vec<Span> {
    let via = cluster.via.as_ref().map(|via| via.span);
    via.into_iter().chain(cluster.egress.as_ref().map(|egress| egress.span)).collect()
}

fn preference(prefer: &Key<PreferValue>) -> Option<Span> {
    match prefer.given()? {
        PreferValue::Word(word) => Some(word.span),
        PreferValue::Order(clusters) => clusters.first().map(|cluster| cluster.span),
    }
}
