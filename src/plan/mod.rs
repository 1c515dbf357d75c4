//! What one cluster needs, decided.
//!
//! Enters: a `CheckedMesh`, looked at once as a whole ([`Survey`]). Leaves: a [`Plan`] for one cluster, with every decision on ways, order and
//! exposure taken. Holds no Istio kinds and no YAML. A cluster's resources follow from its plan alone, so clusters are compiled side by side.

mod dns;
mod group;
mod guard;
mod policy;
mod ports;
mod relay;
mod route;
mod same;
mod survey;
mod tier;
mod trust;
mod way;

pub use dns::CalledNames;
pub use group::GroupPlan;
pub use guard::{Guard, Refused};
pub use policy::CallPolicy;
pub use ports::Ports;
pub use relay::{Relay, Side, Stand};
pub use route::{RouteHost, RoutePlan};
pub use survey::{Crossing, Survey, reached};
pub use tier::Failover;
pub use trust::Trust;
pub use way::{Choice, EGRESS_PORT, Order, Target, Way};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::IstioVersion;
use crate::mesh::{Backend, Cluster, ClusterId, Egress, Entry, Gateway, Mesh, Port};
use crate::mesh::{Service, Settings};
use crate::span::Span;
use survey::{Crossings, Surveyed};
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
    /// Whose certificates it takes.
    pub trust: Trust<'m>,
    /// What its gateway for calls from other clusters lets in, if anything.
    pub gateway: Option<GatewayPlan<&'m Gateway>>,
    /// What its gateway for calls to other clusters lets out, if anything.
    pub egress: Option<GatewayPlan<&'m Egress>>,
    /// The clusters that it shares discovery with, if it does.
    pub group: Option<GroupPlan<'m>>,
}

/// What one cluster needs for one service.
#[derive(Debug)]
pub struct ServicePlan<'m> {
    /// The service.
    pub service: &'m Service,
    /// Its place among all services of the mesh.
    pub place: usize,
    /// The namespace that its resources live in.
    pub home: &'m str,
    /// The namespaces that know its names; `None` is all of them.
    pub namespaces: Option<BTreeSet<&'m str>>,
    /// The cluster's release of Istio.
    pub istio: IstioVersion,
    /// Where the cluster's own calls may go.
    pub choice: Choice<'m>,
    /// The backend by whose name shared discovery leads the cluster's own calls; there is nothing to choose then.
    pub discovered: Option<&'m Backend>,
    /// How its calls enter other clusters.
    pub entry: Entry,
    /// The name by which its calls cross; `None` where none does.
    pub sni_name: Option<Arc<str>>,
    /// What its gateway reads the calls of other clusters for, if it does.
    pub reading: Option<Reading<'m>>,
    /// The names that its gateways and its routes need besides.
    pub relays: Vec<Relay<'m>>,
    /// The routes that hold for its own calls.
    pub routes: Vec<RoutePlan<'m>>,
    /// Whom its pods refuse.
    pub guard: Option<Guard>,
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
    /// Whom it refuses; nobody, where everyone may call.
    pub refused: Vec<Refused>,
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

/// The plan of one cluster, without the services that it needs nothing for.
#[must_use]
pub fn plan<'m>(survey: &Survey<'m>, id: ClusterId) -> Plan<'m> {
    plan_of(survey, id, survey.services_of(id))
}

/// The same with all services: who explains a tree asks for those, too, that it no longer has anything of.
#[must_use]
pub fn plan_in_full<'m>(survey: &Survey<'m>, id: ClusterId) -> Plan<'m> {
    plan_of(survey, id, survey.services())
}

fn plan_of<'s, 'm: 's>(
    survey: &'s Survey<'m>,
    id: ClusterId,
    services: impl Iterator<Item = Surveyed<'s, 'm>>,
) -> Plan<'m> {
    let mesh = survey.mesh();
    let services: Vec<ServicePlan<'m>> = services
        .map(|(place, service, crossings)| service_plan(mesh, id, place, service, crossings))
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
    let (group, trust) = (GroupPlan::of(mesh, id), survey.trust(id));
    Plan { settings: &mesh.settings, cluster, trust, gateway, egress, group, services }
}

