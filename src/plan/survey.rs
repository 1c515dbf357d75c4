//! Which calls pass which gateways, for the whole fleet: looked at once, before any cluster is planned.
//!
//! Enters: a `CheckedMesh`. Leaves: a [`Survey`]: for each service the name by which each cluster's calls cross, and for each gateway the names
//! that arrive at it. A gateway lists these and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::mesh::path::to_backend;
use crate::mesh::{Backend, ClusterId, Entry, Mesh, Prefer, Service};
use crate::rules::CheckedMesh;

/// By which name a cluster's calls to a service cross: what their SNI says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crossing {
    /// The export name: "the backends here", or where nothing runs the only way onward.
    Export,
    /// A name of the caller's own, where a gateway on its way has a choice that must be the caller's and not the gateway's.
    From(ClusterId),
}

/// What crosses between the clusters of a fleet.
#[derive(Debug)]
pub struct Survey<'m> {
    mesh: &'m Mesh,
    services: Vec<Crossings>,
}

/// What crosses for one service.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    /// The name that each calling cluster uses; only those whose calls cross at all.
    pub(super) by_caller: BTreeMap<ClusterId, Crossing>,
    /// The names that arrive at each cluster's gateway.
    pub(super) at_gateway: BTreeMap<ClusterId, BTreeSet<Crossing>>,
    /// The hosting clusters that gateways lead to which calls only pass on their way.
    pub(super) leads: BTreeMap<ClusterId, BTreeSet<ClusterId>>,
    /// The clusters whose gateways read the calls that enter there, and pass on none of their bytes.
    pub(super) read_at: BTreeSet<ClusterId>,
}

impl<'m> Survey<'m> {
    /// Looks at the whole fleet.
    #[must_use]
    pub fn of(checked: &'m CheckedMesh) -> Self {
        let mesh = checked.mesh();
        Self {
            mesh,
            services: mesh.services.iter().map(|service| crossings(mesh, service)).collect(),
        }
    }

    /// The mesh.
    #[must_use]
    pub fn mesh(&self) -> &'m Mesh {
        self.mesh
    }

    /// The services with what crosses for them.
    pub(super) fn services(&self) -> impl Iterator<Item = (&'m Service, &Crossings)> {
        self.mesh.services.iter().zip(&self.services)
    }
}

/// The backends that a cluster's calls may go to, each with the clusters whose gateways they pass.
pub(super) fn reached<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    caller: ClusterId,
) -> impl Iterator<Item = (&'m Backend, Vec<ClusterId>)> {
    service.backends.iter().filter_map(move |backend| {
        let open = backend.cluster == caller || !mesh[backend.cluster].drained;
        let wanted = service.prefer != Prefer::Any || backend.weight != Some(0);
        let hops = to_backend(mesh, caller, backend).ok()?;
        (open && wanted).then_some((backend, hops))
    })
}

fn crossings(mesh: &Mesh, service: &Service) -> Crossings {
    let mut hops: BTreeMap<ClusterId, Vec<Vec<ClusterId>>> = BTreeMap::new();
    let mut crossings = Crossings::default();
    for caller in mesh.cluster_ids() {
        for (_, path) in reached(mesh, service, caller).filter(|(_, path)| !path.is_empty()) {
            if let [between @ .., last] = path.as_slice() {
                for gateway in between {
                    crossings.leads.entry(*gateway).or_default().insert(*last);
                }
            }
            hops.entry(caller).or_default().push(path);
        }
    }
    let entry = service.entry(mesh);
    let passes_unread = service.ports.iter().any(|port| !entry.reads(port));
    for (caller, paths) in hops {
        let unambiguous = |gateway: &ClusterId| {
            let one = crossings.leads.get(gateway).is_none_or(|leads| leads.len() == 1);
            one && service.backend_in(*gateway).is_none()
        };
        let plain = paths.iter().all(|path| path.iter().rev().skip(1).all(unambiguous))
            && own_egress_is_apart(mesh, service, caller, &paths, &crossings);
        let name = if plain { Crossing::Export } else { Crossing::From(caller) };
        for gateway in paths.into_iter().flatten() {
            if entry != Entry::Passthrough {
                crossings.read_at.insert(gateway);
            }
            // A name that also led to the ports that the gateway reads would be a way round what it is told of them.
            if passes_unread {
                crossings.at_gateway.entry(gateway).or_default().insert(name);
            }
        }
        crossings.by_caller.insert(caller, name);
    }
    crossings
}

/// Whether a cluster's egress gateway may use the export name: not where that name means something else at the cluster's other gateway (its
/// own backends, the way to those behind it, or fewer places than its own calls go to), as both may look into the same namespace.
fn own_egress_is_apart(
    mesh: &Mesh,
    service: &Service,
    caller: ClusterId,
    paths: &[Vec<ClusterId>],
    crossings: &Crossings,
) -> bool {
    let ends: BTreeSet<ClusterId> = paths.iter().filter_map(|path| path.last().copied()).collect();
    if crossings.leads.get(&caller).is_some_and(|leads| *leads != ends) {
        return mesh[caller].egress.is_none();
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
    mesh[caller].egress.is_none() || !service.backends.iter().any(|backend| inside(backend.cluster))
}
