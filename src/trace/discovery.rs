//! A call to a Kubernetes Service, where several clusters share discovery.

use super::follow::{Journey, Wire, only};
use super::guard;
use super::{Branch, How, Pods, Step, What, Who};
use crate::document::Address;
use crate::mesh::{Backend, ClusterId, Gateway};
use crate::span::Spanned;

impl Journey<'_, '_> {
    /// The pods of a Kubernetes Service as the control plane of a cluster knows them: those of all clusters that share discovery, in other networks
    /// behind all gateways that `meshNetworks` names for them. Which cluster has how many pods nobody knows here, so the clusters count alike.
    pub(super) fn discovered(
        &self,
        cluster: ClusterId,
        host: &str,
        port: u16,
        wire: &Wire,
    ) -> Vec<Branch> {
        let mesh = self.world.mesh();
        let here = |id: ClusterId| id == cluster || mesh.share_discovery(cluster, id);
        let network = |id: ClusterId| mesh[id].network.as_ref().map(|network| &network.value);
        let backends = self.service().into_iter().flat_map(|service| &service.backends);
        let backends: Vec<&Backend> =
            backends.filter(|backend| here(backend.cluster) && backend.host == host).collect();
        let Some(whole) = count(backends.len()) else {
            return vec![only(Step::dead(format!("nothing of the document runs at {host}")))];
        };
        let pods = |backend: &Backend, among: f64| Branch {
            turn: 0,
            share: 1.0 / among,
            step: guard::pods(
                self,
                backend.cluster,
                Pods::Of(host.to_owned()),
                port,
                wire,
                Some(backend.span),
            ),
        };
        let (near, mut far): (Vec<&Backend>, Vec<&Backend>) =
            backends.into_iter().partition(|backend| network(backend.cluster) == network(cluster));
        far.sort_by_key(|backend| network(backend.cluster));
        let mut branches: Vec<Branch> = near.iter().map(|backend| pods(backend, whole)).collect();
        for own in far.chunk_by(|one, two| network(one.cluster) == network(two.cluster)) {
            let Some(first) = own.first() else { continue };
            let behind = |id: &ClusterId| here(*id) && network(*id) == network(first.cluster);
            let gateways: Vec<(ClusterId, &Gateway, &Spanned<Address>)> = mesh
                .cluster_ids()
                .filter(behind)
                .filter_map(|id| Some((id, mesh[id].gateway.as_ref()?)))
                .flat_map(|(id, gateway)| {
                    gateway.addresses.iter().map(move |address| (id, gateway, address))
                })
                .collect();
            let (Some(many), Some(among)) = (count(own.len()), count(gateways.len())) else {
                continue;
            };
            for (id, gateway, address) in gateways {
                let what = What::Gateway {
                    cluster: id,
                    egress: false,
                    selector: gateway.selector.clone(),
                    at: (address.value.text(), gateway.port),
                    how: wire.sni.clone().map_or(How::Plain, How::Passed),
                    who: Who::Everyone,
                };
                let to = if self.call.down.contains(&id) {
                    vec![only(Step::dead(format!("{} is down", mesh[id].name)))]
                } else {
                    own.iter().map(|backend| pods(backend, many)).collect()
                };
                let step = Step { what, object: None, place: Some(address.span), to };
                branches.push(Branch { turn: 0, share: many / whole / among, step });
            }
        }
        branches
    }
}

/// A number to divide by; none is none.
fn count(number: usize) -> Option<f64> {
    u32::try_from(number).ok().filter(|number| *number > 0).map(f64::from)
}
