//! From the document to the mesh.
//!
//! Enters: a [`Document`] and the [`Lock`] as committed. Leaves: a [`Mesh`] of all that could be resolved; the rest was reported.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::{self, Wanted};
use super::{
    Backend, Cluster, ClusterId, Egress, Gateway, Lock, Mesh, Name, Outlier, Port, Prefer,
    Protocol, Service, Settings,
};
use crate::document::{
    BackendTable, ClusterTable, Document, GatewayTable, IstioVersion, Key, OutlierTable, PortTable,
    PreferValue, ServiceTable,
};
use crate::report::Report;
use crate::rules::{
    duplicate_host, invalid_host, invalid_value, missing_key, protocol_missing, unknown_cluster,
    unknown_port,
};
use crate::span::{File, Span, Spanned};

/// The release of Istio that is meant where none is said; also the oldest that is compiled for.
const OLDEST_ISTIO: IstioVersion = IstioVersion { major: 1, minor: 24 };

/// The mesh that a document means.
pub fn resolve(document: &Document, lock: Lock, report: &mut Report) -> Mesh {
    let settings = settings(document);
    let clusters = clusters(document, &settings);
    let mut mesh =
        Mesh { settings, clusters, services: Vec::new(), allow: document.lint.allow.clone(), lock };
    link(&mut mesh, document);
    mesh.services = document
        .services
        .iter()
        .filter_map(|(key, table)| service(key, table, &document.defaults, &mesh, report))
        .collect();
    mesh.services.sort_by(|one, two| {
        (&one.namespace, &one.name, one.span).cmp(&(&two.namespace, &two.name, two.span))
    });
    give_addresses(&mut mesh, document, report);
    mesh
}

fn settings(document: &Document) -> Settings {
    let table = &document.mesh;
    let nowhere = Span::new(File::Mesh, 0..0);
    let text = |key: &Key<Spanned<String>>, default: &str| {
        key.given().cloned().unwrap_or_else(|| Spanned::new(default.to_owned(), nowhere))
    };
    Settings {
        name: table.name.given().map(|name| name.value.clone()),
        domain: text(&table.domain, "global"),
        namespace: text(&table.namespace, "istio-system").value,
        vip_pool: table
            .vip_pool
            .given()
            .cloned()
            .unwrap_or_else(|| Spanned::new(address::DEFAULT_POOL, nowhere)),
        out: text(&table.out, "generated").value,
    }
}

fn clusters(document: &Document, settings: &Settings) -> Vec<Cluster> {
    let istio = document.mesh.istio.given().map_or(OLDEST_ISTIO, |istio| istio.value);
    let mut clusters: Vec<Cluster> =
        document.clusters.iter().map(|(key, table)| cluster(key, table, istio, settings)).collect();
    clusters.sort_by(|one, two| one.name.cmp(&two.name));
    clusters
}

fn cluster(
    key: &Spanned<String>,
    table: &ClusterTable,
    istio: IstioVersion,
    settings: &Settings,
) -> Cluster {
    let gateway = table.gateway.given().and_then(|table| gateway(table, settings));
    Cluster {
        name: key.value.clone(),
        span: key.span,
        gateway_broken: gateway.is_none() && !table.gateway.is_absent(),
        gateway,
        region: table.region.given().cloned(),
        zone: table.zone.given().cloned(),
        istio: table.istio.given().map_or(istio, |istio| istio.value),
        drained: table.drained.given().is_some_and(|drained| drained.value),
        egress: table.egress.given().and_then(Option::as_ref).map(|table| egress(table, settings)),
        via: None,
        behind: None,
    }
}

fn gateway(table: &GatewayTable, settings: &Settings) -> Option<Gateway> {
    let text = |key: &Key<Spanned<String>>, default: &str| {
        key.given().map_or_else(|| default.to_owned(), |text| text.value.clone())
    };
    let selector = table.selector.given().map(|selector| labels(selector));
    Some(Gateway {
        span: table.span,
        addresses: table.address.given()?.clone(),
        port: table.port.given().and_then(|port| u16::try_from(port.value).ok()).unwrap_or(15443),
        namespace: text(&table.namespace, &settings.namespace),
        service: text(&table.service, "istio-eastwestgateway"),
        selector: selector
            .unwrap_or_else(|| [("istio".to_owned(), "eastwestgateway".to_owned())].into()),
    })
}

fn egress(table: &GatewayTable, settings: &Settings) -> Egress {
    let text = |key: &Key<Spanned<String>>, default: &str| {
        key.given().map_or_else(|| default.to_owned(), |text| text.value.clone())
    };
    let selector = table.selector.given().map(|selector| labels(selector));
    Egress {
        span: table.span,
        namespace: text(&table.namespace, &settings.namespace),
        service: text(&table.service, "istio-egressgateway"),
        selector: selector
            .unwrap_or_else(|| [("istio".to_owned(), "egressgateway".to_owned())].into()),
    }
}

