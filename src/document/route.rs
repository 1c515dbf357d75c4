//! `[[services.<service>.routes]]`: which calls go where, and with what done to them.
//!
//! The keys are those of Istio's `VirtualService`, in kebab-case.

use std::time::Duration;

use super::field::{Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use super::value::Caller;
use crate::report::Report;
use crate::rules::invalid_value;
use crate::span::{Span, Spanned};

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
        Field::new("match", Shape::Table(&MATCH), "Which calls it takes.").default("all"),
        Field::new(
            "to",
            Shape::List(&Shape::Table(&DESTINATION)),
            "Where they go; several by weight.",
        )
        .required(),
        Field::new("timeout", Shape::Text(Text::Duration), "How long a call may take in all."),
        Field::new("retries", Shape::Table(&RETRIES), "How often a failed call is tried again."),
        Field::new("mirror", Shape::Table(&MIRROR), "Where a copy of each call goes."),
        Field::new("fault", Shape::Table(&FAULT), "Delays and failures made on purpose."),
        Field::new("rewrite", Shape::Table(&REWRITE), "What the backend sees instead."),
        Field::new("headers", Shape::Table(&HEADERS), "Headers set, added and removed."),
    ],
};

static MATCH: Table = Table {
    name: "services.<service>.routes[].match",
    doc: "Which calls a route takes: all that is said must hold.",
    fields: &[
        Field::new("path", Shape::Text(Text::Any), "The path, exactly."),
        Field::new("path-prefix", Shape::Text(Text::Any), "What the path begins with."),
        Field::new(
            "path-regex",
            Shape::Text(Text::Any),
            "A regular expression (RE2) for the whole path.",
        ),
        Field::new("method", Shape::Text(Text::Method), "The HTTP method."),
        Field::new(
            "headers",
            Shape::Map(
                Text::Header,
                &Shape::OneOf(&[Shape::Text(Text::Any), Shape::Table(&PATTERN)]),
            ),
            "Headers: a string for exactly this, or `{ prefix = … }`, `{ regex = … }`.",
        ),
        Field::new(
            "query-params",
            Shape::Map(
                Text::Header,
                &Shape::OneOf(&[Shape::Text(Text::Any), Shape::Table(&PATTERN)]),
            ),
            "Query parameters, as headers.",
        ),
        Field::new("port", Shape::Text(Text::PortName), "The name of the port called."),
    ],
};

