//! What one cluster needs, decided.
//!
//! Enters: a `CheckedMesh`, looked at once as a whole ([`Survey`]). Leaves: a [`Plan`] for one cluster, with every decision on ways, order and
//! exposure taken. Holds no Istio kinds and no YAML. A cluster's resources follow from its plan alone, so clusters are compiled side by side.

mod dns;
mod survey;
mod tier;
mod way;

pub use dns::CalledNames;
pub use survey::{Crossing, Survey};
pub use tier::Failover;
pub use way::{Choice, EGRESS_PORT, Order, Target, Way};

use std::collections::{BTreeMap, BTreeSet};

use crate::mesh::{Backend, Cluster, ClusterId, Egress, Entry, Gateway, Mesh, Port};
use crate::mesh::{Service, Settings};
use crate::span::Span;
use survey::Crossings;
use way::Chooser;

/// What one cluster needs.
#[derive(Debug)]
pub struct Plan<'m> {
    /// What holds for the whole fleet.
    pub settings: &'m Settings,
    /// The cluster.
    pub cluster: &'m Cluster,
    /// What it needs for each service, by namespace and name.
    pub services: Vec<ServicePlan<'m>>,
    /// What its gateway for calls from other clusters lets in, if anything.
    pub gateway: Option<GatewayPlan<&'m Gateway>>,
    /// What its gateway for calls to other clusters lets out, if anything.
    pub egress: Option<GatewayPlan<&'m Egress>>,
}

/// What one cluster needs for one service.
#[derive(Debug)]
pub struct ServicePlan<'m> {
    /// The service.
    pub service: &'m Service,
    /// The namespace that its resources live in.
    pub home: &'m str,
    /// Where the cluster's own calls may go.
    pub choice: Choice<'m>,
    /// How its calls enter other clusters.
    pub entry: Entry,
    /// The name by which its calls cross; `None` where none does.
    pub sni_name: Option<String>,
    /// What its gateway reads the calls of other clusters for, if it does.
    pub reading: Option<Reading<'m>>,
    /// What its gateways do with the names that arrive at them.
    pub relays: Vec<Relay<'m>>,
}

/// Calls of other clusters that a gateway reads, to send them on to its own cluster's backend and nowhere else.
#[derive(Debug)]
pub struct Reading<'m> {
    /// The gateway.
    pub gateway: &'m Gateway,
    /// Where they go.
    pub backend: &'m Backend,
    /// How they enter; never passed on unread.
    pub entry: Entry,
}

/// What a gateway does with a name that arrives at it.
#[derive(Debug)]
pub struct Relay<'m> {
    /// The name.
    pub name: String,
    /// Where the calls go on to.
    pub choice: Choice<'m>,
    /// The gateways that it arrives at.
    pub sides: BTreeSet<Side>,
    /// The namespaces of these gateways, which alone see the name.
    pub gateway_namespaces: BTreeSet<&'m str>,
}

/// The two gateways of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The one for calls from other clusters.
    In,
    /// The one for calls to other clusters.
    Out,
}

/// What a gateway lets pass.
#[derive(Debug)]
pub struct GatewayPlan<G> {
    /// The gateway.
    pub gateway: G,
    /// The names that pass it unread, sorted, each with the service it comes from.
    pub names: Names,
    /// The names for which mutual TLS ends there.
    pub ended: Names,
    /// By port, the names for which plain HTTP is taken.
    pub open: BTreeMap<u16, Names>,
}

/// Names, sorted, each with the service that it comes from.
pub type Names = Vec<(String, Span)>;

/// The plan of one cluster.
#[must_use]
pub fn plan<'m>(survey: &Survey<'m>, id: ClusterId) -> Plan<'m> {
    let mesh = survey.mesh();
    let services: Vec<ServicePlan<'m>> = survey
        .services()
        .map(|(service, crossings)| service_plan(mesh, id, service, crossings))
        .collect();
    let cluster = &mesh[id];
    let gateway = cluster.gateway.as_ref().and_then(|gateway| {
        let (ended, open) = read_names(&services);
        GatewayPlan { gateway, names: names(&services, Side::In), ended, open }.used()
    });
    let egress = cluster.egress.as_ref().and_then(|gateway| {
        let (names, ended, open) = (names(&services, Side::Out), Names::new(), BTreeMap::new());
        GatewayPlan { gateway, names, ended, open }.used()
    });
    Plan { settings: &mesh.settings, cluster, gateway, egress, services }
}

