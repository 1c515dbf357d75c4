//! `connectionPool` of a port: limits, the time to connect, and questions to silent connections.

use std::time::Duration;

use serde::Serialize;

use crate::kinds::duration::{maybe_seconds, seconds};
use crate::mesh::{Keepalive, Requests};
use crate::plan::CallPolicy;

/// What is said of a port's connections.
#[derive(Debug, Serialize)]
pub(super) struct ConnectionPool {
    #[serde(skip_serializing_if = "Option::is_none")]
    tcp: Option<TcpSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<HttpSettings>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TcpSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_connections: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_seconds")]
    connect_timeout: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tcp_keepalive: Option<TcpKeepalive>,
}

#[derive(Debug, Serialize)]
struct TcpKeepalive {
    #[serde(skip_serializing_if = "Option::is_none")]
    probes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_seconds")]
    time: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "maybe_seconds")]
    interval: Option<Duration>,
}

/// `http2MaxRequests` counts the requests of HTTP/1.1 too: it is Envoy's `max_requests` (`pilot/pkg/networking/core/cluster_traffic_policy.go`).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    http1_max_pending_requests: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http2_max_requests: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_requests_per_connection: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http2_keep_alive: Option<ConnectionKeepalive>,
}

/// Istio heeds it where the connection is made by HTTP/2 (`cluster_traffic_policy.go`, `applyConnectionPool`).
#[derive(Debug, Serialize)]
struct ConnectionKeepalive {
    #[serde(serialize_with = "seconds")]
    interval: Duration,
    #[serde(serialize_with = "seconds")]
    timeout: Duration,
}

/// What those see of calls that follow a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Sidecars see requests.
    Requests,
    /// Sidecars see requests, and a gateway under the same name connections. It would hold connections that come about to the limit of
    /// waiting requests, as Envoy has one number for both.
    RequestsAndConnections,
    /// Connections, which is all that gateways see of what is ciphertext to them.
    Connections,
}

impl ConnectionPool {
    /// What a policy says of a port; `None` where it says nothing. An empty one is not admitted.
    pub(super) fn new(policy: &CallPolicy<'_>, seen: Seen, http2: bool) -> Option<Self> {
        let tcp = TcpSettings {
            max_connections: policy.max_connections,
            connect_timeout: policy.connect_timeout,
            tcp_keepalive: keepalive(&policy.keepalive),
        };
        let max_pending = policy.requests.max_pending.filter(|_| seen == Seen::Requests);
        let said = Requests { max_pending, ..policy.requests.clone() };
        let ping = policy.ping.filter(|_| http2);
        let says = said != Requests::default() || ping.is_some();
        let http = (seen != Seen::Connections && says).then_some(HttpSettings {
            http1_max_pending_requests: said.max_pending,
            http2_max_requests: said.max,
            max_requests_per_connection: said.max_per_connection,
            http2_keep_alive: ping
                .map(|(interval, timeout)| ConnectionKeepalive { interval, timeout }),
        });
        let tcp = policy.has_connections().then_some(tcp);
        (tcp.is_some() || http.is_some()).then_some(Self { tcp, http })
    }
}

fn keepalive(said: &Keepalive) -> Option<TcpKeepalive> {
    (*said != Keepalive::default()).then_some(TcpKeepalive {
        probes: said.probes,
        time: said.time,
        interval: said.interval,
    })
}
