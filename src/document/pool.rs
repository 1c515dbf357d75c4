//! `pool`: how many connections and requests at once, and how long a connection may take to come about.

use std::time::Duration;

use super::field::{Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use crate::report::Report;
use crate::span::{Span, Spanned};

/// What Istio's API holds in a signed number.
const MOST: i64 = 2_147_483_647;
const COUNT: Shape = Shape::Integer(1, MOST);

const CONNECT_TIMEOUT: Field = Field::new(
    "connect-timeout",
    Shape::Text(Text::Duration),
    "How long a connection may take to come about. `2s` where there is another place to go to.",
)
.default("Istio's own, `10s`, but with failover");
const MAX_CONNECTIONS: Field =
    Field::new("max-connections", COUNT, "So many connections at once, from each calling proxy.")
        .default("no limit");

/// The keys of `pool`.
pub(super) static TABLE: Table = Table {
    name: "services.<service>.pool",
    doc: "Limits of each calling proxy, as DestinationRule's `connectionPool` has them. The `max-requests`, `max-pending` and \
          `max-requests-per-connection` are of HTTP ports.",
    fields: &[
        CONNECT_TIMEOUT,
        MAX_CONNECTIONS,
        Field::new(
            "max-requests",
            COUNT,
            "So many requests at once, from each calling proxy, over HTTP/1.1 as over HTTP/2.",
        )
        .default("no limit"),
        Field::new(
            "max-pending",
            COUNT,
            "So many requests may wait for a connection; what comes beyond is answered with 503.",
        )
        .default("no limit"),
        Field::new(
            "max-requests-per-connection",
            COUNT,
            "After so many requests a connection is closed and another one opened; 1 keeps none alive.",
        )
        .default("no limit"),
    ],
};

/// The keys of a backend's `pool`: a gateway passes connections on and sees no requests.
pub(super) static OF_BACKEND: Table = Table {
    name: "services.<service>.backends.<cluster>.pool",
    doc: "Limits of a proxy that can call nothing but this backend: its cluster's gateway, and callers with no other place to go to. A key \
          that is absent is the service's.",
    fields: &[CONNECT_TIMEOUT, MAX_CONNECTIONS],
};

/// `pool`, as written.
#[derive(Clone, Debug, Default)]
pub struct PoolTable {
    /// `connect-timeout`.
    pub connect_timeout: Key<Spanned<Duration>>,
    /// `max-connections`.
    pub max_connections: Key<Spanned<i64>>,
    /// `max-requests`.
    pub max_requests: Key<Spanned<i64>>,
    /// `max-pending`.
    pub max_pending: Key<Spanned<i64>>,
    /// `max-requests-per-connection`.
    pub max_requests_per_connection: Key<Spanned<i64>>,
}

impl PoolTable {
    /// The places of all that it says.
    #[must_use]
    pub fn places(&self) -> Vec<Span> {
        let numbers = [
            &self.max_connections,
            &self.max_requests,
            &self.max_pending,
            &self.max_requests_per_connection,
        ];
        let numbers = numbers.into_iter().filter_map(|key| Some(key.given()?.span));
        self.connect_timeout.given().map(|time| time.span).into_iter().chain(numbers).collect()
    }

    /// The first key that only HTTP knows, and its place.
    #[must_use]
    pub fn of_http(&self) -> Option<(&'static str, Span)> {
        let keys = [
            ("max-requests", &self.max_requests),
            ("max-pending", &self.max_pending),
            ("max-requests-per-connection", &self.max_requests_per_connection),
        ];
        keys.into_iter().find_map(|(word, key)| Some((word, key.given()?.span)))
    }
}

fn count(value: &Value<'_>, report: &mut Report) -> Option<Spanned<i64>> {
    value.integer(1, MOST, report)
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<PoolTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(PoolTable {
        connect_timeout: table.get("connect-timeout", Value::duration),
        max_connections: table.get("max-connections", count),
        max_requests: table.get("max-requests", count),
        max_pending: table.get("max-pending", count),
        max_requests_per_connection: table.get("max-requests-per-connection", count),
    })
}

pub(super) fn read_of_backend(value: &Value<'_>, report: &mut Report) -> Option<PoolTable> {
    let mut table = Reader::open(&OF_BACKEND, value, report)?;
    Some(PoolTable {
        connect_timeout: table.get("connect-timeout", Value::duration),
        max_connections: table.get("max-connections", count),
        ..PoolTable::default()
    })
}
