//! How a proxy calls what it chooses among: what the document says, and what failover needs where it says nothing.

use std::time::Duration;

use crate::document::IstioVersion;
use crate::mesh::release;
use crate::mesh::{Backend, Keepalive, Outlier, Requests, Service};

/// How a proxy calls one name.
#[derive(Debug, PartialEq, Eq)]
pub struct CallPolicy<'m> {
    /// When an address is left out; `None` where there is no other.
    pub outlier: Option<&'m Outlier>,
    /// How long a connection may take to come about.
    pub connect_timeout: Option<Duration>,
    /// Connections at once.
    pub max_connections: Option<u32>,
    /// What counts requests.
    pub requests: &'m Requests,
    /// Questions to silent connections.
    pub keepalive: Keepalive,
    /// How often a connection of HTTP/2 is pinged, and how long that may stay without an answer.
    pub ping: Option<(Duration, Duration)>,
}

/// How long a connection may take where there is another place to go to: time for the handshakes of TCP and TLS round the earth, and for one packet that
/// was lost and sent again. Istio's own 10 s keep a caller waiting for as long at each attempt, while nothing is counted as failed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Questions to connections that fell silent, where there is another place to go to: such a one is closed after 25 s and not after two hours.
const KEEPALIVE: Keepalive = Keepalive {
    time: Some(Duration::from_secs(10)),
    interval: Some(Duration::from_secs(5)),
    probes: Some(3),
};

/// Pings of HTTP/2, where there is another place to go to and the release can: TCP does not ask while it waits for an answer to what it sent, and one
/// connection carries all of a proxy's requests.
const PING: Duration = Duration::from_secs(10);

/// How long a ping may stay without an answer.
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// The policy of a service's calls by a proxy that can call `only` this backend, or with `failover` has another place to go to.
pub(super) fn policy<'m>(
    service: &'m Service,
    only: Option<&'m Backend>,
    failover: bool,
    istio: IstioVersion,
) -> CallPolicy<'m> {
    let said = only.map_or(&service.policy, |backend| &backend.policy);
    // With outlier detection Istio sets Envoy's panic threshold to 0, so a lone endpoint would be cut off altogether
    // (`pilot/pkg/networking/core/cluster_traffic_policy.go`, `applyOutlierDetection`).
    let ping = said.ping.interval.as_ref().map(|ping| ping.value);
    let ping = ping.or(failover.then_some(PING)).filter(|_| release::PING.is_in(istio));
    let timeout = said.ping.timeout.as_ref().map_or(PING_TIMEOUT, |timeout| timeout.value);
    let fallback = if failover { KEEPALIVE } else { Keepalive::default() };
    CallPolicy {
        outlier: failover.then_some(&said.outlier),
        connect_timeout: said.pool.connect_timeout.or(failover.then_some(CONNECT_TIMEOUT)),
        max_connections: said.pool.max_connections,
        requests: &said.pool.requests,
        keepalive: Keepalive {
            time: said.keepalive.time.or(fallback.time),
            interval: said.keepalive.interval.or(fallback.interval),
            probes: said.keepalive.probes.or(fallback.probes),
        },
        ping: ping.map(|ping| (ping, timeout)),
    }
}

impl CallPolicy<'_> {
    /// Whether it says anything of connections.
    #[must_use]
    pub fn has_connections(&self) -> bool {
        self.connect_timeout.is_some()
            || self.max_connections.is_some()
            || self.keepalive != Keepalive::default()
    }
}
