//! How a service is called: limits, questions to silent connections, and when a backend is left out.

use std::time::Duration;

use crate::span::Spanned;

/// What a backend says, else its service, else the defaults: each key for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidPolicy {
    /// When a backend is left out.
    pub outlier: Outlier,
    /// Limits.
    pub pool: Pool,
    /// Questions to silent connections.
    pub keepalive: Keepalive,
    /// The same questions by HTTP/2.
    pub ping: Ping,
}

/// When a backend is left out because calls to it fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlier {
    /// So many errors in a row.
    pub errors: u32,
    /// How often ejections are looked at.
    pub interval: Duration,
    /// For how long the first time.
    pub eject: Duration,
    /// How much of the backends may be out at once, in per cent.
    pub max_percent: u32,
}

/// Limits of each calling proxy; `None` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// How long a connection may take to come about.
    pub connect_timeout: Option<Duration>,
    /// Connections at once.
    pub max_connections: Option<u32>,
    /// What counts requests.
    pub requests: Requests,
}

/// Limits that count requests, for ports of HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Requests at once.
    pub max: Option<u32>,
    /// Requests that wait for a connection.
    pub max_pending: Option<u32>,
    /// Requests after which a connection is closed.
    pub max_per_connection: Option<u32>,
}

/// TCP's keepalive; `None` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keepalive {
    /// How long a connection is quiet before it is asked.
    pub time: Option<Duration>,
    /// How long between two questions.
    pub interval: Option<Duration>,
    /// Questions without an answer after which the connection is closed.
    pub probes: Option<u32>,
}

/// HTTP/2's pings; `None` where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ping {
    /// How long between two of them.
    pub interval: Option<Spanned<Duration>>,
    /// How long one may stay without an answer.
    pub timeout: Option<Spanned<Duration>>,
}
