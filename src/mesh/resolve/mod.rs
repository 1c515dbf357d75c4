//! From the document to the mesh.
//!
//! Enters: a [`Document`] and the [`Lock`] as committed. Leaves: a [`Mesh`] of all that could be resolved; the rest was reported.

mod backend;
mod caller;
mod cluster;
mod entry;
mod existing;
mod name;
mod policy;
mod port;
mod route;

use std::collections::BTreeMap;

use super::{ClusterId, Entered, Entry, Lock, Mesh, Prefer, Service, Settings, address};
use crate::document::{Document, Key, PreferValue, ServiceTable};
use crate::report::Report;
use crate::rules::{invalid_value, missing_key, needs_http};
use crate::span::{File, Span, Spanned};
use backend::backends;
use caller::callers;
use cluster::{clusters, link};
use entry::entered;
use name::give_addresses;
use policy::policy;
use port::ports;
use route::add_routes;

/// The mesh that a document means.
pub fn resolve(document: &Document, lock: Lock, report: &mut Report) -> Mesh {
    let settings = settings(document);
    let clusters = clusters(document, &settings);
    let mut mesh = Mesh {
        settings,
        ids: (0..clusters.len()).map(ClusterId).collect(),
        clusters,
        has_hops: false,
        services: Vec::new(),
        allow: document.lint.allow.clone(),
        lock,
    };
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
        reserved: document.existing.reserved_cidrs.clone(),
        crossing: entered(&table.crossing, None, &Key::Absent, &Entered::default()),
        out: text(&table.out, "generated").value,
    }
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
    if !broken {
        needs_http::check(key, table, &ports, report);
    }
    let name = table.name.given().unwrap_or(key);
    let mut backends =
        backends(key, name, namespace, table, defaults, &ports, broken, mesh, report);
    for backend in backends.iter_mut().flatten() {
        let cluster = mesh[backend.cluster].crossing.as_ref();
        backend.entered =
            entered(&table.crossing, cluster, &defaults.crossing, &mesh.settings.crossing);
        // Where there are no requests to read, all that ends at the gateway is nothing.
        if backend.entered.entry == Entry::Terminate
            && !ports.iter().any(|port| Entry::Terminate.reads(port))
        {
            backend.entered.entry = Entry::Passthrough;
        }
    }
    let namespace = namespace.given()?;
    if table.name.is_broken() {
        return None;
    }
    let mut service = Service {
        key: key.value.clone(),
        span: key.span,
        name: name.value.clone(),
        namespace: namespace.value.clone(),
        namespace_span: namespace.span,
        names: Vec::new(),
        broken: broken || backends.is_none() || table.callers.or(&defaults.callers).is_broken(),
        backends: backends.unwrap_or_default(),
        ports,
        callers: callers(&table.callers, &defaults.callers, mesh),
        prefer: prefer(&table.prefer, &defaults.prefer, mesh),
        policy: policy(None, table, defaults),
        versions: Vec::new(),
        routes: Vec::new(),
        pins: Vec::new(),
    };
    add_routes(&mut service, table, mesh);
    Some(service)
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
