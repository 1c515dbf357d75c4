//! The ways that a proxy chooses among, and in which order.

use std::borrow::Cow;

use super::survey::reached;
use super::tier::{Failover, Tiers};
use crate::document::Address;
use crate::mesh::distance::rank;
use crate::mesh::path::{Hops, is_direct, path};
use crate::mesh::{Backend, ClusterId, Egress, Mesh, Prefer, Service};
use crate::span::Span;

/// The ways that a proxy chooses among, the first choice first; empty where nothing can be reached.
#[derive(Debug, Default)]
pub struct Choice<'m> {
    /// The ways.
    pub ways: Vec<Way<'m>>,
    /// How they are chosen from.
    pub order: Order<'m>,
    /// The one backend that all of them lead to, if it is one.
    pub only: Option<&'m Backend>,
}

/// How a proxy chooses among ways.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Order<'m> {
    /// There is nothing to choose: at most one place to call.
    #[default]
    Single,
    /// By rank, which the localities show; where they do not suffice, with a rule for what comes second.
    Ranked(Option<Failover<'m>>),
    /// All at once: for each locality its per cent of the calls.
    Shared(Vec<(String, u32)>),
}

/// One address that calls may go to.
#[derive(Debug)]
pub struct Way<'m> {
    /// What stands there.
    pub target: Target<'m>,
    /// Its address: an IP address or a host name.
    pub address: Cow<'m, str>,
    /// Whether the address is an IP address.
    pub is_ip: bool,
    /// The locality by which Istio ranks it; `None` where there is nothing to rank.
    pub locality: Option<Cow<'m, str>>,
    /// Its weight among the ways of its rank; `None` where all weigh the same.
    pub weight: Option<u32>,
    /// The place in the document that it comes from.
    pub origin: Span,
}

impl<'m> Way<'m> {
    fn new(target: Target<'m>, address: Cow<'m, str>, is_ip: bool, origin: Span) -> Self {
        Self { target, address, is_ip, locality: None, weight: None, origin }
    }
}

impl Choice<'_> {
    /// Turns to the ports at which gateways take plain text.
    pub(super) fn in_plain_text(&mut self) {
        for way in &mut self.ways {
            if let Target::Gateway { .. } = way.target {
                way.target = Target::Open;
            }
        }
    }
}

/// What stands at the end of a way.
#[derive(Clone, Copy, Debug)]
pub enum Target<'m> {
    /// The cluster's own backend.
    Local(&'m Backend),
    /// Another cluster's backend, at its own address within the network.
    Direct(&'m Backend),
    /// A gateway, with the port it is reached at.
    Gateway {
        /// The port.
        port: u16,
    },
    /// A gateway that takes plain text at the service's own ports.
    Open,
}

/// Which proxy chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chooser {
    /// The sidecars of the calling cluster.
    Sidecars,
    /// The calling cluster's egress gateway.
    Egress,
    /// The gateway of a cluster that the calls pass.
    Gateway(ClusterId),
}

/// Where a call goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hop {
    Local,
    Direct(ClusterId),
    Egress,
    Gateway(ClusterId),
}

/// A backend that calls may go to, with its rank and where they go next to come there.
type Onward<'m> = (Hop, usize, &'m Backend);

/// The backends that one hop leads to; at least one.
#[derive(Clone, Copy)]
struct Group<'g, 'm> {
    hop: Hop,
    backends: &'g [Onward<'m>],
}

/// What a proxy chooses among when a call of `caller` arrives at it.
pub(super) fn choice<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    caller: ClusterId,
    chooser: Chooser,
) -> Choice<'m> {
    let onward = |(backend, path): (&'m Backend, Hops<'m>)| {
        let hop = next_hop(mesh, caller, chooser, backend, &path)?;
        Some((hop, rank(mesh, &service.prefer, caller, backend.cluster), backend))
    };
    let mut backends: Vec<Onward<'m>> = reached(mesh, service, caller).filter_map(onward).collect();
    // A stable sort: the backends behind one hop stay in their order.
    backends.sort_by_key(|(hop, ..)| *hop);
    let same_hop = |one: &Onward<'_>, two: &Onward<'_>| one.0 == two.0;
    let group = |backends| Group::of(backends);
    let mut groups: Vec<Group<'_, 'm>> = backends.chunk_by(same_hop).filter_map(group).collect();
    let place = match chooser {
        Chooser::Sidecars | Chooser::Egress => caller,
        Chooser::Gateway(cluster) => cluster,
    };
    let only = match backends.as_slice() {
        [(_, _, backend)] => Some(*backend),
        _ => None,
    };
    let choice = if service.prefer == Prefer::Any {
        shared(mesh, place, &groups)
    } else {
        groups.sort_by_key(|group| (group.rank(), group.hop));
        ranked(mesh, place, &groups)
    };
    Choice { only, ..choice }
}

/// The cluster's own backend and nothing else.
pub(super) fn own(backend: &Backend) -> Choice<'_> {
    Choice { ways: vec![local(backend)], order: Order::Single, only: Some(backend) }
}

