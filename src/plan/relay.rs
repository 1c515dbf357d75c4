//! The names that are not the callers' own: those that arrive at a cluster's gateways, and those that its routes send calls to.
//!
//! Enters: a service and what of it crosses. Leaves: a [`Relay`] for each such name, with what stands behind it in this cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::ports::Ports;
use super::route::uses;
use super::survey::{Crossing, Crossings};
use super::way::{self, Choice, Chooser};
use crate::mesh::{Backend, ClusterId, Mesh, Pin, Service};
use crate::span::Span;

/// A name that is not the callers' own, and where calls to it go on to.
#[derive(Debug)]
pub struct Relay<'m> {
    /// The name.
    pub name: String,
    /// The place that routes send calls to by it; `None` for a name by which calls to the service as such cross.
    pub pin: Option<&'m Pin>,
    /// What stands behind it.
    pub stand: Stand<'m>,
    /// The ports that it stands for.
    pub ports: Ports,
    /// The gateways that it arrives at; none if only the cluster's own routes use it.
    pub sides: BTreeSet<Side>,
    /// The namespaces of these gateways.
    pub gateway_namespaces: BTreeSet<&'m str>,
    /// Whether the cluster's own routes use it, so that its sidecars must see it too.
    pub for_routes: bool,
    /// Its address, where the cluster's own calls need one.
    pub vip: Option<Ipv4Addr>,
    /// The name to say in the SNI, where it is another one.
    pub sni_name: Option<&'m str>,
}

/// What stands behind a name.
#[derive(Debug)]
pub enum Stand<'m> {
    /// Addresses.
    Ways(Choice<'m>),
    /// Pods of the cluster's own backend, chosen by their labels.
    Pods(BTreeMap<&'m str, &'m str>, &'m Backend),
}

/// The two gateways of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The one for calls from other clusters.
    In,
    /// The one for calls to other clusters.
    Out,
}

impl<'m> Relay<'m> {
    fn new(name: String, stand: Stand<'m>) -> Self {
        Self {
            name,
            pin: None,
            stand,
            ports: Ports::none(),
            sides: BTreeSet::new(),
            gateway_namespaces: BTreeSet::new(),
            for_routes: false,
            vip: None,
            sni_name: None,
        }
    }

    /// The place in the document that it comes from.
    #[must_use]
    pub fn origin(&self, service: &Service) -> Span {
        self.pin.map_or(service.span, |pin| pin.span)
    }

    fn at(&mut self, side: Side, namespace: &'m str, ports: &Ports) {
        self.sides.insert(side);
        self.gateway_namespaces.insert(namespace);
        self.ports.add(ports);
    }
}

/// The relays of a service in one cluster, one a name: where several proxies use a name, it leads from all of them to the same place.
#[derive(Default)]
struct Relays<'m>(Vec<Relay<'m>>);

impl<'m> Relays<'m> {
    fn named(&mut self, name: &str, stand: impl FnOnce() -> Stand<'m>) -> &mut Relay<'m> {
        let found = self.0.iter().position(|relay| relay.name == name);
        let index = found.unwrap_or_else(|| {
            self.0.push(Relay::new(name.to_owned(), stand()));
            self.0.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "found, or just pushed")]
        &mut self.0[index]
    }

    fn pinned(
        &mut self,
        mesh: &'m Mesh,
        id: ClusterId,
        service: &'m Service,
        pin: &'m Pin,
    ) -> &mut Relay<'m> {
        let relay = self.named(&pin.to.0, || pin_stand(mesh, id, service, pin));
        relay.pin = Some(pin);
        relay
    }
}

