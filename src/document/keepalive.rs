//! `keepalive`: how soon a connection whose other end fell silent is given up.

use std::time::Duration;

use super::field::{Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use crate::report::Report;
use crate::rules::keepalive_seconds;
use crate::span::{Span, Spanned};

/// As many probes as Linux takes, `MAX_TCP_KEEPCNT`.
const MOST_PROBES: i64 = 127;

/// The keys of `keepalive`.
pub(super) static TABLE: Table = Table {
    name: "services.<service>.keepalive",
    doc: "TCP's own question whether the other end is still there, put to connections on which nothing is sent. Times are whole seconds, `1s` to \
          `32767s`, as the kernel has them.",
    fields: &[
        Field::new(
            "time",
            Shape::Text(Text::Duration),
            "How long a connection is quiet before it is asked. `10s` where there is another place to go to.",
        )
        .default("the operating system's, but with failover"),
        Field::new(
            "interval",
            Shape::Text(Text::Duration),
            "How long between two questions. `5s` where there is another place to go to.",
        )
        .default("the operating system's, but with failover"),
        Field::new(
            "probes",
            Shape::Integer(1, MOST_PROBES),
            "After so many questions without an answer the connection is closed. `3` where there is another place to go to.",
        )
        .default("the operating system's, but with failover"),
        Field::new(
            "ping",
            Shape::Text(Text::Duration),
            "How long between two pings on a connection of HTTP/2, gRPC among them, that a sidecar made. `10s` where there is another place to go to. \
             Needs Istio 1.31.",
        )
        .default("none, but with failover"),
        Field::new(
            "ping-timeout",
            Shape::Text(Text::Duration),
            "How long a ping may stay without an answer before the connection is closed.",
        )
        .default("`5s`"),
    ],
};

/// `keepalive`, as written.
#[derive(Clone, Debug, Default)]
pub struct KeepaliveTable {
    /// `time`.
    pub time: Key<Spanned<Duration>>,
    /// `interval`.
    pub interval: Key<Spanned<Duration>>,
    /// `probes`.
    pub probes: Key<Spanned<i64>>,
    /// `ping`.
    pub ping: Key<Spanned<Duration>>,
    /// `ping-timeout`.
    pub ping_timeout: Key<Spanned<Duration>>,
}

impl KeepaliveTable {
    /// The places of all that it says.
    #[must_use]
    pub fn places(&self) -> Vec<Span> {
        let times = [&self.time, &self.interval, &self.ping, &self.ping_timeout];
        let times = times.into_iter().filter_map(|key| key.given());
        let probes = self.probes.given().map(|probes| probes.span);
        times.map(|time| time.span).chain(probes).collect()
    }
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<KeepaliveTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(KeepaliveTable {
        time: table.get("time", seconds),
        interval: table.get("interval", seconds),
        probes: table.get("probes", |value, report| value.integer(1, MOST_PROBES, report)),
        ping: table.get("ping", Value::duration),
        ping_timeout: table.get("ping-timeout", Value::duration),
    })
}

fn seconds(value: &Value<'_>, report: &mut Report) -> Option<Spanned<Duration>> {
    let duration = value.duration(report)?;
    match keepalive_seconds::check(&duration, &value.path) {
        Some(found) => report.push(found),
        None => return Some(duration),
    }
    None
}
