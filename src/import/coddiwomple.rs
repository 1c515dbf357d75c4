//! Coddiwomple's `clusters.json` and `services.json`.
//!
//! Enters: the two files, with the fields of its `cmd/common.go` and `pkg/datamodel/model.go`. Leaves: a [`Draft`]. Coddiwomple's clusters take
//! calls at Istio's ingress gateway, so that is the one that the document names. What it overwrote or dropped in silence is an error here: a
//! name twice, a backend in a cluster that is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use super::tree::Node;
use super::{
    BackendDraft, ClusterDraft, Draft, GatewayDraft, Item, Note, Notes, PortDraft, ServiceDraft,
    Weight, documents, host_of_service, port, service_of_host,
};
use crate::mesh::Protocol;
use crate::mesh::address::DEFAULT_POOL;
use crate::report::suggest;
use crate::rules::invalid_name::is_label;
use crate::source::Source;

/// The suffix that Coddiwomple gives to all names: `DefaultDomainSuffix` of its `pkg/routing/routing.go`.
const DOMAIN: &str = "global";
const CLUSTER: [&str; 4] = ["name", "address", "kubeconfig_path", "kubeconfig_context"];
const SERVICE: [&str; 6] = ["name", "dns_prefixes", "ports", "backends", "address", "unregistered"];
const PORT: [&str; 4] = ["name", "protocol", "service_port", "backend_port"];
/// What a port may speak. Coddiwomple's README has the first six; it hands the others on to Istio, too.
const PROTOCOLS: [(&str, Protocol); 10] = [
    ("HTTP", Protocol::Http),
    ("HTTPS", Protocol::Https),
    ("GRPC", Protocol::Grpc),
    ("HTTP2", Protocol::Http2),
    ("MONGO", Protocol::Mongo),
    ("TCP", Protocol::Tcp),
    ("TLS", Protocol::Tls),
    ("GRPC-WEB", Protocol::GrpcWeb),
    ("MYSQL", Protocol::Mysql),
    ("REDIS", Protocol::Redis),
];

/// Reads the two files.
#[must_use]
pub fn read(clusters: &Source, services: &Source, notes: &mut Notes) -> Draft {
    let mut draft = Draft::default();
    let trees = documents(clusters, notes);
    for item in entries(&trees, clusters, notes) {
        let Some(found) = cluster(&item, notes) else { continue };
        if draft.clusters.iter().any(|known| known.name == found.name) {
            item.error(format!("there are two clusters `{}`", found.name), notes);
        } else {
            draft.clusters.push(found);
        }
    }
    let trees = documents(services, notes);
    let items = entries(&trees, services, notes);
    let mut reader = Services { clusters: &draft.clusters, ..Services::default() };
    draft.services = items.iter().filter_map(|item| reader.service(item, notes)).collect();
    if notes.count(Weight::Error) == 0 {
        notes.general(
            Weight::Note,
            "calls cross as mutual TLS at port 15443 of the gateways, not as plain HTTP at the services' own ports; each \
             cluster's gateway-ports opens it",
        );
    }
    draft
}

/// The entries of a file's array; none where the file could not be read, which was said.
fn entries<'t>(trees: &'t [Node], source: &'t Source, notes: &mut Notes) -> Vec<Item<'t>> {
    match trees {
        [node] => Item::root(node, source.path()).list(notes),
        [] if notes.has_error_in(source.path()) => Vec::new(),
        _ => {
            let place = Some((source.path().to_owned(), source.position(0)));
            let message = "the file must be one array, as Coddiwomple reads it".to_owned();
            notes.push(Note { weight: Weight::Error, place, message });
            Vec::new()
        }
    }
}

fn cluster(item: &Item<'_>, notes: &mut Notes) -> Option<ClusterDraft> {
    item.map(notes);
    item.only(&CLUSTER, "a cluster", notes);
    let name = item.required("name", notes)?;
    let name = label(&name, "a cluster's name", notes)?;
    let address = item.required("address", notes)?.text(notes)?;
    for key in ["kubeconfig_path", "kubeconfig_context"] {
        if let Some(text) = item.get(key).and_then(|item| item.text(notes))
            && !text.is_empty()
        {
            let message = "how kubectl reaches the clusters: nothing is compiled from it";
            notes.general(Weight::LeftOut, message);
        }
    }
    Some(ClusterDraft {
        name: name.to_owned(),
        gateway: Some(GatewayDraft {
            addresses: vec![address.to_owned()],
            service: Some("istio-ingressgateway".to_owned()),
            selector: BTreeMap::from([("istio".to_owned(), "ingressgateway".to_owned())]),
            ..GatewayDraft::default()
        }),
        ..ClusterDraft::default()
    })
}

