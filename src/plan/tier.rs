//! The order of ways, and how Istio is told of it.
//!
//! Istio ranks endpoints by comparing the `locality` written on each with the one that the calling proxy has from its node
//! (`pilot/pkg/networking/core/loadbalancer/loadbalancer.go`, `applyLocalityFailover`). What comes first is decided here, from the document;
//! the localities are written so that Istio's comparison comes to the same order whatever the node's zone and sub-zone are.

use std::borrow::Cow;

use crate::mesh::Cluster;
use crate::mesh::distance::most_tiers;

/// A rule for `localityLbSetting.failover`: what comes second when `from` fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failover<'m> {
    /// The region that the caller is in.
    pub from: &'m str,
    /// The region that comes next.
    pub to: &'static str,
}

/// The ranks that occur among some ways, and where the proxy that chooses among them is.
pub(super) struct Tiers<'m> {
    ranks: Vec<usize>,
    region: Option<&'m str>,
    zone: Option<&'m str>,
}

/// Regions that no node is in, for what is farther than the proxy's own: one for each tier.
const AWAY: [&str; 3] = ["cwc-1", "cwc-2", "cwc-3"];

impl<'m> Tiers<'m> {
    /// The tiers of ways that a proxy in `place` chooses among.
    pub(super) fn new(place: &'m Cluster, ranks: impl Iterator<Item = usize>) -> Self {
        let mut ranks: Vec<usize> = ranks.collect();
        ranks.sort_unstable();
        ranks.dedup();
        Self {
            ranks,
            region: place.region.as_ref().map(|region| region.value.as_str()),
            zone: place.zone.as_ref().map(|zone| zone.value.as_str()),
        }
    }

    /// Whether two ranks get the same locality, so that their ways are called at once.
    pub(super) fn together(&self, one: usize, two: usize) -> bool {
        let most = most_tiers(self.region, self.zone);
        let last = self.ranks.get(most - 1).filter(|_| self.ranks.len() > most);
        one == two || last.is_some_and(|last| one.min(two) >= *last)
    }

    /// The locality to write on a way, so that it gets its place in the order; `None` is "no locality", which is near to a proxy without one.
    ///
    /// With two tiers the proxy's region and any other do. A third needs `failover` to tell two foreign regions apart. A fourth is had by
    /// the proxy's zone within its region; without a zone the third and all later ones share one.
    pub(super) fn locality(&self, rank: usize) -> Option<Cow<'m, str>> {
        let tier = self.ranks.iter().position(|known| *known == rank)?;
        let foreign = |index: usize| AWAY.get(index.min(2)).map(|region| Cow::Borrowed(*region));
        match (self.ranks.len(), tier, self.region, self.zone) {
            (0 | 1, ..) => None,
            (4.., 0, Some(region), Some(zone)) => Some(Cow::Owned(format!("{region}/{zone}"))),
            (4.., 1, Some(region), Some(_)) => Some(Cow::Owned(format!("{region}/cwc-1"))),
            (4.., tier, Some(_), Some(_)) => foreign(tier - 1),
            (_, 0, region, _) => region.map(Cow::Borrowed),
            // A proxy without a region is in region "", and "/cwc-1" is another zone of it.
            (3.., 1, None, _) => Some(Cow::Borrowed("/cwc-1")),
            (_, tier, ..) => foreign(tier.min(2) - 1),
        }
    }

    /// What Istio must be told besides, if anything.
    pub(super) fn failover(&self) -> Option<Failover<'m>> {
        let from = self.region?;
        match (self.ranks.len(), self.zone) {
            (4.., Some(_)) => Some(Failover { from, to: AWAY[1] }),
            (3.., _) => Some(Failover { from, to: AWAY[0] }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn localities(region: Option<&str>, zone: Option<&str>, tiers: usize) -> Vec<String> {
        let tiers = Tiers { ranks: (0..tiers).collect(), region, zone };
        let written = |rank: &usize| tiers.locality(*rank).unwrap_or_default().into_owned();
        tiers.ranks.iter().map(written).collect()
    }

    fn failover(
        region: Option<&'static str>,
        zone: Option<&'static str>,
        tiers: usize,
    ) -> Option<&'static str> {
        Tiers { ranks: (0..tiers).collect(), region, zone }.failover().map(|rule| rule.to)
    }

    #[test]
    fn one_tier_needs_no_locality() {
        assert_eq!(localities(Some("r"), None, 1), [""]);
        assert_eq!(failover(Some("r"), None, 1), None);
    }

    #[test]
    fn two_tiers_are_the_own_region_and_another() {
        assert_eq!(localities(Some("r"), Some("z"), 2), ["r", "cwc-1"]);
        assert_eq!(localities(None, None, 2), ["", "cwc-1"]);
        assert_eq!(failover(Some("r"), Some("z"), 2), None);
    }

    #[test]
    fn three_tiers_need_a_failover_rule_where_a_region_is_known() {
        assert_eq!(localities(Some("r"), None, 3), ["r", "cwc-1", "cwc-2"]);
        assert_eq!(failover(Some("r"), None, 3), Some("cwc-1"));
        assert_eq!(localities(None, None, 3), ["", "/cwc-1", "cwc-2"]);
        assert_eq!(failover(None, None, 3), None);
    }

    #[test]
    fn four_tiers_use_the_zone() {
        assert_eq!(localities(Some("r"), Some("z"), 4), ["r/z", "r/cwc-1", "cwc-2", "cwc-3"]);
        assert_eq!(failover(Some("r"), Some("z"), 4), Some("cwc-2"));
    }

    #[test]
    fn only_what_shares_the_last_goes_together() {
        let tiers = Tiers { ranks: (0..5).collect(), region: Some("r"), zone: None };
        assert!(tiers.together(1, 1) && tiers.together(2, 4));
        assert!(!tiers.together(1, 2));
        let tiers = Tiers { ranks: (0..3).collect(), region: Some("r"), zone: None };
        assert!(!tiers.together(1, 2) && !tiers.together(2, 7));
    }

    #[test]
    fn tiers_that_cannot_be_told_apart_share_the_last() {
        assert_eq!(localities(Some("r"), None, 5), ["r", "cwc-1", "cwc-2", "cwc-2", "cwc-2"]);
        assert_eq!(localities(Some("r"), Some("z"), 5).last().unwrap(), "cwc-3");
    }
}
