//! Where a cluster's calls to a service may go.

use std::borrow::Cow;

use super::tier::{self, Failover, Tiers};
use crate::mesh::{Backend, ClusterId, Mesh, Service};
use crate::span::Span;

/// One place that calls may go to.
#[derive(Debug)]
pub struct Way<'m> {
    /// What stands there.
    pub target: Target<'m>,
    /// Its address: an IP address or a host name.
    pub address: Cow<'m, str>,
    /// Whether the address is an IP address.
    pub is_ip: bool,
    /// The locality by which Istio ranks it; `None` where there is nothing to rank.
    pub locality: Option<Cow<'m, str>>,
    /// Its weight among the ways of its rank; `None` where all weigh the same.
    pub weight: Option<u32>,
    /// The place in the document that it comes from.
    pub origin: Span,
}

/// What stands at the end of a way.
#[derive(Debug)]
pub enum Target<'m> {
    /// The cluster's own backend.
    Local(&'m Backend),
    /// Another cluster's gateway, with the port it is reached at.
    Gateway {
        /// The port.
        port: u16,
    },
}

/// The ways of a cluster's calls to a service, first choice first.
pub(super) fn ways<'m>(
    mesh: &'m Mesh,
    caller: ClusterId,
    service: &'m Service,
) -> (Vec<Way<'m>>, Option<Failover<'m>>) {
    let reached = service
        .backends
        .iter()
        .filter(|backend| backend.cluster == caller || mesh[backend.cluster].gateway.is_some());
    let mut ranked: Vec<(tier::Distance, &Backend)> =
        reached.map(|backend| (tier::distance(mesh, caller, backend.cluster), backend)).collect();
    ranked.sort_by_key(|(distance, backend)| (*distance, backend.cluster));
    let tiers = Tiers::new(&mesh[caller], ranked.iter().map(|(distance, _)| *distance));
    let mut ways = Vec::with_capacity(ranked.len());
    for (distance, backend) in &ranked {
        let locality = tiers.locality(*distance);
        if backend.cluster == caller {
            ways.push(Way {
                target: Target::Local(backend),
                address: super::backend_text(backend),
                is_ip: false,
                locality,
                weight: None,
                origin: backend.span,
            });
            continue;
        }
        let Some(gateway) = &mesh[backend.cluster].gateway else { continue };
        let peers = ranked.iter().filter(|(other, _)| other == distance);
        let weight = weight(gateway.addresses.len(), peers.map(|(_, peer)| *peer), mesh);
        for ((address, origin), written) in super::address_text(gateway).zip(&gateway.addresses) {
            ways.push(Way {
                target: Target::Gateway { port: gateway.port },
                address,
                is_ip: matches!(written.value, crate::document::Address::Ip(_)),
                locality: locality.clone(),
                weight,
                origin,
            });
        }
    }
    (ways, tiers.failover())
}

/// The weight of each of a gateway's addresses, so that every cluster of a rank gets the same share, however many addresses it has.
fn weight<'m>(
    addresses: usize,
    peers: impl Iterator<Item = &'m Backend>,
    mesh: &Mesh,
) -> Option<u32> {
    let counts: Vec<usize> = peers
        .filter_map(|peer| mesh[peer.cluster].gateway.as_ref())
        .map(|gateway| gateway.addresses.len())
        .collect();
    let common = counts.iter().copied().fold(1, least_common_multiple);
    let same = counts.iter().all(|count| *count == addresses);
    if same { None } else { u32::try_from(common / addresses.max(1)).ok() }
}

fn least_common_multiple(one: usize, two: usize) -> usize {
    let (mut high, mut low) = (one, two.max(1));
    while low != 0 {
        (high, low) = (low, high % low);
    }
    one / high * two.max(1)
}

#[cfg(test)]
mod tests {
    use super::least_common_multiple;

    #[test]
    fn least_common_multiples() {
        assert_eq!(least_common_multiple(4, 6), 12);
        assert_eq!(least_common_multiple(1, 3), 3);
    }
}