/// The names that pass a gateway unread.
fn names(services: &[ServicePlan<'_>], side: Side) -> Names {
    let relays =
        services.iter().flat_map(|plan| plan.relays.iter().map(move |relay| (plan, relay)));
    let mut names: Names = relays
        .filter(|(_, relay)| relay.sides.contains(&side))
        .map(|(plan, relay)| (relay.name.clone(), relay.origin(plan.service)))
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
    place: usize,
    service: &'m Service,
    crossings: &Crossings,
) -> ServicePlan<'m> {
    let own = service.backend_in(id);
    let entry = service.entry(mesh);
    let mut choice = way::choice(mesh, service, id, Chooser::Sidecars);
    if entry == Entry::Plaintext {
        choice.in_plain_text();
    }
    let reading = mesh[id].gateway.as_ref().zip(own).filter(|_| crossings.read_at.contains(&id));
    ServicePlan {
        service,
        place,
        // The namespace of a service need not exist where it does not run.
        home: own.map_or(&mesh.settings.namespace, |backend| &backend.namespace),
        namespaces: service.callers.namespaces(id),
        istio: mesh[id].istio,
        choice,
        discovered: service.discovered(mesh, id),
        entry,
        reading: reading.map(|(gateway, backend)| Reading {
            gateway,
            backend,
            entry,
            refused: guard::at_gateway(mesh, service, id, crossings),
        }),
        sni_name: crossings.of_caller(id).map(|crosses| Arc::clone(&crosses.name)),
        relays: relay::relays(mesh, id, service, crossings),
        routes: route::routes_as_called(mesh, service, id, crossings),
        guard: guard::guard(mesh, service, id, crossings),
    }
}

impl<'m> ServicePlan<'m> {
    /// How a proxy of this cluster calls what it chooses among.
    #[must_use]
    pub fn policy(&self, choice: &Choice<'m>) -> CallPolicy<'m> {
        policy::policy(self.service, choice.only, choice.order != Order::Single, self.istio)
    }

    /// How a proxy of this cluster calls what stands behind a name that is not the callers' own.
    #[must_use]
    pub fn policy_of(&self, relay: &Relay<'m>) -> CallPolicy<'m> {
        match &relay.stand {
            Stand::Ways(choice) => self.policy(choice),
            Stand::Pods(_, backend) => {
                policy::policy(self.service, Some(*backend), false, self.istio)
            }
        }
    }

    /// Whether the cluster's workloads can call it at all.
    #[must_use]
    pub fn is_called(&self) -> bool {
        !self.choice.ways.is_empty() || self.discovered.is_some()
    }

    /// The namespaces that see what callers use, as `exportTo` lists them.
    #[must_use]
    pub fn seen_by(&self) -> Vec<&'m str> {
        match &self.namespaces {
            None => vec!["*"],
            Some(namespaces) => namespaces.iter().copied().collect(),
        }
    }

    /// The namespaces that see a name which is not the callers' own: its gateways', and the callers' where their routes use it.
    #[must_use]
    pub fn relay_seen_by(&self, relay: &Relay<'m>) -> Vec<&'m str> {
        let gateways = &relay.gateway_namespaces;
        match &self.namespaces {
            None if relay.for_routes => vec!["*"],
            Some(callers) if relay.for_routes => callers.union(gateways).copied().collect(),
            _ => gateways.iter().copied().collect(),
        }
    }

    /// The ways behind a name: behind one that arrives at a gateway, or else behind the callers' own.
    #[must_use]
    pub fn ways_of(&self, name: &str) -> &[Way<'m>] {
        match self.relay(name).map(|relay| &relay.stand) {
            None => &self.choice.ways,
            Some(Stand::Ways(choice)) => &choice.ways,
            Some(Stand::Pods(..)) => &[],
        }
    }

    /// What stands behind a name that is not the callers' own.
    #[must_use]
    pub fn relay(&self, name: &str) -> Option<&Relay<'m>> {
        self.relays.iter().find(|relay| relay.name == name)
    }

    /// The routes that calls to a port may meet, the first that matches first; none stands behind one that takes them all.
    pub fn routes_of<'p>(
        &'p self,
        port: &Port,
    ) -> impl Iterator<Item = &'p RoutePlan<'m>> + use<'p, 'm> {
        route::routes_of(&self.routes, port)
    }
}
