//! A call, from the name to the pods.

use std::net::Ipv4Addr;

use super::object::{self, Object, PortPolicy, WorkloadEntry};
use super::pool::{self, Member};
use super::route::{self, Taken};
use super::world::{Place, Side, World};
use super::{Branch, Call, How, ObjectName, Pods, Step, What, guard};
use crate::mesh::{ClusterId, Service, passthrough_sni};
use crate::span::{Span, Spanned};

/// Follows a call.
#[must_use]
pub fn follow(world: &World<'_, '_>, call: &Call) -> Step {
    let (id, host) = (call.from.cluster, call.host.as_str());
    let namespace = call.from.namespace.as_deref();
    let Some(entry) = world.entry(id, host, namespace) else {
        return Step::dead(unknown(world, call));
    };
    let Some(port) = entry.spec.ports.iter().find(|port| port.number == call.port) else {
        let ports: Vec<String> =
            entry.spec.ports.iter().map(|port| format!("{} {}", port.name, port.number)).collect();
        return Step::dead(format!(
            "{host} has no port {}: it has {}",
            call.port,
            ports.join(", ")
        ));
    };
    let journey = Journey { world, call };
    let sidecar = Proxy { cluster: id, namespace };
    let address = entry.spec.addresses.first().and_then(|address| address.parse().ok());
    Step {
        what: What::Name { host: host.to_owned(), address, protocol: port.protocol.clone() },
        object: Some(name_of(id, &entry)),
        place: Some(journey.place_of_name(address, entry.id.origin)),
        to: journey.routed(sidecar, host, port),
    }
}

/// Why a name is not known to the caller: where nobody in the cluster knows it, or only some namespaces do.
fn unknown(world: &World<'_, '_>, call: &Call) -> String {
    let (name, host) = (&world.mesh()[call.from.cluster].name, &call.host);
    let namespaces = world.namespaces_that_see(call.from.cluster, host).join(", ");
    match &call.from.namespace {
        _ if namespaces.is_empty() => format!("{host} is not known in {name}"),
        Some(own) => format!("{host} is not known in {own} of {name}, only in {namespaces}"),
        None => format!("{host} is known in some namespaces of {name} only: {namespaces}"),
    }
}

/// The name of an object.
pub(super) fn name_of<S>(cluster: ClusterId, object: &Object<'_, S>) -> ObjectName {
    ObjectName {
        cluster,
        kind: object.id.kind,
        namespace: object.id.namespace.clone(),
        name: object.id.name.clone(),
    }
}

/// A call under way.
#[derive(Clone, Copy)]
pub(super) struct Journey<'w, 'm> {
    pub(super) world: &'w World<'w, 'm>,
    pub(super) call: &'w Call,
}

/// A proxy that sends a call on.
#[derive(Clone, Copy)]
pub(super) struct Proxy<'w> {
    pub(super) cluster: ClusterId,
    /// Where it runs, if that is known.
    pub(super) namespace: Option<&'w str>,
}

/// What a connection carries.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    /// The SNI of the mutual TLS that it is in, if it is.
    pub(super) sni: Option<String>,
    /// The gateways that were passed.
    pub(super) passed: Vec<(ClusterId, Side)>,
}

impl Wire {
    /// What an application sends to its own sidecar.
    fn new() -> Self {
        Self { sni: None, passed: Vec::new() }
    }
}

