//! `ports`: a port's name and number, and its protocol where the name does not say it.

use super::field::{Choice, Field, Shape, Table};
use super::read::{Key, Reader, Value};
use crate::report::Report;
use crate::rules::{invalid_name, port_out_of_range};
use crate::span::Spanned;

/// The protocols, as port names begin with them and as Istio knows them.
pub(super) static PROTOCOLS: &[Choice] = &[
    Choice::new("http", "HTTP/1.1."),
    Choice::new("http2", "HTTP/2."),
    Choice::new("grpc", "gRPC."),
    Choice::new("grpc-web", "gRPC-Web."),
    Choice::new("https", "HTTPS that the application itself speaks."),
    Choice::new("tls", "TLS that the application itself speaks."),
    Choice::new("tcp", "Any TCP."),
    Choice::new("mongo", "MongoDB."),
    Choice::new("mysql", "MySQL."),
    Choice::new("redis", "Redis."),
];

/// The keys of a port's long form.
pub(super) static TABLE: Table = Table {
    name: "services.<service>.ports.<port>",
    doc: "A port. Its number alone is short for `{ port = NUMBER }`.",
    fields: &[
        Field::new("port", Shape::Integer(1, 65535), "The number that callers use.").required(),
        Field::new("protocol", Shape::Choice(PROTOCOLS), "What it speaks.")
            .default("what the port's name begins with"),
    ],
};

/// A port, as written.
#[derive(Clone, Debug)]
pub struct PortTable {
    /// The number.
    pub port: Key<Spanned<u16>>,
    /// `protocol`.
    pub protocol: Key<Spanned<&'static str>>,
}

/// The ports of a service.
pub(super) fn read_all(
    value: &Value<'_>,
    report: &mut Report,
) -> Option<Vec<(Spanned<String>, PortTable)>> {
    value.map(report, |value, report| {
        if let Some(found) = invalid_name::check_port(&value.key) {
            report.push(found);
        }
        read(value, report)
    })
}

fn read(value: &Value<'_>, report: &mut Report) -> Option<PortTable> {
    if !value.is_table() {
        return Some(PortTable { port: number(value, report).into(), protocol: Key::Absent });
    }
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(PortTable {
        port: table.get("port", number),
        protocol: table.get("protocol", |value, report| value.choice(PROTOCOLS, report)),
    })
}

/// A port's number.
pub(super) fn number(value: &Value<'_>, report: &mut Report) -> Option<Spanned<u16>> {
    if !value.is_integer() {
        return value.wrong_type("a port number", report);
    }
    let number = value.integer_text();
    if let Some(port) = number.parse::<u16>().ok().filter(|number| *number > 0) {
        Some(Spanned::new(port, value.span))
    } else {
        report.push(port_out_of_range::found(value.span, &value.path, &number));
        None
    }
}
