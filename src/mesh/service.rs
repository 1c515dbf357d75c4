//! A service, its names, its ports and where it runs.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::{Callers, ClusterId, Entered, Mesh, Pin, Protocol, Route, SaidPolicy, Version};
use crate::document::Address;
use crate::span::{Span, Spanned};

/// A service that is called by the same names from every cluster.
#[derive(Clone, Debug)]
pub struct Service {
    /// The key of its table.
    pub key: String,
    /// Where that key stands.
    pub span: Span,
    /// Its name within its namespace.
    pub name: String,
    /// Its Kubernetes namespace.
    pub namespace: String,
    /// Where the namespace is said.
    pub namespace_span: Span,
    /// What callers call it: the name made of name, namespace and domain, then the further ones.
    pub names: Vec<Name>,
    /// Its ports, by number.
    pub ports: Vec<Port>,
    /// Where it runs, by cluster.
    pub backends: Vec<Backend>,
    /// Its versions.
    pub versions: Vec<Version>,
    /// Which calls go where, the first that matches; none where `prefer` alone decides.
    pub routes: Vec<Route>,
    /// The places that its routes send calls to.
    pub pins: Vec<Pin>,
    /// Who may call it.
    pub callers: Callers,
    /// Which of its clusters a call goes to first.
    pub prefer: Prefer,
    /// How it is called.
    pub policy: SaidPolicy,
    /// Whether a part of it could not be read, so that what seems to be missing may be there.
    pub broken: bool,
}

/// A name that callers use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The host name.
    pub host: String,
    /// Its address in every cluster.
    pub vip: Ipv4Addr,
    /// Where the document says it.
    pub span: Span,
}

/// A port that callers use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u16,
    /// What it speaks.
    pub protocol: Protocol,
    /// The key.
    pub span: Span,
    /// The number's place.
    pub number_span: Span,
    /// Where the protocol is said, if not by the name alone.
    pub protocol_span: Option<Span>,
}

/// Where a service runs, and what it is called there.
#[derive(Clone, Debug)]
pub struct Backend {
    /// The cluster.
    pub cluster: ClusterId,
    /// The host name of its Kubernetes Service there.
    pub host: String,
    /// The namespace of that Service.
    pub namespace: String,
    /// That Service's port for each of the service's ports, in the same order.
    pub ports: Vec<u16>,
    /// Where clusters of the same network reach it without a gateway, at the ports above.
    pub address: Option<Spanned<Address>>,
    /// Its share of the calls where all clusters are called at once; 1 where none is said.
    pub weight: Option<u32>,
    /// The pods' port for each of the service's ports, in the same order.
    pub pod_ports: Vec<u16>,
    /// Which versions run there; all where absent.
    pub versions: Option<Vec<String>>,
    /// The labels of its pods.
    pub selector: BTreeMap<String, String>,
    /// How calls of other clusters enter that cluster for it.
    pub entered: Entered,
    /// How it is called by a proxy that can call nothing else.
    pub policy: SaidPolicy,
    /// What says that it runs there.
    pub span: Span,
}

/// Which of a service's clusters a call goes to first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prefer {
    /// The caller's own, then the nearest.
    Local,
    /// All at once, by the backends' weights.
    Any,
    /// These, in this order; then all others.
    Order(Vec<Spanned<ClusterId>>),
}

impl Backend {
    /// Whether a version runs there.
    #[must_use]
    pub fn runs(&self, version: Option<&str>) -> bool {
        match (&self.versions, version) {
            (Some(versions), Some(version)) => versions.iter().any(|own| own == version),
            _ => true,
        }
    }
}

impl Service {
    /// Where it runs in a cluster, if it does.
    #[must_use]
    pub fn backend_in(&self, cluster: ClusterId) -> Option<&Backend> {
        self.backends.iter().find(|backend| backend.cluster == cluster)
    }

    /// Whether the document has a cluster's calls go to a backend, if a way leads there: it is not drained, and has a share.
    #[must_use]
    pub fn sends(&self, mesh: &Mesh, caller: ClusterId, to: &Backend) -> bool {
        let open = to.cluster == caller || !mesh[to.cluster].drained;
        open && (self.prefer != Prefer::Any || to.weight != Some(0))
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::meant;
    use crate::source::Source;

    #[test]
    fn a_drained_cluster_gets_its_own_calls_only_and_a_weight_of_zero_none() {
        let text = r#"
            [clusters.east]
            gateway = "203.0.113.10"
            [clusters.west]
            gateway = "203.0.113.20"
            drained = true
            [services.near]
            namespace = "shop"
            ports = { http = 80 }
            backends = { east = { weight = 0 }, west = { weight = 0 } }
            [services.shared]
            namespace = "shop"
            ports = { http = 80 }
            prefer = "any"
            backends = { east = { weight = 0 }, west = { weight = 1 } }
        "#;
        let mesh = meant(&Source::new("mesh.toml", text), None).unwrap();
        let sends = |service: &str, caller: &str| -> Vec<&str> {
            let caller = mesh.cluster_named(caller).unwrap();
            let service = mesh.services.iter().find(|one| one.name == service).unwrap();
            let to = service.backends.iter().filter(|to| service.sends(&mesh, caller, to));
            to.map(|to| mesh[to.cluster].name.as_str()).collect()
        };
        assert_eq!(sends("near", "east"), ["east"]);
        assert_eq!(sends("near", "west"), ["east", "west"]);
        assert_eq!(sends("shared", "east"), [""; 0]);
        assert_eq!(sends("shared", "west"), ["west"]);
    }
}
