//! What is declared beside what was found: every service of the document, and every Service of a live cluster.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::live::{Found, Kept};
use super::{Desk, Told, held, problems};
use crate::commands::diff::unified::visible;
use crate::document::Document;
use crate::import::kubernetes::is_system;
use crate::mesh::{Backend, Callers, Cluster, Lock, Mesh, Service, resolve};
use crate::report::Report;
use crate::ui::live::Seen;

/// How a service fares in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// Declared there, and gone.
    Gone,
    /// Its ports are not those that are declared.
    Ports,
    /// Found, and not declared there.
    New,
    /// Declared there, and nobody looked.
    Unknown,
    /// As declared.
    Same,
}

/// A row: a service, in every cluster that has something of it.
#[derive(Default)]
struct Row<'r> {
    declared: Option<&'r Service>,
    clusters: Vec<(&'r str, State, String)>,
    seen: Option<&'r Seen>,
    /// Why it cannot be added where it was found.
    barred: Option<String>,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Ports => "ports",
            Self::New => "new",
            Self::Unknown => "unknown",
            Self::Same => "same",
        }
    }
}

impl Desk {
    /// All services, and how the clusters answered.
    pub(super) fn services(&self) -> Told {
        let known = self.known()?;
        let input = &known.input;
        let mut unread = Report::new();
        let document = Document::parse(&input.source, &mut unread);
        let mesh = resolve(&document, Lock::default(), &mut unread);
        let live = held(&self.sight.live)?;
        let of = |cluster: &Cluster| {
            let mut tables = document.clusters.iter();
            let (_, table) = tables.find(|(key, _)| key.value == cluster.name)?;
            table.context.given().map(|_| live.of(&cluster.name, table))
        };
        let found: BTreeMap<&str, Option<Option<&Kept>>> =
            mesh.clusters.iter().map(|cluster| (cluster.name.as_str(), of(cluster))).collect();
        let clusters: Vec<Value> =
            found.iter().map(|(name, kept)| told_cluster(name, *kept)).collect();
        let found: Finds<'_> = found
            .into_iter()
            .filter_map(|(name, kept)| Some((name, kept??.found.as_ref()?)))
            .collect();
        let services: Vec<Value> =
            rows(&mesh, &found).iter().map(|(name, row)| told_row(name, row, &mesh)).collect();
        Ok(json!({
            "state": problems::state(input, live.version),
            "domain": mesh.settings.domain.value,
            "clusters": clusters,
            "services": services,
        }))
    }
}

/// What was found, by the names of clusters.
type Finds<'r> = BTreeMap<&'r str, &'r Found>;

fn told_cluster(name: &str, kept: Option<Option<&Kept>>) -> Value {
    let (state, why) = match kept.map(|kept| kept.map(|kept| &kept.found)) {
        None => ("none", String::new()),
        Some(None) => ("unasked", String::new()),
        Some(Some(None)) => ("asked", String::new()),
        Some(Some(Some(Found::Services(found)))) => ("answered", found.len().to_string()),
        Some(Some(Some(Found::Barred(why)))) => ("silent", visible(why)),
        Some(Some(Some(Found::Asks(plugin)))) => ("asks", visible(&plugin.line)),
    };
    let variables = match kept.flatten().and_then(|kept| kept.found.as_ref()) {
        Some(Found::Asks(plugin)) => plugin.variables.iter().map(|name| visible(name)).collect(),
        _ => Vec::new(),
    };
    json!({ "name": name, "state": state, "why": why, "variables": variables })
}

type Rows<'r> = BTreeMap<(&'r str, &'r str), Row<'r>>;

fn rows<'r>(mesh: &'r Mesh, found: &Finds<'r>) -> Rows<'r> {
    let mut rows: Rows<'r> = BTreeMap::new();
    // What is found under a name that a backend has is that backend, whatever the service is called.
    let mut backends: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    for service in &mesh.services {
        let row = rows.entry((&service.namespace, &service.name)).or_default();
        row.declared = Some(service);
        for backend in &service.backends {
            let cluster = mesh[backend.cluster].name.as_str();
            let name = backend.host.split('.').next().unwrap_or_default();
            backends.insert((cluster, &backend.namespace, name));
            let (state, about) = declared(backend, name, found.get(cluster).copied());
            row.clusters.push((cluster, state, about));
        }
    }
    for (cluster, found) in found {
        let Found::Services(found) = found else { continue };
        for seen in found.values() {
            let own = (*cluster, seen.namespace.as_str(), seen.name.as_str());
            let is_default = own.1 == "default" && own.2 == "kubernetes";
            if backends.contains(&own) || is_system(&seen.namespace) || is_default {
                continue;
            }
            let row = rows.entry((&seen.namespace, &seen.name)).or_default();
            row.clusters.push((cluster, State::New, String::new()));
            row.seen = row.seen.filter(|seen| seen.draft.is_ok()).or(Some(seen));
            if let Err(why) = &seen.draft {
                row.barred = Some(why.clone());
            }
        }
    }
    rows
}

/// How a backend that is declared fares in its cluster.
fn declared(backend: &Backend, name: &str, found: Option<&Found>) -> (State, String) {
    let Some(Found::Services(found)) = found else { return (State::Unknown, String::new()) };
    let Some(seen) = found.get(&(backend.namespace.clone(), name.to_owned())) else {
        return (State::Gone, format!("no Service {}/{name}", backend.namespace));
    };
    let missing: Vec<String> = backend
        .ports
        .iter()
        .filter(|port| !seen.ports.contains(port))
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        return (State::Same, String::new());
    }
    let has: Vec<String> = seen.ports.iter().map(ToString::to_string).collect();
    (State::Ports, format!("declared {}, found {}", missing.join(", "), has.join(", ")))
}

fn told_row((namespace, name): &(&str, &str), row: &Row<'_>, mesh: &Mesh) -> Value {
    let clusters: Vec<Value> = row
        .clusters
        .iter()
        .map(|(cluster, state, about)| json!([cluster, state.word(), visible(about)]))
        .collect();
    let worst = row.clusters.iter().map(|(_, state, _)| *state).min();
    let ports: Vec<Value> = match (row.declared, row.seen) {
        (Some(service), _) => service
            .ports
            .iter()
            .map(|port| json!([port.number, port.name, port.protocol.word()]))
            .collect(),
        (None, Some(Seen { draft: Ok(draft), .. })) => draft
            .ports
            .iter()
            .map(|port| json!([port.number, port.name, port.protocol.word()]))
            .collect(),
        (None, seen) => seen
            .into_iter()
            .flat_map(|seen| &seen.ports)
            .map(|port| json!([port, "", ""]))
            .collect(),
    };
    let callers = row.declared.and_then(|service| match &service.callers {
        Callers::Everyone => None,
        Callers::Only(callers) => Some(callers.len()),
    });
    let host = row.declared.and_then(|service| service.names.first()).map(|name| name.host.clone());
    let host = host.unwrap_or_else(|| format!("{name}.{namespace}.{}", mesh.settings.domain.value));
    json!({
        "namespace": visible(namespace),
        "name": visible(name),
        "key": row.declared.map(|service| service.key.clone()),
        "host": visible(&host),
        "ports": ports,
        "callers": callers,
        "clusters": clusters,
        "worst": worst.map(State::word),
        "barred": row.barred.as_deref().map(visible),
        "notes": row.seen.map(|seen| seen.notes.iter().map(|note| visible(note)).collect::<Vec<_>>()).unwrap_or_default(),
    })
}
