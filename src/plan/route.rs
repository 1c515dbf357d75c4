//! Which of a service's routes hold in a cluster, and where each sends calls from there.

use std::collections::{BTreeMap, BTreeSet};

use super::ports::Ports;
use super::survey::{Crossings, reached};
use crate::document::MatchTable;
use crate::mesh::distance::rank;
use crate::mesh::path::path;
use crate::mesh::{ClusterId, Destination, Mesh, Mirror, Pin, Port, Route, Service};

/// A route as it holds in one cluster.
#[derive(Debug)]
pub struct RoutePlan<'m> {
    /// The route.
    pub route: &'m Route,
    /// The namespaces whose calls it takes; `None` is all.
    pub namespaces: Option<BTreeSet<&'m str>>,
    /// Where calls go, with shares that make 100.
    pub to: Vec<(RouteHost<'m>, u32)>,
    /// Where a copy of each goes, and of how many, in thousandths of a per cent.
    pub mirror: Option<(RouteHost<'m>, u32)>,
}

/// What a route sends calls to.
#[derive(Clone, Copy, Debug)]
pub enum RouteHost<'m> {
    /// The name that was called: to wherever `prefer` says.
    Itself,
    /// A pin, by its index, under the name that this cluster's sidecars know it by.
    Pin(usize, &'m str),
    /// Another service.
    Service(&'m Service),
}

/// Which names a cluster's calls to a service go to, and at which ports.
pub(super) struct Uses {
    /// The name that is called.
    pub(super) itself: Ports,
    /// The pins, by index.
    pub(super) pins: BTreeMap<usize, Ports>,
}

impl RoutePlan<'_> {
    /// Whether calls to a port can match it: `tcp` routes know no paths and headers, and TLS that the application speaks is not routed.
    #[must_use]
    pub fn is_for(&self, port: &Port) -> bool {
        let matches = self.route.matches.as_ref();
        let said = matches.and_then(|matches| matches.port.given());
        let speaks = match port.protocol {
            protocol if protocol.is_tls() => false,
            protocol => protocol.is_http() || !matches.is_some_and(MatchTable::is_http),
        };
        speaks && said.is_none_or(|said| said.value == port.name)
    }

    /// Whether it takes every call to the ports that it is for.
    #[must_use]
    pub fn takes_all(&self) -> bool {
        self.namespaces.is_none() && !self.route.matches.as_ref().is_some_and(MatchTable::is_http)
    }
}

/// The routes of a service that hold in a cluster.
pub(super) fn routes<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    caller: ClusterId,
) -> Vec<RoutePlan<'m>> {
    let may = service.callers.include(caller);
    let routes = service.routes.iter().filter(|_| may);
    routes.filter_map(|route| route_plan(mesh, service, caller, route)).collect()
}

/// The routes of a service that hold in a cluster, by the names that its sidecars use.
pub(super) fn routes_as_called<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    caller: ClusterId,
    crossings: &Crossings,
) -> Vec<RoutePlan<'m>> {
    let mut plans = routes(mesh, service, caller);
    let used = uses(mesh, service, caller).pins;
    for plan in &mut plans {
        let mirror = plan.mirror.iter_mut().map(|(host, _)| host);
        for host in plan.to.iter_mut().map(|(host, _)| host).chain(mirror) {
            let RouteHost::Pin(index, name) = host else { continue };
            let apart = |ports: &Ports| crossings.is_apart(service, caller, *index, ports);
            let pin = service.pins.get(*index).filter(|_| used.get(index).is_some_and(apart));
            if let Some(pin) = pin {
                *name = &pin.out.0;
            }
        }
    }
    plans
}

/// The routes that calls to a port may meet, the first that matches first; none stands behind one that takes them all.
pub(super) fn routes_of<'p, 'm>(
    routes: &'p [RoutePlan<'m>],
    port: &Port,
) -> impl Iterator<Item = &'p RoutePlan<'m>> + use<'p, 'm> {
    let here: Vec<&RoutePlan<'m>> = routes.iter().filter(|plan| plan.is_for(port)).collect();
    let all = here.iter().position(|plan| plan.takes_all());
    let met = all.map_or(here.len(), |all| all + 1);
    here.into_iter().take(met)
}

/// Which names the calls of a cluster go to.
pub(super) fn uses(mesh: &Mesh, service: &Service, caller: ClusterId) -> Uses {
    let mut uses = Uses { itself: Ports::none(), pins: BTreeMap::new() };
    if !service.callers.include(caller) {
        return uses;
    }
    if service.routes.is_empty() {
        uses.itself = Ports::All;
        return uses;
    }
    // Where the name leads nowhere it is not known, and no route makes it so.
    if reached(mesh, service, caller).next().is_none() {
        return uses;
    }
    let plans = routes(mesh, service, caller);
    for (index, port) in service.ports.iter().enumerate() {
        if !routes_of(&plans, port).any(RoutePlan::takes_all) {
            uses.itself.insert(index);
        }
        for plan in routes_of(&plans, port) {
            let mirror = plan.mirror.iter().filter(|_| port.protocol.is_http());
            for (host, _) in plan.to.iter().chain(mirror) {
                match host {
                    RouteHost::Itself => uses.itself.insert(index),
                    RouteHost::Pin(pin, _) => {
                        uses.pins.entry(*pin).or_insert_with(Ports::none).insert(index);
                    }
                    RouteHost::Service(_) => {}
                }
            }
        }
    }
    uses
}