/// Which clusters a cluster's calls go through; unknown names are `unknown-cluster`'s to report.
fn link(mesh: &mut Mesh, document: &Document) {
    for (key, table) in &document.clusters {
        let named = |key: &Key<Spanned<String>>| {
            let name = key.given()?;
            Some(Spanned::new(mesh.cluster_named(name)?, name.span))
        };
        let (via, behind) = (named(&table.via), named(&table.behind));
        let own = mesh.cluster_named(key);
        if let Some(cluster) = own.and_then(|id| mesh.clusters.get_mut(id.0)) {
            cluster.via = via;
            cluster.behind = behind;
        }
    }
}

fn prefer(own: &Key<PreferValue>, defaults: &Key<PreferValue>, mesh: &Mesh) -> Prefer {
    match own.or(defaults).given() {
        Some(PreferValue::Word(word)) if word.value == "any" => Prefer::Any,
        Some(PreferValue::Order(names)) => {
            let known =
                |name: &Spanned<String>| Some(Spanned::new(mesh.cluster_named(name)?, name.span));
            Prefer::Order(names.iter().filter_map(known).collect())
        }
        Some(PreferValue::Word(_)) | None => Prefer::Local,
    }
}

fn labels(labels: &[(Spanned<String>, Spanned<String>)]) -> BTreeMap<String, String> {
    labels.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect()
}

/// A service; `None` where so much of it is missing or broken that it has no name.
fn service(
    key: &Spanned<String>,
    table: &ServiceTable,
    defaults: &ServiceTable,
    mesh: &Mesh,
    report: &mut Report,
) -> Option<Service> {
    let path = format!("services.{}", key.value);
    let namespace = table.namespace.or(&defaults.namespace);
    if namespace.is_absent() {
        report.push(missing_key::in_service_or_defaults(key, "namespace", "\"bookinfo\""));
    }
    let ports_key = table.ports.or(&defaults.ports);
    if ports_key.is_absent() {
        report.push(missing_key::in_service_or_defaults(key, "ports", "{ http = 8080 }"));
    }
    let no_ports = Vec::new();
    let written = ports_key.given().unwrap_or(&no_ports);
    let ports = ports(written, &path, report);
    if ports_key.given().is_some_and(Vec::is_empty) {
        report.push(invalid_value::empty(key.span, &format!("{path}.ports"), "a port"));
    }
    let broken = ports.len() < written.len() || ports_key.given().is_none();
    let name = table.name.given().unwrap_or(key);
    let backends = backends(key, name, namespace, table, defaults, &ports, broken, mesh, report);
    let namespace = namespace.given()?;
    if table.name.is_broken() {
        return None;
    }
    Some(Service {
        key: key.value.clone(),
        span: key.span,
        name: name.value.clone(),
        namespace: namespace.value.clone(),
        namespace_span: namespace.span,
        names: Vec::new(),
        broken: broken || backends.is_none(),
        backends: backends.unwrap_or_default(),
        ports,
        prefer: prefer(&table.prefer, &defaults.prefer, mesh),
        outlier: outlier(&table.outlier, &defaults.outlier),
    })
}

fn ports(written: &[(Spanned<String>, PortTable)], path: &str, report: &mut Report) -> Vec<Port> {
    let mut ports: Vec<Port> =
        written.iter().filter_map(|(name, table)| port(name, table, path, report)).collect();
    ports.sort_by(|one, two| (one.number, &one.name).cmp(&(two.number, &two.name)));
    ports
}

fn port(
    name: &Spanned<String>,
    table: &PortTable,
    path: &str,
    report: &mut Report,
) -> Option<Port> {
    let number = table.port.given()?;
    if table.protocol.is_broken() {
        return None;
    }
    let said = table.protocol.given();
    let protocol = match said {
        Some(word) => Protocol::from_word(word.value),
        None => Protocol::from_port_name(name),
    };
    let Some(protocol) = protocol else {
        report.push(protocol_missing::found(name, number.value, path));
        return None;
    };
    Some(Port {
        name: name.value.clone(),
        number: number.value,
        protocol,
        span: name.span,
        number_span: number.span,
        protocol_span: said.map(|word| word.span),
    })
}

