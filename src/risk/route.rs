//! How calls are routed by their contents: `VirtualService`s.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::scene::{Object, Scene, Side, changes, few, list, said, texts};
use super::turning::{Turning, gained, lost};
use super::way::keys;
use super::{Found, HANDLING_CHANGED, TRAFFIC_SHIFTED};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    const KIND: &str = "VirtualService";
    let key = |object: &Object| (object.hosts().join(" "), at_gateways(object));
    let by_key = |side: &Side| -> BTreeMap<(String, bool), Object> {
        side.of(KIND).map(|object| (key(object), object.clone())).collect()
    };
    let (old, new) = (by_key(&scene.old), by_key(&scene.new));
    for (key, before) in &old {
        let Some(host) = before.hosts().first().copied() else { continue };
        match new.get(key) {
            Some(after) if before.spec != after.spec => compare(scene, before, after, found),
            Some(_) => {}
            None => {
                let text = "its routes are gone: all calls go to the nearest backends";
                if whole(scene, host, before, text, found) {
                    let turning = Turning::of(scene, host);
                    gained(scene, &turning, &routes(before), &changes([Some(before)]), found);
                }
            }
        }
    }
    for (_, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        let Some(host) = after.hosts().first().copied() else { continue };
        let named: Vec<String> =
            routes(after).into_iter().map(|route| described(scene, route)).collect();
        let text = format!("is routed now: {}", few_of(&named, "; "));
        if whole(scene, host, after, &text, found) {
            let turning = Turning::of(scene, host);
            lost(scene, &turning, &routes(after), &changes([Some(after)]), found);
        }
    }
}

/// Tells of a whole object that comes or goes, if it is to be told of: what gateways do follows from how calls enter, and of a name that comes
/// or goes that is told.
fn whole(scene: &Scene, host: &str, object: &Object, text: &str, found: &mut Found) -> bool {
    let called = scene.called(host);
    let objects = changes([Some(object)]);
    if scene.old.calls(&called) && scene.new.calls(&called) && !at_gateways(object) {
        found.add(TRAFFIC_SHIFTED, &called, text, &objects);
        return true;
    }
    if found.tells_of(&called) {
        found.seen.extend(objects);
    }
    false
}

/// Whether it holds at gateways, and not for sidecars.
fn at_gateways(object: &Object) -> bool {
    let gateways = texts(object.spec.get("gateways"));
    !gateways.is_empty() && !gateways.contains(&"mesh")
}

/// The routes of all protocols.
fn routes(object: &Object) -> Vec<&Value> {
    ["http", "tls", "tcp"].iter().flat_map(|protocol| list(&object.spec, protocol)).collect()
}

/// Routes are the same if they take the same calls, wherever they stand.
fn compare(scene: &Scene, old: &Object, new: &Object, found: &mut Found) {
    let Some(host) = new.hosts().first().copied() else { return };
    let host = scene.called(host);
    let objects = changes([Some(old), Some(new)]);
    if at_gateways(new) {
        onward(scene, &host, (old, new), &objects, found);
        return;
    }
    let turning = Turning::of(scene, &host);
    let mut left = routes(old);
    let mut order = Vec::new();
    for route in routes(new) {
        let same = |before: &&Value| before.get("match") == route.get("match");
        let which = condition(route);
        let Some(place) = left.iter().position(same) else {
            let text = format!("a route is new: {}", described(scene, route));
            found.add(TRAFFIC_SHIFTED, &host, text, &objects);
            if turning.takes_the_rest(&routes(old)) {
                lost(scene, &turning, &[route], &objects, found);
            }
            continue;
        };
        let before = left.remove(place);
        order.push(place);
        let (was, is) = (shares(scene, before), shares(scene, route));
        if was != is {
            let text = format!("{which} go to {is}; went to {was}");
            found.add(TRAFFIC_SHIFTED, &host, text, &objects).about(["weight", "route"]);
            match (turning.goes_there(before), turning.goes_there(route)) {
                (true, _) => lost(scene, &turning, &[route], &objects, found),
                (false, true) => gained(scene, &turning, &[before], &objects, found),
                (false, false) => {}
            }
        }
        let (was, is) = (handling(before), handling(route));
        if was != is {
            let text = format!("{which} are handled otherwise: {}", keys(&was, &is));
            found.add(HANDLING_CHANGED, &host, text, &objects);
        }
    }
    // As each was taken out of the rest, one in its old order was the first.
    if order.iter().any(|place| *place > 0) && left.is_empty() {
        let text = "its routes are tried in another order";
        found.add(TRAFFIC_SHIFTED, &host, text, &objects);
    }
    for route in left {
        let text = format!("a route is gone: {}", described(scene, route));
        found.add(TRAFFIC_SHIFTED, &host, text, &objects);
        if turning.takes_the_rest(&routes(new)) {
            gained(scene, &turning, &[route], &objects, found);
        }
    }
}

/// A gateway reads calls to send them on to its own cluster's backends, by a route for each port; only where to is of interest.
fn onward(
    scene: &Scene,
    host: &str,
    (old, new): (&Object, &Object),
    objects: &[usize],
    found: &mut Found,
) {
    let to = |object: &Object| -> BTreeSet<String> {
        routes(object).into_iter().map(|route| shares(scene, route)).collect()
    };
    let (was, is) = (to(old), to(new));
    if was == is {
        found.seen.extend(objects);
        return;
    }
    let said = |all: BTreeSet<String>| few(&all.into_iter().collect::<Vec<String>>());
    let text = format!("at the gateway, calls go to {}; went to {}", said(is), said(was));
    found.add(TRAFFIC_SHIFTED, host, text, objects);
}

