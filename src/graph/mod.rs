//! The fleet as a drawing: who calls, by which names, and which clusters take the calls over what.
//!
//! Enters: a checked mesh. Leaves: a [`Graph`] of three layers, in which what is the same is drawn once: clusters that call alike, services that run
//! in the same clusters and are entered alike. [`mermaid`], [`dot`] and [`svg`] write it. Which cluster is called first, shares and routes are not drawn.

pub mod dot;
mod group;
mod layout;
pub mod mermaid;
pub mod svg;

use std::collections::{BTreeMap, BTreeSet};

use crate::mesh::path::is_direct;
use crate::mesh::{Cluster, ClusterId, Entry, Mesh, Scope, Service};
use crate::plan::reached;
use crate::rules::CheckedMesh;

/// A drawing: boxes in three layers, and lines between neighbouring layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Who calls.
    pub callers: Vec<Node>,
    /// What is called.
    pub services: Vec<Node>,
    /// Where it runs.
    pub clusters: Vec<Node>,
    /// From a caller to a service, by their places.
    pub calls: Vec<(usize, usize)>,
    /// From a service to a cluster, and over what.
    pub runs: Vec<(usize, usize, Over)>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// What it is called: a line, or several.
    pub titles: Vec<String>,
    /// What else is to be known.
    pub lines: Vec<String>,
}

/// What leads from a name to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// Mutual TLS from sidecar to sidecar, through the gateway.
    Passed,
    /// Mutual TLS up to the gateway.
    Ended,
    /// Plain HTTP to the gateway.
    Plain,
    /// Mutual TLS to the backend's own address.
    Direct,
    /// What clusters of one mesh discover by themselves.
    Discovered,
    /// Only the cluster's own calls.
    Own,
}

impl Over {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Passed, Self::Ended, Self::Plain, Self::Direct, Self::Discovered, Self::Own];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "mutual TLS through the gateway",
            Self::Ended => "mutual TLS up to the gateway",
            Self::Plain => "plain HTTP",
            Self::Direct => "mutual TLS within the network",
            Self::Discovered => "shared discovery",
            Self::Own => "its own calls only",
        }
    }

    /// Its color, and the dashes of its line; all can be told apart without color.
    fn style(self) -> (&'static str, &'static str) {
        match self {
            Self::Passed => ("#1a5fb4", ""),
            Self::Ended => ("#813d9c", "8 4"),
            Self::Plain => ("#c01c28", "2 3"),
            Self::Direct => ("#26765a", "12 3"),
            Self::Discovered => ("#8a5a00", "8 3 2 3"),
            Self::Own => ("#5e5c64", "1 4"),
        }
    }
}

/// Draws the mesh, or the part of it that some services make; all where none is named.
#[must_use]
pub fn draw(checked: &CheckedMesh, wanted: &BTreeSet<&str>) -> Graph {
    let mesh = checked.mesh();
    let is_wanted = |service: &&Service| wanted.is_empty() || wanted.contains(service.key.as_str());
    let services: Vec<&Service> = mesh.services.iter().filter(is_wanted).collect();
    // What each service's box is known by: who calls it, and which clusters take its calls over what.
    let mut boxes: BTreeMap<Reach, Vec<&Service>> = BTreeMap::new();
    for service in services {
        boxes.entry(reach(mesh, service)).or_default().push(service);
    }
    let mut boxes: Vec<(Reach, Vec<&Service>)> = boxes.into_iter().collect();
    boxes
        .sort_by_key(|(_, services)| services.first().map(|first| (&first.namespace, &first.name)));

    // Clusters that call the same boxes are one.
    let mut callers: BTreeMap<Vec<usize>, Vec<ClusterId>> = BTreeMap::new();
    for id in mesh.cluster_ids() {
        let called = boxes.iter().enumerate();
        let called = called.filter(|(_, (reach, _))| reach.callers.contains(&id));
        let called: Vec<usize> = called.map(|(index, _)| index).collect();
        if !called.is_empty() {
            callers.entry(called).or_default().push(id);
        }
    }
    let mut callers: Vec<_> = callers.into_iter().collect();
    callers.sort_by_key(|(_, ids)| ids.first().copied());

    let hosts: BTreeSet<ClusterId> =
        boxes.iter().flat_map(|(reach, _)| reach.runs.keys().copied()).collect();
    let hosts: Vec<ClusterId> = hosts.into_iter().collect();
    let place = |id: &ClusterId| hosts.iter().position(|host| host == id).unwrap_or_default();
    let mut graph = Graph {
        services: boxes
            .iter()
            .map(|(reach, services)| group::services(services, &reach.only))
            .collect(),
        clusters: hosts.iter().map(|id| cluster(mesh, &mesh[*id])).collect(),
        ..Graph::default()
    };
    for (index, (called, ids)) in callers.into_iter().enumerate() {
        graph.callers.push(group::callers(mesh, &ids));
        graph.calls.extend(called.into_iter().map(|service| (index, service)));
    }
    for (index, (reach, _)) in boxes.iter().enumerate() {
        let runs =
            reach.runs.iter().flat_map(|(id, ways)| ways.iter().map(move |over| (id, *over)));
        graph.runs.extend(runs.map(|(id, over)| (index, place(id), over)));
    }
    graph
}

