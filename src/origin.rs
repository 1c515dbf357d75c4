//! Which lines of the document a change comes from.
//!
//! Enters: a change of an object, the plan of its cluster, and the document as written, which knows the place of every value. Leaves: a
//! [`Cause`]. One file a kind says which place each of its fields comes from; a field that none of them names comes from the place of the
//! object as a whole.

mod callers;
mod config_map;
mod crossing;
mod destination_rule;
mod gateway;
mod hops;
mod service_entry;
mod virtual_service;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::changes::path::Part;
use crate::changes::{Action, FileChange, ObjectChange, values};
use crate::document::{Document, GatewayTable, Key, ServiceTable};
use crate::kinds::EGRESS;
use crate::mesh::{Backend, Cluster, Mesh};
use crate::plan::{Plan, ServicePlan};
use crate::span::{File, Span, Spanned};
use crossing::is_all_read;

/// What a change comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// Places in the document or the lock, in order.
    pub places: Vec<Span>,
    /// What the document no longer has; empty where there are places.
    pub gone: Vec<String>,
}

/// Finds what the changes of one cluster come from.
pub struct Origins<'m> {
    document: &'m Document,
    mesh: &'m Mesh,
    plan: &'m Plan<'m>,
    /// Whether the cluster has no tree yet, so that everything comes because the cluster does.
    fresh: bool,
    /// The services by the place of their keys and of their further hosts, which objects have as their origin.
    by_place: BTreeMap<Span, &'m ServicePlan<'m>>,
    /// The services by the names that objects have.
    by_name: BTreeMap<String, &'m ServicePlan<'m>>,
}

/// Places while they are gathered.
#[derive(Default)]
struct Places {
    /// Where the change itself is written.
    direct: Vec<Span>,
    /// What else has a say in the field; of interest only where nothing is direct.
    indirect: Vec<Span>,
    /// What is written nowhere any more.
    gone: Vec<String>,
}

impl<'m> Origins<'m> {
    /// For the changes of the cluster of `plan`, which was made from `document`; `fresh` says that it has no tree yet.
    #[must_use]
    pub fn new(document: &'m Document, mesh: &'m Mesh, plan: &'m Plan<'m>, fresh: bool) -> Self {
        let (mut by_place, mut by_name) = (BTreeMap::new(), BTreeMap::new());
        for service in &plan.services {
            by_place.insert(service.service.span, service);
            by_name.insert(service.service.export_name(&plan.settings.domain), service);
            for name in &service.service.names {
                by_place.insert(name.span, service);
                by_name.insert(name.host.clone(), service);
            }
            // Objects of routes come from a route.
            let routes = service.service.routes.iter().map(|route| route.span);
            by_place.extend(routes.map(|route| (route, service)));
        }
        Self { document, mesh, plan, fresh, by_place, by_name }
    }

    /// The service that a name is of: one that callers use, or one by which calls cross, whoever's these are.
    fn named(&self, name: &str) -> Option<&'m ServicePlan<'m>> {
        let domain = &self.plan.settings.domain.value;
        let crossing = || {
            let mut labels = name.strip_suffix(&format!(".from.{domain}"))?.split('.');
            let (service, namespace) = (labels.next()?, labels.next()?);
            self.by_name.get(&format!("{service}.{namespace}.export.{domain}"))
        };
        self.by_name.get(name).or_else(crossing).copied()
    }

    /// What a change of an object comes from.
    #[must_use]
    pub fn of(&self, change: &ObjectChange) -> Cause {
        let mut places = Places::default();
        match change.action() {
            Action::Add => self.of_added(change, &mut places),
            Action::Change => self.of_changed(change, &mut places),
            Action::Remove => self.of_removed(change, &mut places),
        }
        places.cause(change.origin)
    }

    /// What a change of a file without objects comes from.
    #[must_use]
    pub fn of_file(&self, file: &FileChange) -> Option<Cause> {
        let cluster = self.plan.cluster;
        let mut places = Places::default();
        match file.path.split_once('/')?.1 {
            "gateway-ports/kustomization.yaml" => {
                places.direct.extend(cluster.gateway.as_ref().map(|gateway| gateway.span));
                places.direct.extend(cluster.egress.as_ref().map(|egress| egress.span));
                places.direct.extend(self.opened());
            }
            "helm/gateway.yaml" => {
                places.direct.extend(cluster.gateway.as_ref().map(|gateway| gateway.span));
                places.direct.extend(self.opened());
            }
            "helm/egress.yaml" => {
                places.direct.extend(cluster.egress.as_ref().map(|egress| egress.span));
            }
            values::ISTIOD => {
                let told = values::Subjects::of(file);
                if told.names {
                    places.direct.push(cluster.dns.span);
                    places.direct.extend(self.trust());
                }
                if told.mesh {
                    places.direct.extend(self.of_mesh(file));
                }
            }
            "kube-dns/kustomization.yaml" => places.direct.push(cluster.dns.span),
            _ => return None,
        }
        Some(places.cause(None))
    }

