//! What routes do to failover: a name's own calls turn elsewhere when its nearest backends fail, those that are sent to one place do not.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::scene::{Scene, few, list, said};
use super::way::turns_elsewhere;
use super::{FAILOVER_GAINED, FAILOVER_LOST, Found};

/// Whether the calls of a name that no route sends to one place turn elsewhere when they fail, before and after.
pub(super) struct Turning {
    called: String,
    before: bool,
    after: bool,
}

impl Turning {
    pub(super) fn of(scene: &Scene, host: &str) -> Self {
        let called = scene.called(host).into_owned();
        let before = turns_elsewhere(&scene.old, &called);
        let after = turns_elsewhere(&scene.new, &called);
        Self { called, before, after }
    }

    /// Whether a route leaves calls to the name's own order of backends.
    pub(super) fn goes_there(&self, route: &Value) -> bool {
        destinations(route).any(|host| host == self.called)
    }

    /// Whether calls that no condition takes are left to the name's own order of backends.
    pub(super) fn takes_the_rest(&self, routes: &[&Value]) -> bool {
        routes.iter().any(|route| list(route, "match").is_empty() && self.goes_there(route))
    }

    /// The places that routes send calls to, and nowhere else. A Kubernetes Service is none: discovery leads its calls.
    fn places(&self, scene: &Scene, routes: &[&Value]) -> Option<String> {
        let hosts = routes.iter().flat_map(|route| destinations(route));
        let fixed: BTreeSet<String> = hosts
            .filter(|host| *host != self.called && scene.is_name(host))
            .map(|host| scene.destination(&host))
            .collect();
        (!fixed.is_empty()).then(|| few(&fixed.into_iter().collect::<Vec<String>>()))
    }
}

/// Tells of calls that turned elsewhere, and are now sent to places by routes.
pub(super) fn lost(
    scene: &Scene,
    turning: &Turning,
    routes: &[&Value],
    objects: &[usize],
    found: &mut Found,
) {
    if let Some(places) = turning.places(scene, routes).filter(|_| turning.before) {
        let text = format!("calls that are routed to {places} turn nowhere else when it fails");
        found.add(FAILOVER_LOST, &turning.called, text, objects);
    }
}

/// Tells of calls that routes sent to places, and that turn elsewhere now.
pub(super) fn gained(
    scene: &Scene,
    turning: &Turning,
    routes: &[&Value],
    objects: &[usize],
    found: &mut Found,
) {
    if let Some(places) = turning.places(scene, routes).filter(|_| turning.after) {
        let text = format!("calls that were routed to {places} turn elsewhere when it fails");
        found.add(FAILOVER_GAINED, &turning.called, text, objects);
    }
}

/// The names that a route sends calls to.
fn destinations(route: &Value) -> impl Iterator<Item = String> + '_ {
    list(route, "route").iter().filter_map(|way| Some(said(way.get("destination")?.get("host"))))
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::scene;
    use super::*;

    const NAME: &str = "kind: ServiceEntry\nmetadata: {name: a.b.global}\n\
        spec: {hosts: [a.b.global], addresses: [240.0.0.1], endpoints: [{address: 192.0.2.1}, {address: 192.0.2.2}]}\n---\n\
        kind: DestinationRule\nmetadata: {name: a.b.global}\n\
        spec: {host: a.b.global, trafficPolicy: {outlierDetection: {}}}\n---\n";
    const V2: &str = "destination: {host: v2.a.b.east.to.global}";
    const OWN: &str = "destination: {host: a.b.global}";
    const API: &str = "match: [{uri: {prefix: /api}}]";

    fn told(old: &[String], new: &[String], name: &str) -> Vec<String> {
        let side = |routes: &[String]| match routes {
            [] => name.to_owned(),
            _ => format!(
                "{name}kind: VirtualService\nmetadata: {{name: a.b.global}}\n\
                 spec: {{hosts: [a.b.global], http: [{}]}}\n",
                routes.join(", ")
            ),
        };
        let mut found = Found::default();
        super::super::route::judge(&scene(&side(old), &side(new)), &mut found);
        let about = |rank| move |risk: &&super::super::Risk| risk.rank == rank;
        let of = |rank| found.risks.iter().filter(about(rank)).map(|risk| risk.text.clone());
        of(FAILOVER_LOST).chain(of(FAILOVER_GAINED)).collect()
    }

    fn to(what: &str) -> String {
        format!("{{route: [{{{what}}}]}}")
    }

    fn api(what: &str) -> String {
        format!("{{{API}, route: [{{{what}}}]}}")
    }

    #[test]
    fn calls_that_are_sent_to_one_place_no_longer_turn_elsewhere() {
        let lost = ["calls that are routed to v2 in east turn nowhere else when it fails"];
        let gained = ["calls that were routed to v2 in east turn elsewhere when it fails"];
        for (free, fixed) in [
            (vec![], vec![to(V2)]),
            (vec![to(OWN)], vec![to(V2)]),
            (vec![to(OWN)], vec![api(V2), to(OWN)]),
            (vec![api(OWN), to(OWN)], vec![api(V2), to(OWN)]),
        ] {
            assert_eq!(told(&free, &fixed, NAME), lost, "{free:?} {fixed:?}");
            assert_eq!(told(&fixed, &free, NAME), gained, "{fixed:?} {free:?}");
        }
    }

    #[test]
    fn what_turned_nowhere_loses_nothing() {
        let west = V2.replace("east", "west");
        assert!(told(&[api(V2), to(OWN)], &[api(&west), to(OWN)], NAME).is_empty());
        let alone = NAME.replace("outlierDetection: {}", "");
        assert!(told(&[], &[to(V2)], &alone).is_empty());
    }
}
