//! `outlier`: when a backend is taken out, and for how long.

use std::time::Duration;

use super::field::{Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use crate::report::Report;
use crate::span::Spanned;

/// The keys of `outlier`.
pub(super) static TABLE: Table = Table {
    name: "services.<service>.outlier",
    doc: "When a cluster's backend, or a gateway, is left out of the balance. Errors are those of the way: connect failures, 502, \
          503 and 504, not an application's own 500s.",
    fields: &[
        Field::new("errors", Shape::Integer(1, 1000), "So many errors in a row eject it.")
            .default("5"),
        Field::new("interval", Shape::Text(Text::Duration), "How often ejections are looked at.")
            .default("\"10s\""),
        Field::new(
            "eject",
            Shape::Text(Text::Duration),
            "For how long the first time; each time as much longer.",
        )
        .default("\"30s\""),
        Field::new(
            "max-percent",
            Shape::Integer(1, 100),
            "How much of the backends may be out at once. Below 100 a lone local backend is never ejected, so nothing fails over.",
        )
        .default("100"),
    ],
};

/// `outlier`, as written.
#[derive(Clone, Debug, Default)]
pub struct OutlierTable {
    /// `errors`.
    pub errors: Key<Spanned<i64>>,
    /// `interval`.
    pub interval: Key<Spanned<Duration>>,
    /// `eject`.
    pub eject: Key<Spanned<Duration>>,
    /// `max-percent`.
    pub max_percent: Key<Spanned<i64>>,
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<OutlierTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(OutlierTable {
        errors: table.get("errors", |value, report| value.integer(1, 1000, report)),
        interval: table.get("interval", Value::duration),
        eject: table.get("eject", Value::duration),
        max_percent: table.get("max-percent", |value, report| value.integer(1, 100, report)),
    })
}