    /// What is new in what istiod is told of its mesh; where nothing is, the mesh, or the cluster if it is in none any more.
    fn of_mesh(&self, file: &FileChange) -> Vec<Span> {
        let cluster = self.plan.cluster;
        let old = file.texts.as_ref().map_or("", |(old, _)| old.as_str());
        let known = |word: &str| old.lines().any(|line| line.trim_end_matches(':').ends_with(word));
        let mut said: Vec<(String, Span)> = Vec::new();
        let here = self.mesh.cluster_named(&cluster.name);
        for id in here.into_iter().flat_map(|id| self.mesh.discovery_group(id)) {
            let member = &self.mesh[id];
            let words = [&member.mesh, &member.network].into_iter().flatten();
            said.extend(words.map(|word| (format!(" {}", word.value), word.span)));
            let addresses = member.gateway.iter().flat_map(|gateway| &gateway.addresses);
            said.extend(addresses.map(|at| (format!(" \"{}\"", at.value.text()), at.span)));
        }
        let new = said.into_iter().filter(|(word, _)| !known(word)).map(|(_, span)| span);
        let new: Vec<Span> = new.collect();
        let own = cluster.mesh.as_ref().map_or(cluster.span, |mesh| mesh.span);
        if new.is_empty() { vec![own] } else { new }
    }

    fn of_changed(&self, change: &ObjectChange, places: &mut Places) {
        for difference in &change.differences {
            if let [Part::Key("metadata"), Part::Key("labels"), ..] = difference.parts()[..] {
                places.direct.extend(said(&self.document.mesh.name));
            }
        }
        let service = change.origin.and_then(|origin| self.by_place.get(&origin)).copied();
        match (change.identity.kind.as_str(), service) {
            ("ServiceEntry", Some(service)) => self.service_entry(service, change, places),
            ("DestinationRule", Some(service)) => self.destination_rule(service, change, places),
            ("AuthorizationPolicy", Some(service)) => {
                self.authorization_policy(service, change, places);
            }
            ("VirtualService", Some(service)) if is_called(service, &change.identity.name) => {
                self.virtual_service(service, change, places);
            }
            ("Gateway", _) => self.gateway(change, places),
            ("ConfigMap", _) => self.config_map(change, places),
            ("VirtualService", Some(service)) => self.gateway_route(service, change, places),
            _ => {}
        }
    }

    /// An object comes because its name is new, or because of where its service runs and its calls go now.
    fn of_added(&self, change: &ObjectChange, places: &mut Places) {
        let name = change.identity.name.as_str();
        if let Some(service) = self.routed(change).filter(|_| !self.fresh) {
            places.direct.extend(virtual_service::held(service));
        } else if let Some(service) = self.named(name).filter(|_| !self.fresh)
            && self.is_recorded(service, name)
        {
            let backends = service.service.backends.iter();
            let apart: Vec<Span> =
                backends.flat_map(|backend| self.apart(service, backend.cluster)).collect();
            let rule = change.identity.kind == "DestinationRule";
            let policy = self.policy_of_added(service, change);
            places.direct.extend(if change.identity.kind == "AuthorizationPolicy" {
                self.guards(service)
            } else if !policy.is_empty() {
                policy
            } else if is_called(service, name) && rule && !apart.is_empty() {
                apart
            } else if change.identity.kind == "VirtualService" && !is_called(service, name) {
                self.enters(service)
            } else if let Some(group) = self.discovery(service).filter(|_| is_called(service, name))
            {
                vec![group]
            } else if is_called(service, name) {
                self.runs_for_this_cluster(service)
            } else {
                self.arrives(service, name)
            });
        }
    }