/// The names that a service needs in a cluster besides those of its callers.
pub(super) fn relays<'m>(
    mesh: &'m Mesh,
    id: ClusterId,
    service: &'m Service,
    crossings: &Crossings,
) -> Vec<Relay<'m>> {
    let own = service.backend_in(id);
    let mut relays = Relays::default();
    if let Some(egress) = &mesh[id].egress
        && let Some(crosses) = crossings.of_caller(id)
    {
        let stand = || Stand::Ways(way::choice(mesh, service, id, Chooser::Egress));
        let relay = relays.named(&crosses.name, stand);
        relay.at(Side::Out, &egress.namespace, &crosses.ports);
    }
    if let Some(gateway) = &mesh[id].gateway
        && let Some(arriving) = crossings.at_gateway.get(&id)
    {
        for (crossing, ports) in arriving {
            // The export name means the same whoever calls: this cluster's backends or, where there are none, the one way onward.
            let choice = || match (crossing, own) {
                (Crossing::From(caller), _) => {
                    way::choice(mesh, service, *caller, Chooser::Gateway(id))
                }
                (Crossing::Export, Some(backend)) => way::own(backend),
                (Crossing::Export, None) => {
                    let only = crossings.leads.get(&id).and_then(BTreeSet::first);
                    only.map(|only| way::onward(mesh, service, id, *only)).unwrap_or_default()
                }
            };
            let relay = relays.named(&crossing.name(mesh, service), || Stand::Ways(choice()));
            relay.at(Side::In, &gateway.namespace, ports);
        }
    }
    if !service.pins.is_empty() {
        add_used(&mut relays, mesh, id, service, crossings);
        add_arriving(&mut relays, mesh, id, service, crossings);
    }
    relays.0
}

/// What the cluster's own routes need.
fn add_used<'m>(
    relays: &mut Relays<'m>,
    mesh: &'m Mesh,
    id: ClusterId,
    service: &'m Service,
    crossings: &Crossings,
) {
    for (index, ports) in uses(mesh, service, id).pins {
        let Some(pin) = service.pins.get(index) else { continue };
        let only = service.backend_in(pin.cluster);
        let relay = match &mesh[id].egress {
            Some(egress) if pin.cluster != id => {
                relays.pinned(mesh, id, service, pin).at(Side::Out, &egress.namespace, &ports);
                let relay = relays.named(&pin.out.0, || Stand::Ways(way::out(egress, only)));
                (relay.pin, relay.vip) = (Some(pin), pin.out.1);
                relay.sni_name = Some(&pin.to.0);
                relay
            }
            _ if crossings.is_apart(service, id, index, &ports) => {
                let relay = relays.named(&pin.out.0, || pin_stand(mesh, id, service, pin));
                (relay.pin, relay.vip) = (Some(pin), pin.out.1);
                relay.sni_name = (pin.cluster != id).then_some(&pin.to.0);
                relay
            }
            _ => {
                let relay = relays.pinned(mesh, id, service, pin);
                relay.vip = pin.to.1;
                relay
            }
        };
        relay.for_routes = true;
        relay.ports.add(&ports);
    }
}

/// What other clusters' routes need of the cluster's gateway.
fn add_arriving<'m>(
    relays: &mut Relays<'m>,
    mesh: &'m Mesh,
    id: ClusterId,
    service: &'m Service,
    crossings: &Crossings,
) {
    for (index, ports) in crossings.pins_at_gateway.get(&id).into_iter().flatten() {
        let (Some(pin), Some(gateway)) = (service.pins.get(*index), &mesh[id].gateway) else {
            continue;
        };
        relays.pinned(mesh, id, service, pin).at(Side::In, &gateway.namespace, ports);
    }
}

/// What stands behind a pin in a cluster: where it ends its pods, elsewhere the next gateway.
fn pin_stand<'m>(mesh: &'m Mesh, id: ClusterId, service: &'m Service, pin: &'m Pin) -> Stand<'m> {
    let Some(backend) = service.backend_in(id).filter(|_| pin.cluster == id) else {
        return Stand::Ways(way::onward(mesh, service, id, pin.cluster));
    };
    let Some(version) = &pin.version else {
        return Stand::Ways(way::own(backend));
    };
    let version = service.versions.iter().find(|known| known.name == *version);
    let labels = version.into_iter().flat_map(|version| &version.labels);
    let labels = backend.selector.iter().chain(labels);
    let labels = labels.map(|(key, value)| (key.as_str(), value.as_str())).collect();
    Stand::Pods(labels, backend)
}
