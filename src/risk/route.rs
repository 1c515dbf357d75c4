//! How calls are routed by their contents: `VirtualService`s.

use serde_yaml::Value;

use super::scene::{Object, Scene, changes, few, list, said};
use super::way::keys;
use super::{Found, HANDLING_CHANGED, TRAFFIC_SHIFTED};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    const KIND: &str = "VirtualService";
    for old in scene.old.of(KIND) {
        let Some(host) = old.hosts().first().copied() else { continue };
        let called = scene.called(host);
        match scene.new.of(KIND).find(|new| new.hosts() == old.hosts()) {
            Some(new) if old.spec != new.spec => compare(scene, &called, old, new, found),
            Some(_) => {}
            None if found.tells_of(&called) => found.seen.extend(changes([Some(old)])),
            None => {
                let text = "its routes are gone: calls go by the order of its backends alone";
                found.add(TRAFFIC_SHIFTED, &called, text, &changes([Some(old)]));
            }
        }
    }
    let is_new = |new: &&Object| !scene.old.of(KIND).any(|old| old.hosts() == new.hosts());
    for new in scene.new.of(KIND).filter(is_new) {
        let Some(host) = new.hosts().first().copied() else { continue };
        let called = scene.called(host);
        let was_called = scene.old.called().contains_key(called.as_ref());
        if !was_called && found.tells_of(&called) {
            found.seen.extend(changes([Some(new)]));
        } else {
            let last = routes(new).last().map(|route| shares(scene, route)).unwrap_or_default();
            let text = format!("has routes now; what none before takes goes to {last}");
            found.add(TRAFFIC_SHIFTED, &called, text, &changes([Some(new)]));
        }
    }
}

/// The routes of all protocols.
fn routes(object: &Object) -> Vec<&Value> {
    ["http", "tls", "tcp"].iter().flat_map(|protocol| list(&object.spec, protocol)).collect()
}

fn compare(scene: &Scene, host: &str, old: &Object, new: &Object, found: &mut Found) {
    let objects = changes([Some(old), Some(new)]);
    let (was, is) = (routes(old), routes(new));
    if was.len() != is.len() {
        let text = format!("has {} routes, were {}", is.len(), was.len());
        found.add(TRAFFIC_SHIFTED, host, text, &objects);
        return;
    }
    for (number, (before, after)) in (1..).zip(was.iter().zip(&is)) {
        let which = if was.len() == 1 { String::new() } else { format!("route {number}: ") };
        if before.get("match") != after.get("match") {
            found.add(TRAFFIC_SHIFTED, host, format!("{which}it takes other calls"), &objects);
        }
        let (one, two) = (shares(scene, before), shares(scene, after));
        if one != two {
            let text = format!("{which}calls go to {two}; were {one}");
            found.add(TRAFFIC_SHIFTED, host, text, &objects);
        }
        let rest = |route: &Value| {
            let mut route = route.clone();
            if let Some(map) = route.as_mapping_mut() {
                ["match", "route"].iter().for_each(|key| drop(map.remove(*key)));
            }
            route
        };
        let (one, two) = (rest(before), rest(after));
        if one != two {
            let text = format!("{which}calls are handled otherwise: {}", keys(&one, &two));
            found.add(HANDLING_CHANGED, host, text, &objects);
        }
    }
}

/// Where a route's calls go, in which shares.
fn shares(scene: &Scene, route: &Value) -> String {
    let one = |way: &Value| {
        let destination = way.get("destination")?;
        let host = said(destination.get("host"));
        let subset = said(destination.get("subset"));
        let subset = if subset.is_empty() { subset } else { format!(" {subset}") };
        let weight = said(way.get("weight"));
        let weight = if weight.is_empty() { weight } else { format!(" {weight} %") };
        Some(format!("{}{subset}{weight}", scene.called(&host)))
    };
    few(&list(route, "route").iter().filter_map(one).collect::<Vec<String>>())
}
