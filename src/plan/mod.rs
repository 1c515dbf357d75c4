//! What one cluster needs, decided.
//!
//! Enters: a `CheckedMesh`, looked at once as a whole ([`Survey`]). Leaves: a [`Plan`] for one cluster, with every decision on ways, order and
//! exposure taken. Holds no Istio kinds and no YAML. A cluster's resources follow from its plan alone, so clusters are compiled side by side.

mod survey;
mod tier;
mod way;

pub use survey::{Crossing, Survey};
pub use tier::Failover;
pub use way::{Choice, EGRESS_PORT, Order, Target, Way};

use std::collections::BTreeSet;

use crate::mesh::{Cluster, ClusterId, Egress, Gateway, Mesh, Service, Settings};
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
    /// The name by which its calls cross; `None` where none does.
    pub sni_name: Option<String>,
    /// What its gateways do with the names that arrive at them.
    pub relays: Vec<Relay<'m>>,
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
    /// The names, sorted, each with the service it comes from.
    pub names: Vec<(String, Span)>,
}

/// The plan of one cluster.
#[must_use]
pub fn plan<'m>(survey: &Survey<'m>, id: ClusterId) -> Plan<'m> {
    let mesh = survey.mesh();
    let services: Vec<ServicePlan<'m>> = survey
        .services()
        .map(|(service, crossings)| service_plan(mesh, id, service, crossings))
        .collect();
    let names = |side: Side| {
        let relays =
            services.iter().flat_map(|plan| plan.relays.iter().map(move |relay| (plan, relay)));
        let mut names: Vec<(String, Span)> = relays
            .filter(|(_, relay)| relay.sides.contains(&side))
            .map(|(plan, relay)| (relay.name.clone(), plan.service.span))
            .collect();
        names.sort();
        (!names.is_empty()).then_some(names)
    };
    let cluster = &mesh[id];
    let gateway = cluster.gateway.as_ref().zip(names(Side::In));
    let egress = cluster.egress.as_ref().zip(names(Side::Out));
    Plan {
        settings: &mesh.settings,
        cluster,
        gateway: gateway.map(|(gateway, names)| GatewayPlan { gateway, names }),
        egress: egress.map(|(gateway, names)| GatewayPlan { gateway, names }),
        services,
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
    ServicePlan {
        service,
        // The namespace of a service need not exist where it does not run.
        home: own.map_or(&mesh.settings.namespace, |backend| &backend.namespace),
        choice: way::choice(mesh, service, id, Chooser::Sidecars),
        sni_name: crossing.map(name),
        relays,
    }
}

impl<'m> ServicePlan<'m> {
    /// The ways behind a name: behind one that arrives at a gateway, or else behind the callers' own.
    #[must_use]
    pub fn ways_of(&self, name: &str) -> &[Way<'m>] {
        let relay = self.relays.iter().find(|relay| relay.name == name);
        relay.map_or(&self.choice.ways, |relay| &relay.choice.ways)
    }
}
