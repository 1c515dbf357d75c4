//! Hand-written Istio resources of several clusters, of the recipe for replicated control planes: names below `global`, entered by SNI.
//!
//! Enters: for each cluster the resources that are applied to it. Leaves: a [`Draft`] that says the same: `ServiceEntry`s become services, the gateways
//! that their endpoints name become those of clusters, subsets and routes become versions and routes, outlier detection stays. What the compiler
//! generates anyway (the rule for `*.global`, the gateway's `AUTO_PASSTHROUGH`, the filter that rewrites names) is dropped; everything else is said.

mod entry;
mod place;
mod policy;
mod route;
mod routing;
mod subset;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ClusterDraft, Draft, GatewayDraft, Item, Notes, ServiceDraft, Weight, documents,
    host_of_service, kubernetes, nothing_in,
};
use crate::source::Source;
use entry::Entry;

/// The suffix of the recipe's names.
const DOMAIN: &str = "global";

/// Reads the resources of some clusters; `gateways` says of clusters where their gateways are.
#[must_use]
pub fn read(
    sources: &[(String, Source)],
    gateways: &[(String, String)],
    notes: &mut Notes,
) -> Draft {
    let trees: Vec<_> = sources.iter().map(|(_, source)| documents(source, notes)).collect();
    let mut files = Vec::new();
    for ((cluster, source), trees) in sources.iter().zip(&trees) {
        let roots = trees.iter().map(|tree| Item::root(tree, source.path()));
        let objects: Vec<Item<'_>> = roots.flat_map(kubernetes::flat).collect();
        if objects.is_empty() {
            nothing_in(source, notes);
        }
        files.push(File::sort(cluster, &objects, notes));
    }
    let known = place::gateways(&files, gateways, notes);
    let mut services = Services::new();
    for file in &files {
        for entry in &file.entries {
            add(&mut services, entry, file, &known, notes);
        }
    }
    let fleet = Fleet { files: &files, known: &known };
    let used = routing::read(&fleet, &mut services, notes);
    for file in &files {
        for rule in &file.rules {
            policy::read(rule, &file.cluster, &used, &mut services, notes);
        }
    }
    unique_addresses(&mut services, notes);
    Draft { clusters: clusters(&files, &known), services: services.into_values().collect() }
}

/// The services, by namespace and name.
type Services = BTreeMap<(String, String), ServiceDraft>;

/// What is known of all clusters.
struct Fleet<'f, 't> {
    files: &'f [File<'t>],
    /// The cluster of each gateway's address.
    known: &'f BTreeMap<String, String>,
}

/// What of a cluster's resources plays a part.
struct File<'t> {
    cluster: String,
    entries: Vec<Entry<'t>>,
    /// `DestinationRule`s.
    rules: Vec<Item<'t>>,
    /// `VirtualService`s.
    routes: Vec<Item<'t>>,
    /// The gateway that other clusters enter by: the labels of its pods.
    entrance: Option<BTreeMap<String, String>>,
    /// The Service of that gateway.
    gateway: Option<GatewayDraft>,
    egress: bool,
}

