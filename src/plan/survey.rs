//! Which calls pass which gateways, for the whole fleet: looked at once, before any cluster is planned.
//!
//! Enters: a `CheckedMesh`. Leaves: a [`Survey`]: for each service the name by which each cluster's calls cross, and for each gateway the names
//! that arrive at it. A gateway lists these and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ports::Ports;
use super::route::{RouteHost, routes, routes_of, uses};
use super::trust::{self, Trust};
use crate::mesh::path::{Hops, path, to_backend};
use crate::mesh::{Backend, ClusterId, Entry, Mesh, Port, Service};
use crate::rules::CheckedMesh;

/// By which name a cluster's calls to a service cross: what their SNI says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crossing {
    /// The export name: "the backends here", or where nothing runs the only way onward.
    Export,
    /// A name of the caller's own, where a gateway on its way has a choice that must be the caller's and not the gateway's.
    From(ClusterId),
}

impl Crossing {
    /// The name itself.
    #[must_use]
    pub fn name(self, mesh: &Mesh, service: &Service) -> String {
        match self {
            Self::Export => service.export_name(&mesh.settings.domain),
            Self::From(caller) => service.from_name(&mesh[caller].name, &mesh.settings.domain),
        }
    }
}

/// By which name a call comes to a backend: what its SNI says. A sidecar says one wherever it calls, so one that calls across says the same
/// within its cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Arrival {
    /// The name that callers use, where none of its cluster's calls pass a gateway.
    Called,
    /// The name by which its cluster's calls cross.
    Crossing(Crossing),
    /// The name of a pin, by its index.
    Pin(usize),
}

/// What crosses between the clusters of a fleet.
#[derive(Debug)]
pub struct Survey<'m> {
    mesh: &'m Mesh,
    services: Vec<Crossings>,
    trusted: Vec<BTreeSet<&'m str>>,
}

/// How the calls of a cluster cross.
#[derive(Debug)]
pub(super) struct Crosses {
    /// By which name.
    pub(super) crossing: Crossing,
    /// The name itself.
    pub(super) name: Arc<str>,
    /// At which ports.
    pub(super) ports: Ports,
}

/// What crosses for one service.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    /// How the calls of each cluster cross, by cluster; only of those whose calls cross at all.
    by_caller: Vec<(ClusterId, Crosses)>,
    /// The names that arrive at each cluster's gateway, each with the ports that some caller uses by it.
    pub(super) at_gateway: BTreeMap<ClusterId, BTreeMap<Crossing, Ports>>,
    /// The clusters whose calls come to the backends of each cluster, itself among them, with the names by which they come.
    pub(super) at_backend: BTreeMap<ClusterId, Vec<(ClusterId, Arrival)>>,
    /// The hosting clusters that gateways lead to which calls only pass on their way.
    pub(super) leads: BTreeMap<ClusterId, BTreeSet<ClusterId>>,
    /// The clusters whose gateways read the calls that enter there, and pass on none of their bytes.
    pub(super) read_at: BTreeSet<ClusterId>,
    /// The pins, by index, that arrive at each cluster's gateway, with their ports.
    pub(super) pins_at_gateway: BTreeMap<ClusterId, BTreeMap<usize, Ports>>,
}

/// A service, its place among all, and what crosses for it.
pub(super) type Surveyed<'s, 'm> = (usize, &'m Service, &'s Crossings);

impl<'m> Survey<'m> {
    /// Looks at the whole fleet.
    #[must_use]
    pub fn of(checked: &'m CheckedMesh) -> Self {
        let mesh = checked.mesh();
        let copies = copies(mesh);
        let crossings = |service| crossings(mesh, service, &copies);
        let services: Vec<Crossings> = mesh.services.iter().map(crossings).collect();
        let trusted = trust::callers(mesh, &services);
        Self { mesh, services, trusted }
    }