static PATTERN: Table = Table {
    name: "services.<service>.routes[].match.headers.<header>",
    doc: "How a value is matched; one of the three.",
    fields: &[
        Field::new("exact", Shape::Text(Text::Any), "Exactly this."),
        Field::new("prefix", Shape::Text(Text::Any), "What it begins with."),
        Field::new("regex", Shape::Text(Text::Any), "A regular expression (RE2)."),
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

static RETRIES: Table = Table {
    name: "services.<service>.routes[].retries",
    doc: "How often a failed call is tried again.",
    fields: &[
        Field::new("attempts", Shape::Integer(0, 100), "How often.").required(),
        Field::new("per-try", Shape::Text(Text::Duration), "How long each may take."),
        Field::new("on", Shape::Text(Text::Any), "On what: Envoy's `retry_on`, with commas."),
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

static FAULT: Table = Table {
    name: "services.<service>.routes[].fault",
    doc: "Delays and failures made on purpose.",
    fields: &[
        Field::new("delay", Shape::Table(&DELAY), "Calls are held back."),
        Field::new("abort", Shape::Table(&ABORT), "Calls are answered with an error."),
    ],
};

static DELAY: Table = Table {
    name: "services.<service>.routes[].fault.delay",
    doc: "Calls are held back.",
    fields: &[
        Field::new("fixed-delay", Shape::Text(Text::Duration), "For how long.").required(),
        Field::new("percent", Shape::Percent, "Of how many calls.").default("100"),
    ],
};

static ABORT: Table = Table {
    name: "services.<service>.routes[].fault.abort",
    doc: "Calls are answered with an error.",
    fields: &[
        Field::new("http-status", Shape::Integer(200, 599), "With which status.").required(),
        Field::new("percent", Shape::Percent, "Of how many calls.").default("100"),
    ],
};

static REWRITE: Table = Table {
    name: "services.<service>.routes[].rewrite",
    doc: "What the backend sees instead.",
    fields: &[
        Field::new("uri", Shape::Text(Text::Any), "In place of the matched path or prefix."),
        Field::new("authority", Shape::Text(Text::Host), "In place of the Host."),
    ],
};

static HEADERS: Table = Table {
    name: "services.<service>.routes[].headers",
    doc: "Headers set, added and removed.",
    fields: &[
        Field::new("request", Shape::Table(&EDITS), "On the way there."),
        Field::new("response", Shape::Table(&EDITS), "On the way back."),
    ],
};

static EDITS: Table = Table {
    name: "services.<service>.routes[].headers.request",
    doc: "Edits of headers.",
    fields: &[
        Field::new(
            "set",
            Shape::Map(Text::Header, &Shape::Text(Text::Any)),
            "Set, whatever was there.",
        ),
        Field::new(
            "add",
            Shape::Map(Text::Header, &Shape::Text(Text::Any)),
            "Added to what was there.",
        ),
        Field::new("remove", Shape::List(&Shape::Text(Text::Header)), "Taken away."),
    ],
};

/// A route, as written.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// The whole table.
    pub span: Span,
    /// `from`.
    pub from: Key<Vec<Spanned<Caller>>>,
    /// `match`, if it says anything.
    pub matches: Key<Span>,
    /// `match.port`.
    pub port: Key<Spanned<String>>,
    /// `to`.
    pub to: Key<Vec<DestinationTable>>,
    /// `mirror.service`.
    pub mirror_service: Key<Spanned<String>>,
    /// `mirror`'s cluster and version.
    pub mirror: Key<DestinationTable>,
    /// `timeout`.
    pub timeout: Key<Spanned<Duration>>,
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

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<RouteTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    let mut port = Key::Absent;
    let mut mirror_service = Key::Absent;
    let from = table.get("from", |value, report| value.list(report, Value::caller));
    let matches = table.get("match", |value, report| {
        port = read_match(value, report)?;
        Some(value.span)
    });
    let to = table.get("to", read_destinations);
    let timeout = table.get("timeout", Value::duration);
    table.get("retries", read_retries);
    let mirror = table.get("mirror", |value, report| {
        let mut table = Reader::open(&MIRROR, value, report)?;
        mirror_service = table.get("service", Value::name);
        table.get("percent", Value::percent);
        Some(DestinationTable {
            span: value.span,
            cluster: table.get("cluster", Value::name),
            version: table.get("version", Value::name),
            weight: Key::Absent,
        })
    });
    table.get("fault", read_fault);
    table.get("rewrite", |value, report| {
        let mut table = Reader::open(&REWRITE, value, report)?;
        table.get("uri", |value, report| value.filled("a path", report));
        table.get("authority", Value::host);
        Some(())
    });
    table.get("headers", |value, report| {
        let mut table = Reader::open(&HEADERS, value, report)?;
        table.get("request", read_edits);
        table.get("response", read_edits);
        Some(())
    });
    Some(RouteTable { span: value.span, from, matches, port, to, mirror_service, mirror, timeout })
}

fn read_match(value: &Value<'_>, report: &mut Report) -> Option<Key<Spanned<String>>> {
    let mut table = Reader::open(&MATCH, value, report)?;
    let paths = ["path", "path-prefix", "path-regex"]
        .map(|key| table.get(key, |value, report| value.filled("a path", report)));
    let given: Vec<Span> =
        paths.iter().filter_map(|path| path.given().map(|path| path.span)).collect();
    table.get("method", |value, report| value.filled("a method", report));
    table.get("headers", read_patterns);
    table.get("query-params", read_patterns);
    let port = table.get("port", Value::name);
    if let [first, second, ..] = given.as_slice() {
        report.push(invalid_value::one_of(
            *second,
            *first,
            &value.path,
            "`path`, `path-prefix`, `path-regex`",
        ));
    }
    Some(port)
}

fn read_patterns(value: &Value<'_>, report: &mut Report) -> Option<()> {
    value.map(report, |value, report| {
        if !value.is_table() {
            return value
                .text_or("a string, or `{ exact = … }`, `{ prefix = … }`, `{ regex = … }`", report)
                .map(|_| ());
        }
        let mut table = Reader::open(&PATTERN, value, report)?;
        let kinds = ["exact", "prefix", "regex"].map(|key| table.get(key, Value::text));
        let given: Vec<Span> =
            kinds.iter().filter_map(|kind| kind.given().map(|kind| kind.span)).collect();
        match given.as_slice() {
            [] => report.push(invalid_value::empty(
                value.span,
                &value.path,
                "`exact`, `prefix` or `regex`",
            )),
            [_] => {}
            [first, second, ..] => {
                report.push(invalid_value::one_of(
                    *second,
                    *first,
                    &value.path,
                    "`exact`, `prefix`, `regex`",
                ));
            }
        }
        Some(())
    })?;
    Some(())
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

fn read_retries(value: &Value<'_>, report: &mut Report) -> Option<()> {
    let mut table = Reader::open(&RETRIES, value, report)?;
    table.get("attempts", |value, report| value.integer(0, 100, report));
    table.get("per-try", Value::duration);
    table.get("on", |value, report| value.filled("a condition", report));
    Some(())
}

fn read_fault(value: &Value<'_>, report: &mut Report) -> Option<()> {
    let mut table = Reader::open(&FAULT, value, report)?;
    table.get("delay", |value, report| {
        let mut table = Reader::open(&DELAY, value, report)?;
        table.get("fixed-delay", Value::duration);
        table.get("percent", Value::percent);
        Some(())
    });
    table.get("abort", |value, report| {
        let mut table = Reader::open(&ABORT, value, report)?;
        table.get("http-status", |value, report| value.integer(200, 599, report));
        table.get("percent", Value::percent);
        Some(())
    });
    Some(())
}

fn read_edits(value: &Value<'_>, report: &mut Report) -> Option<()> {
    let mut table = Reader::open(&EDITS, value, report)?;
    for key in ["set", "add"] {
        table.get(key, |value, report| value.map(report, Value::text));
    }
    table.get("remove", |value, report| value.list(report, Value::text));
    Some(())
}
