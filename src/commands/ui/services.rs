//! What is declared beside what was found: every service of the document, and every Service of a live cluster.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::live::{Found, Kept};
use super::{Desk, Told, held, problems};
use crate::commands::diff::unified::visible;
use crate::import::kubernetes::is_system;
use crate::mesh::{Backend, Callers, Lock, Mesh, Service, resolve};
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
        let document = &known.document;
        let mesh = resolve(document, Lock::default(), &mut Report::new());
        let live = held(&self.sight.live)?;
        let asked: BTreeMap<&str, Asked<'_>> = mesh
            .clusters
            .iter()
            .map(|cluster| {
                let mut tables = document.clusters.iter();
                let table = tables.find(|(key, _)| key.value == cluster.name);
                let table =
                    table.map(|(_, table)| table).filter(|table| table.context.given().is_some());
                let kept = table.and_then(|table| live.of(&cluster.name, table));
                (cluster.name.as_str(), Asked { has_context: table.is_some(), kept })
            })
            .collect();
        let clusters: Vec<Value> =
            asked.iter().map(|(name, asked)| told_cluster(name, asked)).collect();
        let found: Finds<'_> = asked
            .into_iter()
            .filter_map(|(name, asked)| Some((name, asked.kept?.found.as_ref()?)))
            .collect();
        let services: Vec<Value> =
            rows(&mesh, &found).iter().map(|(name, row)| told_row(name, row, &mesh)).collect();
        Ok(json!({
            "state": problems::state(&known.input),
            "domain": mesh.settings.domain.value,
            "clusters": clusters,
            "services": services,
        }))
    }
}

/// Whether a cluster can be asked, and what is kept of asking it.
struct Asked<'r> {
    has_context: bool,
    kept: Option<&'r Kept>,
}

/// What was found, by the names of clusters.
type Finds<'r> = BTreeMap<&'r str, &'r Found>;

fn told_cluster(name: &str, asked: &Asked<'_>) -> Value {
    let found = asked.kept.and_then(|kept| kept.found.as_ref());
    let (state, why) = match found {
        _ if !asked.has_context => ("none", String::new()),
        None if asked.kept.is_none() => ("unasked", String::new()),
        None => ("asked", String::new()),
        Some(Found::Services(found)) => ("answered", found.len().to_string()),
        Some(Found::Barred(why)) => ("silent", visible(why)),
        Some(Found::Asks(plugin)) => ("asks", visible(&plugin.line)),
    };
    let variables = match found {
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
