//! The mesh as meant: names resolved, defaults applied, addresses given.
//!
//! Enters: a `Document` and the lock's text. Leaves: a [`Mesh`], in which clusters and services are sorted, so that the order of the
//! file's tables has no effect from here on. Holds no Istio words and no `Option` for "not filled in yet".

pub mod address;
mod caller;
mod cluster;
mod derived;
mod discovery;
pub mod distance;
mod entry;
pub mod existing;
pub mod lock;
pub mod path;
mod policy;
mod protocol;
pub mod release;
mod resolve;
mod route;
mod service;
pub mod step;

use std::ops::Index;

use ipnet::Ipv4Net;

pub use caller::{Caller, Callers, Scope};
pub use cluster::{Cluster, Dns, Egress, Gateway};
pub use derived::passthrough_sni;
pub use entry::{Entered, Entry};
pub use existing::{Existing, ExistingGateway, Taken};
pub use lock::Lock;
pub use policy::{Keepalive, Outlier, Ping, Pool, Requests, SaidPolicy};
pub use protocol::Protocol;
pub use resolve::resolve;
pub use route::{Destination, Mirror, Pin, Policy, Route, Source, Version};
pub use service::{Backend, Name, Port, Prefer, Service};

use crate::span::Spanned;

/// A cluster's place in [`Mesh::clusters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub(crate) usize);

/// What holds for the whole fleet.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The label's value for everything generated.
    pub name: Option<String>,
    /// The suffix of all names.
    pub domain: Spanned<String>,
    /// Where resources live that belong to no namespace of a service.
    pub namespace: String,
    /// Where names get their addresses from.
    pub vip_pool: Spanned<Ipv4Net>,
    /// Ranges of the pool that names do not get.
    pub reserved: Vec<Spanned<Ipv4Net>>,
    /// How calls enter a cluster, where nothing else says it.
    pub crossing: Entered,
    /// The tree's folder, relative to that of `mesh.toml`, with `/`.
    pub out: String,
}

/// The whole fleet.
#[derive(Clone, Debug)]
pub struct Mesh {
    /// What holds for all of it.
    pub settings: Settings,
    /// The clusters, by name.
    pub clusters: Vec<Cluster>,
    /// Their ids, each at its own place, so that a way of one step can be lent.
    pub ids: Vec<ClusterId>,
    /// Whether calls may pass more than one gateway: some cluster has `via` or `behind`.
    pub has_hops: bool,
    /// The services, by namespace, then name.
    pub services: Vec<Service>,
    /// Codes and names of warnings that are not wanted.
    pub allow: Vec<Spanned<String>>,
    /// The addresses as they are to be recorded.
    pub lock: Lock,
}

impl Mesh {
    /// The clusters with their ids.
    pub fn cluster_ids(&self) -> impl Iterator<Item = ClusterId> + use<> {
        (0..self.clusters.len()).map(ClusterId)
    }

    /// The cluster of a name.
    #[must_use]
    pub fn cluster_named(&self, name: &str) -> Option<ClusterId> {
        let found = self.clusters.binary_search_by(|cluster| cluster.name.as_str().cmp(name));
        found.ok().map(ClusterId)
    }

    /// The service of a key of `[services]`.
    #[must_use]
    pub fn service_of_key(&self, key: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.key == key)
    }
}

impl Index<ClusterId> for Mesh {
    type Output = Cluster;

    #[expect(
        clippy::indexing_slicing,
        reason = "ids are made by this mesh only, for the clusters it holds"
    )]
    fn index(&self, id: ClusterId) -> &Cluster {
        &self.clusters[id.0]
    }
}
