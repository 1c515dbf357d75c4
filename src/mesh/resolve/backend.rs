//! Where a service runs, and what it is called there.

use std::collections::BTreeMap;

use super::labels;
use super::policy::policy;
use crate::document::{BackendTable, Key, ServiceTable};
use crate::mesh::{Backend, ClusterId, Entered, Mesh, Port};
use crate::report::Report;
use crate::rules::{invalid_host, unknown_cluster, unknown_port};
use crate::span::Spanned;

/// Where a service runs; `None` if that could not be read in full.
#[expect(
    clippy::too_many_arguments,
    reason = "a service's parts, of which some are shared with the defaults"
)]
pub(super) fn backends(
    key: &Spanned<String>,
    name: &Spanned<String>,
    namespace: &Key<Spanned<String>>,
    table: &ServiceTable,
    defaults: &ServiceTable,
    ports: &[Port],
    broken: bool,
    mesh: &Mesh,
    report: &mut Report,
) -> Option<Vec<Backend>> {
    let clusters = table.clusters.or(&defaults.clusters);
    let mut sound = !clusters.is_broken();
    let mut backends: BTreeMap<ClusterId, Backend> = BTreeMap::new();
    let own = |host: Option<&Spanned<String>>| match (host, namespace.given()) {
        (Some(host), _) => Some((host.value.clone(), namespace_of(host)?)),
        (None, Some(namespace)) => {
            let host = format!("{}.{}.svc.cluster.local", name.value, namespace.value);
            Some((host, namespace.value.clone()))
        }
        (None, None) => None,
    };
    let app = || BTreeMap::from([("app".to_owned(), name.value.clone())]);
    let service = table;
    for (cluster, table) in &table.backends {
        let Some(id) = find_cluster(cluster, key, mesh, report) else {
            sound = false;
            continue;
        };
        let numbers = backend_ports(table, ports, cluster, key, broken, report);
        if let Some(host) = table.host.given().filter(|host| namespace_of(host).is_none()) {
            report.push(invalid_host::not_a_kubernetes_service(host, key, cluster));
            sound = false;
        }
        if let Some((host, namespace)) = own(table.host.given()) {
            let selector = table.selector.given().map_or_else(app, |selector| labels(selector));
            let span = cluster.span;
            let pod_port = |(port, number): (&Port, &u16)| {
                let said = table.pod_ports.iter().find(|(name, _)| name.value == port.name);
                said.map_or(*number, |(_, number)| number.value)
            };
            let versions = table
                .versions
                .given()
                .map(|names| names.iter().map(|name| name.value.clone()).collect());
            let backend = Backend {
                cluster: id,
                host,
                namespace,
                pod_ports: ports.iter().zip(&numbers).map(pod_port).collect(),
                ports: numbers,
                address: table.address.given().cloned(),
                weight: table.weight.given().and_then(|weight| u32::try_from(weight.value).ok()),
                versions,
                selector,
                policy: policy(Some(table), service, defaults),
                entered: Entered::default(),
                span,
            };
            backends.insert(id, backend);
        }
        sound &= !table.host.is_broken() && !table.address.is_broken();
    }
    for cluster in clusters.given().into_iter().flatten() {
        let Some(id) = find_cluster(cluster, key, mesh, report) else {
            sound = false;
            continue;
        };
        if let (false, Some((host, namespace))) = (backends.contains_key(&id), own(None)) {
            let ports: Vec<u16> = ports.iter().map(|port| port.number).collect();
            let backend = Backend {
                cluster: id,
                host,
                namespace,
                pod_ports: ports.clone(),
                ports,
                address: None,
                weight: None,
                versions: None,
                selector: app(),
                policy: policy(None, service, defaults),
                entered: Entered::default(),
                span: cluster.span,
            };
            backends.insert(id, backend);
        }
    }
    sound.then(|| backends.into_values().collect())
}

fn find_cluster(
    name: &Spanned<String>,
    service: &Spanned<String>,
    mesh: &Mesh,
    report: &mut Report,
) -> Option<ClusterId> {
    let id = mesh.cluster_named(name);
    if id.is_none() {
        let known = mesh.clusters.iter().map(|cluster| cluster.name.as_str());
        report.push(unknown_cluster::found(name, &format!("service `{}`", service.value), known));
    }
    id
}

/// The backend's port for each of the service's ports.
fn backend_ports(
    table: &BackendTable,
    ports: &[Port],
    cluster: &Spanned<String>,
    service: &Spanned<String>,
    broken: bool,
    report: &mut Report,
) -> Vec<u16> {
    for (name, _) in &table.ports {
        if !broken && !ports.iter().any(|port| port.name == name.value) {
            let known = ports.iter().map(|port| port.name.as_str());
            report.push(unknown_port::found(name, service, cluster, known));
        }
    }
    let number = |port: &Port| {
        let said = table.ports.iter().find(|(name, _)| name.value == port.name);
        said.map_or(port.number, |(_, number)| number.value)
    };
    ports.iter().map(number).collect()
}

/// The namespace in a Kubernetes Service's host name: the label before `svc`.
fn namespace_of(host: &str) -> Option<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let at = labels.iter().position(|label| *label == "svc")?;
    let namespace = labels.get(at.checked_sub(1)?)?;
    (at >= 2 && labels.len() > at + 1).then(|| (*namespace).to_owned())
}
