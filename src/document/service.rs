//! `[services.<service>]`, `[defaults]` and `backends`: a service, where it runs and who may call it.

use std::net::Ipv4Addr;

use super::field::{Choice, Field, Shape, Table, Text};
use super::gateway::Labels;
use super::keepalive::{self, KeepaliveTable};
use super::outlier::{self, OutlierTable};
use super::pool::{self, PoolTable};
use super::port::{self, PortTable};
use super::read::{Key, Reader, Value};
use super::route::{self, RouteTable};
use super::settings::CROSSING;
use super::value::{Address, Caller};
use crate::report::Report;
use crate::rules::{invalid_value, repeated_item};
use crate::span::Spanned;

const PREFER: &[Choice] = &[
    Choice::new(
        "local",
        "The caller's own cluster first, then the same zone, the same region, anywhere.",
    ),
    Choice::new("any", "All clusters at once, by the backends' `weight`."),
];

static PORT: Shape = Shape::OneOf(&[Shape::Integer(1, 65535), Shape::Table(&port::TABLE)]);

const NAMESPACE: Field = Field::new(
    "namespace",
    Shape::Text(Text::Name),
    "Its Kubernetes namespace, the same in every cluster unless a backend says another host.",
);
const PORTS: Field = Field::new(
    "ports",
    Shape::Map(Text::PortName, &PORT),
    "Its ports by name. The protocol is what the name begins with (`http`, `grpc-admin`), as Istio reads it, unless it is said.",
);
const CLUSTERS: Field =
    Field::new("clusters", NAMES_OF_CLUSTERS, "Where it runs, under its own name and ports.");
const NAMES_OF_CLUSTERS: Shape = Shape::List(&Shape::Text(Text::Name));
const CALLERS: Field = Field::new(
    "callers",
    Shape::List(&Shape::Text(Text::Caller)),
    "Who may call it: `cluster`, `cluster/namespace` or `cluster/namespace/service-account`. A cluster that is not among them does not \
     know its names, and its workloads are refused.",
)
.default("every cluster");
const PREFERENCE: Field = Field::new(
    "prefer",
    Shape::OneOf(&[Shape::Choice(PREFER), Shape::List(&Shape::Text(Text::Name))]),
    "Which of its clusters a call goes to first; an array gives the order.",
)
.default("\"local\"");
const OUTLIER: Field = Field::new(
    "outlier",
    Shape::Table(&outlier::TABLE),
    "When a cluster is left out because calls to it fail. Emitted where there is another one to go to.",
);
const POOL: Field = Field::new(
    "pool",
    Shape::Table(&pool::TABLE),
    "How many connections and requests at once, and how long a connection may take to come about.",
);
const KEEPALIVE: Field = Field::new(
    "keepalive",
    Shape::Table(&keepalive::TABLE),
    "How soon a connection whose other end fell silent is given up.",
);
const CROSSES: Field =
    Field::new("crossing", Shape::Choice(CROSSING), "How a call to it enters another cluster.")
        .default("that cluster's `crossing`, or else that of `[defaults]`, or else the mesh's");
const CROSSES_BY_DEFAULT: Field = Field::new(
    "crossing",
    Shape::Choice(CROSSING),
    "How calls to services that do not say it enter clusters that do not say it either.",
)
.default("the mesh's `crossing`");

/// The keys of `[defaults]`.
pub(super) static DEFAULTS: Table = Table {
    name: "defaults",
    doc: "Values for every service that does not say its own.",
    fields: &[
        NAMESPACE,
        PORTS,
        CLUSTERS,
        CALLERS,
        PREFERENCE,
        OUTLIER,
        POOL,
        KEEPALIVE,
        CROSSES_BY_DEFAULT,
    ],
};

