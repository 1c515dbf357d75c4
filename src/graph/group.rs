//! What is drawn once for several: their names, as many as a reader takes in.
//!
//! Enters: services of one box, clusters of another. Leaves: a [`Node`] with their names, or with how many there are more.

use super::Node;
use crate::mesh::{ClusterId, Mesh, Service};

/// So many services are named in one box.
const SERVICES: usize = 12;
/// So many clusters are named in one box; of more than half of the fleet, rather those that are not in it.
const CLUSTERS: usize = 6;

/// The services of a box, each with its ports.
///
/// `only` is who in a cluster may call them, where not all of it may.
pub(super) fn services(services: &[&Service], only: &[String]) -> Node {
    let mut titles: Vec<String> =
        services.iter().take(SERVICES).map(|service| title(service)).collect();
    let more = services.len().saturating_sub(SERVICES);
    titles.extend((more > 0).then(|| format!("and {more} more")));
    let mut lines: Vec<String> =
        only.iter().take(CLUSTERS).map(|caller| format!("only {caller}")).collect();
    let more = only.len().saturating_sub(CLUSTERS);
    lines.extend((more > 0).then(|| format!("and {more} more")));
    Node { titles, lines }
}

fn title(service: &Service) -> String {
    let name = service.names.first().map_or(service.name.as_str(), |name| name.host.as_str());
    let port = |port: &crate::mesh::Port| format!("{} {}", port.protocol.word(), port.number);
    let ports: Vec<String> = service.ports.iter().map(port).collect();
    format!("{name}  {}", ports.join(", "))
}

/// The clusters of a box that calls, and how calls leave those that do not simply send them.
pub(super) fn callers(mesh: &Mesh, ids: &[ClusterId]) -> Node {
    let names = |ids: &[ClusterId]| -> Vec<String> {
        ids.iter().map(|id| mesh[*id].name.clone()).collect()
    };
    let mut lines = Vec::new();
    let others: Vec<ClusterId> = mesh.cluster_ids().filter(|id| !ids.contains(id)).collect();
    let titles = if others.is_empty() && ids.len() > 1 {
        vec![format!("all {} clusters", ids.len())]
    } else if ids.len() <= CLUSTERS {
        names(ids)
    } else if others.len() <= CLUSTERS {
        lines.push(format!("all but {}", names(&others).join(", ")));
        vec![format!("{} clusters", ids.len())]
    } else {
        let mut some = names(ids.get(..CLUSTERS).unwrap_or(ids));
        some.push(format!("and {} more", ids.len() - CLUSTERS));
        some
    };
    let told: Vec<String> = ids.iter().filter_map(|id| leaves(mesh, *id)).collect();
    lines.extend(told.iter().take(CLUSTERS).cloned());
    let more = told.len().saturating_sub(CLUSTERS);
    lines.extend((more > 0).then(|| format!("and {more} more not directly")));
    Node { titles, lines }
}

/// How calls leave a cluster, where its sidecars do not send them to the callee's gateway.
fn leaves(mesh: &Mesh, id: ClusterId) -> Option<String> {
    let cluster = &mesh[id];
    let egress = cluster.egress.as_ref().map(|_| "by its egress gateway".to_owned());
    let via = cluster.via.as_ref().map(|hub| format!("through {}", mesh[hub.value].name));
    let way: Vec<String> = egress.into_iter().chain(via).collect();
    (!way.is_empty()).then(|| format!("{} {}", cluster.name, way.join(", ")))
}