fn route_plan<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    caller: ClusterId,
    route: &'m Route,
) -> Option<RoutePlan<'m>> {
    let namespaces = namespaces(route, caller)?;
    let host = |index: usize| {
        let Some(pin) = service.pins.get(index) else { return RouteHost::Itself };
        let leaves = mesh[caller].egress.is_some() && pin.cluster != caller;
        RouteHost::Pin(index, if leaves { &pin.out.0 } else { &pin.to.0 })
    };
    let mirror = route.mirror.as_ref().and_then(|(mirror, percent)| match mirror {
        Mirror::Own(destination) if destination.clusters.is_none() => {
            Some((RouteHost::Itself, *percent))
        }
        Mirror::Own(destination) => {
            let pins = pins(mesh, service, caller, destination);
            Some((host(*pins.first()?), *percent))
        }
        Mirror::Service(key) => {
            let other = mesh.service_of_key(key)?;
            reached(mesh, other, caller).next()?;
            Some((RouteHost::Service(other), *percent))
        }
    });
    // Nothing is left only where the name itself leads nowhere either: `dead-destination` has seen to the rest.
    let shares = Some(shares(mesh, service, caller, route)).filter(|shares| !shares.is_empty())?;
    let to = shares.iter().map(|(pin, weight)| (pin.map_or(RouteHost::Itself, host), *weight));
    Some(RoutePlan { route, namespaces, to: to.collect(), mirror })
}

/// The pins, by index, that a destination means for a caller; none where it cannot be reached, or means the name itself.
///
/// Of several clusters with the same version, the nearest; never one that is drained or cannot be reached.
fn pins(
    mesh: &Mesh,
    service: &Service,
    caller: ClusterId,
    destination: &Destination,
) -> Vec<usize> {
    let open = |cluster: ClusterId| {
        let wanted = cluster == caller || !mesh[cluster].drained;
        wanted && path(mesh, caller, cluster).is_ok()
    };
    let near = destination.clusters.iter().flatten().filter(|cluster| open(**cluster));
    let ranked: Vec<(usize, usize)> = near
        .filter_map(|cluster| {
            let same = |pin: &Pin| pin.cluster == *cluster && pin.version == destination.version;
            let pin = service.pins.iter().position(same)?;
            Some((rank(mesh, &service.prefer, caller, *cluster), pin))
        })
        .collect();
    let best = ranked.iter().map(|(rank, _)| *rank).min();
    ranked.into_iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, pin)| pin).collect()
}

/// The pins that a route sends a caller's calls to, and the weight of each; `None` is the name itself.
///
/// Where a destination is drained or cannot be reached, the others take its share. The weights are those of the document where a
/// destination is one place, and of many places such that their ratio is the document's: Istio takes any sum
/// (`validateHTTPRouteDestinations` in its `pkg/config/validation/validation.go`). Whole per cent would give three places with one
/// per cent among them three.
fn shares(
    mesh: &Mesh,
    service: &Service,
    caller: ClusterId,
    route: &Route,
) -> Vec<(Option<usize>, u32)> {
    let weighted = route.to.iter().filter(|destination| destination.weight > 0);
    let places: Vec<(&Destination, Vec<usize>)> = weighted
        .map(|destination| (destination, pins(mesh, service, caller, destination)))
        .collect();
    let parts = parts(places.iter().map(|(_, found)| found.len()));
    let mut shares: BTreeMap<Option<usize>, u32> = BTreeMap::new();
    for (destination, found) in places {
        if destination.clusters.is_none() {
            *shares.entry(None).or_default() += destination.weight * parts;
        }
        let count = u32::try_from(found.len()).unwrap_or(u32::MAX);
        for pin in found {
            // There may be more places than parts.
            *shares.entry(Some(pin)).or_default() += (destination.weight * parts / count).max(1);
        }
    }
    // Per cent again where they are whole.
    let common = shares.values().fold(parts, |common, share| gcd(common, *share));
    shares.into_iter().map(|(pin, share)| (pin, share / common)).collect()
}

/// Into how many parts a per cent is cut, so that as many places as each destination has divide it without a rest; where that would
/// be very many, so that the rest is small.
fn parts(counts: impl Iterator<Item = usize>) -> u32 {
    const MOST: u32 = 100_000;
    let counts = counts.filter_map(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
    counts.fold(1, |parts, count| {
        let multiple = u64::from(parts) * u64::from(count / gcd(parts, count));
        u32::try_from(multiple).map_or(MOST, |multiple| multiple.min(MOST))
    })
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The namespaces of a cluster whose calls a route takes, where `None` within is all; `None` if it takes none of its calls.
fn namespaces(route: &Route, caller: ClusterId) -> Option<Option<BTreeSet<&str>>> {
    let Some(from) = &route.from else { return Some(None) };
    let own: Vec<Option<&str>> = from
        .iter()
        .filter(|source| source.cluster == caller)
        .map(|source| source.namespace.as_deref())
        .collect();
    if own.is_empty() {
        return None;
    }
    Some(own.into_iter().collect::<Option<BTreeSet<&str>>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_places_as_there_are_divide_a_per_cent() {
        assert_eq!(parts([1, 1, 1].into_iter()), 1);
        assert_eq!(parts([0, 1].into_iter()), 1, "a destination that is not reached has no part");
        assert_eq!(parts([3, 1].into_iter()), 3);
        assert_eq!(parts([2, 3, 4].into_iter()), 12);
        assert_eq!(
            parts([7, 11, 13, 16, 9, 25].into_iter()),
            100_000,
            "3,603,600 would be too many"
        );
    }
}
