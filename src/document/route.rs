//! `[[services.<service>.routes]]`: which calls go where, and with what done to them.
//!
//! The keys are those of Istio's `VirtualService`, in kebab-case.

mod condition;
mod policy;

use std::time::Duration;

use super::field::{Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use super::value::Caller;
use crate::report::Report;
use crate::rules::invalid_value;
use crate::span::{Span, Spanned};
pub use condition::{MatchTable, Pattern};
pub use policy::{EditsTable, FaultShare, FaultTable, HeadersTable, RetriesTable, RewriteTable};

/// The keys of a route.
pub(super) static TABLE: Table = Table {
    name: "services.<service>.routes[]",
    doc: "Which calls go where. The first route that matches wins; the last may match everything.",
    fields: &[
        Field::new(
            "from",
            Shape::List(&Shape::Text(Text::Caller)),
            "Whose calls it takes, written as `callers`.",
        )
        .default("everyone's"),
        Field::new("match", Shape::Table(&condition::MATCH), "Which calls it takes.")
            .default("all"),
        Field::new(
            "to",
            Shape::List(&Shape::Table(&DESTINATION)),
            "Where they go; several by weight.",
        )
        .required(),
        Field::new("timeout", Shape::Text(Text::Duration), "How long a call may take in all."),
        Field::new(
            "retries",
            Shape::Table(&policy::RETRIES),
            "How often a failed call is tried again.",
        ),
        Field::new("mirror", Shape::Table(&MIRROR), "Where a copy of each call goes."),
        Field::new("fault", Shape::Table(&policy::FAULT), "Delays and failures made on purpose."),
        Field::new("rewrite", Shape::Table(&policy::REWRITE), "What the backend sees instead."),
        Field::new("headers", Shape::Table(&policy::HEADERS), "Headers set, added and removed."),
    ],
};

static DESTINATION: Table = Table {
    name: "services.<service>.routes[].to[]",
    doc: "A destination.",
    fields: &[
        Field::new("cluster", Shape::Text(Text::Name), "The cluster.").default("as `prefer` says"),
        Field::new("version", Shape::Text(Text::Name), "The version.").default("any"),
        Field::new(
            "weight",
            Shape::Integer(0, 100),
            "Its share in per cent; all of a route make 100. Not needed for a lone one.",
        ),
    ],
};

static MIRROR: Table = Table {
    name: "services.<service>.routes[].mirror",
    doc: "Where a copy of each call goes; its answer is thrown away.",
    fields: &[
        Field::new("service", Shape::Text(Text::Name), "Another service of this document.")
            .default("the service itself"),
        Field::new("cluster", Shape::Text(Text::Name), "The cluster."),
        Field::new("version", Shape::Text(Text::Name), "The version."),
        Field::new("percent", Shape::Percent, "Of how many calls.").default("100"),
    ],
};

/// A route, as written.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// The whole table.
    pub span: Span,
    /// `from`.
    pub from: Key<Vec<Spanned<Caller>>>,
    /// `match`.
    pub matches: Key<MatchTable>,
    /// `to`.
    pub to: Key<Vec<DestinationTable>>,
    /// `timeout`.
    pub timeout: Key<Spanned<Duration>>,
    /// `retries`.
    pub retries: Key<RetriesTable>,
    /// `mirror`.
    pub mirror: Key<MirrorTable>,
    /// `fault`.
    pub fault: Key<FaultTable>,
    /// `rewrite`.
    pub rewrite: Key<RewriteTable>,
    /// `headers`.
    pub headers: Key<HeadersTable>,
}

/// A destination of a route, as written.
#[derive(Clone, Debug)]
pub struct DestinationTable {
    /// The whole table.
    pub span: Span,
    /// `cluster`.
    pub cluster: Key<Spanned<String>>,
    /// `version`.
    pub version: Key<Spanned<String>>,
    /// `weight`.
    pub weight: Key<Spanned<i64>>,
}

/// `mirror`, as written.
#[derive(Clone, Debug)]
pub struct MirrorTable {
    /// `service`.
    pub service: Key<Spanned<String>>,
    /// `cluster` and `version`.
    pub to: DestinationTable,
    /// `percent`, in thousandths.
    pub percent: Key<Spanned<u32>>,
}

impl RouteTable {
    /// Whether it takes every call.
    #[must_use]
    pub fn takes_all(&self) -> bool {
        let matches = self.matches.given();
        let every = |matches: &MatchTable| !matches.is_http() && matches.port.is_absent();
        self.from.is_absent() && !self.matches.is_broken() && matches.is_none_or(every)
    }

    /// The port that the route is limited to.
    #[must_use]
    pub fn port(&self) -> Option<&Spanned<String>> {
        self.matches.given()?.port.given()
    }

    /// The destinations, that of the mirror included where it is one of the service itself.
    pub fn destinations(&self) -> impl Iterator<Item = &DestinationTable> {
        let mirror = self.mirror.given().filter(|mirror| mirror.service.is_absent());
        self.to.given().into_iter().flatten().chain(mirror.map(|mirror| &mirror.to))
    }
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<RouteTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(RouteTable {
        span: value.span,
        from: table.get("from", |value, report| value.list(report, Value::caller)),
        matches: table.get("match", condition::read),
        to: table.get("to", read_destinations),
        timeout: table.get("timeout", Value::duration),
        retries: table.get("retries", policy::retries),
        mirror: table.get("mirror", read_mirror),
        fault: table.get("fault", policy::fault),
        rewrite: table.get("rewrite", policy::rewrite),
        headers: table.get("headers", policy::headers),
    })
}

fn read_destinations(value: &Value<'_>, report: &mut Report) -> Option<Vec<DestinationTable>> {
    let destinations = value.list(report, |value, report| {
        let mut table = Reader::open(&DESTINATION, value, report)?;
        Some(DestinationTable {
            span: value.span,
            cluster: table.get("cluster", Value::name),
            version: table.get("version", Value::name),
            weight: table.get("weight", |value, report| value.integer(0, 100, report)),
        })
    })?;
    if destinations.is_empty() {
        report.push(invalid_value::empty(value.span, &value.path, "a destination"));
        return None;
    }
    Some(destinations)
}

fn read_mirror(value: &Value<'_>, report: &mut Report) -> Option<MirrorTable> {
    let mut table = Reader::open(&MIRROR, value, report)?;
    let service = table.get("service", Value::name);
    let to = DestinationTable {
        span: value.span,
        cluster: table.get("cluster", Value::name),
        version: table.get("version", Value::name),
        weight: Key::Absent,
    };
    let percent = table.get("percent", Value::percent);
    let pinned = to.cluster.given().or(to.version.given());
    if let (Some(service), Some(pinned)) = (service.given(), pinned) {
        let keys = "`service` or `cluster` and `version`";
        report.push(invalid_value::one_of(pinned.span, service.span, &value.path, keys));
    }
    Some(MirrorTable { service, to, percent })
}