/// The cluster's egress gateway, on the way to the one backend.
pub(super) fn out<'m>(gateway: &'m Egress, only: Option<&'m Backend>) -> Choice<'m> {
    Choice { ways: vec![egress(gateway)], order: Order::Single, only }
}

/// The gateway that comes next on the way from one cluster to a service's backend in another.
pub(super) fn onward<'m>(
    mesh: &'m Mesh,
    service: &'m Service,
    place: ClusterId,
    to: ClusterId,
) -> Choice<'m> {
    let path = path(mesh, place, to).ok();
    let next = path.and_then(|path| path.first().copied());
    let ways: Vec<Way<'m>> = next.into_iter().flat_map(|next| gateway_ways(mesh, next)).collect();
    let order = if ways.len() > 1 { Order::Ranked(None) } else { Order::Single };
    Choice { ways, order, only: service.backend_in(to) }
}

/// Where a call of `caller` goes next, if it passes the proxy at all; `path` is its way to the backend.
fn next_hop(
    mesh: &Mesh,
    caller: ClusterId,
    chooser: Chooser,
    backend: &Backend,
    path: &[ClusterId],
) -> Option<Hop> {
    let onward = |rest: &[ClusterId]| rest.first().map(|next| Hop::Gateway(*next));
    match chooser {
        Chooser::Sidecars if is_direct(mesh, caller, backend) => Some(Hop::Direct(backend.cluster)),
        Chooser::Sidecars if path.is_empty() => Some(Hop::Local),
        Chooser::Sidecars if mesh[caller].egress.is_some() => Some(Hop::Egress),
        Chooser::Sidecars | Chooser::Egress => onward(path),
        Chooser::Gateway(cluster) => {
            let at = path.iter().position(|passed| *passed == cluster)?;
            Some(onward(path.get(at + 1..)?).unwrap_or(Hop::Local))
        }
    }
}

impl<'g, 'm> Group<'g, 'm> {
    fn of(backends: &'g [Onward<'m>]) -> Option<Self> {
        backends.first().map(|(hop, ..)| Self { hop: *hop, backends })
    }

    /// The rank of the best backend.
    fn rank(&self) -> usize {
        self.backends.iter().map(|(_, rank, _)| *rank).min().unwrap_or_default()
    }

    /// How many clusters it leads to that are called at once with the best.
    fn count(&self, tiers: &Tiers<'_>) -> usize {
        self.backends.iter().filter(|(_, rank, _)| tiers.together(*rank, self.rank())).count()
    }

    fn weight(&self) -> u32 {
        self.backends.iter().map(|(.., backend)| backend.weight.unwrap_or(1)).sum()
    }

    /// Adds the addresses of its hop.
    fn add_ways(&self, mesh: &'m Mesh, place: ClusterId, ways: &mut Vec<Way<'m>>) {
        let backends = self.backends.iter().map(|(.., backend)| *backend);
        match self.hop {
            Hop::Local => ways.extend(backends.map(local)),
            Hop::Direct(_) => ways.extend(backends.filter_map(direct)),
            Hop::Egress => ways.extend(mesh[place].egress.iter().map(egress)),
            Hop::Gateway(cluster) => ways.extend(gateway_ways(mesh, cluster)),
        }
    }
}

fn local(backend: &Backend) -> Way<'_> {
    Way::new(Target::Local(backend), Cow::Borrowed(&backend.host), false, backend.span)
}

/// The address' place is the way's, as the backend is another cluster's.
fn direct(backend: &Backend) -> Option<Way<'_>> {
    let address = backend.address.as_ref()?;
    let is_ip = matches!(address.value, Address::Ip { .. });
    let text = Cow::Borrowed(address.value.as_str());
    Some(Way::new(Target::Direct(backend), text, is_ip, address.span))
}

fn egress(egress: &Egress) -> Way<'_> {
    let host = format!("{}.{}.svc.cluster.local", egress.service, egress.namespace);
    Way::new(Target::Gateway { port: EGRESS_PORT }, Cow::Owned(host), false, egress.span)
}

fn gateway_ways(mesh: &Mesh, cluster: ClusterId) -> impl Iterator<Item = Way<'_>> {
    mesh[cluster].gateway.iter().flat_map(|gateway| {
        let target = Target::Gateway { port: gateway.port };
        gateway.addresses.iter().map(move |address| {
            let is_ip = matches!(address.value, Address::Ip { .. });
            Way::new(target, Cow::Borrowed(address.value.as_str()), is_ip, address.span)
        })
    })
}

/// The port at which sidecars reach their cluster's egress gateway.
pub const EGRESS_PORT: u16 = 15443;