    /// The mesh.
    #[must_use]
    pub fn mesh(&self) -> &'m Mesh {
        self.mesh
    }

    /// Whose certificates a cluster takes.
    pub(super) fn trust(&self, id: ClusterId) -> Trust<'m> {
        let aliases = self.trusted.get(id.0).cloned().unwrap_or_default();
        Trust { domain: &self.mesh[id].trust_domain, aliases }
    }

    /// All services.
    pub(super) fn services(&self) -> impl Iterator<Item = Surveyed<'_, 'm>> {
        let services = self.mesh.services.iter().zip(&self.services).enumerate();
        services.map(|(place, (service, crossings))| (place, service, crossings))
    }

    /// The services that a cluster needs anything for. With `callers`, most services of a large fleet are none of a cluster's business.
    pub(super) fn services_of(&self, id: ClusterId) -> impl Iterator<Item = Surveyed<'_, 'm>> {
        self.services().filter(move |(_, service, crossings)| {
            service.callers.include(id)
                || service.backend_in(id).is_some()
                || service.discovered(self.mesh, id).is_some()
                || crossings.concern(id)
        })
    }
}

/// The backends that a cluster's calls may go to, each with the clusters whose gateways they pass; none where the cluster may not call, and none
/// where shared discovery leads its calls.
pub fn reached<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    caller: ClusterId,
) -> impl Iterator<Item = (&'m Backend, Hops<'m>)> {
    let is_federated = service.is_federated(mesh, caller);
    service.backends.iter().filter(move |_| is_federated).filter_map(move |backend| {
        let hops = to_backend(mesh, caller, backend).ok()?;
        service.sends(mesh, caller, backend).then_some((backend, hops))
    })
}

/// Which services get copies of calls to others, by key: from which clusters, at which ports.
type Copies<'m> = BTreeMap<(&'m str, ClusterId), Ports>;

fn copies(mesh: &Mesh) -> Copies<'_> {
    let mut copies = Copies::new();
    let mirrored = |service: &&Service| service.routes.iter().any(|route| route.mirror.is_some());
    for service in mesh.services.iter().filter(mirrored) {
        let ports = service.ports.iter().filter(|port| port.protocol.is_http());
        let ports: Vec<&Port> = ports.collect();
        // Where the name leads nowhere it is not known, so nothing is copied.
        let known = |caller: &ClusterId| reached(mesh, service, *caller).next().is_some();
        for caller in mesh.cluster_ids().filter(known) {
            let plans = routes(mesh, service, caller);
            for port in &ports {
                // A route that no call meets has nothing to copy.
                for plan in routes_of(&plans, port) {
                    let Some((RouteHost::Service(other), _)) = &plan.mirror else { continue };
                    let Some((index, _)) = other.port_for_copies(port) else { continue };
                    let key = (other.key.as_str(), caller);
                    copies.entry(key).or_insert_with(Ports::none).insert(index);
                }
            }
        }
    }
    copies
}