    /// An object goes because its service is gone, or because of where its service runs and its calls go now.
    fn of_removed(&self, change: &ObjectChange, places: &mut Places) {
        let cluster = self.plan.cluster;
        let here = self.mesh.cluster_named(&cluster.name);
        let name = change.identity.name.as_str();
        if let Some(service) = self.routed(change).filter(|_| leads_by_discovery(change)) {
            match &cluster.mesh {
                Some(_) => places.direct.extend(runs(service)),
                None => places.gone.push(format!("mesh of {}", cluster.name)),
            }
        } else if let Some(service) = self.routed(change) {
            // Its routes are gone, or those that are left hold elsewhere.
            let routes = service.service.routes.iter().map(|route| route.span);
            places.direct.extend(routes);
            if places.direct.is_empty() {
                places.gone.push(format!("routes of {name}"));
            }
        } else if let Some(service) = self.named(name) {
            let read = is_all_read(service);
            let route = change.identity.kind == "VirtualService" && service.reading.is_none();
            places.direct.extend(if change.identity.kind == "AuthorizationPolicy" {
                self.guards(service)
            } else if !is_called(service, name) && (read || route) {
                self.enters(service)
            } else if !is_called(service, name) {
                self.left(service, here)
            } else if change.identity.kind == "DestinationRule"
                && change.identity.namespace == service.home
            {
                self.chooses(service)
            } else {
                self.drained(service).unwrap_or_else(|| self.runs_for_this_cluster(service))
            });
        } else if matches!(&*change.identity.kind, "ConfigMap" | "Deployment" | "Service") {
            places.direct.push(cluster.dns.span);
        } else if change.identity.kind == "Gateway" && name == EGRESS {
            // It stands elsewhere now, or nothing does.
            match self.egress_table(cluster) {
                Some(table) => places.direct.push(said(&table.namespace).unwrap_or(table.span)),
                None => places.gone.push(format!("egress of {}", cluster.name)),
            }
        } else if change.identity.kind == "Gateway" {
            let drained = self.cluster_table(cluster).and_then(|table| said(&table.drained));
            let gateway = cluster.gateway.as_ref().map_or(cluster.span, |gateway| gateway.span);
            places.direct.push(drained.filter(|_| cluster.drained).unwrap_or(gateway));
            places.direct.extend(self.admitted_here());
        }
    }

    /// The service whose routes an object holds; where discovery leads its calls, the object holds none of the document's.
    fn routed(&self, change: &ObjectChange) -> Option<&'m ServicePlan<'m>> {
        let name = change.identity.name.as_str();
        let holds = change.identity.kind == "VirtualService";
        self.named(name)
            .filter(|service| holds && is_called(service, name) && service.discovered.is_none())
    }

    /// Why a name that calls arrive by is no longer let in: they go elsewhere now, or its service is gone from the document.
    fn of_gone(&self, name: &str, places: &mut Places) {
        match self.named(name) {
            Some(service) if is_all_read(service) => places.direct.extend(self.enters(service)),
            Some(service) => {
                let here = self.mesh.cluster_named(&self.plan.cluster.name);
                places.direct.extend(self.left(service, here));
            }
            None => places.gone.push(name.to_owned()),
        }
    }

    /// Whether an earlier build has recorded a name of a service, so that it is not new.
    fn is_recorded(&self, service: &ServicePlan<'_>, name: &str) -> bool {
        let mut own = service.service.names.iter().map(|name| name.host.as_str());
        let first = own.clone().next().unwrap_or(name);
        // The names by which calls cross have no address of their own.
        let host = own.find(|host| *host == name).unwrap_or(first);
        self.mesh.lock.get(host).is_some_and(|address| address.span.file == File::Lock)
    }

    /// Where it is said that clusters which run a service are drained, if that leaves this cluster none of its backends.
    fn drained(&self, service: &ServicePlan<'_>) -> Option<Vec<Span>> {
        let here = self.mesh.cluster_named(&self.plan.cluster.name)?;
        let backends = &service.service.backends;
        if backends.iter().any(|backend| service.service.sends(self.mesh, here, backend)) {
            return None;
        }
        let clusters = backends.iter().map(|backend| &self.mesh[backend.cluster]);
        let drained = clusters.filter(|cluster| cluster.drained);
        let places: Vec<Span> =
            drained.filter_map(|cluster| said(&self.cluster_table(cluster)?.drained)).collect();
        (!places.is_empty()).then_some(places)
    }

