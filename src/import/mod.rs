//! Other people's descriptions of a fleet, as a `mesh.toml`.
//!
//! Enters: files of other programs. Leaves: a [`Draft`] of clusters and services and the [`Notes`] on what is wrong or not carried over; [`merge()`]
//! makes a document of it, or writes it into one. Each format is a file here; none knows how TOML is written. What is imported is checked like any
//! other document.

pub mod coddiwomple;
pub mod istio;
mod item;
pub mod kubernetes;
pub mod merge;
mod note;
mod route;
mod tree;
mod write;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

pub use merge::{Merged, merge};
pub use note::{Note, Notes, Weight};
pub use route::{MatchDraft, RetriesDraft, RouteDraft, TextDraft, ToDraft};

use crate::mesh::Protocol;
use crate::source::Source;
use item::Item;
use tree::Node;

/// What was found out of a fleet.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The clusters.
    pub clusters: Vec<ClusterDraft>,
    /// The services.
    pub services: Vec<ServiceDraft>,
}

/// A cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterDraft {
    /// Its name.
    pub name: String,
    /// Its gateway.
    pub gateway: Option<GatewayDraft>,
    /// Its region.
    pub region: Option<String>,
    /// Its zone.
    pub zone: Option<String>,
    /// Whether its calls leave by an egress gateway.
    pub egress: bool,
}

/// A gateway; what is `None` is as by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayDraft {
    /// Where it is reached.
    pub addresses: Vec<String>,
    /// At which port.
    pub port: Option<u16>,
    /// The namespace of its pods.
    pub namespace: Option<String>,
    /// Its Kubernetes Service.
    pub service: Option<String>,
    /// The labels of its pods.
    pub selector: BTreeMap<String, String>,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceDraft {
    /// The key that its table should have.
    pub key: String,
    /// The name of its Kubernetes Service.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// All names that callers use.
    pub hosts: Vec<String>,
    /// Its address, if it is to keep one.
    pub vip: Option<Ipv4Addr>,
    /// Its ports.
    pub ports: Vec<PortDraft>,
    /// When a cluster is left out.
    pub outlier: Option<OutlierDraft>,
    /// Where it runs, by cluster.
    pub backends: BTreeMap<String, BackendDraft>,
    /// Its versions: the labels of their pods.
    pub versions: BTreeMap<String, BTreeMap<String, String>>,
    /// Which calls go where.
    pub routes: Vec<RouteDraft>,
}

/// When a cluster is left out because calls to it fail; what is `None` is as by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutlierDraft {
    /// So many errors in a row.
    pub errors: Option<u32>,
    /// How often ejections are looked at.
    pub interval: Option<String>,
    /// For how long the first time.
    pub eject: Option<String>,
    /// How much may be out at once.
    pub max_percent: Option<u32>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortDraft {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u16,
    /// What it speaks.
    pub protocol: Protocol,
}

/// Where a service runs; what is `None` or empty is as the service says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackendDraft {
    /// The Kubernetes Service, if it is another one.
    pub host: Option<String>,
    /// Its ports by the names of the service's, where they differ.
    pub ports: BTreeMap<String, u16>,
    /// Its pods' ports, by the names of the service's, where they differ.
    pub pod_ports: BTreeMap<String, u16>,
    /// The labels of its pods.
    pub selector: BTreeMap<String, String>,
    /// Which of the service's versions run there.
    pub versions: Vec<String>,
}

/// A port whose name agrees with what it speaks, as Istio and the document want it: `http` for gRPC becomes `grpc`.
fn port(name: &str, number: u16, protocol: Protocol) -> PortDraft {
    let name = match Protocol::from_port_name(name) {
        Some(named) if named != protocol => {
            let behind = name.strip_prefix(named.word()).unwrap_or_default();
            format!("{}{behind}", protocol.word())
        }
        _ => name.to_owned(),
    };
    PortDraft { name, number, protocol }
}

/// That a file says nothing, unless something else is wrong with it.
fn nothing_in(source: &Source, notes: &mut Notes) {
    if !notes.has_error_in(source.path()) {
        let place = Some((source.path().to_owned(), source.position(0)));
        let message = "there is no object in it".to_owned();
        notes.push(Note { weight: Weight::Error, place, message });
    }
}

/// The documents of a file; where it cannot be read, that is said.
fn documents(source: &Source, notes: &mut Notes) -> Vec<Node> {
    tree::read(source).unwrap_or_else(|found| {
        let message = format!("neither JSON nor YAML: {}", found.reason);
        let place = Some((source.path().to_owned(), found.at));
        notes.push(Note { weight: Weight::Error, place, message });
        Vec::new()
    })
}

/// The host name of a Kubernetes Service.
fn host_of_service(name: &str, namespace: &str) -> String {
    format!("{name}.{namespace}.svc.cluster.local")
}

/// The name and the namespace of a Kubernetes Service's host name.
fn service_of_host(host: &str) -> Option<(&str, &str)> {
    let (name, rest) = host.split_once('.')?;
    let namespace = rest.strip_suffix(".svc.cluster.local")?;
    (!name.is_empty() && !namespace.is_empty() && !namespace.contains('.'))
        .then_some((name, namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_named_for_what_it_speaks() {
        assert_eq!(port("http-a", 1, Protocol::Grpc).name, "grpc-a");
        assert_eq!(port("http", 1, Protocol::Http).name, "http");
        assert_eq!(port("web", 1, Protocol::Http).name, "web");
    }

    #[test]
    fn a_service_is_known_by_its_host_name() {
        assert_eq!(service_of_host(&host_of_service("a", "b")), Some(("a", "b")));
        assert_eq!(service_of_host("a.b.svc.cluster.local"), Some(("a", "b")));
        assert_eq!(service_of_host("a.b.c.svc.cluster.local"), None);
        assert_eq!(service_of_host("a.example"), None);
    }
}
