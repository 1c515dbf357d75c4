//! `[existing]` and `clusters.<cluster>.existing`: what somebody else has there already.

use ipnet::Ipv4Net;

use super::field::{Choice, Field, Shape, Table, Text};
use super::gateway::Labels;
use super::read::{Key, Reader, Value};
use crate::report::Report;
use crate::rules::invalid_value;
use crate::span::Spanned;

static PROTOCOLS: &[Choice] = &[
    Choice::new("tls", "TLS of any mode: the Gateway's protocol is `TLS` or `HTTPS`."),
    Choice::new("http", "HTTP in plain text: `HTTP`, `HTTP2` or `GRPC`."),
    Choice::new("tcp", "Any other bytes in plain text: `TCP` or `MONGO`."),
];

const HOSTS: Shape = Shape::List(&Shape::Text(Text::HostPattern));

/// The keys of a Gateway of somebody else.
static GATEWAY: Table = Table {
    name: "clusters.<cluster>.existing.gateways.<gateway>",
    doc: "A server of a Gateway that somebody else applied, under the Gateway's name.",
    fields: &[
        Field::new("port", Shape::Integer(1, 65535), "The port that it listens on.").required(),
        Field::new("hosts", HOSTS, "Its hosts, without a namespace before them.").required(),
        Field::new("protocol", Shape::Choice(PROTOCOLS), "What it takes there.").default("\"tls\""),
        Field::new(
            "selector",
            Shape::Map(Text::LabelKey, &Shape::Text(Text::LabelValue)),
            "The labels of the pods that listen.",
        )
        .default("that of the cluster's `gateway`"),
    ],
};

/// The keys of a cluster's `existing`.
pub(super) static OF_CLUSTER: Table = Table {
    name: "clusters.<cluster>.existing",
    doc: "Istio objects that somebody else applied to the cluster, as far as they may meet what is generated; what would go wrong is a diagnostic. \
          Nothing is generated for them.",
    fields: &[
        Field::new(
            "gateways",
            Shape::Map(Text::Name, &Shape::Table(&GATEWAY)),
            "Gateways, each under its name.",
        ),
        Field::new(
            "service-entries",
            HOSTS,
            "The hosts of ServiceEntries. A wildcard meets no name, as the longer host wins.",
        )
        .default("[]"),
        Field::new(
            "virtual-services",
            HOSTS,
            "The hosts of VirtualServices that sidecars follow, those without `gateways` or with `mesh` among them.",
        )
        .default("[]"),
        Field::new(
            "destination-rules",
            HOSTS,
            "The hosts of DestinationRules, in full: `reviews.bookinfo.svc.cluster.local`.",
        )
        .default("[]"),
    ],
};

/// The keys of `[existing]`.
pub(super) static OF_FLEET: Table = Table {
    name: "existing",
    doc: "What somebody else uses already, anywhere in the fleet. Objects of a cluster: `clusters.<cluster>.existing`.",
    fields: &[Field::new(
        "reserved-cidrs",
        Shape::List(&Shape::Text(Text::Cidr)),
        "Ranges of IPv4 addresses that no name gets, though they lie in the `vip-pool`. An address is the same in all clusters, so a range that one \
         of them uses is taken in all.",
    )
    .default("[]")],
};

/// A Gateway's server, as written.
#[derive(Clone, Debug)]
pub struct ExistingGatewayTable {
    /// `port`.
    pub port: Key<Spanned<i64>>,
    /// `hosts`.
    pub hosts: Key<Vec<Spanned<String>>>,
    /// `protocol`.
    pub protocol: Key<Spanned<&'static str>>,
    /// `selector`.
    pub selector: Key<Labels>,
}

/// A cluster's `existing`, as written.
#[derive(Clone, Debug, Default)]
pub struct ExistingTable {
    /// `gateways`.
    pub gateways: Vec<(Spanned<String>, ExistingGatewayTable)>,
    /// `service-entries`.
    pub service_entries: Vec<Spanned<String>>,
    /// `virtual-services`.
    pub virtual_services: Vec<Spanned<String>>,
    /// `destination-rules`.
    pub destination_rules: Vec<Spanned<String>>,
}

/// `[existing]`, as written.
#[derive(Clone, Debug, Default)]
pub struct ReservedTable {
    /// `reserved-cidrs`.
    pub reserved_cidrs: Vec<Spanned<Ipv4Net>>,
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<ReservedTable> {
    let mut table = Reader::open(&OF_FLEET, value, report)?;
    let ranges = |value: &Value<'_>, report: &mut Report| value.list(report, Value::cidr);
    Some(ReservedTable { reserved_cidrs: table.get("reserved-cidrs", ranges).unwrap_or_default() })
}

pub(super) fn read_of_cluster(value: &Value<'_>, report: &mut Report) -> Option<ExistingTable> {
    let mut table = Reader::open(&OF_CLUSTER, value, report)?;
    let hosts = |value: &Value<'_>, report: &mut Report| value.list(report, Value::host_pattern);
    Some(ExistingTable {
        gateways: table
            .get("gateways", |value, report| value.tables(report, gateway))
            .unwrap_or_default(),
        service_entries: table.get("service-entries", hosts).unwrap_or_default(),
        virtual_services: table.get("virtual-services", hosts).unwrap_or_default(),
        destination_rules: table.get("destination-rules", hosts).unwrap_or_default(),
    })
}

fn gateway(value: &Value<'_>, report: &mut Report) -> Option<ExistingGatewayTable> {
    let mut table = Reader::open(&GATEWAY, value, report)?;
    Some(ExistingGatewayTable {
        port: table.get("port", |value, report| value.integer(1, 65535, report)),
        hosts: table.get("hosts", |value, report| {
            let before = report.diagnostics().len();
            let hosts = value.list(report, Value::host_pattern)?;
            if hosts.is_empty() && report.diagnostics().len() == before {
                report.push(invalid_value::empty(value.span, &value.path, "a host"));
            }
            Some(hosts)
        }),
        protocol: table.get("protocol", |value, report| value.choice(PROTOCOLS, report)),
        selector: table.get("selector", Value::labels),
    })
}
