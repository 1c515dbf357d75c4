//! The clusters that a cluster shares discovery with, as its control plane has to know them.

use std::collections::BTreeMap;

use crate::mesh::{Cluster, ClusterId, Mesh};

/// A group of clusters that share discovery, seen from one of them.
#[derive(Debug)]
pub struct GroupPlan<'m> {
    /// Its name.
    pub name: &'m str,
    /// The clusters of each of its networks, by name; empty where all of them are in one.
    pub networks: BTreeMap<&'m str, Vec<&'m Cluster>>,
}

impl<'m> GroupPlan<'m> {
    /// The group of a cluster; `None` where it shares discovery with nobody.
    pub(super) fn of(mesh: &'m Mesh, id: ClusterId) -> Option<Self> {
        let members = mesh.discovery_group(id);
        if members.is_empty() {
            return None;
        }
        let name = &mesh[id].mesh.as_ref()?.value;
        let mut networks: BTreeMap<&'m str, Vec<&'m Cluster>> = BTreeMap::new();
        if mesh.spans_networks(&members) {
            for member in members {
                let Some(network) = &mesh[member].network else { continue };
                networks.entry(&network.value).or_default().push(&mesh[member]);
            }
        }
        Some(Self { name, networks })
    }
}
