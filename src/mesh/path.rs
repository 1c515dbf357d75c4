//! Through which gateways a call goes from one cluster to another.
//!
//! Enters: `via` and `behind` of the clusters. Leaves: for two clusters, those whose gateways the call passes, the last one being where it
//! ends. Of services only one thing plays a part: that a backend of the caller's own network may have an address.

use std::borrow::Cow;

use super::{Backend, ClusterId, Mesh};

/// The clusters whose gateways a call passes, in order; borrowed where the call passes one at most.
pub type Hops<'m> = Cow<'m, [ClusterId]>;

/// Why there is no way from one cluster to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoWay {
    /// A cluster on the way has no gateway; the way is given up to there, its start too.
    NoGateway(Vec<ClusterId>),
    /// The way comes back to a cluster that it passed; it is given up to there.
    Circle(Vec<ClusterId>),
    /// Clusters are behind each other; each is given with the one that it is behind after it, up to the first that comes again.
    Behind(Vec<ClusterId>),
}

/// A way as people draw it.
#[must_use]
pub fn drawn(mesh: &Mesh, way: &[ClusterId]) -> String {
    let names: Vec<&str> = way.iter().map(|id| mesh[*id].name.as_str()).collect();
    names.join(" → ")
}

/// The clusters whose gateways a call from `from` to `to` passes, in order; none within one cluster.
///
/// A cluster with `via` hands everything to that one, which then goes its own way; one that is `behind` another is entered through it. A
/// cluster always reaches what is behind itself directly.
///
/// # Errors
/// Where there is no way.
pub fn path(mesh: &Mesh, from: ClusterId, to: ClusterId) -> Result<Hops<'_>, NoWay> {
    if !mesh.has_hops {
        return match mesh[to].gateway {
            _ if from == to => Ok(Cow::Borrowed(&[])),
            Some(_) => Ok(Cow::Borrowed(mesh.ids.get(to.0..=to.0).unwrap_or_default())),
            None => Err(NoWay::NoGateway(vec![from, to])),
        };
    }
    let mut passed = vec![from];
    let mut at = from;
    while at != to {
        let next = next(mesh, at, to)?;
        passed.push(next);
        if passed.iter().filter(|cluster| **cluster == next).count() > 1 {
            return Err(NoWay::Circle(passed));
        }
        if mesh[next].gateway.is_none() {
            return Err(NoWay::NoGateway(passed));
        }
        at = next;
    }
    passed.remove(0);
    Ok(Cow::Owned(passed))
}

/// The clusters whose gateways a call from `from` to a backend passes; none within one cluster, and none to an address within one network.
///
/// # Errors
/// Where there is no way.
pub fn to_backend<'m>(mesh: &'m Mesh, from: ClusterId, to: &Backend) -> Result<Hops<'m>, NoWay> {
    if is_direct(mesh, from, to) { Ok(Cow::Borrowed(&[])) } else { path(mesh, from, to.cluster) }
}

/// Whether calls from a cluster reach another one's backend at its own address.
#[must_use]
pub fn is_direct(mesh: &Mesh, from: ClusterId, to: &Backend) -> bool {
    to.address.is_some() && from != to.cluster && share_network(mesh, from, to.cluster)
}

/// Whether two clusters are in one network that the document names.
#[must_use]
pub fn share_network(mesh: &Mesh, one: ClusterId, two: ClusterId) -> bool {
    let network = |id: ClusterId| mesh[id].network.as_ref().map(|network| network.value.as_str());
    network(one).is_some() && network(one) == network(two)
}

/// The cluster whose gateway comes next.
fn next(mesh: &Mesh, at: ClusterId, to: ClusterId) -> Result<ClusterId, NoWay> {
    // From the inside out: `to`, the cluster it is behind, and so on.
    let mut entries = vec![to];
    let mut outermost = to;
    while let Some(outer) = mesh[outermost].behind.as_ref().map(|outer| outer.value) {
        if outer == at {
            return Ok(outermost);
        }
        let again = entries.contains(&outer);
        entries.push(outer);
        if again {
            return Err(NoWay::Behind(entries));
        }
        outermost = outer;
    }
    Ok(mesh[at].via.as_ref().map_or(outermost, |hub| hub.value))
}
