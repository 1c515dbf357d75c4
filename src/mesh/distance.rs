//! Which of a service's clusters is nearer to a caller.

use super::{Cluster, ClusterId, Mesh, Prefer};
use crate::span::Spanned;

/// How far a backend's cluster is from the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    /// The same cluster.
    Local,
    /// The same zone of the same region.
    Zone,
    /// The same region.
    Region,
    /// Anywhere.
    Elsewhere,
}

/// How far `to` is from `from`.
fn distance(mesh: &Mesh, from: ClusterId, to: ClusterId) -> Distance {
    let (one, two) = (&mesh[from], &mesh[to]);
    let same = |part: fn(&Cluster) -> Option<&Spanned<String>>| {
        let part = |cluster| part(cluster).map(|part| part.value.as_str());
        part(one).is_some() && part(one) == part(two)
    };
    if from == to {
        Distance::Local
    } else if !same(|cluster| cluster.region.as_ref()) {
        Distance::Elsewhere
    } else if same(|cluster| cluster.zone.as_ref()) {
        Distance::Zone
    } else {
        Distance::Region
    }
}

/// The rank of a backend for a caller: the lower, the earlier it is tried. With `any`, all have the same.
#[must_use]
pub fn rank(mesh: &Mesh, prefer: &Prefer, caller: ClusterId, to: ClusterId) -> usize {
    match prefer {
        Prefer::Any => 0,
        Prefer::Local => distance(mesh, caller, to) as usize,
        Prefer::Order(order) => {
            let place = order.iter().position(|named| named.value == to);
            place.unwrap_or(order.len())
        }
    }
}

/// How many ranks a proxy in a region and a zone, or in none, can be made to try one after the other; `plan::tier` says how it is done.
#[must_use]
pub fn most_tiers<T>(region: Option<T>, zone: Option<T>) -> usize {
    if region.is_some() && zone.is_some() { 4 } else { 3 }
}