/// The keys of a service.
pub(super) static TABLE: Table = Table {
    name: "services.<service>",
    doc: "A service that is called by one name from every cluster: `<name>.<namespace>.<domain>`.",
    fields: &[
        NAMESPACE,
        Field::new("name", Shape::Text(Text::Name), "The name of its Kubernetes Service.")
            .default("the table's key"),
        Field::new("hosts", Shape::List(&Shape::Text(Text::Host)), "More names for it.")
            .default("[]"),
        PORTS,
        CLUSTERS,
        Field::new(
            "vip",
            Shape::Text(Text::Ipv4),
            "The address of its name, out of the mesh's `vip-pool`.",
        )
        .default("what `mesh.lock` holds for it"),
        CALLERS,
        PREFERENCE,
        OUTLIER,
        POOL,
        KEEPALIVE,
        CROSSES,
        Field::new(
            "versions",
            Shape::Map(Text::Name, &Shape::Map(Text::LabelKey, &Shape::Text(Text::LabelValue))),
            "Its versions: a name and the labels of the pods.",
        ),
        Field::new(
            "backends",
            Shape::Map(Text::Name, &Shape::Table(&BACKEND)),
            "By cluster, where that cluster calls it something else. Implies that it runs there.",
        ),
        Field::new(
            "routes",
            Shape::List(&Shape::Table(&route::TABLE)),
            "Which calls go where. The first that matches wins.",
        ),
    ],
};

/// The keys of a backend.
pub(super) static BACKEND: Table = Table {
    name: "services.<service>.backends.<cluster>",
    doc: "How a service is called in one cluster, where that differs.",
    fields: &[
        Field::new(
            "host",
            Shape::Text(Text::Host),
            "The Kubernetes Service there, as `<name>.<namespace>.svc.cluster.local`.",
        )
        .default("the service's own name and namespace"),
        Field::new(
            "ports",
            Shape::Map(Text::PortName, &Shape::Integer(1, 65535)),
            "The ports of that Kubernetes Service, by the names of the service's ports.",
        )
        .default("the service's own"),
        Field::new(
            "pod-ports",
            Shape::Map(Text::PortName, &Shape::Integer(1, 65535)),
            "The pods' ports, by the names of the service's ports; needed only where pods are chosen by version.",
        )
        .default("the backend's `ports`"),
        Field::new(
            "selector",
            Shape::Map(Text::LabelKey, &Shape::Text(Text::LabelValue)),
            "The labels of its pods; used only where pods are chosen by label, as for versions.",
        )
        .default("{ app = \"<name>\" }"),
        Field::new(
            "address",
            Shape::Text(Text::Address),
            "Where clusters of the same network reach it as it is, without a gateway: an IP address or a host name.",
        ),
        Field::new("versions", NAMES_OF_VERSIONS, "Which of the service's versions run here.")
            .default("all"),
        Field::new(
            "weight",
            Shape::Integer(0, 1_000_000),
            "Its share of the calls where `prefer = \"any\"`.",
        ).default("1"),
        Field::new(
            "pool",
            Shape::Table(&pool::OF_BACKEND),
            "Limits of a proxy that can call nothing but this backend, as its cluster's gateway.",
        )
        .default("the service's"),
        Field::new(
            "keepalive",
            Shape::Table(&keepalive::TABLE),
            "As the service's, for a proxy that can call nothing but this backend.",
        )
        .default("the service's"),
    ],
};
const NAMES_OF_VERSIONS: Shape = Shape::List(&Shape::Text(Text::Name));

/// A service, or the defaults of all services, as written.
#[derive(Clone, Debug, Default)]
pub struct ServiceTable {
    /// `namespace`.
    pub namespace: Key<Spanned<String>>,
    /// `name`.
    pub name: Key<Spanned<String>>,
    /// `hosts`.
    pub hosts: Key<Vec<Spanned<String>>>,
    /// `ports`.
    pub ports: Key<Vec<(Spanned<String>, PortTable)>>,
    /// `clusters`.
    pub clusters: Key<Vec<Spanned<String>>>,
    /// `vip`.
    pub vip: Key<Spanned<Ipv4Addr>>,
    /// `callers`.
    pub callers: Key<Vec<Spanned<Caller>>>,
    /// `prefer`.
    pub prefer: Key<PreferValue>,
    /// `outlier`.
    pub outlier: Key<OutlierTable>,
    /// `pool`.
    pub pool: Key<PoolTable>,
    /// `keepalive`.
    pub keepalive: Key<KeepaliveTable>,
    /// `crossing`.
    pub crossing: Key<Spanned<&'static str>>,
    /// `versions`.
    pub versions: Key<Vec<(Spanned<String>, Labels)>>,
    /// `backends`.
    pub backends: Vec<(Spanned<String>, BackendTable)>,
    /// `routes`.
    pub routes: Vec<RouteTable>,
}

/// `prefer`, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreferValue {
    /// `"local"` or `"any"`.
    Word(Spanned<&'static str>),
    /// Clusters, in order.
    Order(Vec<Spanned<String>>),
}

