//! `[mesh]`: what holds for the whole fleet.

use ipnet::Ipv4Net;

use super::field::{Choice, Field, Shape, Table, Text};
use super::read::{Key, Reader, Value};
use super::value::IstioVersion;
use crate::report::Report;
use crate::span::Spanned;

/// The words of `crossing`, at the mesh, a cluster and a service.
pub(super) static CROSSING: &[Choice] = &[
    Choice::new(
        "passthrough",
        "Mutual TLS from the caller's sidecar to the callee's, chosen by SNI on port 15443; the caller's identity arrives.",
    ),
    Choice::new(
        "terminate",
        "Mutual TLS ends at the callee's gateway, which routes by Host. HTTP ports only: others pass through. Pods see the gateway's identity.",
    ),
    Choice::new(
        "plaintext",
        "Plain HTTP by Host, at the service's own ports; only where there is no mutual TLS to be had, and always with a warning. HTTP ports only.",
    ),
];

/// The keys of `[mesh]`.
pub(super) static TABLE: Table = Table {
    name: "mesh",
    doc: "What holds for the whole fleet. Every key is optional.",
    fields: &[
        Field::new(
            "name",
            Shape::Text(Text::Name),
            "Put on everything generated, as the label `app.kubernetes.io/part-of`.",
        ),
        Field::new(
            "domain",
            Shape::Text(Text::Domain),
            "The suffix of all names: a service is called `<name>.<namespace>.<domain>`.",
        )
        .default("\"global\""),
        Field::new(
            "namespace",
            Shape::Text(Text::Name),
            "Where resources live that belong to no namespace of a service: Istio's root namespace.",
        )
        .default("\"istio-system\""),
        Field::new(
            "vip-pool",
            Shape::Text(Text::Cidr),
            "The addresses that names get. Never Istio's own 240.240.0.0/16, and nothing that the fleet uses.",
        )
        .default("\"240.0.0.0/12\""),
        Field::new(
            "trust-domain",
            Shape::Text(Text::TrustDomain),
            "The SPIFFE trust domain of clusters that do not say their own.",
        )
        .default("\"cluster.local\""),
        Field::new(
            "istio",
            Shape::Text(Text::IstioVersion),
            "The oldest Istio in the fleet; a cluster may say its own. 1.24 or newer.",
        )
        .default("\"1.24\""),
        Field::new(
            "crossing",
            Shape::Choice(CROSSING),
            "How a call enters another cluster, where neither the service, nor that cluster, nor `[defaults]` says it.",
        )
        .default("\"passthrough\""),
        Field::new(
            "out",
            Shape::Text(Text::Path),
            "The folder that the clusters' folders are written to, below that of mesh.toml.",
        )
        .default("\"generated\""),
    ],
};

/// `[mesh]`, as written.
#[derive(Clone, Debug, Default)]
pub struct SettingsTable {
    /// `name`.
    pub name: Key<Spanned<String>>,
    /// `domain`.
    pub domain: Key<Spanned<String>>,
    /// `namespace`.
    pub namespace: Key<Spanned<String>>,
    /// `vip-pool`.
    pub vip_pool: Key<Spanned<Ipv4Net>>,
    /// `trust-domain`.
    pub trust_domain: Key<Spanned<String>>,
    /// `istio`.
    pub istio: Key<Spanned<IstioVersion>>,
    /// `crossing`.
    pub crossing: Key<Spanned<&'static str>>,
    /// `out`.
    pub out: Key<Spanned<String>>,
}

pub(super) fn read(value: &Value<'_>, report: &mut Report) -> Option<SettingsTable> {
    let mut table = Reader::open(&TABLE, value, report)?;
    Some(SettingsTable {
        name: table.get("name", Value::name),
        domain: table.get("domain", Value::domain),
        namespace: table.get("namespace", Value::name),
        vip_pool: table.get("vip-pool", Value::cidr),
        trust_domain: table.get("trust-domain", Value::domain),
        istio: table.get("istio", Value::istio),
        crossing: table.get("crossing", |value, report| value.choice(CROSSING, report)),
        out: table.get("out", Value::relative_path),
    })
}
