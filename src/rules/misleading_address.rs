//! CW0611: misleading-address.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::document::Address;
use crate::mesh::path::share_network;
use crate::mesh::{Backend, Mesh, Service};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::rules::reserved_vip::range_of;
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0611",
    name: "misleading-address",
    severity: Severity::Error,
    summary: "a backend's address that leads somewhere else",
    explain: "At a backend's `address`, the clusters of its network must find that backend at the backend's own \
              ports: an internal load balancer of its Kubernetes Service, for instance. A gateway's address is no such \
              place, as a gateway chooses by SNI among names that it lists; nor is a name of this document or an \
              address out of the pool, which only sidecars know; nor a name below `cluster.local`, which every cluster \
              resolves to a Service of its own; nor the address and port of another backend of the network.",
    bad: include_str!("../../tests/rules/CW0611-misleading-address/bad.toml"),
    good: include_str!("../../tests/rules/CW0611-misleading-address/good.toml"),
};

/// Checks the address of every backend.
pub fn check(mesh: &Mesh, report: &mut Report) {
    let mut seen: BTreeMap<(&Address, u16), Vec<(&Service, &Backend)>> = BTreeMap::new();
    let mut addressed: Vec<(&Spanned<Address>, &Service, &Backend)> = Vec::new();
    for service in &mesh.services {
        let backends = service.backends.iter();
        addressed.extend(
            backends.filter_map(|backend| Some((backend.address.as_ref()?, service, backend))),
        );
    }
    addressed.sort_by_key(|(address, ..)| address.span);
    for (address, service, backend) in addressed {
        if let Some((label, place)) = elsewhere(mesh, &address.value) {
            report.push(found(mesh, address, service, backend, label, place));
            continue;
        }
        for port in &backend.ports {
            let others = seen.entry((&address.value, *port)).or_default();
            let same_network = |other: &Backend| {
                other.cluster == backend.cluster
                    || share_network(mesh, other.cluster, backend.cluster)
            };
            let twin =
                |other: &Backend| other.cluster == backend.cluster && other.host == backend.host;
            if let Some((owner, other)) =
                others.iter().find(|(_, other)| same_network(other) && !twin(other))
            {
                let label = format!("its port {port} answers there for another backend");
                let place = other.address.as_ref().map(|address| {
                    (
                        address.span,
                        format!("service `{}` in `{}`", owner.key, mesh[other.cluster].name),
                    )
                });
                report.push(found(mesh, address, service, backend, label, place));
                break;
            }
            others.push((service, backend));
        }
    }
}

/// What is at an address that cannot be a backend's, and where the document says so.
fn elsewhere(mesh: &Mesh, address: &Address) -> Option<(String, Option<(Span, String)>)> {
    for cluster in &mesh.clusters {
        let addresses = cluster.gateway.iter().flat_map(|gateway| &gateway.addresses);
        if let Some(gateway) = addresses.into_iter().find(|gateway| gateway.value == *address) {
            let place = (gateway.span, "here".to_owned());
            return Some((format!("the gateway of `{}` answers there", cluster.name), Some(place)));
        }
    }
    match address {
        Address::Ip { ip: IpAddr::V4(ip), .. } => {
            let pool = &mesh.settings.vip_pool;
            if pool.contains(ip) {
                let place =
                    (!pool.span.range().is_empty()).then(|| (pool.span, "the pool".to_owned()));
                return Some((format!("an address of the pool {}, for names", pool.value), place));
            }
            range_of(*ip).map(|whose| (format!("in {whose}"), None))
        }
        Address::Ip { ip: IpAddr::V6(_), .. } => None,
        Address::Host(host) => {
            let names = mesh.services.iter().flat_map(|service| &service.names);
            if let Some(name) = names.into_iter().find(|name| name.host == *host) {
                return Some((
                    "a name of this document".to_owned(),
                    Some((name.span, "here".to_owned())),
                ));
            }
            let local = |zone: &str| host == zone || host.ends_with(&format!(".{zone}"));
            (local("cluster.local") || local("svc"))
                .then(|| ("each cluster finds a Service of its own there".to_owned(), None))
        }
    }
}

fn found(
    mesh: &Mesh,
    address: &Spanned<Address>,
    service: &Service,
    backend: &Backend,
    label: String,
    place: Option<(Span, String)>,
) -> Diagnostic {
    let (text, cluster) = (address.value.text(), &mesh[backend.cluster].name);
    let message = format!("{text} is not the address of service `{}` in `{cluster}`", service.key);
    let found = Diagnostic::new(&RULE, address.span, message).label(label);
    let found = match place {
        Some((span, label)) => found.other(span, label),
        None => found,
    };
    found
        .help("write where other clusters of the network reach this backend, or take `address` out")
}