/// What is done to a route's calls on their way.
fn handling(route: &Value) -> Value {
    let mut route = route.clone();
    if let Some(map) = route.as_mapping_mut() {
        ["match", "route"].iter().for_each(|key| drop(map.remove(*key)));
    }
    route
}

fn described(scene: &Scene, route: &Value) -> String {
    format!("{} go to {}", condition(route), shares(scene, route))
}

/// The calls that a route takes.
fn condition(route: &Value) -> String {
    let any: Vec<String> = list(route, "match")
        .iter()
        .map(|conditions| {
            let mut all = Vec::new();
            flat("", conditions, &mut all);
            all.iter()
                .map(|(path, value)| format!("{} {value}", path.replace('.', " ")))
                .collect::<Vec<String>>()
                .join(" and ")
        })
        .collect();
    if any.is_empty() {
        "other calls".to_owned()
    } else {
        format!("calls with {}", few_of(&any, " or "))
    }
}

/// Where a route's calls go, in which shares.
fn shares(scene: &Scene, route: &Value) -> String {
    let ways = list(route, "route");
    let weight = |way: &Value| way.get("weight").and_then(Value::as_f64);
    let sum: f64 = ways.iter().filter_map(&weight).sum();
    let one = |way: &Value| {
        let destination = way.get("destination")?;
        let place = scene.destination(&said(destination.get("host")));
        let subset = said(destination.get("subset"));
        let subset = if subset.is_empty() { subset } else { format!(" {subset}") };
        let share = weight(way).map(|weight| format!(" ({})", percent(weight / sum)));
        Some(format!("{place}{subset}{}", share.unwrap_or_default()))
    };
    few(&ways.iter().filter_map(one).collect::<Vec<String>>())
}

/// A share in per cent, with as much of a fraction as it has, to the hundredth.
fn percent(share: f64) -> String {
    let exact = format!("{:.2}", share * 100.0);
    exact.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The scalars in a value, by the keys that lead to them.
pub(super) fn flat(path: &str, value: &Value, into: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Mapping(map) => {
            for (key, value) in map {
                flat(&below(&said(Some(key))), value, into);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                flat(path, item, into);
            }
        }
        scalar => into.push((path.to_owned(), said(Some(scalar)))),
    }
}

fn few_of(words: &[String], between: &str) -> String {
    const FEW: usize = 4;
    let shown: Vec<&str> = words.iter().take(FEW).map(String::as_str).collect();
    match words.len().saturating_sub(FEW) {
        0 => shown.join(between),
        more => format!("{}{between}and {more} more", shown.join(between)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::scene;
    use super::*;

    const ENTRY: &str = "kind: ServiceEntry\nmetadata: {name: a.b.global}\nspec: {hosts: [a.b.global], addresses: [240.0.0.1]}\n---\n";
    const API: &str =
        "{match: [{uri: {prefix: /api}}], route: [{destination: {host: v2.a.b.east.to.global}}]}";
    const WEST: &str = "{route: [{destination: {host: a.b.west.to.global}}]}";
    const REST: &str = "{route: [{destination: {host: a.b.global}}]}";

    fn routed(routes: &[&str]) -> String {
        let routes = routes.join(", ");
        format!(
            "{ENTRY}kind: VirtualService\nmetadata: {{name: a.b.global}}\nspec: {{hosts: [a.b.global], http: [{routes}]}}\n"
        )
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        let mut found = Found::default();
        judge(&scene(old, new), &mut found);
        found.risks.iter().map(|risk| format!("{}: {}", risk.class().name, risk.text)).collect()
    }

    #[test]
    fn routes_that_come_and_go_are_told_with_their_calls_and_where_these_go() {
        let api = "calls with uri prefix /api go to v2 in east";
        let rest = "other calls go to the nearest backends";
        let both = routed(&[API, REST]);
        assert_eq!(told(ENTRY, &both), [format!("traffic-shifted: is routed now: {api}; {rest}")]);
        let gone = "traffic-shifted: its routes are gone: all calls go to the nearest backends";
        assert_eq!(told(&both, ENTRY), [gone]);
        let one = routed(&[REST]);
        assert_eq!(told(&one, &both), [format!("traffic-shifted: a route is new: {api}")]);
        assert_eq!(told(&both, &one), [format!("traffic-shifted: a route is gone: {api}")]);
        assert!(told(&both, &both).is_empty());
    }

    #[test]
    fn the_same_calls_may_go_elsewhere() {
        let (old, new) = (routed(&[API, WEST]), routed(&[API, REST]));
        let moved = "traffic-shifted: other calls go to the nearest backends; went to west";
        assert_eq!(told(&old, &new), [moved]);
    }

    #[test]
    fn the_order_of_routes_matters() {
        let order = ["traffic-shifted: its routes are tried in another order"];
        assert_eq!(told(&routed(&[API, REST]), &routed(&[REST, API])), order);
    }

    #[test]
    fn what_is_done_to_calls_is_no_shift() {
        let late = API.replace("match:", "timeout: 2s, retries: {attempts: 3}, match:");
        let handled = "handling-changed: calls with uri prefix /api are handled otherwise: \
                       retries.attempts 3, timeout 2s";
        assert_eq!(told(&routed(&[API]), &routed(&[&late])), [handled]);
    }

    #[test]
    fn what_gateways_do_with_calls_that_they_read_follows_from_how_these_enter() {
        let at_gateway = |routes: &[&str]| {
            routed(routes)
                .replace("hosts: [a.b.global], http", "gateways: [a/b], hosts: [a.b.global], http")
        };
        assert!(told(ENTRY, &at_gateway(&[REST])).is_empty());
        assert!(told(&at_gateway(&[REST]), &at_gateway(&[REST, REST])).is_empty());
        assert_eq!(told(&at_gateway(&[REST]), &at_gateway(&[WEST])).len(), 1);
    }
}