/// A backend, as written.
#[derive(Clone, Debug, Default)]
pub struct BackendTable {
    /// `host`.
    pub host: Key<Spanned<String>>,
    /// `ports`.
    pub ports: Vec<(Spanned<String>, Spanned<u16>)>,
    /// `pod-ports`.
    pub pod_ports: Vec<(Spanned<String>, Spanned<u16>)>,
    /// `selector`.
    pub selector: Key<Labels>,
    /// `address`.
    pub address: Key<Spanned<Address>>,
    /// `versions`.
    pub versions: Key<Vec<Spanned<String>>>,
    /// `weight`.
    pub weight: Key<Spanned<i64>>,
    /// `pool`.
    pub pool: Key<PoolTable>,
    /// `keepalive`.
    pub keepalive: Key<KeepaliveTable>,
}

pub(super) fn read_defaults(value: &Value<'_>, report: &mut Report) -> Option<ServiceTable> {
    Some(read_shared(&mut Reader::open(&DEFAULTS, value, report)?))
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<ServiceTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(ServiceTable {
        name: table.get("name", Value::name),
        hosts: table.get("hosts", |value, report| {
            let hosts = value.list(report, Value::service_host)?;
            repeated_item::check(&value.path, &hosts, report);
            Some(hosts)
        }),
        vip: table.get("vip", Value::ipv4),
        versions: table.get("versions", |value, report| value.tables(report, Value::labels)),
        backends: table
            .get("backends", |value, report| value.tables(report, read_backend))
            .unwrap_or_default(),
        routes: table
            .get("routes", |value, report| value.list(report, route::read))
            .unwrap_or_default(),
        ..read_shared(&mut table)
    })
}

/// The keys that a service and the defaults both have.
fn read_shared(table: &mut Reader<'_, '_>) -> ServiceTable {
    ServiceTable {
        namespace: table.get("namespace", Value::name),
        ports: table.get("ports", port::read_all),
        clusters: table.get("clusters", names),
        callers: table.get("callers", callers),
        prefer: table.get("prefer", prefer),
        outlier: table.get("outlier", outlier::read),
        pool: table.get("pool", pool::read),
        keepalive: table.get("keepalive", keepalive::read),
        crossing: table.get("crossing", |value, report| value.choice(CROSSING, report)),
        ..ServiceTable::default()
    }
}

fn read_backend(value: &Value<'_>, report: &mut Report) -> Option<BackendTable> {
    let mut table = Reader::open(&BACKEND, value, report)?;
    Some(BackendTable {
        host: table.get("host", Value::host),
        ports: table.get("ports", numbers).unwrap_or_default(),
        pod_ports: table.get("pod-ports", numbers).unwrap_or_default(),
        selector: table.get("selector", Value::labels),
        address: table.get("address", Value::address),
        versions: table.get("versions", names),
        weight: table.get("weight", |value, report| value.integer(0, 1_000_000, report)),
        pool: table.get("pool", pool::read_of_backend),
        keepalive: table.get("keepalive", keepalive::read),
    })
}

fn numbers(value: &Value<'_>, report: &mut Report) -> Option<Vec<(Spanned<String>, Spanned<u16>)>> {
    value.map(report, port::number)
}

/// An array of names, each said once.
pub(super) fn names(value: &Value<'_>, report: &mut Report) -> Option<Vec<Spanned<String>>> {
    let names = value.list(report, Value::name)?;
    repeated_item::check(&value.path, &names, report);
    Some(names)
}

/// Who may call: at least one, each said once.
fn callers(value: &Value<'_>, report: &mut Report) -> Option<Vec<Spanned<Caller>>> {
    let callers = value.list(report, Value::caller)?;
    if callers.is_empty() {
        report.push(invalid_value::empty(value.span, &value.path, "a caller"));
        return None;
    }
    repeated_item::check(&value.path, &callers, report);
    Some(callers)
}

fn prefer(value: &Value<'_>, report: &mut Report) -> Option<PreferValue> {
    if value.is_array() {
        let order = names(value, report)?;
        if order.is_empty() {
            report.push(invalid_value::empty(value.span, &value.path, "at least one cluster"));
            return None;
        }
        return Some(PreferValue::Order(order));
    }
    value.text_or("`\"local\"`, `\"any\"` or an array of clusters", report)?;
    value.choice(PREFER, report).map(PreferValue::Word)
}
