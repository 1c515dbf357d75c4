//! Which lines decide who may call: `callers`, and the trust domains of the clusters that it names.
//!
//! Who may call has a say in where names are known, what gateways let in and whom pods refuse, so its line is named beside what else decides
//! these.

use super::{Origins, Places, said};
use crate::changes::ObjectChange;
use crate::changes::path::Part::Key;
use crate::mesh::Callers;
use crate::plan::ServicePlan;
use crate::span::Span;

impl Origins<'_> {
    /// Where it is said who may call a service, its own or by default; nowhere where everyone may.
    #[expect(clippy::unused_self, reason = "asked like all other places")]
    pub(super) fn callers(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        service.service.callers.said().iter().map(|caller| caller.span).collect()
    }

    /// An `AuthorizationPolicy` that was there before.
    pub(super) fn authorization_policy(
        &self,
        service: &ServicePlan<'_>,
        change: &ObjectChange,
        places: &mut Places,
    ) {
        for difference in &change.differences {
            let path = difference.parts();
            if path.contains(&Key("when")) {
                let ports = service.service.ports.iter().map(|port| port.number_span);
                places.direct.extend(ports.chain(self.crosses(service)));
            } else if path.first() == Some(&Key("spec")) {
                places.direct.extend(self.callers(service));
                places.direct.extend(self.trust_domains(service));
            }
        }
    }

    /// An `AuthorizationPolicy` that comes or goes.
    pub(super) fn guards(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        match service.service.callers {
            Callers::Everyone => vec![service.service.span],
            Callers::Only(_) => self.callers(service),
        }
    }

    /// The trust domains that are said, of the clusters that may call a service.
    fn trust_domains(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        let clusters =
            service.service.callers.said().iter().map(|caller| &self.mesh[caller.cluster]);
        let said = clusters.filter_map(|cluster| said(&self.cluster_table(cluster)?.trust_domain));
        said.chain(said_for_all(self)).collect()
    }

    /// What the trust domains of a cluster and of its callers come from.
    pub(super) fn trust(&self) -> Vec<Span> {
        let trust = &self.plan.trust;
        let named = self.mesh.clusters.iter().filter(|cluster| {
            let other = trust.aliases.contains(cluster.trust_domain.as_str());
            other || cluster.name == self.plan.cluster.name
        });
        let own = named.filter_map(|cluster| said(&self.cluster_table(cluster)?.trust_domain));
        own.chain(said_for_all(self)).chain(self.admitted_here()).collect()
    }

    /// Where it is said who may call the services that run here.
    pub(super) fn admitted_here(&self) -> Vec<Span> {
        let here = self.mesh.cluster_named(&self.plan.cluster.name);
        let own =
            self.plan.services.iter().filter(|service| {
                here.is_some_and(|here| service.service.backend_in(here).is_some())
            });
        own.flat_map(|service| self.callers(service)).collect()
    }
}

fn said_for_all(origins: &Origins<'_>) -> Option<Span> {
    said(&origins.document.mesh.trust_domain)
}
