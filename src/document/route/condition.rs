//! `match` of a route: which calls it takes.

use crate::document::field::{Field, Shape, Table, Text};
use crate::document::read::{Key, Reader, Value};
use crate::report::{Diagnostic, Report};
use crate::rules::{invalid_http, invalid_pattern, invalid_value};
use crate::span::{Span, Spanned};

pub(super) static MATCH: Table = Table {
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

/// `match`, as written.
#[derive(Clone, Debug)]
pub struct MatchTable {
    /// The whole table.
    pub span: Span,
    /// `path`, `path-prefix` or `path-regex`.
    pub path: Option<Pattern>,
    /// `method`.
    pub method: Key<Spanned<String>>,
    /// `headers`.
    pub headers: Vec<(Spanned<String>, Pattern)>,
    /// `query-params`.
    pub query_params: Vec<(Spanned<String>, Pattern)>,
    /// `port`.
    pub port: Key<Spanned<String>>,
}

/// How a text is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this.
    Exact(String),
    /// What it begins with.
    Prefix(String),
    /// A regular expression for the whole.
    Regex(String),
}

impl MatchTable {
    /// Whether it asks for something that only HTTP has.
    #[must_use]
    pub fn is_http(&self) -> bool {
        let fields = [self.path.is_some(), !self.method.is_absent()];
        fields.contains(&true) || !self.headers.is_empty() || !self.query_params.is_empty()
    }
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<MatchTable> {
    let mut table = Reader::open(&MATCH, value, report)?;
    let path = one_of(
        &mut table,
        [
            ("path", Pattern::Exact),
            ("path-prefix", Pattern::Prefix),
            ("path-regex", Pattern::Regex),
        ],
        invalid_http::path,
        &value.path,
    );
    Some(MatchTable {
        span: value.span,
        path: path.map(|path| path.value),
        method: table.get("method", |value, report| {
            let method = value.text(report)?;
            sound(invalid_http::method(&method, &value.path), report).then_some(method)
        }),
        headers: table
            .get("headers", |value, report| {
                read_patterns(value, report, |name, path| invalid_http::header(name, path, false))
            })
            .unwrap_or_default(),
        query_params: table
            .get("query-params", |value, report| {
                read_patterns(value, report, invalid_http::parameter)
            })
            .unwrap_or_default(),
        port: table.get("port", Value::name),
    })
}

/// A key, and the pattern that its text means.
type Kind = (&'static str, fn(String) -> Pattern);

/// The one of several keys that is given; more than one is reported.
fn one_of(
    table: &mut Reader<'_, '_>,
    kinds: [Kind; 3],
    check: fn(&Spanned<String>, &str) -> Option<Diagnostic>,
    path: &str,
) -> Option<Spanned<Pattern>> {
    let keys = kinds.map(|(key, _)| format!("`{key}`")).join(", ");
    let mut found: Option<Spanned<Pattern>> = None;
    for (key, make) in kinds {
        let Key::Given(text) = table.get(key, |value, report| value.filled("a text", report))
        else {
            continue;
        };
        let pattern = make(text.value.clone());
        let problem = match &pattern {
            Pattern::Regex(_) => invalid_pattern::check(&text, &format!("{path}.{key}")),
            Pattern::Exact(_) | Pattern::Prefix(_) => check(&text, &format!("{path}.{key}")),
        };
        problem.into_iter().for_each(|found| table.push(found));
        match &found {
            Some(first) => {
                table.push(invalid_value::one_of(text.span, first.span, path, &keys));
            }
            None => found = Some(Spanned::new(pattern, text.span)),
        }
    }
    found
}

fn read_patterns(
    value: &Value<'_>,
    report: &mut Report,
    check: impl Fn(&Spanned<String>, &str) -> Option<Diagnostic>,
) -> Option<Vec<(Spanned<String>, Pattern)>> {
    value.map(report, |value, report| {
        if !sound(check(&value.key, &value.path), report) {
            return None;
        }
        if !value.is_table() {
            let expected = "a string, or `{ exact = … }`, `{ prefix = … }`, `{ regex = … }`";
            return value.text_or(expected, report).map(|text| Pattern::Exact(text.value));
        }
        let mut table = Reader::open(&PATTERN, value, report)?;
        let kinds: [Kind; 3] =
            [("exact", Pattern::Exact), ("prefix", Pattern::Prefix), ("regex", Pattern::Regex)];
        let found = one_of(&mut table, kinds, |_, _| None, &value.path);
        if found.is_none() {
            let what = "`exact`, `prefix` or `regex`";
            report.push(invalid_value::empty(value.span, &value.path, what));
        }
        found.map(|found| found.value)
    })
}

/// Reports a problem; whether there was none.
pub(super) fn sound(problem: Option<Diagnostic>, report: &mut Report) -> bool {
    let sound = problem.is_none();
    problem.into_iter().for_each(|found| report.push(found));
    sound
}