/// A text that names something in Kubernetes.
fn label<'t>(item: &Item<'t>, what: &str, notes: &mut Notes) -> Option<&'t str> {
    let text = item.text(notes)?;
    if is_label(text, 63) {
        return Some(text);
    }
    let message = format!(
        "`{}` is `{text}`; {what} is made of lower-case letters, digits and `-`, as it becomes part of host names; rename it",
        item.path
    );
    item.error(message, notes);
    None
}

/// Reads services, one after the other.
#[derive(Default)]
struct Services<'c> {
    clusters: &'c [ClusterDraft],
    /// The names of those that were read.
    names: BTreeSet<String>,
    /// The Kubernetes Services, by namespace and name, that are taken.
    taken: BTreeSet<(String, String)>,
}

impl Services<'_> {
    fn service(&mut self, item: &Item<'_>, notes: &mut Notes) -> Option<ServiceDraft> {
        item.map(notes);
        item.only(&SERVICE, "a service", notes);
        let key = item.required("name", notes)?;
        let key = label(&key, "a service's name", notes)?;
        if !self.names.insert(key.to_owned()) {
            let message = format!("there are two services `{key}`; Coddiwomple takes the last");
            item.error(message, notes);
            return None;
        }
        if item.get("unregistered").and_then(|item| item.as_bool()) == Some(true) {
            item.say(Weight::LeftOut, format!("service `{key}` is unregistered"), notes);
            return None;
        }
        let prefixes = item.get("dns_prefixes").map_or_else(Vec::new, |item| item.list(notes));
        let prefixes: Vec<&str> = prefixes.iter().filter_map(|item| item.text(notes)).collect();
        let numbers =
            item.required("ports", notes).map_or_else(Vec::new, |item| ports(&item, notes));
        let hosts = item.required("backends", notes).map(|item| self.hosts(key, &item, notes));
        let vip = item.get("address").and_then(|item| vip(key, &item, notes));
        let hosts = hosts.filter(|hosts| !hosts.is_empty() && !numbers.is_empty())?;

        let (name, namespace) = self.identity(key, &prefixes, &hosts).or_else(|| {
            let message = format!(
                "the namespace of service `{key}` is not to be seen: no backend is `NAME.NAMESPACE.svc.cluster.local`, \
                 and no prefix has a dot"
            );
            item.error(message, notes);
            None
        })?;
        self.taken.insert((namespace.clone(), name.clone()));
        let usual = host_of_service(&name, &namespace);
        let behind: BTreeMap<String, u16> = numbers
            .iter()
            .filter(|(port, backend)| port.number != *backend)
            .map(|(port, backend)| (port.name.clone(), *backend))
            .collect();
        if !behind.is_empty() {
            let message = format!(
                "service `{key}` is called at its `service_port`; what Coddiwomple generated for clusters without it listened at \
                 `backend_port`"
            );
            item.say(Weight::Note, message, notes);
        }
        let backend = |(cluster, host): (&String, &String)| {
            let host = (*host != usual).then(|| host.clone());
            (
                cluster.clone(),
                BackendDraft { host, ports: behind.clone(), ..BackendDraft::default() },
            )
        };
        Some(ServiceDraft {
            key: key.to_owned(),
            hosts: prefixes.iter().map(|prefix| format!("{prefix}.{DOMAIN}")).collect(),
            vip,
            ports: numbers.into_iter().map(|(port, _)| port).collect(),
            backends: hosts.iter().map(backend).collect(),
            name,
            namespace,
            ..ServiceDraft::default()
        })
    }

    /// The backends' host names, by cluster.
    fn hosts(&self, key: &str, item: &Item<'_>, notes: &mut Notes) -> BTreeMap<String, String> {
        let mut hosts = BTreeMap::new();
        let entries = item.map(notes);
        if entries.is_empty() {
            item.error(format!("service `{key}` runs in no cluster"), notes);
        }
        for (cluster, host) in entries {
            let names = self.clusters.iter().map(|cluster| cluster.name.as_str());
            if !names.clone().any(|name| name == cluster) && !self.clusters.is_empty() {
                let guess = suggest::help(cluster, "clusters", names);
                let guess = guess.map_or_else(String::new, |guess| format!("; {guess}"));
                let message =
                    format!("service `{key}` runs in `{cluster}`, which is no cluster{guess}");
                host.error(message, notes);
            }
            let Some(text) = host.text(notes) else { continue };
            if text.contains('.') {
                hosts.insert(cluster.to_owned(), text.to_owned());
            } else {
                let message = format!(
                    "`{}` is `{text}`, and must be a whole name, as `{text}.NAMESPACE.svc.cluster.local`",
                    host.path
                );
                host.error(message, notes);
            }
        }
        hosts
    }

    /// The Kubernetes Service that most backends are, or else what the prefixes say.
    fn identity(
        &self,
        key: &str,
        prefixes: &[&str],
        hosts: &BTreeMap<String, String>,
    ) -> Option<(String, String)> {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for found in hosts.values().filter_map(|host| service_of_host(host)) {
            *counts.entry(found).or_default() += 1;
        }
        let most = counts.values().max().copied();
        let usual = counts.iter().find(|(_, count)| Some(**count) == most).map(|(found, _)| *found);
        let named = prefixes.iter().find_map(|prefix| prefix.split_once('.'));
        let (name, namespace) = usual.or(named)?;
        let free = !self.taken.contains(&(namespace.to_owned(), name.to_owned()));
        let name = if usual.is_some() && free { name } else { key };
        Some((name.to_owned(), namespace.to_owned()))
    }
}

