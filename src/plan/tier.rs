//! The order of a caller's ways, and how Istio is told of it.
//!
//! Istio ranks endpoints by comparing the `locality` written on each with the one that the calling proxy has from its node
//! (`pilot/pkg/networking/core/loadbalancer/loadbalancer.go`, `applyLocalityFailover`). What counts as near is decided here, from the
//! document; the localities are written so that Istio's comparison comes to the same order whatever the node's zone and sub-zone are.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::mesh::{Cluster, ClusterId, Mesh};

/// How far a backend's cluster is from the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
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
pub(super) fn distance(mesh: &Mesh, from: ClusterId, to: ClusterId) -> Distance {
    let (one, two) = (&mesh[from], &mesh[to]);
    let same = |one: &Option<_>, two: &Option<_>| one.is_some() && one == two;
    let region = |cluster: &Cluster| cluster.region.as_ref().map(|region| region.value.clone());
    let zone = |cluster: &Cluster| cluster.zone.as_ref().map(|zone| zone.value.clone());
    if from == to {
        Distance::Local
    } else if !same(&region(one), &region(two)) {
        Distance::Elsewhere
    } else if same(&zone(one), &zone(two)) {
        Distance::Zone
    } else {
        Distance::Region
    }
}

/// A rule for `localityLbSetting.failover`: what comes second when `from` fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failover<'m> {
    /// The region that the caller is in.
    pub from: &'m str,
    /// The region that comes next.
    pub to: &'static str,
}

/// The ranks that a caller's ways have.
pub(super) struct Tiers<'m> {
    distances: Vec<Distance>,
    region: Option<&'m str>,
    zone: Option<&'m str>,
}

/// Regions that no node is in, for what is farther than the caller's own: one for each rank.
const AWAY: [&str; 3] = ["cwc-1", "cwc-2", "cwc-3"];

impl<'m> Tiers<'m> {
    /// The ranks of a caller's ways.
    pub(super) fn new(caller: &'m Cluster, distances: impl Iterator<Item = Distance>) -> Self {
        Self {
            distances: distances.collect::<BTreeSet<_>>().into_iter().collect(),
            region: caller.region.as_ref().map(|region| region.value.as_str()),
            zone: caller.zone.as_ref().map(|zone| zone.value.as_str()),
        }
    }

    /// The locality to write on a way, so that it gets its rank; `None` is "no locality", which is near to a proxy without one.
    ///
    /// With two ranks the caller's region and any other do. A third needs `failover` to tell two foreign regions apart. A fourth is had
    /// by the caller's zone within its region; without a zone the last two ranks share one.
    pub(super) fn locality(&self, distance: Distance) -> Option<Cow<'m, str>> {
        let rank = self.distances.iter().position(|known| *known == distance)?;
        let foreign = |index: usize| AWAY.get(index.min(2)).map(|region| Cow::Borrowed(*region));
        match (self.distances.len(), rank, self.region, self.zone) {
            (0 | 1, ..) => None,
            (4, 0, Some(region), Some(zone)) => Some(Cow::Owned(format!("{region}/{zone}"))),
            (4, 1, Some(region), Some(_)) => Some(Cow::Owned(format!("{region}/{}", AWAY[0]))),
            (4, rank, _, Some(_)) => foreign(rank - 1),
            (_, 0, region, _) => region.map(Cow::Borrowed),
            (_, rank, ..) => foreign(rank.min(2) - 1),
        }
    }

    /// What Istio must be told besides, if anything.
    pub(super) fn failover(&self) -> Option<Failover<'m>> {
        let from = self.region?;
        match (self.distances.len(), self.zone) {
            (4, Some(_)) => Some(Failover { from, to: AWAY[1] }),
            (3 | 4, _) => Some(Failover { from, to: AWAY[0] }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers(zone: Option<&'static str>, distances: &[Distance]) -> Tiers<'static> {
        Tiers { distances: distances.to_vec(), region: Some("r"), zone }
    }

    fn localities(tiers: &Tiers<'_>) -> Vec<Option<String>> {
        let written = |distance: &Distance| tiers.locality(*distance).map(Cow::into_owned);
        tiers.distances.iter().map(written).collect()
    }

    #[test]
    fn one_rank_needs_no_locality() {
        let tiers = tiers(None, &[Distance::Elsewhere]);
        assert_eq!(localities(&tiers), [None]);
        assert_eq!(tiers.failover(), None);
    }

    #[test]
    fn two_ranks_are_the_own_region_and_another() {
        let tiers = tiers(Some("z"), &[Distance::Local, Distance::Zone]);
        assert_eq!(localities(&tiers), [Some("r".into()), Some("cwc-1".into())]);
        assert_eq!(tiers.failover(), None);
    }

    #[test]
    fn three_ranks_need_a_failover_rule() {
        let tiers = tiers(None, &[Distance::Local, Distance::Region, Distance::Elsewhere]);
        let expected = [Some("r".into()), Some("cwc-1".into()), Some("cwc-2".into())];
        assert_eq!(localities(&tiers), expected);
        assert_eq!(tiers.failover(), Some(Failover { from: "r", to: "cwc-1" }));
    }

    #[test]
    fn four_ranks_use_the_zone() {
        let all = [Distance::Local, Distance::Zone, Distance::Region, Distance::Elsewhere];
        let tiers = tiers(Some("z"), &all);
        let expected = ["r/z", "r/cwc-1", "cwc-2", "cwc-3"].map(|text| Some(text.to_owned()));
        assert_eq!(localities(&tiers), expected);
        assert_eq!(tiers.failover(), Some(Failover { from: "r", to: "cwc-2" }));
    }
}
