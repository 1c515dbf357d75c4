//! Where the fields of a `ServiceEntry` come from: its service's ports and address, and for each endpoint the backend or the gateway.

use super::crossing::{is_read_now, is_relabelled};
use super::{Origins, Places, is_called, said};
use crate::changes::path::Difference;
use crate::changes::path::Part::{self, Index, Key};
use crate::changes::{Action, ObjectChange};
use crate::mesh::{Backend, Cluster, Port};
use crate::plan::{Ports, ServicePlan, Target, Way};
use crate::span::{File, Span};

impl<'m> Origins<'m> {
    pub(super) fn service_entry(
        &self,
        service: &'m ServicePlan<'m>,
        change: &ObjectChange,
        places: &mut Places,
    ) {
        let name = change.identity.name.as_str();
        let relay = service.relay(name);
        let crosses = relay.is_some();
        let ports = relay.map_or(Ports::All, |relay| relay.ports.clone());
        let ports: Vec<&Port> = ports.of(service.service).map(|(_, port)| port).collect();
        for difference in &change.differences {
            match difference.parts()[..] {
                [Key("spec"), Key("addresses"), ..] => {
                    places.direct.extend(self.vip(service, &change.identity.name));
                }
                [Key("spec"), Key("ports")]
                | [Key("spec"), Key("endpoints"), Index(_), Key("ports"), Key(_)]
                    if crosses && is_read_now(service, difference) =>
                {
                    places.direct.extend(self.enters(service));
                }
                [Key("spec"), Key("endpoints"), Index(at), Key("labels" | "ports"), ..]
                    if is_relabelled(change, at) =>
                {
                    places.direct.extend(self.enters(service));
                }
                [Key("spec"), Key("ports")] => {
                    places.direct.extend(ports.first().map(|port| port.span));
                }
                [Key("spec"), Key("ports"), Index(at), ref field @ ..] => {
                    places.direct.extend(ports.get(at).map(|port| service_port(port, field)));
                }
                [Key("spec"), Key("endpoints"), Index(at), ref field @ ..] => {
                    if let Some(way) = service.ways_of(&change.identity.name).get(at) {
                        self.way(service, way, field, (change, difference), places);
                    }
                }
                [Key("spec"), Key("endpoints")] => self.way_gone(service, difference, places),
                // Whether all endpoints are IP addresses.
                [Key("spec"), Key("resolution")] => {
                    let ways = service.ways_of(&change.identity.name);
                    places.indirect.extend(ways.iter().map(|way| way.origin));
                }
                [Key("spec"), Key("exportTo"), ..] if is_called(service, &change.identity.name) => {
                    places.direct.extend(self.callers(service));
                }
                [Key("spec"), Key("exportTo"), ..] => {
                    places.direct.extend(self.gateways_namespaces());
                }
                _ => {}
            }
        }
    }

    /// `vip`, or the lock's line of the name.
    fn vip(&self, service: &ServicePlan<'_>, host: &str) -> Option<Span> {
        let primary = service.service.names.first().is_some_and(|name| name.host == host);
        let vip = self.table(service).filter(|_| primary).and_then(|table| said(&table.vip));
        let locked = self.mesh.lock.get(host).map(|address| address.span);
        vip.or(locked.filter(|span| span.file == File::Lock))
    }