fn ranked<'m>(mesh: &'m Mesh, place: ClusterId, groups: &[Group<'_, 'm>]) -> Choice<'m> {
    let tiers = Tiers::new(&mesh[place], groups.iter().map(Group::rank));
    let mut ways = Vec::with_capacity(groups.len() + 1);
    // Of each group: its rank, how many clusters it leads to, and how many addresses lead there.
    let mut sizes: Vec<(usize, usize, usize)> = Vec::with_capacity(groups.len());
    for group in groups {
        let before = ways.len();
        group.add_ways(mesh, place, &mut ways);
        sizes.push((group.rank(), group.count(&tiers), ways.len() - before));
    }
    let mut unranked = ways.iter_mut();
    for (rank, clusters, addresses) in &sizes {
        let peers = sizes.iter().filter(|(peer, ..)| tiers.together(*peer, *rank));
        let peers = peers.map(|(_, clusters, addresses)| (*clusters, *addresses));
        let weight = weight((*clusters, *addresses), peers);
        let locality = tiers.locality(*rank);
        for way in unranked.by_ref().take(*addresses) {
            (way.weight, way.locality) = (weight, locality.clone());
        }
    }
    let order = if ways.len() > 1 { Order::Ranked(tiers.failover()) } else { Order::Single };
    Choice { ways, order, only: None }
}

/// The weight of each of a group's addresses: so many clusters behind so many addresses, among its peers of the same rank.
///
/// Every cluster of a rank gets the same share, however many addresses its gateway has; `None` where all weigh the same anyway.
fn weight(
    (clusters, addresses): (usize, usize),
    mut peers: impl Iterator<Item = (usize, usize)> + Clone,
) -> Option<u32> {
    let common = peers.clone().map(|(_, addresses)| addresses).fold(1, least_common_multiple);
    let each = |clusters: usize, addresses: usize| clusters * common / addresses.max(1);
    let own = each(clusters, addresses);
    let same = peers.all(|(clusters, addresses)| each(clusters, addresses) == own);
    if same { None } else { u32::try_from(own).ok() }
}

fn least_common_multiple(one: usize, two: usize) -> usize {
    let (mut high, mut low) = (one, two.max(1));
    while low != 0 {
        (high, low) = (low, high % low);
    }
    one / high * two.max(1)
}

fn shared<'m>(mesh: &'m Mesh, place: ClusterId, groups: &[Group<'_, 'm>]) -> Choice<'m> {
    let mut choice = Choice::default();
    if let [group] = groups {
        group.add_ways(mesh, place, &mut choice.ways);
        if choice.ways.len() > 1 {
            choice.order = Order::Ranked(None);
        }
        return choice;
    }
    let weights: Vec<u32> = groups.iter().map(Group::weight).collect();
    let mut shares = Vec::new();
    for (index, (group, percent)) in groups.iter().zip(percents(&weights)).enumerate() {
        let region = format!("cwc-{}", index + 1);
        let before = choice.ways.len();
        group.add_ways(mesh, place, &mut choice.ways);
        for way in choice.ways.iter_mut().skip(before) {
            way.locality = Some(Cow::Owned(region.clone()));
        }
        shares.push((region, percent));
    }
    if !shares.is_empty() {
        choice.order = Order::Shared(shares);
    }
    choice
}

/// Whole per cent in proportion to weights, by largest remainder; nothing that has a weight gets none.
fn percents(weights: &[u32]) -> Vec<u32> {
    let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>().max(1);
    let exact = |weight: u32| u64::from(weight) * 100;
    let mut percents: Vec<u64> =
        weights.iter().map(|weight| (exact(*weight) / sum).max(1)).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    // What was raised to one per cent has had its remainder.
    let remainder = |index: &usize| match weights.get(*index) {
        Some(weight) if exact(*weight) >= sum => exact(*weight) % sum,
        _ => 0,
    };
    by_remainder.sort_by_key(|index| (std::cmp::Reverse(remainder(index)), *index));
    for index in by_remainder.iter().cycle().take(weights.len() * 100) {
        let given: u64 = percents.iter().sum();
        let Some(percent) = percents.get_mut(*index) else { break };
        match given.cmp(&100) {
            std::cmp::Ordering::Less => *percent += 1,
            std::cmp::Ordering::Equal => break,
            std::cmp::Ordering::Greater if *percent > 1 => *percent -= 1,
            std::cmp::Ordering::Greater => {}
        }
    }
    percents.into_iter().filter_map(|percent| u32::try_from(percent).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_make_a_hundred() {
        assert_eq!(percents(&[1, 1, 1]), [34, 33, 33]);
        assert_eq!(percents(&[75, 25]), [75, 25]);
        assert_eq!(percents(&[2, 1]), [67, 33]);
        assert_eq!(percents(&[1000, 1]), [99, 1]);
        assert_eq!(percents(&[25, 25, 25, 1, 25]), [25, 25, 25, 1, 24]);
        assert_eq!(percents(&[7]), [100]);
    }

    #[test]
    fn a_cluster_counts_once_however_many_addresses_it_has() {
        // Two addresses beside one: 1 + 1 against 2.
        assert_eq!(weight((1, 2), [(1, 2), (1, 1)].into_iter()), Some(1));
        assert_eq!(weight((1, 1), [(1, 2), (1, 1)].into_iter()), Some(2));
        assert_eq!(weight((1, 2), [(1, 2), (1, 2)].into_iter()), None);
        // A gateway that leads to two clusters, beside one that leads to one.
        assert_eq!(weight((2, 1), [(2, 1), (1, 1)].into_iter()), Some(2));
    }
}
