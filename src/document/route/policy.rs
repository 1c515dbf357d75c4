//! What a route does to HTTP calls: `retries`, `fault`, `rewrite` and `headers`.

use std::time::Duration;

use super::condition::sound;
use crate::document::field::{Field, Shape, Table, Text};
use crate::document::read::{Key, Reader, Value};
use crate::report::Report;
use crate::rules::{invalid_http, invalid_value};
use crate::span::Spanned;

pub(super) static RETRIES: Table = Table {
    name: "services.<service>.routes[].retries",
    doc: "How often a failed call is tried again.",
    fields: &[
        Field::new("attempts", Shape::Integer(0, 100), "How often.").required(),
        Field::new("per-try", Shape::Text(Text::Duration), "How long each may take."),
        Field::new("on", Shape::Text(Text::Any), "On what: Envoy's `retry_on`, with commas."),
    ],
};

pub(super) static FAULT: Table = Table {
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

pub(super) static REWRITE: Table = Table {
    name: "services.<service>.routes[].rewrite",
    doc: "What the backend sees instead.",
    fields: &[
        Field::new("uri", Shape::Text(Text::Any), "In place of the matched path or prefix."),
        Field::new("authority", Shape::Text(Text::Host), "In place of the Host."),
    ],
};

pub(super) static HEADERS: Table = Table {
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

/// `retries`, as written.
#[derive(Clone, Debug)]
pub struct RetriesTable {
    /// `attempts`.
    pub attempts: Key<Spanned<i64>>,
    /// `per-try`.
    pub per_try: Key<Spanned<Duration>>,
    /// `on`.
    pub on: Key<Spanned<String>>,
}

/// `fault`, as written; shares of calls in thousandths of a per cent.
#[derive(Clone, Debug)]
pub struct FaultTable {
    /// `delay`: for how long.
    pub delay: Key<FaultShare<Duration>>,
    /// `abort`: with which status.
    pub abort: Key<FaultShare<i64>>,
}

/// What is done on purpose, and to how many calls.
#[derive(Clone, Debug)]
pub struct FaultShare<T> {
    /// `fixed-delay` or `http-status`.
    pub what: Key<Spanned<T>>,
    /// `percent`, in thousandths.
    pub percent: Key<Spanned<u32>>,
}

/// `rewrite`, as written.
#[derive(Clone, Debug)]
pub struct RewriteTable {
    /// `uri`.
    pub uri: Key<Spanned<String>>,
    /// `authority`.
    pub authority: Key<Spanned<String>>,
}

/// `headers`, as written.
#[derive(Clone, Debug)]
pub struct HeadersTable {
    /// `request`.
    pub request: Key<EditsTable>,
    /// `response`.
    pub response: Key<EditsTable>,
}

/// Edits of headers, as written.
#[derive(Clone, Debug)]
pub struct EditsTable {
    /// `set`.
    pub set: Vec<(Spanned<String>, Spanned<String>)>,
    /// `add`.
    pub add: Vec<(Spanned<String>, Spanned<String>)>,
    /// `remove`.
    pub remove: Vec<Spanned<String>>,
}

pub(super) fn retries(value: &Value<'_>, report: &mut Report) -> Option<RetriesTable> {
    let mut table = Reader::open(&RETRIES, value, report)?;
    let retries = RetriesTable {
        attempts: table.get("attempts", |value, report| value.integer(0, 100, report)),
        per_try: table.get("per-try", Value::duration),
        on: table.get("on", |value, report| {
            let on = value.text(report)?;
            sound(invalid_http::conditions(&on, &value.path), report).then_some(on)
        }),
    };
    if let Some(zero) = retries.attempts.given().filter(|attempts| attempts.value == 0) {
        let per_try = retries.per_try.given().map(|time| ("per-try", time.span));
        let on = retries.on.given().map(|on| ("on", on.span));
        for (key, span) in per_try.into_iter().chain(on) {
            let path = format!("{}.{key}", value.path);
            table.push(invalid_value::never_tried(span, zero.span, &path));
        }
    }
    Some(retries)
}

pub(super) fn fault(value: &Value<'_>, report: &mut Report) -> Option<FaultTable> {
    let mut table = Reader::open(&FAULT, value, report)?;
    let fault = FaultTable {
        delay: table.get("delay", |value, report| {
            let mut table = Reader::open(&DELAY, value, report)?;
            let what = table.get("fixed-delay", Value::duration);
            Some(FaultShare { what, percent: table.get("percent", Value::percent) })
        }),
        abort: table.get("abort", |value, report| {
            let mut table = Reader::open(&ABORT, value, report)?;
            let what = table.get("http-status", |value, report| value.integer(200, 599, report));
            Some(FaultShare { what, percent: table.get("percent", Value::percent) })
        }),
    };
    let absent = fault.delay.is_absent() && fault.abort.is_absent();
    filled(fault, absent, "`delay` or `abort`", value, report)
}

pub(super) fn rewrite(value: &Value<'_>, report: &mut Report) -> Option<RewriteTable> {
    let mut table = Reader::open(&REWRITE, value, report)?;
    let rewrite = RewriteTable {
        uri: table.get("uri", |value, report| {
            let uri = value.text(report)?;
            sound(invalid_http::path(&uri, &value.path), report).then_some(uri)
        }),
        authority: table.get("authority", Value::host),
    };
    let absent = rewrite.uri.is_absent() && rewrite.authority.is_absent();
    filled(rewrite, absent, "`uri` or `authority`", value, report)
}

pub(super) fn headers(value: &Value<'_>, report: &mut Report) -> Option<HeadersTable> {
    let mut table = Reader::open(&HEADERS, value, report)?;
    let headers = HeadersTable {
        request: table.get("request", read_edits),
        response: table.get("response", read_edits),
    };
    let absent = headers.request.is_absent() && headers.response.is_absent();
    filled(headers, absent, "`request` or `response`", value, report)
}

fn read_edits(value: &Value<'_>, report: &mut Report) -> Option<EditsTable> {
    let mut table = Reader::open(&EDITS, value, report)?;
    let mut texts = |key| {
        table.get(key, |value, report| {
            value.map(report, |value, report| {
                let text = value.text(report)?;
                let name = sound(invalid_http::header(&value.key, &value.path, true), report);
                let text_sound = sound(invalid_http::header_value(&text, &value.path), report);
                (name && text_sound).then_some(text)
            })
        })
    };
    let (set, add) = (texts("set"), texts("add"));
    let remove = table.get("remove", |value, report| {
        value.list(report, |value, report| {
            let name = value.text(report)?;
            sound(invalid_http::header(&name, &value.path, true), report).then_some(name)
        })
    });
    let absent = set.is_absent() && add.is_absent() && remove.is_absent();
    let edits = EditsTable {
        set: set.unwrap_or_default(),
        add: add.unwrap_or_default(),
        remove: remove.unwrap_or_default(),
    };
    filled(edits, absent, "`set`, `add` or `remove`", value, report)
}

/// A table, unless none of its keys is there: Istio refuses one that says nothing.
fn filled<T>(
    table: T,
    absent: bool,
    what: &str,
    value: &Value<'_>,
    report: &mut Report,
) -> Option<T> {
    if absent {
        report.push(invalid_value::empty(value.span, &value.path, what));
        return None;
    }
    Some(table)
}