impl<'t> File<'t> {
    fn sort(cluster: &str, objects: &[Item<'t>], notes: &mut Notes) -> Self {
        let mut file = Self {
            cluster: cluster.to_owned(),
            entries: Vec::new(),
            rules: Vec::new(),
            routes: Vec::new(),
            entrance: None,
            gateway: None,
            egress: false,
        };
        for object in objects {
            match object.text_of("kind").unwrap_or_default() {
                "ServiceEntry" => {
                    let Some(entry) = entry::read(object, notes) else { continue };
                    file.egress |= entry.egress;
                    file.entries.push(entry);
                }
                "DestinationRule" => file.rules.push(object.clone()),
                "VirtualService" => file.routes.push(object.clone()),
                "Gateway" => match place::entrance(object) {
                    Some(selector) => file.entrance = Some(selector),
                    None => left_out(object, "it takes no calls of other clusters by SNI", notes),
                },
                "Service" if kubernetes::gateway::is_one(object) => {
                    file.gateway = kubernetes::gateway::read(object, notes).or(file.gateway.take());
                }
                "EnvoyFilter" if place::rewrites(object) => {}
                "" => object.error("no object of Kubernetes: it has no `kind`", notes),
                _ => left_out(object, "nothing of it is for other clusters' services", notes),
            }
        }
        file
    }
}

/// An object, as people call it.
fn named(object: &Item<'_>) -> String {
    let kind = object.text_of("kind").unwrap_or("object");
    match kubernetes::identity(object) {
        Some((_, name)) => format!("{kind} `{name}`"),
        None => kind.to_owned(),
    }
}

/// A host name as its object means it: a bare one is a Service of the object's namespace.
fn absolute(host: &str, object: &Item<'_>) -> String {
    if host.contains('.') {
        return host.to_owned();
    }
    host_of_service(host, kubernetes::namespace(object))
}

/// The Kubernetes Service of a service, as its name says.
fn usual(service: &ServiceDraft) -> String {
    host_of_service(&service.name, &service.namespace)
}

/// The Kubernetes Service of a service in a cluster.
fn local(service: &ServiceDraft, cluster: &str) -> String {
    let backend = service.backends.get(cluster);
    backend.and_then(|backend| backend.host.clone()).unwrap_or_else(|| usual(service))
}

fn left_out(object: &Item<'_>, why: &str, notes: &mut Notes) {
    object.say(Weight::LeftOut, format!("{}: {why}", named(object)), notes);
}

/// Adds what an entry says of a service.
fn add(
    services: &mut Services,
    entry: &Entry<'_>,
    file: &File<'_>,
    known: &BTreeMap<String, String>,
    notes: &mut Notes,
) {
    let key = (entry.namespace.clone(), entry.name.clone());
    let service = services.entry(key).or_insert_with(|| ServiceDraft {
        key: entry.name.clone(),
        name: entry.name.clone(),
        namespace: entry.namespace.clone(),
        ..ServiceDraft::default()
    });
    for host in &entry.hosts {
        if !service.hosts.contains(host) {
            service.hosts.push(host.clone());
        }
    }
    match (service.vip, entry.vip) {
        (Some(one), Some(two)) if one != two => {
            let message = format!("the address {two} of `{}`: it is {one} everywhere", entry.name);
            entry.item.say(Weight::LeftOut, message, notes);
        }
        (known, found) => service.vip = known.or(found),
    }
    for port in &entry.ports {
        match service.ports.iter().find(|other| other.name == port.name) {
            Some(other) if other != port => {
                let message = format!(
                    "port `{}` of `{}` is {} here and {} in another entry",
                    port.name, entry.name, port.number, other.number
                );
                entry.item.error(message, notes);
            }
            Some(_) => {}
            None => service.ports.push(port.clone()),
        }
    }
    let usual = usual(service);
    for host in &entry.local {
        let backend = service.backends.entry(file.cluster.clone()).or_default();
        backend.host = Some(host.clone()).filter(|host| *host != usual);
    }
    for address in entry.remote.iter().filter_map(|(address, _)| known.get(address)) {
        service.backends.entry(address.clone()).or_default();
    }
}

/// The recipe asks for addresses that are unique within a cluster, the document for ones that are unique in the fleet.
fn unique_addresses(services: &mut Services, notes: &mut Notes) {
    let mut taken = BTreeSet::new();
    for service in services.values_mut() {
        let Some(vip) = service.vip else { continue };
        if !taken.insert(vip) {
            let message = format!(
                "the address {vip} of `{}`: another service has it in another cluster, and addresses hold for the whole fleet",
                service.name
            );
            notes.general(Weight::LeftOut, message);
            service.vip = None;
        }
    }
}

/// The clusters: those whose resources were read, and those that are called.
fn clusters(files: &[File<'_>], known: &BTreeMap<String, String>) -> Vec<ClusterDraft> {
    let names: BTreeSet<&str> = files
        .iter()
        .map(|file| file.cluster.as_str())
        .chain(known.values().map(String::as_str))
        .collect();
    let cluster = |name: &str| {
        let addresses = known.iter().filter(|(_, cluster)| *cluster == name);
        let addresses: Vec<String> = addresses.map(|(address, _)| address.clone()).collect();
        let mine: Vec<&File<'_>> = files.iter().filter(|file| file.cluster == name).collect();
        let service = mine.iter().find_map(|file| file.gateway.clone()).unwrap_or_default();
        let entrance = mine.iter().find_map(|file| file.entrance.clone()).unwrap_or_default();
        let mut gateway = GatewayDraft { addresses, ..service };
        if entrance.get("istio").is_some_and(|label| label != "eastwestgateway") {
            // Istio's charts call a gateway's Service as they label its pods.
            let label = entrance.get("istio").cloned().unwrap_or_default();
            gateway.service = gateway.service.or(Some(format!("istio-{label}")));
            gateway.selector = entrance;
        }
        ClusterDraft {
            name: name.to_owned(),
            gateway: Some(gateway).filter(|gateway| !gateway.addresses.is_empty()),
            egress: mine.iter().any(|file| file.egress),
            ..ClusterDraft::default()
        }
    };
    names.into_iter().map(cluster).collect()
}
