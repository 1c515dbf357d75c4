//! `clusters.<cluster>.gateway` and `.egress`: where calls come in and go out.

use super::field::{Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use super::value::Address;
use crate::report::Report;
use crate::rules::invalid_value;
use crate::span::{Span, Spanned};

/// The keys of `gateway`.
pub(super) static TABLE: Table = Table {
    name: "clusters.<cluster>.gateway",
    doc: "The gateway by which other clusters call into this one. A string or an array is short for `address`.",
    fields: &[
        Field::new(
            "address",
            Shape::OneOf(&[Shape::Text(Text::Address), Shape::List(&Shape::Text(Text::Address))]),
            "Where other clusters reach it: IP addresses or host names, one or several.",
        )
        .required(),
        Field::new(
            "port",
            Shape::Integer(1, 65535),
            "The port it is reached at. The Gateway and its Service listen there too.",
        )
        .default("15443"),
        Field::new(
            "node-port",
            Shape::Integer(1, 65535),
            "The port of every node at which its Service, of type `NodePort` or `LoadBalancer`, takes what is meant for `port`. Where the others call \
             the nodes themselves, `port` has to be the same number.",
        ),
        Field::new(
            "namespace",
            Shape::Text(Text::Name),
            "Where its pods run; what only gateways may see is shown to this namespace.",
        )
        .default("the mesh's `namespace`"),
        Field::new(
            "service",
            Shape::Text(Text::Name),
            "Its Kubernetes Service, on which the port must be open.",
        )
        .default("\"istio-eastwestgateway\""),
        Field::new(
            "selector",
            Shape::Map(Text::LabelKey, &Shape::Text(Text::LabelValue)),
            "The labels of its pods.",
        )
        .default("{ istio = \"eastwestgateway\" }"),
    ],
};

/// The keys of `egress`.
pub(super) static EGRESS: Table = Table {
    name: "clusters.<cluster>.egress",
    doc: "The gateway by which calls to other clusters leave. `true` is short for all defaults.",
    fields: &[
        Field::new("namespace", Shape::Text(Text::Name), "Where its pods run.")
            .default("the mesh's `namespace`"),
        Field::new("service", Shape::Text(Text::Name), "Its Kubernetes Service.")
            .default("\"istio-egressgateway\""),
        Field::new(
            "selector",
            Shape::Map(Text::LabelKey, &Shape::Text(Text::LabelValue)),
            "The labels of its pods.",
        )
        .default("{ istio = \"egressgateway\" }"),
    ],
};

/// A label of pods: key and value.
pub(super) type Labels = Vec<(Spanned<String>, Spanned<String>)>;

/// `gateway` or `egress`, as written.
#[derive(Clone, Debug)]
pub struct GatewayTable {
    /// The key.
    pub span: Span,
    /// `address`; of `gateway` only.
    pub address: Key<Vec<Spanned<Address>>>,
    /// `port`; of `gateway` only.
    pub port: Key<Spanned<i64>>,
    /// `node-port`; of `gateway` only.
    pub node_port: Key<Spanned<i64>>,
    /// `namespace`.
    pub namespace: Key<Spanned<String>>,
    /// `service`.
    pub service: Key<Spanned<String>>,
    /// `selector`.
    pub selector: Key<Labels>,
}

impl GatewayTable {
    fn all_defaults(span: Span) -> Self {
        Self {
            span,
            address: Key::Absent,
            port: Key::Absent,
            node_port: Key::Absent,
            namespace: Key::Absent,
            service: Key::Absent,
            selector: Key::Absent,
        }
    }
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<GatewayTable> {
    if !value.is_table() {
        let address = addresses(value, report).into();
        return Some(GatewayTable { address, ..GatewayTable::all_defaults(value.key.span) });
    }
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(GatewayTable {
        span: value.key.span,
        address: table.get("address", addresses),
        port: table.get("port", |value, report| value.integer(1, 65535, report)),
        node_port: table.get("node-port", |value, report| value.integer(1, 65535, report)),
        namespace: table.get("namespace", Value::name),
        service: table.get("service", Value::name),
        selector: table.get("selector", Value::labels),
    })
}

pub(super) fn read_egress(value: &Value<'_>, report: &mut Report) -> Option<Option<GatewayTable>> {
    if value.is_bool() {
        let wanted = value.boolean(report)?;
        return Some(wanted.value.then(|| GatewayTable::all_defaults(value.key.span)));
    }
    if !value.is_table() {
        return value.wrong_type("`true`, `false` or a table", report);
    }
    let mut table = Reader::open(&EGRESS, value, report)?;
    Some(Some(GatewayTable {
        namespace: table.get("namespace", Value::name),
        service: table.get("service", Value::name),
        selector: table.get("selector", Value::labels),
        ..GatewayTable::all_defaults(value.key.span)
    }))
}

fn addresses(value: &Value<'_>, report: &mut Report) -> Option<Vec<Spanned<Address>>> {
    if !value.is_array() {
        let expected = "an address, an array of addresses or a table";
        value.text_or(expected, report)?;
        return value.address(report).map(|address| vec![address]);
    }
    let before = report.diagnostics().len();
    let addresses = value.list(report, Value::address)?;
    if addresses.is_empty() {
        if report.diagnostics().len() == before {
            report.push(invalid_value::empty(value.span, &value.path, "an address"));
        }
        return None;
    }
    Some(addresses)
}