fn crossings(mesh: &Mesh, service: &Service, copies: &Copies<'_>) -> Crossings {
    let mut hops: Vec<(ClusterId, Vec<Hops<'_>>, Ports)> = Vec::new();
    let mut called = Vec::new();
    let mut crossings = Crossings::default();
    for caller in mesh.cluster_ids() {
        let mut uses = uses(mesh, service, caller);
        if let Some(copies) = copies.get(&(service.key.as_str(), caller)) {
            uses.itself.add(copies);
        }
        crossings.add_pins(mesh, service, caller, &uses.pins);
        if uses.itself.is_empty() {
            continue;
        }
        called.push(caller);
        let mut paths = Vec::new();
        for (_, path) in reached(mesh, service, caller).filter(|(_, path)| !path.is_empty()) {
            if let [between @ .., last] = &*path {
                for gateway in between {
                    crossings.leads.entry(*gateway).or_default().insert(*last);
                }
            }
            paths.push(path);
        }
        if !paths.is_empty() {
            hops.push((caller, paths, uses.itself));
        }
    }
    let entry = service.entry(mesh);
    let export: Arc<str> = Crossing::Export.name(mesh, service).into();
    for (caller, paths, mut ports) in hops {
        // A name that also led to the ports that a gateway reads would be a way round what it is told of them.
        ports.retain(service, |port| !entry.reads(port));
        let unambiguous = |gateway: &ClusterId| {
            let one = crossings.leads.get(gateway).is_none_or(|leads| leads.len() == 1);
            one && service.backend_in(*gateway).is_none()
        };
        let plain = paths.iter().all(|path| path.iter().rev().skip(1).all(unambiguous))
            && own_egress_is_apart(mesh, service, caller, &paths, &crossings);
        let crossing = if plain { Crossing::Export } else { Crossing::From(caller) };
        for gateway in paths.iter().flat_map(|path| path.iter()) {
            if entry != Entry::Passthrough {
                crossings.read_at.insert(*gateway);
            }
            if !ports.is_empty() {
                let arriving = crossings.at_gateway.entry(*gateway).or_default();
                arriving.entry(crossing).or_insert_with(Ports::none).add(&ports);
            }
        }
        let name = match crossing {
            Crossing::Export => Arc::clone(&export),
            Crossing::From(_) => crossing.name(mesh, service).into(),
        };
        crossings.by_caller.push((caller, Crosses { crossing, name, ports }));
    }
    for caller in called {
        let crosses = crossings.of_caller(caller);
        let name = crosses.map_or(Arrival::Called, |crosses| Arrival::Crossing(crosses.crossing));
        for (backend, _) in reached(mesh, service, caller) {
            crossings.at_backend.entry(backend.cluster).or_default().push((caller, name));
        }
    }
    for arriving in crossings.at_backend.values_mut() {
        arriving.sort_unstable();
        arriving.dedup();
    }
    crossings
}

impl Crossings {
    /// Whether calls of a cluster cross, or others come to its gateway.
    fn concern(&self, id: ClusterId) -> bool {
        self.of_caller(id).is_some()
            || self.at_gateway.contains_key(&id)
            || self.pins_at_gateway.contains_key(&id)
    }

    /// How the calls of a cluster cross, if they do.
    pub(super) fn of_caller(&self, caller: ClusterId) -> Option<&Crosses> {
        let place = match self.by_caller.get(caller.0) {
            // Where all calls cross, each cluster stands at its own place.
            Some((other, _)) if *other == caller => caller.0,
            _ => self.by_caller.binary_search_by_key(&caller, |(caller, _)| *caller).ok()?,
        };
        self.by_caller.get(place).map(|(_, crosses)| crosses)
    }

    /// Whether a place needs a second name for a cluster's own routes: they use it at ports for which nobody's calls arrive, and which the
    /// gateway would let in if they called it by the same name.
    pub(super) fn is_apart(
        &self,
        service: &Service,
        id: ClusterId,
        pin: usize,
        used: &Ports,
    ) -> bool {
        let arriving = self.pins_at_gateway.get(&id).and_then(|pins| pins.get(&pin));
        arriving.is_some_and(|arriving| used.of(service).any(|(index, _)| !arriving.has(index)))
    }

    /// The places that routes send a cluster's calls to, at each gateway on the way there.
    fn add_pins(
        &mut self,
        mesh: &Mesh,
        service: &Service,
        caller: ClusterId,
        pins: &BTreeMap<usize, Ports>,
    ) {
        for (index, ports) in pins {
            let Some(to) = service.pins.get(*index).map(|pin| pin.cluster) else { continue };
            let Ok(path) = path(mesh, caller, to) else { continue };
            self.at_backend.entry(to).or_default().push((caller, Arrival::Pin(*index)));
            for gateway in path.iter() {
                let arriving = self.pins_at_gateway.entry(*gateway).or_default();
                arriving.entry(*index).or_insert_with(Ports::none).add(ports);
            }
        }
    }
}

/// Whether a cluster's egress gateway may use the export name: not where that name means something else at the cluster's other gateway (its
/// own backends, the way to those behind it, or fewer places than its own calls go to), as both may look into the same namespace.
fn own_egress_is_apart(
    mesh: &Mesh,
    service: &Service,
    caller: ClusterId,
    paths: &[Hops<'_>],
    crossings: &Crossings,
) -> bool {
    if mesh[caller].egress.is_none() {
        return true;
    }
    let ends: BTreeSet<ClusterId> = paths.iter().filter_map(|path| path.last().copied()).collect();
    if crossings.leads.get(&caller).is_some_and(|leads| *leads != ends) {
        return false;
    }
    let inside = |mut cluster: ClusterId| {
        for _ in 0..=mesh.clusters.len() {
            match &mesh[cluster].behind {
                _ if cluster == caller => return true,
                Some(outer) => cluster = outer.value,
                None => return false,
            }
        }
        false
    };
    !service.backends.iter().any(|backend| inside(backend.cluster))
}
