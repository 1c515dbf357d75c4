//! `[lint]`: which warnings are not wanted.

use super::field::{Field, Shape, Table, Text};
use super::read::{Reader, Value};
use crate::report::Report;
use crate::span::Spanned;

/// The keys of `[lint]`.
pub(super) static TABLE: Table = Table {
    name: "lint",
    doc: "Which warnings are not wanted. Errors cannot be allowed.",
    fields: &[Field::new(
        "allow",
        Shape::List(&Shape::Text(Text::Code)),
        "Codes or names of warnings, as `cwc explain` knows them.",
    )
    .default("[]")],
};

/// `[lint]`, as written.
#[derive(Clone, Debug, Default)]
pub struct LintTable {
    /// `allow`.
    pub allow: Vec<Spanned<String>>,
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<LintTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    let allow = table.get("allow", |value, report| value.list(report, Value::text));
    Some(LintTable { allow: allow.unwrap_or_default() })
}