/// The ports that callers use, each with that of the Kubernetes Service.
fn ports(item: &Item<'_>, notes: &mut Notes) -> Vec<(PortDraft, u16)> {
    let items = item.list(notes);
    if items.is_empty() {
        item.error(format!("`{}` names no port", item.path), notes);
    }
    let mut ports: Vec<(PortDraft, u16)> = Vec::new();
    let mut names = BTreeSet::new();
    for item in items {
        item.map(notes);
        item.only(&PORT, "a port", notes);
        let name =
            item.required("name", notes).and_then(|item| label(&item, "a port's name", notes));
        let speaks = item.required("protocol", notes).and_then(|item| protocol(&item, notes));
        let number = item.required("service_port", notes).and_then(|item| item.port(notes));
        let behind = item.required("backend_port", notes).and_then(|item| item.port(notes));
        let (Some(name), Some(speaks), Some(number), Some(behind)) = (name, speaks, number, behind)
        else {
            continue;
        };
        let found = port(name, number, speaks);
        if found.name != name {
            let message = format!(
                "port `{name}` speaks {}, so it is called `{}`, as Istio goes by the name",
                speaks.word(),
                found.name
            );
            item.say(Weight::Note, message, notes);
        }
        if !names.insert(name) || ports.iter().any(|(known, _)| known.name == found.name) {
            item.error(format!("there are two ports `{name}`"), notes);
        } else {
            ports.push((found, behind));
        }
    }
    ports
}

fn protocol(item: &Item<'_>, notes: &mut Notes) -> Option<Protocol> {
    let word = item.text(notes)?;
    let upper = word.to_ascii_uppercase();
    let found = PROTOCOLS.iter().find(|(known, _)| *known == upper).map(|(_, protocol)| *protocol);
    if found.is_none() {
        let known = PROTOCOLS.iter().map(|(known, _)| *known);
        let guess = suggest::nearest(word, known).map_or_else(
            || "must be HTTP, HTTPS, GRPC, HTTP2, MONGO or TCP".to_owned(),
            |guess| format!("did you mean `{guess}`?"),
        );
        item.error(format!("`{}` is `{word}`; {guess}", item.path), notes);
    }
    found
}

/// The address of a service's names, where it can be kept: they come from the mesh's pool.
fn vip(key: &str, item: &Item<'_>, notes: &mut Notes) -> Option<Ipv4Addr> {
    let text = item.text(notes)?;
    match text.parse::<IpAddr>() {
        _ if text.is_empty() => None,
        Ok(IpAddr::V4(ip)) if DEFAULT_POOL.contains(&ip) => Some(ip),
        Ok(ip) => {
            let message = format!(
                "the address {ip} of service `{key}`: names get theirs from the mesh's `vip-pool`"
            );
            item.say(Weight::LeftOut, message, notes);
            None
        }
        Err(_) => {
            item.error(format!("`{}` is `{text}`, and must be an IP address", item.path), notes);
            None
        }
    }
}
