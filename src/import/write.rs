//! What is drafted, as tables of `mesh.toml`.
//!
//! Enters: a cluster, a service or a backend. Leaves: the text of its table, with a header, and nothing that is so by default.

mod route;

use std::collections::BTreeMap;

use toml_edit::{Key, Value};

use super::{BackendDraft, ClusterDraft, GatewayDraft, OutlierDraft, PortDraft, ServiceDraft};
use crate::mesh::Protocol;

/// A cluster's table.
pub(super) fn cluster(cluster: &ClusterDraft) -> String {
    let mut text = format!("[clusters.{}]\n", key(&cluster.name));
    let short = |gateway: &GatewayDraft| GatewayDraft {
        addresses: gateway.addresses.clone(),
        ..GatewayDraft::default()
    };
    match &cluster.gateway {
        Some(gateway) if *gateway == short(gateway) => {
            text.push_str(&format!("gateway = {}\n", addresses(gateway)));
        }
        _ => {}
    }
    for (key, value) in [("region", &cluster.region), ("zone", &cluster.zone)] {
        text.extend(value.iter().map(|value| format!("{key} = {}\n", string(value))));
    }
    if cluster.egress {
        text.push_str("egress = true\n");
    }
    match &cluster.gateway {
        Some(found) if *found != short(found) => {
            // A header with nothing below it says nothing.
            let above = if text.lines().count() > 1 { format!("{text}\n") } else { String::new() };
            text = above + &gateway(&cluster.name, found);
        }
        _ => {}
    }
    text
}

/// A gateway's table.
pub(super) fn gateway(cluster: &str, gateway: &GatewayDraft) -> String {
    let mut text = format!("[clusters.{}.gateway]\n", key(cluster));
    text.push_str(&format!("address = {}\n", addresses(gateway)));
    text.extend(gateway.port.iter().map(|port| format!("port = {port}\n")));
    for (key, value) in [("namespace", &gateway.namespace), ("service", &gateway.service)] {
        text.extend(value.iter().map(|value| format!("{key} = {}\n", string(value))));
    }
    if !gateway.selector.is_empty() {
        text.push_str(&format!("selector = {}\n", labels(&gateway.selector)));
    }
    text
}

/// A service's table under a key, with its backends'; `hosts` are its names beside the one that it has anyway.
pub(super) fn service(table: &str, service: &ServiceDraft, hosts: &[&str]) -> String {
    let mut text = format!("[services.{}]\n", key(table));
    text.push_str(&format!("namespace = {}\n", string(&service.namespace)));
    if service.name != table {
        text.push_str(&format!("name = {}\n", string(&service.name)));
    }
    if !hosts.is_empty() {
        text.push_str(&format!("hosts = {}\n", list(hosts)));
    }
    text.push_str(&format!("ports = {}\n", ports(&service.ports)));
    let plain = service.backends.iter().filter(|(_, backend)| is_usual(backend, service));
    let clusters: Vec<&str> = plain.map(|(cluster, _)| cluster.as_str()).collect();
    if !clusters.is_empty() {
        text.push_str(&format!("clusters = {}\n", list(&clusters)));
    }
    text.extend(service.vip.iter().map(|vip| format!("vip = {}\n", string(&vip.to_string()))));
    if let Some(found) = &service.outlier {
        text.push_str(&format!("outlier = {}\n", outlier(found)));
    }
    if !service.versions.is_empty() {
        let version = |(name, pods): (&String, &BTreeMap<String, String>)| {
            format!("{} = {}", key(name), labels(pods))
        };
        text.push_str(&format!("versions = {}\n", inline(service.versions.iter().map(version))));
    }
    for (cluster, found) in &service.backends {
        if !is_usual(found, service) {
            text.push_str(&format!("\n{}", backend(table, cluster, found)));
        }
    }
    for found in &service.routes {
        text.push_str(&format!("\n{}", route::route(table, found)));
    }
    text
}

/// Whether a backend is as the service says, and needs no table.
pub(super) fn is_usual(backend: &BackendDraft, service: &ServiceDraft) -> bool {
    let usual = BTreeMap::from([("app".to_owned(), service.name.clone())]);
    let selects = backend.selector.is_empty() || backend.selector == usual;
    let numbered = !backend.ports.is_empty() || !backend.pod_ports.is_empty();
    backend.host.is_none() && !numbered && selects && backend.versions.is_empty()
}

/// A backend's table.
pub(super) fn backend(service: &str, cluster: &str, backend: &BackendDraft) -> String {
    let mut text = format!("[services.{}.backends.{}]\n", key(service), key(cluster));
    text.extend(backend.host.iter().map(|host| format!("host = {}\n", string(host))));
    for (word, ports) in [("ports", &backend.ports), ("pod-ports", &backend.pod_ports)] {
        if !ports.is_empty() {
            let ports = ports.iter().map(|(name, port)| format!("{} = {port}", key(name)));
            text.push_str(&format!("{word} = {}\n", inline(ports)));
        }
    }
    if !backend.selector.is_empty() {
        text.push_str(&format!("selector = {}\n", labels(&backend.selector)));
    }
    if !backend.versions.is_empty() {
        let versions: Vec<&str> = backend.versions.iter().map(String::as_str).collect();
        text.push_str(&format!("versions = {}\n", list(&versions)));
    }
    text
}

fn outlier(outlier: &OutlierDraft) -> String {
    let OutlierDraft { errors, interval, eject, max_percent } = outlier;
    let errors = errors.map(|errors| format!("errors = {errors}"));
    let interval = interval.as_deref().map(|interval| format!("interval = {}", string(interval)));
    let eject = eject.as_deref().map(|eject| format!("eject = {}", string(eject)));
    let percent = max_percent.map(|percent| format!("max-percent = {percent}"));
    inline([errors, interval, eject, percent].into_iter().flatten())
}

fn addresses(gateway: &GatewayDraft) -> String {
    match gateway.addresses.as_slice() {
        [one] => string(one),
        several => list(&several.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

fn ports(ports: &[PortDraft]) -> String {
    let port = |port: &PortDraft| {
        let PortDraft { name, number, protocol } = port;
        if Protocol::from_port_name(name) == Some(*protocol) {
            format!("{} = {number}", key(name))
        } else {
            let word = protocol.word();
            format!("{} = {{ port = {number}, protocol = \"{word}\" }}", key(name))
        }
    };
    inline(ports.iter().map(port))
}

fn labels(labels: &BTreeMap<String, String>) -> String {
    let label = |(name, value): (&String, &String)| format!("{} = {}", key(name), string(value));
    inline(labels.iter().map(label))
}

/// A table in braces.
fn inline(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<String> = parts.into_iter().collect();
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn list(values: &[&str]) -> String {
    format!("[{}]", values.iter().map(|value| string(value)).collect::<Vec<_>>().join(", "))
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

fn key(text: &str) -> String {
    Key::new(text).to_string()
}
