//! Whose certificates a cluster takes.
//!
//! A sidecar that takes a call wants the caller's identity to begin with a trust domain that its istiod knows
//! (`pilot/pkg/networking/plugin/authn/util.go`, `TrustDomainsForValidation`). So the callers' trust domains are told to istiod, those of the
//! clusters that call something here and no other. The other way round nothing is needed: a caller looks at the root of the callee's
//! certificate, and at no name, as its entries have no service accounts.

use std::collections::BTreeSet;

use super::survey::Crossings;
use crate::mesh::{ClusterId, Mesh};

/// Whose certificates a cluster takes.
#[derive(Debug)]
pub struct Trust<'m> {
    /// Its own trust domain.
    pub domain: &'m str,
    /// The other ones that its callers have.
    pub aliases: BTreeSet<&'m str>,
}

/// What an Istio has that was told nothing: `meshConfig.trustDomain` in the chart of istiod.
const UNTOLD: &str = "cluster.local";

impl Trust<'_> {
    /// Whether istiod must be told anything.
    #[must_use]
    pub fn is_untold(&self) -> bool {
        self.domain == UNTOLD && self.aliases.is_empty()
    }
}

/// The other trust domains of the clusters that call each cluster, by cluster.
pub(super) fn callers<'m>(mesh: &'m Mesh, services: &[Crossings]) -> Vec<BTreeSet<&'m str>> {
    let mut domains = vec![BTreeSet::new(); mesh.clusters.len()];
    let domain = |cluster: ClusterId| mesh[cluster].trust_domain.as_str();
    for (callee, arriving) in services.iter().flat_map(|crossings| &crossings.at_backend) {
        let Some(known) = domains.get_mut(callee.0) else { continue };
        let callers = arriving.iter().map(|(caller, _)| domain(*caller));
        known.extend(callers.filter(|other| *other != domain(*callee)));
    }
    domains
}