    /// Where it is said that a service runs in this cluster, or where else it does.
    fn runs_for_this_cluster(&self, service: &ServicePlan<'_>) -> Vec<Span> {
        let id = self.mesh.cluster_named(&self.plan.cluster.name);
        let own = id.and_then(|id| service.service.backend_in(id));
        let runs = own.map_or_else(|| runs(service), |backend| vec![backend.span]);
        runs.into_iter().chain(self.callers(service)).collect()
    }

    /// The table of a service, as written.
    fn table(&self, service: &ServicePlan<'_>) -> Option<&'m ServiceTable> {
        let span = service.service.span;
        self.document.services.iter().find(|(key, _)| key.span == span).map(|(_, table)| table)
    }

    /// The table of a cluster's gateway, as written.
    fn gateway_table(&self, cluster: &Cluster) -> Option<&'m GatewayTable> {
        self.cluster_table(cluster)?.gateway.given()
    }

    /// The table of a cluster's egress gateway, as written.
    fn egress_table(&self, cluster: &Cluster) -> Option<&'m GatewayTable> {
        self.cluster_table(cluster)?.egress.given()?.as_ref()
    }

    /// The place of a gateway's port, or of the gateway where it has its default.
    fn gateway_port(&self, cluster: &Cluster) -> Option<Span> {
        let table = self.gateway_table(cluster)?;
        Some(said(&table.port).unwrap_or(table.span))
    }

    /// The cluster that an address of a gateway belongs to, by the address' place.
    fn cluster_of(&self, address: Span) -> Option<&'m Cluster> {
        let has = |cluster: &&Cluster| {
            cluster
                .gateway
                .as_ref()
                .is_some_and(|gateway| gateway.addresses.iter().any(|own| own.span == address))
        };
        self.mesh.clusters.iter().find(has)
    }

    /// The service's backend in a cluster.
    fn backend_in(&self, cluster: &Cluster, service: &'m ServicePlan<'_>) -> Option<&'m Backend> {
        let id = self.mesh.cluster_named(&cluster.name)?;
        service.service.backend_in(id)
    }

    /// Where clusters, this one among them, are said to be: what `locality` names, or else all that has a say in it.
    fn locations(
        &self,
        clusters: impl Iterator<Item = &'m Cluster>,
        locality: Option<&str>,
    ) -> Vec<Span> {
        let clusters = clusters.chain([self.plan.cluster]);
        let said: Vec<&Spanned<String>> =
            clusters.flat_map(|cluster| [&cluster.region, &cluster.zone]).flatten().collect();
        let is_named = |place: &Spanned<String>| {
            locality.is_some_and(|locality| locality.split('/').any(|part| part == place.value))
        };
        let any = said.iter().any(|place| is_named(place));
        said.iter().filter(|place| !any || is_named(place)).map(|place| place.span).collect()
    }
}

impl Places {
    /// The cause; `whole` is the place of the object as a whole.
    fn cause(self, whole: Option<Span>) -> Cause {
        let (mut places, mut gone) = (self.direct, self.gone);
        if places.is_empty() && gone.is_empty() {
            places = self.indirect;
        }
        if places.is_empty() && gone.is_empty() {
            places.extend(whole);
        }
        places.sort_unstable();
        places.dedup();
        if !places.is_empty() {
            gone.clear();
        }
        Cause { places, gone }
    }
}

/// Whether callers use a name of a service, and not only gateways.
fn is_called(service: &ServicePlan<'_>, name: &str) -> bool {
    service.service.names.iter().any(|own| own.host == name)
}

/// Whether a `VirtualService` that goes led calls to a Kubernetes Service, as shared discovery does and no route of the document.
fn leads_by_discovery(change: &ObjectChange) -> bool {
    change.old.as_ref().is_some_and(|old| old.text.contains(".svc.cluster.local"))
}

/// Where it is said in which clusters a service runs.
fn runs(service: &ServicePlan<'_>) -> Vec<Span> {
    service.service.backends.iter().map(|backend| backend.span).collect()
}

/// The place of the `vip` that says an address, if one does.
#[must_use]
pub fn of_address(document: &Document, address: Ipv4Addr) -> Option<Span> {
    let mut vips = document.services.iter().filter_map(|(_, table)| table.vip.given());
    vips.find(|vip| vip.value == address).map(|vip| vip.span)
}

/// Where a value is said, if it is.
fn said<T>(key: &Key<Spanned<T>>) -> Option<Span> {
    key.given().map(|value| value.span)
}