/// Where a service runs; `None` if that could not be read in full.
#[expect(
    clippy::too_many_arguments,
    reason = "a service's parts, of which some are shared with the defaults"
)]
fn backends(
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
            let ports = numbers;
            let weight = table.weight.given().and_then(|weight| u32::try_from(weight.value).ok());
            let backend = Backend { cluster: id, host, namespace, ports, weight, selector, span };
            backends.insert(id, backend);
        }
        sound &= !table.host.is_broken();
    }
    for cluster in clusters.given().into_iter().flatten() {
        let Some(id) = find_cluster(cluster, key, mesh, report) else {
            sound = false;
            continue;
        };
        if let (false, Some((host, namespace))) = (backends.contains_key(&id), own(None)) {
            let ports = ports.iter().map(|port| port.number).collect();
            let (selector, span) = (app(), cluster.span);
            let backend =
                Backend { cluster: id, host, namespace, ports, weight: None, selector, span };
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

fn outlier(own: &Key<OutlierTable>, defaults: &Key<OutlierTable>) -> Outlier {
    let tables = [own.given(), defaults.given()];
    let number = |get: fn(&OutlierTable) -> &Key<Spanned<i64>>, default: u32| {
        let said = tables.iter().flatten().find_map(|table| get(table).given());
        said.and_then(|number| u32::try_from(number.value).ok()).unwrap_or(default)
    };
    let time = |get: fn(&OutlierTable) -> &Key<Spanned<Duration>>, default: u64| {
        let said = tables.iter().flatten().find_map(|table| get(table).given());
        said.map_or(Duration::from_secs(default), |time| time.value)
    };
    let place = |table: &OutlierTable| {
        let numbers = [&table.errors, &table.max_percent];
        let times = [&table.interval, &table.eject];
        let number = numbers.iter().find_map(|key| key.given().map(|number| number.span));
        number.or_else(|| times.iter().find_map(|key| key.given().map(|time| time.span)))
    };
    Outlier {
        errors: number(|table| &table.errors, 5),
        interval: time(|table| &table.interval, 10),
        eject: time(|table| &table.eject, 30),
        max_percent: number(|table| &table.max_percent, 100),
        span: tables.iter().flatten().find_map(|table| place(table)),
    }
}

/// Gives every service its names and every name its address.
fn give_addresses(mesh: &mut Mesh, document: &Document, report: &mut Report) {
    let mut unique: BTreeMap<String, (usize, Span)> = BTreeMap::new();
    let mut wanted = Vec::new();
    for (index, name) in written_names(mesh, document) {
        if let Some((first, span)) = unique.get(&name.host) {
            let (own, other) = (mesh.services.get(index), mesh.services.get(*first));
            let key =
                |service: Option<&Service>| service.map_or("", |service| &service.key).to_owned();
            report.push(duplicate_host::found(
                name.span,
                &name.host,
                &key(own),
                *span,
                &key(other),
            ));
        } else {
            unique.insert(name.host.clone(), (index, name.span));
            wanted.push(name);
        }
    }
    let wildcards: Vec<Wanted> =
        wanted.extract_if(.., |name| name.host.starts_with("*.")).collect();
    for wildcard in wildcards {
        let covers =
            wanted.iter().find(|name| name.host.ends_with(wildcard.host.trim_start_matches('*')));
        report.push(match covers {
            Some(name) => {
                duplicate_host::covered(wildcard.span, &wildcard.host, name.span, &name.host)
            }
            None => invalid_host::wildcard(wildcard.span, &wildcard.host),
        });
    }
    let given = address::allocate(&wanted, &mesh.settings.vip_pool, &mut mesh.lock, report);
    for Wanted { host, span, .. } in wanted {
        let index = unique.get(&host).map(|(index, _)| *index);
        let service = index.and_then(|index| mesh.services.get_mut(index));
        if let (Some(service), Some(vip)) = (service, given.get(&host)) {
            service.names.push(Name { host, vip: *vip, span });
        }
    }
}

/// The names that the document says, each with its service's index, in the order of the file.
fn written_names(mesh: &Mesh, document: &Document) -> Vec<(usize, Wanted)> {
    let tables: BTreeMap<&str, &ServiceTable> =
        document.services.iter().map(|(key, table)| (key.value.as_str(), table)).collect();
    let mut names = Vec::new();
    for (index, service) in mesh.services.iter().enumerate() {
        let Some(table) = tables.get(service.key.as_str()) else { continue };
        let host = format!("{}.{}.{}", service.name, service.namespace, mesh.settings.domain.value);
        names.push((index, Wanted { host, span: service.span, vip: table.vip.given().cloned() }));
        for host in table.hosts.given().into_iter().flatten() {
            names.push((index, Wanted { host: host.value.clone(), span: host.span, vip: None }));
        }
    }
    names.sort_by_key(|(_, name)| name.span);
    names
}