impl<'w> Journey<'w, '_> {
    /// The line that gives a name its address: in the lock, or where it is said.
    fn place_of_name(&self, address: Option<Ipv4Addr>, origin: Span) -> Span {
        let lock = self.world.mesh().lock.get(&self.call.host);
        lock.filter(|locked| Some(locked.value) == address).map_or(origin, |locked| locked.span)
    }

    /// The service that the call is for.
    pub(super) fn service(&self) -> Option<&'w Service> {
        let own = |service: &&Service| service.names.iter().any(|name| name.host == self.call.host);
        self.world.mesh().services.iter().find(own)
    }

    /// What the caller's routes make of the call.
    fn routed(&self, sidecar: Proxy<'w>, host: &str, port: &object::ServicePort) -> Vec<Branch> {
        let Proxy { cluster, namespace } = sidecar;
        let Some(routes) = self.world.routes(cluster, host, namespace, None) else {
            return self.behind(sidecar, host, port.number, &Wire::new());
        };
        let http = matches!(port.protocol.as_str(), "HTTP" | "HTTP2" | "GRPC" | "GRPC-Web");
        let Some(taken) = route::taken(&routes.spec, http, self.call, port.number) else {
            if http {
                let why = format!("no route of {host} takes the call");
                return vec![only(Step::dead(why))];
            }
            return self.behind(sidecar, host, port.number, &Wire::new());
        };
        let Taken { number: (number, count), to, done, aborted } = taken;
        let place = self.place_of_route(cluster, port.number, number).unwrap_or(routes.id.origin);
        let many = to.len() > 1;
        let mut branches = Vec::new();
        for (to, share) in to {
            let port = to.destination.port.map_or(port.number, |port| port.number);
            let behind = self.behind(sidecar, &to.destination.host, port, &Wire::new());
            if !many && to.destination.host == host {
                branches = behind;
                break;
            }
            let entry = self.world.entry(cluster, &to.destination.host, namespace);
            let step = Step {
                what: What::By { host: to.destination.host },
                object: entry.map(|entry| name_of(cluster, &entry)),
                place: Some(place),
                to: behind,
            };
            branches.push(Branch { turn: 0, share, step });
        }
        if let Some((share, status)) = aborted {
            branches.iter_mut().for_each(|branch| branch.share *= 1.0 - share);
            let why = format!("the caller's proxy answers {status} itself, as the route says");
            branches.push(Branch { turn: 0, share, step: Step::dead(why) });
        }
        vec![only(Step {
            what: What::Route { number: (number + 1, count), done },
            object: Some(name_of(cluster, &routes)),
            place: Some(place),
            to: branches,
        })]
    }

    /// The line of a route, by its number among those for a port.
    fn place_of_route(&self, cluster: ClusterId, port: u16, number: usize) -> Option<Span> {
        let own = self.service()?;
        let plan = self.world.fleet().plan(cluster);
        let service = plan.services.iter().find(|plan| plan.service.span == own.span)?;
        let port = own.ports.iter().find(|own| own.number == port)?;
        service.routes_of(port).nth(number).map(|plan| plan.route.span)
    }

    /// The endpoints behind a name, as a proxy sees them, each followed.
    pub(super) fn behind(
        &self,
        proxy: Proxy<'w>,
        host: &str,
        number: u16,
        wire: &Wire,
    ) -> Vec<Branch> {
        let Proxy { cluster, namespace } = proxy;
        let world = self.world;
        let Some(entry) = world.entry(cluster, host, namespace) else {
            // What a route names may be a Kubernetes Service, which needs no entry.
            return self.discovered(cluster, host, number, &wire.towards(None, host, number, true));
        };
        let Some(port) = entry.spec.ports.iter().find(|port| port.number == number) else {
            return vec![only(Step::dead(format!("{host} has no port {number} here")))];
        };
        let rule = world.rule(cluster, host, namespace);
        let policies = rule.iter().flat_map(|rule| &rule.spec.traffic_policy.port_level_settings);
        let policy = policies.into_iter().find(|policy| policy.port.number == number);
        if let Some(selector) = &entry.spec.workload_selector {
            let pods = Pods::With(entry.id.namespace.clone(), selector.labels.clone());
            let wire = wire.towards(policy, host, number, true);
            let port = port.target_port.unwrap_or(number);
            let backend = self.service().and_then(|service| service.backend_in(cluster));
            let place = backend.map_or(entry.id.origin, |backend| backend.span);
            return vec![only(guard::pods(self, cluster, pods, port, &wire, Some(place)))];
        }
        let follow = |endpoint: &WorkloadEntry| {
            let at = endpoint.ports.get(&port.name).copied().unwrap_or(number);
            let mutual = endpoint
                .labels
                .get("security.istio.io/tlsMode")
                .is_some_and(|mode| mode == "istio");
            let wire = wire.towards(policy, host, number, mutual);
            self.arrive(proxy, &endpoint.address, at, &wire, Some(name_of(cluster, &entry)))
        };
        let members = entry.spec.endpoints.iter();
        let members = members.map(|endpoint| Member { endpoint, step: follow(endpoint) }).collect();
        let own = &world.mesh()[cluster];
        let said = |place: &Option<Spanned<String>>| {
            place.as_ref().map_or("", |place| place.value.as_str()).to_owned()
        };
        let locality = format!("{}/{}", said(&own.region), said(&own.zone));
        pool::branches(members, policy, locality.trim_end_matches('/'))
    }

    /// What stands at an address.
    fn arrive(
        &self,
        proxy: Proxy<'w>,
        address: &str,
        port: u16,
        wire: &Wire,
        object: Option<ObjectName>,
    ) -> Step {
        match self.world.at(proxy.cluster, address) {
            Some(Place::Gateway(cluster, side, place)) => {
                let step = self.enter((cluster, side), (address, port), wire);
                Step { object: step.object.or(object), place: step.place.or(Some(place)), ..step }
            }
            Some(Place::Service(cluster, host, place)) => {
                let pods = Pods::Of(host.to_owned());
                let step = guard::pods(self, cluster, pods, port, wire, place);
                Step { object: step.object.or(object), ..step }
            }
            None => Step::dead(format!("nothing that the document names stands at {address}")),
        }
    }
}

impl Wire {
    /// What a proxy makes of it on the way to an endpoint: TLS that it passes on stays as it is; else what the rule says; else mutual TLS where the
    /// endpoint's label asks for it (`pilot/pkg/networking/core/cluster_tls.go`).
    fn towards(&self, policy: Option<&PortPolicy>, host: &str, number: u16, label: bool) -> Self {
        if self.sni.is_some() {
            return self.clone();
        }
        let own = || passthrough_sni(number, host);
        let sni = match policy.and_then(|policy| policy.tls.as_ref()) {
            Some(tls) if tls.mode == "ISTIO_MUTUAL" => Some(tls.sni.clone().unwrap_or_else(own)),
            Some(_) => None,
            None => label.then(own),
        };
        Self { sni, ..self.clone() }
    }

    /// How it comes to a place where its TLS ends.
    pub(super) fn how(&self) -> How {
        self.sni.clone().map_or(How::Plain, How::Mutual)
    }
}

/// The one way there is.
pub(super) fn only(step: Step) -> Branch {
    Branch { turn: 0, share: 1.0, step }
}