    /// An endpoint.
    fn way(
        &self,
        service: &'m ServicePlan<'m>,
        way: &Way<'_>,
        field: &[Part<'_>],
        (change, difference): (&ObjectChange, &Difference),
        places: &mut Places,
    ) {
        let there = match way.target {
            Target::Direct(backend) => Some(&self.mesh[backend.cluster]),
            Target::Local(_) | Target::Gateway { .. } | Target::Open => self.cluster_of(way.origin),
        };
        match (field, &way.target) {
            ([Key("locality"), ..], _) => {
                self.order(service, there.into_iter(), way.locality.as_deref(), places);
            }
            ([Key("weight"), ..], _) => places.indirect.push(way.origin),
            ([] | [Key("address"), ..], Target::Direct(_)) => places.direct.push(way.origin),
            ([Key("address"), ..], _) if self.is_led_elsewhere(service, difference) => {
                places.direct.extend(self.way_added(service, way, there, change));
            }
            (_, Target::Local(backend) | Target::Direct(backend)) => {
                self.backend(service, backend, field, difference.action, places);
            }
            ([], Target::Gateway { .. } | Target::Open) => {
                places.direct.extend(self.way_added(service, way, there, change));
            }
            ([Key("address"), ..], _) => places.direct.extend(self.address_said(way.origin)),
            ([Key("ports"), Key(name), ..], _) if difference.action != Action::Change => {
                places.direct.extend(port(service, name).map(|port| port.span));
            }
            ([Key("ports"), Key(name), ..], Target::Open) => {
                places.direct.extend(port(service, name).map(|port| port.number_span));
            }
            ([Key("ports"), ..], _) => {
                places.direct.extend(there.and_then(|cluster| self.gateway_port(cluster)));
            }
            _ => {}
        }
    }

    /// Which namespaces the cluster's gateways are in, where it is said, or else the gateways.
    fn gateways_namespaces(&self) -> Vec<Span> {
        let cluster = self.plan.cluster;
        let tables = [self.gateway_table(cluster), self.egress_table(cluster)];
        let tables: Vec<_> = tables.into_iter().flatten().collect();
        let said: Vec<Span> = tables.iter().filter_map(|table| said(&table.namespace)).collect();
        if said.is_empty() { tables.iter().map(|table| table.span).collect() } else { said }
    }

    /// What says a gateway's address: of an egress gateway, the name of its Service and that one's namespace, where they are said.
    fn address_said(&self, origin: Span) -> Vec<Span> {
        let table = self.egress_table(self.plan.cluster).filter(|table| table.span == origin);
        let keys = table.map(|table| [said(&table.service), said(&table.namespace)]);
        let said: Vec<Span> = keys.into_iter().flatten().flatten().collect();
        if said.is_empty() { vec![origin] } else { said }
    }

    /// Whether the address that an endpoint had is still one of the document's, so that not the address is another but the way.
    fn is_led_elsewhere(&self, service: &ServicePlan<'_>, difference: &Difference) -> bool {
        let old = difference.gone.as_deref();
        old.is_some_and(|old| self.cluster_with(service, old).is_some())
    }

    /// Why there is a way: the cluster at its end has one more address, or the service runs in one more cluster, or calls pass a gateway on
    /// their way.
    fn way_added(
        &self,
        service: &'m ServicePlan<'m>,
        way: &Way<'_>,
        there: Option<&'m Cluster>,
        change: &ObjectChange,
    ) -> Vec<Span> {
        let Some(there) = there else { return vec![way.origin] };
        let is_added = |at: usize| {
            let at_it = |difference: &Difference| {
                matches!(
                    difference.parts()[..],
                    [Key("spec"), Key("endpoints"), Index(here)]
                        | [Key("spec"), Key("endpoints"), Index(here), Key("address")]
                        if here == at
                )
            };
            change.differences.iter().any(at_it)
        };
        let sibling = |other: &Way<'_>| {
            self.cluster_of(other.origin).is_some_and(|cluster| cluster.span == there.span)
        };
        let mut ways = service.ways_of(&change.identity.name).iter().enumerate();
        if ways.any(|(at, other)| sibling(other) && !is_added(at)) {
            return vec![way.origin];
        }
        match self.backend_in(there, service) {
            Some(backend) => {
                let apart = self.apart(service, backend.cluster);
                if apart.is_empty() { vec![backend.span] } else { apart }
            }
            None => self.hub(there),
        }
    }

    /// A way goes because calls no longer take it, or because its address is written nowhere any more.
    fn way_gone(&self, service: &ServicePlan<'_>, difference: &Difference, places: &mut Places) {
        let Some(address) = &difference.gone else { return };
        let local = address.contains(".svc.").then_some(self.plan.cluster);
        match self.cluster_with(service, address).or(local) {
            Some(cluster) => {
                let to = self.mesh.cluster_named(&cluster.name);
                places.direct.extend(self.left(service, to));
            }
            None => places.gone.push(address.clone()),
        }
    }

    /// The cluster whose gateway has an address, or whose backend of the service does.
    fn cluster_with(&self, service: &ServicePlan<'_>, address: &str) -> Option<&'m Cluster> {
        let mut backends = service.service.backends.iter();
        let own = |backend: &&Backend| {
            backend.address.as_ref().is_some_and(|own| own.value.text() == address)
        };
        if let Some(backend) = backends.find(own) {
            return Some(&self.mesh[backend.cluster]);
        }
        let has = |cluster: &&Cluster| {
            let gateway = cluster.gateway.as_ref();
            gateway.is_some_and(|gateway| {
                gateway.addresses.iter().any(|own| own.value.text() == address)
            })
        };
        self.mesh.clusters.iter().find(has)
    }

    /// The cluster's own backend.
    pub(super) fn backend(
        &self,
        service: &ServicePlan<'_>,
        backend: &Backend,
        field: &[Part<'_>],
        action: Action,
        places: &mut Places,
    ) {
        let table = self.backend_table(service, backend.cluster);
        match *field {
            [] => places.direct.push(backend.span),
            [Key("address"), ..] => {
                let host = table.and_then(|table| said(&table.host));
                places.direct.push(host.unwrap_or(backend.span));
            }
            [Key("ports"), Key(name), ..] => {
                let own = table.and_then(|table| {
                    table.ports.iter().find(|(key, _)| key.value == name).map(|(_, port)| port.span)
                });
                let port = port(service, name);
                let service = port.map(|port| match action {
                    Action::Change => port.number_span,
                    Action::Add | Action::Remove => port.span,
                });
                places.direct.extend(own.or(service));
            }
            _ => {}
        }
    }
}

fn port<'p>(service: &'p ServicePlan<'_>, name: &str) -> Option<&'p Port> {
    service.service.ports.iter().find(|port| port.name == name)
}

/// The place of a field of a port.
fn service_port(port: &Port, field: &[Part<'_>]) -> Span {
    match field {
        [Key("number"), ..] => port.number_span,
        [Key("protocol"), ..] => port.protocol_span.unwrap_or(port.span),
        _ => port.span,
    }
}