/// Who calls a service, and where the calls end.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Reach {
    callers: BTreeSet<ClusterId>,
    /// What of these clusters may call, where that is not all of them.
    only: Vec<String>,
    /// The clusters that take its calls, each over all that leads there.
    runs: BTreeMap<ClusterId, BTreeSet<Over>>,
}

fn reach(mesh: &Mesh, service: &Service) -> Reach {
    let mut callers = BTreeSet::new();
    let mut runs: BTreeMap<ClusterId, BTreeSet<Over>> = BTreeMap::new();
    let mut add = |caller: ClusterId, to: ClusterId, over: Over| {
        callers.insert(caller);
        runs.entry(to).or_default().insert(over);
    };
    for caller in mesh.cluster_ids() {
        if service.callers.include(caller) && service.discovered(mesh, caller).is_some() {
            let near = |to: ClusterId| to == caller || mesh.share_discovery(caller, to);
            for backend in service.backends.iter().filter(|backend| near(backend.cluster)) {
                add(caller, backend.cluster, Over::Discovered);
            }
        }
        for (backend, _) in reached(mesh, service, caller) {
            let over = match service.entry(mesh) {
                _ if backend.cluster == caller => Over::Own,
                _ if is_direct(mesh, caller, backend) => Over::Direct,
                Entry::Passthrough => Over::Passed,
                Entry::Terminate => Over::Ended,
                Entry::Plaintext => Over::Plain,
            };
            add(caller, backend.cluster, over);
        }
    }
    // A cluster's own calls go without saying where there are others.
    for ways in runs.values_mut().filter(|ways| ways.len() > 1) {
        ways.remove(&Over::Own);
    }
    let only = service.callers.said().iter().filter(|caller| caller.scope != Scope::Cluster);
    let only = only.map(|caller| caller.scope.written(&mesh[caller.cluster].name)).collect();
    Reach { callers, only, runs }
}

/// A cluster that takes calls.
fn cluster(mesh: &Mesh, cluster: &Cluster) -> Node {
    let mut lines = Vec::new();
    if let Some(gateway) = &cluster.gateway
        && let Some(first) = gateway.addresses.first()
    {
        let more = match gateway.addresses.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let address = first.text();
        let address = if address.contains(':') { format!("[{address}]") } else { address };
        lines.push(format!("{address}:{}{more}", gateway.port));
    }
    let place = [&cluster.region, &cluster.zone].into_iter().flatten();
    let place: Vec<&str> = place.map(|part| part.value.as_str()).collect();
    lines.extend(Some(place.join(" ")).filter(|place| !place.is_empty()));
    lines.extend(cluster.network.iter().map(|network| format!("network {}", network.value)));
    lines.extend(cluster.behind.iter().map(|outer| format!("behind {}", mesh[outer.value].name)));
    lines.extend(cluster.drained.then(|| "drained".to_owned()));
    Node { titles: vec![cluster.name.clone()], lines }
}
