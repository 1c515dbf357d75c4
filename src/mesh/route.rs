//! Which calls go where, and with what done to them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use super::{ClusterId, Port, Service};
use crate::document::{EditsTable, MatchTable};
use crate::span::Span;

/// A route; the first one that matches a call wins.
#[derive(Clone, Debug)]
pub struct Route {
    /// The whole table.
    pub span: Span,
    /// Whose calls it takes; `None` is everyone's.
    pub from: Option<Vec<Source>>,
    /// Which calls it takes; `None` is all.
    pub matches: Option<MatchTable>,
    /// Where they go, with shares that make 100.
    pub to: Vec<Destination>,
    /// Where a copy of each goes, if anywhere, and of how many calls, in thousandths of a per cent.
    pub mirror: Option<(Mirror, u32)>,
    /// What is done to HTTP calls.
    pub policy: Policy,
}

impl Route {
    /// Whether it asks for something that only HTTP has.
    #[must_use]
    pub fn is_http(&self) -> bool {
        let Policy { timeout, retries, delay, abort, rewrite, request, response } = &self.policy;
        let done = [timeout.is_some(), retries.is_some(), delay.is_some(), abort.is_some()];
        let edited = [rewrite.is_some(), request.is_some(), response.is_some()];
        let matched = self.matches.as_ref().is_some_and(MatchTable::is_http);
        matched || self.mirror.is_some() || done.contains(&true) || edited.contains(&true)
    }
}

impl Service {
    /// The port, with its index, at which it gets copies of calls to a port of another service: the one of the same name, or else its first that
    /// speaks HTTP.
    #[must_use]
    pub fn port_for_copies(&self, port: &Port) -> Option<(usize, &Port)> {
        let mut http = self.ports.iter().enumerate().filter(|(_, own)| own.protocol.is_http());
        let first = http.clone().next();
        http.find(|(_, own)| own.name == port.name).or(first)
    }
}

/// Whose calls a route takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The cluster.
    pub cluster: ClusterId,
    /// The namespace; all where absent.
    pub namespace: Option<String>,
}

/// A destination of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The clusters; of several the nearest. `None` is wherever the name itself leads.
    pub clusters: Option<Vec<ClusterId>>,
    /// The version there; any where absent.
    pub version: Option<String>,
    /// Its share in per cent.
    pub weight: u32,
}

impl Destination {
    /// Whether a pin is one of its places.
    #[must_use]
    pub fn is_at(&self, pin: &Pin) -> bool {
        self.version == pin.version && self.clusters.iter().flatten().any(|to| *to == pin.cluster)
    }
}

/// Where the copy of a call goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// To the service itself.
    Own(Destination),
    /// To another service, by its key.
    Service(String),
}

/// What is done to HTTP calls, besides sending them.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// How long a call may take in all.
    pub timeout: Option<Duration>,
    /// How often a failed call is tried again: attempts, how long each may take, on what.
    pub retries: Option<(u32, Option<Duration>, Option<String>)>,
    /// For how long calls are held back, and how many, in thousandths of a per cent.
    pub delay: Option<(Duration, u32)>,
    /// With which status calls are answered, and how many, in thousandths of a per cent.
    pub abort: Option<(u32, u32)>,
    /// What the backend sees in place of the path, and of the Host.
    pub rewrite: Option<(Option<String>, Option<String>)>,
    /// Edits of the request's headers.
    pub request: Option<EditsTable>,
    /// Edits of the response's headers.
    pub response: Option<EditsTable>,
}

/// A version: the labels of its pods besides those of the service's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its name.
    pub name: String,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// Where it stands.
    pub span: Span,
}

/// A place that routes send calls to: one cluster, perhaps one version there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The cluster.
    pub cluster: ClusterId,
    /// The version; any where absent.
    pub version: Option<String>,
    /// The route that first says it.
    pub span: Span,
    /// The name by which it is called, and the address that it needs where a port is not HTTP.
    pub to: (String, Option<Ipv4Addr>),
    /// The same for calls that leave by an egress gateway, and for a cluster's own where others arrive by the first at fewer ports.
    pub out: (String, Option<Ipv4Addr>),
}
