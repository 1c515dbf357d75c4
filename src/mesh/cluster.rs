//! A cluster and its gateway.

use std::collections::BTreeMap;

use super::{ClusterId, Entry, Existing};
use crate::document::{Address, IstioVersion};
use crate::span::{Span, Spanned};

/// A cluster with a control plane of its own.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// The key of its table.
    pub span: Span,
    /// Where other clusters call into it; `None` where nobody does.
    pub gateway: Option<Gateway>,
    /// Whether its gateway was written but could not be read.
    pub gateway_broken: bool,
    /// Its region.
    pub region: Option<Spanned<String>>,
    /// Its zone.
    pub zone: Option<Spanned<String>>,
    /// The network that it is in: clusters of one network reach each other's backends where these have an address.
    pub network: Option<Spanned<String>>,
    /// The clusters that it shares discovery with: those that name the same.
    pub mesh: Option<Spanned<String>>,
    /// Its release of Istio.
    pub istio: IstioVersion,
    /// What answers for the names in it.
    pub dns: Spanned<Dns>,
    /// The trust domain of its workloads' identities.
    pub trust_domain: String,
    /// Whether other clusters are to send nothing to it.
    pub drained: bool,
    /// By which gateway its calls to other clusters leave, if by one.
    pub egress: Option<Egress>,
    /// The cluster whose gateway all its calls go through.
    pub via: Option<Spanned<ClusterId>>,
    /// The cluster through whose gateway it is reached.
    pub behind: Option<Spanned<ClusterId>>,
    /// How calls of other clusters enter it, if it says so itself.
    pub crossing: Option<Spanned<Entry>>,
    /// What somebody else applied to it.
    pub existing: Existing,
}

/// What answers for the names in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dns {
    /// The sidecars.
    Istio,
    /// The cluster's CoreDNS.
    CoreDns,
    /// A CoreDNS of our own, which the cluster's kube-dns asks.
    KubeDns,
    /// Something that the document knows nothing of.
    Other,
}

/// A gateway for calls to other clusters.
#[derive(Clone, Debug)]
pub struct Egress {
    /// The key.
    pub span: Span,
    /// Where its pods run.
    pub namespace: String,
    /// Its Kubernetes Service.
    pub service: String,
    /// The labels of its pods.
    pub selector: BTreeMap<String, String>,
}

/// A gateway for calls from other clusters.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// The key.
    pub span: Span,
    /// Where it is reached; at least one.
    pub addresses: Vec<Spanned<Address>>,
    /// The port it is reached at.
    pub port: u16,
    /// The port of every node that leads to it, if one is said.
    pub node_port: Option<Spanned<u16>>,
    /// Where its pods run.
    pub namespace: String,
    /// Its Kubernetes Service.
    pub service: String,
    /// The labels of its pods.
    pub selector: BTreeMap<String, String>,
}
