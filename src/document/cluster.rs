//! `[clusters.<cluster>]`: one cluster with its own control plane.

use super::existing::{self, ExistingTable};
use super::field::{Choice, Field, Shape, Table, Text};
use super::gateway::{self, GatewayTable};
use super::read::{Key, Reader, Value};
use super::settings::CROSSING;
use super::value::IstioVersion;
use crate::report::Report;
use crate::rules::unused_kubeconfig;
use crate::span::Spanned;

static DNS: &[Choice] = &[
    Choice::new("istio", "The sidecar answers, from what it is told by istiod (DNS capture)."),
    Choice::new(
        "coredns",
        "The cluster's CoreDNS answers, from generated server blocks in the ConfigMap `coredns-custom`.",
    ),
    Choice::new("kube-dns", "A small CoreDNS of its own answers for kube-dns' stub domains."),
    Choice::new("none", "Something else sees to it."),
];

/// The keys of a cluster.
pub(super) static TABLE: Table = Table {
    name: "clusters.<cluster>",
    doc: "A cluster with a control plane of its own. Its name is that of its folder in the tree.",
    fields: &[
        Field::new(
            "gateway",
            Shape::OneOf(&[
                Shape::Text(Text::Address),
                Shape::List(&Shape::Text(Text::Address)),
                Shape::Table(&gateway::TABLE),
            ]),
            "Where other clusters call into it. A cluster without one calls, and nobody calls into it.",
        ),
        Field::new(
            "region",
            Shape::Text(Text::LabelValue),
            "Its region, as its nodes' label `topology.kubernetes.io/region` says. Needed where distance decides.",
        ),
        Field::new(
            "zone",
            Shape::Text(Text::LabelValue),
            "Its zone, if the whole cluster is in one.",
        ),
        Field::new(
            "network",
            Shape::Text(Text::Name),
            "Clusters of one network reach each other's backends directly, at the backend's `address`.",
        ),
        Field::new(
            "mesh",
            Shape::Text(Text::Name),
            "Clusters of one mesh share discovery already: nothing is federated between them.",
        ),
        Field::new("istio", Shape::Text(Text::IstioVersion), "Its release of Istio.")
            .default("the mesh's `istio`"),
        Field::new(
            "trust-domain",
            Shape::Text(Text::TrustDomain),
            "The SPIFFE trust domain of its workloads' identities, as its istiod has it.",
        )
        .default("the mesh's `trust-domain`"),
        Field::new("dns", Shape::Choice(DNS), "How the names resolve in it.").default("\"istio\""),
        Field::new(
            "drained",
            Shape::Bool,
            "Other clusters stop sending to it; its own use goes on.",
        )
        .default("false"),
        Field::new(
            "egress",
            Shape::OneOf(&[Shape::Bool, Shape::Table(&gateway::EGRESS)]),
            "Calls to other clusters leave through its egress gateway.",
        )
        .default("false"),
        Field::new(
            "via",
            Shape::Text(Text::Name),
            "The cluster whose gateway all its calls go through.",
        ),
        Field::new(
            "behind",
            Shape::Text(Text::Name),
            "The cluster through whose gateway others reach it.",
        ),
        Field::new(
            "crossing",
            Shape::Choice(CROSSING),
            "How calls of other clusters enter it, to services that do not say their own.",
        )
        .default("the `crossing` of `[defaults]`, or else the mesh's"),
        Field::new(
            "existing",
            Shape::Table(&existing::OF_CLUSTER),
            "Istio objects that somebody else applied to it.",
        ),
        Field::new(
            "context",
            Shape::Text(Text::Any),
            "Its context in the kubeconfig, by which `cwc ui` shows what runs in it; no other command looks at it.",
        ),
        Field::new(
            "kubeconfig",
            Shape::Text(Text::Any),
            "The kubeconfig that has `context`: a path from the document's folder, or below `~/`.",
        )
        .default("the files of `$KUBECONFIG`, or else `~/.kube/config`"),
    ],
};

/// A cluster, as written.
#[derive(Clone, Debug, Default)]
pub struct ClusterTable {
    /// `gateway`.
    pub gateway: Key<GatewayTable>,
    /// `region`.
    pub region: Key<Spanned<String>>,
    /// `zone`.
    pub zone: Key<Spanned<String>>,
    /// `network`.
    pub network: Key<Spanned<String>>,
    /// `mesh`.
    pub mesh: Key<Spanned<String>>,
    /// `istio`.
    pub istio: Key<Spanned<IstioVersion>>,
    /// `trust-domain`.
    pub trust_domain: Key<Spanned<String>>,
    /// `dns`.
    pub dns: Key<Spanned<&'static str>>,
    /// `drained`.
    pub drained: Key<Spanned<bool>>,
    /// `egress`.
    pub egress: Key<Option<GatewayTable>>,
    /// `via`.
    pub via: Key<Spanned<String>>,
    /// `behind`.
    pub behind: Key<Spanned<String>>,
    /// `crossing`.
    pub crossing: Key<Spanned<&'static str>>,
    /// `existing`.
    pub existing: Key<ExistingTable>,
    /// `context`.
    pub context: Key<Spanned<String>>,
    /// `kubeconfig`.
    pub kubeconfig: Key<Spanned<String>>,
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<ClusterTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    let found = ClusterTable {
        gateway: table.get("gateway", gateway::read),
        region: table.get("region", Value::label_value),
        zone: table.get("zone", Value::label_value),
        network: table.get("network", Value::name),
        mesh: table.get("mesh", Value::name),
        istio: table.get("istio", Value::istio),
        trust_domain: table.get("trust-domain", Value::domain),
        dns: table.get("dns", |value, report| value.choice(DNS, report)),
        drained: table.get("drained", Value::boolean),
        egress: table.get("egress", gateway::read_egress),
        via: table.get("via", Value::name),
        behind: table.get("behind", Value::name),
        crossing: table.get("crossing", |value, report| value.choice(CROSSING, report)),
        existing: table.get("existing", existing::read_of_cluster),
        context: table.get("context", |value, report| value.filled("a context", report)),
        kubeconfig: table.get("kubeconfig", |value, report| value.filled("a file", report)),
    };
    drop(table);
    if let (Some(kubeconfig), true) = (found.kubeconfig.given(), found.context.is_absent()) {
        report.push(unused_kubeconfig::found(kubeconfig.span));
    }
    Some(found)
}