/// The names that pass a gateway unread.
fn names(services: &[ServicePlan<'_>], side: Side) -> Names {
    let relays =
        services.iter().flat_map(|plan| plan.relays.iter().map(move |relay| (plan, relay)));
    let mut names: Names = relays
        .filter(|(_, relay)| relay.sides.contains(&side))
        .map(|(plan, relay)| (relay.name.clone(), plan.service.span))
        .collect();
    names.sort();
    names
}

/// The names whose calls the gateway reads: those for which mutual TLS ends, and by port those that come in plain text.
fn read_names(services: &[ServicePlan<'_>]) -> (Names, BTreeMap<u16, Names>) {
    let (mut ended, mut open) = (Names::new(), BTreeMap::<u16, Names>::new());
    for plan in services {
        let Some(reading) = &plan.reading else { continue };
        let own = plan.service.names.iter().map(|name| (name.host.clone(), plan.service.span));
        if reading.entry == Entry::Terminate {
            ended.extend(own);
            continue;
        }
        for port in &plan.service.ports {
            open.entry(port.number).or_default().extend(own.clone());
        }
    }
    ended.sort();
    open.values_mut().for_each(|names| names.sort());
    (ended, open)
}

impl<G> GatewayPlan<G> {
    /// The plan, if anything passes.
    fn used(self) -> Option<Self> {
        let used = !self.names.is_empty() || !self.ended.is_empty() || !self.open.is_empty();
        used.then_some(self)
    }
}

fn service_plan<'m>(
    mesh: &'m Mesh,
    id: ClusterId,
    service: &'m Service,
    crossings: &Crossings,
) -> ServicePlan<'m> {
    let own = service.backend_in(id);
    let name = |crossing: Crossing| match crossing {
        Crossing::Export => service.export_name(&mesh.settings.domain),
        Crossing::From(caller) => service.from_name(&mesh[caller].name, &mesh.settings.domain),
    };
    let crossing = crossings.by_caller.get(&id).copied();
    let mut relays: Vec<Relay<'m>> = Vec::new();
    if let (Some(egress), Some(crossing)) = (&mesh[id].egress, crossing) {
        relays.push(Relay {
            name: name(crossing),
            choice: way::choice(mesh, service, id, Chooser::Egress),
            sides: BTreeSet::from([Side::Out]),
            gateway_namespaces: BTreeSet::from([egress.namespace.as_str()]),
        });
    }
    if let (Some(gateway), Some(arriving)) = (&mesh[id].gateway, crossings.at_gateway.get(&id)) {
        for crossing in arriving {
            // Both gateways of a cluster use one name only where it leads from both to the same place.
            let name = name(*crossing);
            if let Some(relay) = relays.iter_mut().find(|relay| relay.name == name) {
                relay.sides.insert(Side::In);
                relay.gateway_namespaces.insert(&gateway.namespace);
                continue;
            }
            // The export name means the same whoever calls: this cluster's backends or, where there are none, the one way onward.
            let choice = match (crossing, own) {
                (Crossing::From(caller), _) => {
                    way::choice(mesh, service, *caller, Chooser::Gateway(id))
                }
                (Crossing::Export, Some(backend)) => way::own(backend),
                (Crossing::Export, None) => way::onward(mesh, id, crossings.leads.get(&id)),
            };
            relays.push(Relay {
                name,
                choice,
                sides: BTreeSet::from([Side::In]),
                gateway_namespaces: BTreeSet::from([gateway.namespace.as_str()]),
            });
        }
    }
    let entry = service.entry(mesh);
    let mut choice = way::choice(mesh, service, id, Chooser::Sidecars);
    if entry == Entry::Plaintext {
        choice.in_plain_text();
    }
    let reading = mesh[id].gateway.as_ref().zip(own).filter(|_| crossings.read_at.contains(&id));
    ServicePlan {
        service,
        // The namespace of a service need not exist where it does not run.
        home: own.map_or(&mesh.settings.namespace, |backend| &backend.namespace),
        choice,
        entry,
        reading: reading.map(|(gateway, backend)| Reading { gateway, backend, entry }),
        sni_name: crossing.map(name),
        relays,
    }
}

impl<'m> ServicePlan<'m> {
    /// The ports whose calls the cluster's gateways pass on unread.
    pub fn relayed_ports(&self) -> impl Iterator<Item = &'m Port> {
        let entry = self.reading.as_ref().map_or(Entry::Passthrough, |reading| reading.entry);
        self.service.ports.iter().filter(move |port| !entry.reads(port))
    }

    /// Whether the cluster's workloads can call it at all.
    #[must_use]
    pub fn is_called(&self) -> bool {
        !self.choice.ways.is_empty()
    }

    /// The ways behind a name: behind one that arrives at a gateway, or else behind the callers' own.
    #[must_use]
    pub fn ways_of(&self, name: &str) -> &[Way<'m>] {
        let relay = self.relays.iter().find(|relay| relay.name == name);
        relay.map_or(&self.choice.ways, |relay| &relay.choice.ways)
    }
}
