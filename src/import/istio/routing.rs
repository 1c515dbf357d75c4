//! `VirtualService`s of names of the fleet: what a name is called in a cluster, and which calls go where.
//!
//! Enters: the resources of all clusters, and the services that they have. Leaves: the services with versions, routes and hosts of backends, and the
//! rules whose subsets became versions. Where a part of a `VirtualService` has no counterpart none of it is carried over, as the rest would mean
//! something else; that is said with the reason.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Item, MatchDraft, Notes, RouteDraft, ServiceDraft, Weight, service_of_host};
use super::route::Reader;
use super::subset::{self, Used};
use super::{File, Fleet, Services, absolute, left_out, local, named, usual};

/// What the `VirtualService`s of one service said, each with its cluster.
type Routed = BTreeMap<(String, String), Vec<(String, Vec<RouteDraft>)>>;

/// Reads them all into the services.
pub(super) fn read(fleet: &Fleet<'_, '_>, services: &mut Services, notes: &mut Notes) -> Used {
    // What a name is called in a cluster is known before it is said where its calls go.
    let mut rest = Vec::new();
    for file in fleet.files {
        for object in &file.routes {
            let hosts = hosts(object);
            let key = subject(object, &hosts, &file.cluster, services);
            let Some((key, service)) =
                key.and_then(|key| Some((key.clone(), services.get_mut(&key)?)))
            else {
                left_out(object, "it is for no name of the fleet", notes);
                continue;
            };
            let own = hosts.iter().any(|host| service.hosts.contains(host));
            match called(object).filter(|_| own) {
                Some(host) => {
                    let usual = usual(service);
                    let backend = service.backends.entry(file.cluster.clone()).or_default();
                    backend.host = Some(host).filter(|host| *host != usual);
                }
                None => rest.push((file, object, key)),
            }
        }
    }
    let (mut used, mut routed) = (Used::new(), Routed::new());
    for (file, object, key) in rest {
        let Some(service) = services.get_mut(&key) else { continue };
        let found = routes(fleet, file, object, service, &mut used, notes);
        let found = found.map(|found| (file.cluster.clone(), found));
        routed.entry(key).or_default().extend(found);
    }
    let clusters: BTreeSet<&String> =
        fleet.files.iter().map(|file| &file.cluster).chain(fleet.known.values()).collect();
    for (key, routed) in routed {
        let Some(service) = services.get_mut(&key) else { continue };
        service.routes = joined(routed, clusters.len());
        versions(fleet, service);
    }
    used
}

/// The names that a `VirtualService` is for.
fn hosts(object: &Item<'_>) -> Vec<String> {
    let hosts = list(object, "hosts");
    hosts.iter().filter_map(Item::as_text).map(|host| absolute(host, object)).collect()
}

/// The service that it is about: one of its names is among the hosts, or its Kubernetes Service is, and calls of that go to one of the names.
fn subject(
    object: &Item<'_>,
    hosts: &[String],
    cluster: &str,
    services: &Services,
) -> Option<(String, String)> {
    let targets: Vec<String> = destinations(object);
    let is = |service: &&ServiceDraft| {
        let named = |hosts: &[String]| hosts.iter().any(|host| service.hosts.contains(host));
        named(hosts) || hosts.contains(&local(service, cluster)) && named(&targets)
    };
    let found = services.values().find(is)?;
    Some((found.namespace.clone(), found.name.clone()))
}

fn list<'t>(object: &Item<'t>, key: &str) -> Vec<Item<'t>> {
    object.get("spec").map_or_else(Vec::new, |spec| spec.items_of(key))
}

/// The names that HTTP calls are sent to.
fn destinations(object: &Item<'_>) -> Vec<String> {
    let routes = list(object, "http").into_iter();
    let ways = routes.flat_map(|route| route.items_of("route"));
    let hosts = ways.filter_map(|way| way.get("destination")?.text_of("host"));
    hosts.map(|host| absolute(host, object)).collect()
}

/// The Kubernetes Service that all calls go to, where nothing else is said.
fn called(object: &Item<'_>) -> Option<String> {
    if !list(object, "tcp").is_empty() || !list(object, "tls").is_empty() {
        return None;
    }
    let mut found: Option<&str> = None;
    for route in list(object, "http") {
        let by_port = route.get("match").is_none_or(|matches| {
            let conditions = matches.items();
            conditions.iter().all(|one| one.entries().iter().all(|(key, _)| *key == "port"))
        });
        let ways = route.get("route")?.items();
        let [way] = ways.as_slice() else { return None };
        let to = way.get("destination")?;
        let host = to.text_of("host").filter(|host| service_of_host(host).is_some())?;
        let known =
            route.entries().iter().all(|(key, _)| matches!(*key, "match" | "route" | "name"));
        if !by_port || !known || to.get("subset").is_some() || found.is_some_and(|one| one != host)
        {
            return None;
        }
        found = Some(host);
    }
    found.map(str::to_owned)
}

/// What a `VirtualService` does to calls, as routes; what has no counterpart is said.
fn routes(
    fleet: &Fleet<'_, '_>,
    file: &File<'_>,
    object: &Item<'_>,
    service: &mut ServiceDraft,
    used: &mut Used,
    notes: &mut Notes,
) -> Option<Vec<RouteDraft>> {
    let mut reader = Reader::new(fleet, file, object, service);
    let routes = match reader.read(&list(object, "http")) {
        Ok(routes) => routes,
        Err(reason) => {
            let message = format!(
                "{}: {reason}; what it does to calls of `{}` is to be said as `routes`",
                named(object),
                service.key
            );
            object.say(Weight::LeftOut, message, notes);
            return None;
        }
    };
    let Reader { versions, places, dropped, guessed, taken, .. } = reader;
    for (item, key) in dropped {
        item.say(Weight::LeftOut, format!("`{key}` of {}", named(object)), notes);
    }
    for guess in guessed {
        object.say(Weight::Note, format!("{}: {guess}", named(object)), notes);
    }
    if !hosts(object).iter().any(|host| service.hosts.contains(host)) {
        let message = format!(
            "{}: its routes hold for calls of the names of `{}`, not of {}",
            named(object),
            service.key,
            local(service, &file.cluster)
        );
        object.say(Weight::Note, message, notes);
    }
    if routes.last().is_some_and(|route| route.matches != MatchDraft::default()) {
        let message = format!(
            "{}: calls that it has no route for go to the nearest backends of `{}`, and are not answered with 404",
            named(object),
            service.key
        );
        object.say(Weight::Note, message, notes);
    }
    service.versions.extend(versions);
    for cluster in places {
        service.backends.entry(cluster).or_default();
    }
    used.extend(taken);
    Some(routes)
}

/// The routes of all clusters, each for the callers of its own; those that are the same everywhere are everybody's.
fn joined(routed: Vec<(String, Vec<RouteDraft>)>, clusters: usize) -> Vec<RouteDraft> {
    let mut groups: Vec<(Vec<String>, Vec<RouteDraft>)> = Vec::new();
    for (cluster, routes) in routed {
        match groups.iter_mut().find(|(_, known)| *known == routes) {
            Some((same, _)) => same.push(cluster),
            None => groups.push((vec![cluster], routes)),
        }
    }
    let mut all = Vec::new();
    for (group, routes) in groups {
        for route in routes {
            let within = |namespace: &String| {
                group
                    .iter()
                    .map(|cluster| format!("{cluster}/{namespace}"))
                    .collect::<Vec<String>>()
            };
            let from = match route.from.as_slice() {
                [] if group.len() == clusters => Vec::new(),
                [] => group.clone(),
                namespaces => namespaces.iter().flat_map(within).collect(),
            };
            all.push(RouteDraft { from, ..route });
        }
    }
    all
}

/// Says which versions run where, as far as the clusters' rules tell.
fn versions(fleet: &Fleet<'_, '_>, service: &mut ServiceDraft) {
    let hosts: BTreeMap<String, String> =
        service.backends.keys().map(|cluster| (cluster.clone(), local(service, cluster))).collect();
    let routed = |cluster: &str| {
        let to = service.routes.iter().flat_map(|route| &route.to);
        let here = to.filter(move |to| to.cluster.as_deref() == Some(cluster));
        here.filter_map(|to| to.version.clone()).collect::<BTreeSet<String>>()
    };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (cluster, host) in &hosts {
        let file = fleet.files.iter().find(|file| file.cluster == *cluster);
        let named: BTreeSet<String> = match file {
            Some(file) => subset::all(file, host).into_keys().collect(),
            None => routed(cluster),
        };
        let here = service.versions.keys().filter(|version| named.contains(*version));
        found.insert(cluster.clone(), here.cloned().collect());
    }
    for (cluster, backend) in &mut service.backends {
        let here = found.remove(cluster).unwrap_or_default();
        if here.len() < service.versions.len() {
            backend.versions = here;
        }
    }
}
