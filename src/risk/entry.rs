//! What gateways let in, where they listen and how far they read.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{Object, Scene, changes, few, list, said, texts};
use super::tls::Strength;
use super::{
    ENTRY_CLOSED, ENTRY_OPENED, EXPOSURE_ADDED, EXPOSURE_WIDENED, Found, GATEWAY_CHANGED,
    MUTUAL_TLS_STRENGTHENED, MUTUAL_TLS_WEAKENED,
};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    let (old, new) = (entries(scene, false), entries(scene, true));
    let names: BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
    let nothing = Entry::default();
    for name in names {
        let (before, after) =
            (old.get(name).unwrap_or(&nothing), new.get(name).unwrap_or(&nothing));
        let objects = changes([before.gateway, after.gateway]);
        if !objects.is_empty() {
            compare(scene, &format!("{}/{}", name.0, name.1), before, after, &objects, found);
            found.seen.extend(objects);
        }
    }
}

/// What a gateway lets in.
#[derive(Default)]
struct Entry<'s> {
    gateway: Option<&'s Object>,
    /// How it treats calls to a name, by name.
    names: BTreeMap<String, Strength>,
    /// What its fields have in them about a name.
    hosts: BTreeMap<String, BTreeSet<String>>,
    ports: BTreeSet<String>,
    selector: String,
}

fn entries(scene: &Scene, new: bool) -> BTreeMap<(String, String), Entry<'_>> {
    let side = if new { &scene.new } else { &scene.old };
    let gateways = side.of("Gateway").filter(|gateway| gateway.spec.get("servers").is_some());
    let mut entries = BTreeMap::new();
    for gateway in gateways {
        let mut entry = Entry { gateway: Some(gateway), ..Entry::default() };
        for server in list(&gateway.spec, "servers") {
            let mode = server.get("tls").and_then(|tls| tls.get("mode"));
            let strength = Strength::of_mode(&said(mode));
            entry.ports.insert(said(server.get("port").and_then(|port| port.get("number"))));
            for host in texts(server.get("hosts")) {
                let name = scene.called(host.rsplit('/').next().unwrap_or(host)).into_owned();
                entry.hosts.entry(name.clone()).or_default().insert(format!("[{host}]"));
                let known = entry.names.entry(name).or_insert(strength);
                *known = strength.min(*known);
            }
        }
        let labels = gateway.spec.get("selector").and_then(serde_yaml::Value::as_mapping);
        let pairs = labels.into_iter().flatten();
        let pairs: Vec<String> = pairs
            .map(|(key, value)| format!("{}={}", said(Some(key)), said(Some(value))))
            .collect();
        entry.selector = pairs.join(",");
        entries.insert((gateway.namespace.clone(), gateway.name.clone()), entry);
    }
    entries
}

fn compare(
    scene: &Scene,
    gateway: &str,
    old: &Entry<'_>,
    new: &Entry<'_>,
    objects: &[usize],
    found: &mut Found,
) {
    let (was, is) = (scene.old.called(), scene.new.called());
    let of = |name: &str| -> BTreeSet<String> {
        [old, new].into_iter().filter_map(|side| side.hosts.get(name)).flatten().cloned().collect()
    };
    // Where a gateway comes or goes as a whole, it says of no name by itself why; what it does with the name says it.
    let is_whole = old.gateway.is_none() || new.gateway.is_none();
    let objects_of = |name: &str| -> Vec<usize> {
        let hosts = of(name);
        let hosts = hosts.iter().map(|host| host.trim_matches(['[', ']']));
        let entries =
            changes(hosts.flat_map(|host| [scene.old.entry(host), scene.new.entry(host)]));
        if is_whole && !entries.is_empty() { entries } else { objects.to_vec() }
    };
    for (name, strength) in &new.names {
        match old.names.get(name) {
            None => {
                let is_new = is.contains_key(name.as_str()) && !was.contains_key(name.as_str());
                let rank = match strength {
                    _ if is_new => EXPOSURE_ADDED,
                    Strength::Passed | Strength::Mutual => ENTRY_OPENED,
                    Strength::Simple | Strength::Plain => EXPOSURE_WIDENED,
                };
                let how = match strength {
                    Strength::Passed => "",
                    Strength::Mutual => ", where mutual TLS ends",
                    Strength::Simple => ", by TLS without a client's identity",
                    Strength::Plain => ", in plain text",
                };
                let text = format!("the gateway {gateway} lets it in{how}");
                found.add(rank, name, text, &objects_of(name)).about(of(name));
            }
            Some(before) if strength < before => {
                let how = match strength {
                    Strength::Plain => "takes it in plain text",
                    Strength::Simple => "no longer asks who calls",
                    _ => "ends mutual TLS and reads the calls, which it passed on unread",
                };
                let text = format!("the gateway {gateway} {how}");
                found.add(MUTUAL_TLS_WEAKENED, name, text, &objects_of(name)).about(of(name));
            }
            Some(before) if strength > before => {
                let text = format!("the gateway {gateway} keeps its calls better than before");
                found.add(MUTUAL_TLS_STRENGTHENED, name, text, &objects_of(name)).about(of(name));
            }
            Some(_) => {}
        }
    }
    for (name, strength) in &new.names {
        let other = old.names.get(name).filter(|before| *before != strength);
        // A caller says another name in its SNI, or none: neither side's old part fits the other's new one.
        if other.is_some() {
            let text = format!(
                "the gateway {gateway} no longer lets it in as before: whoever applies first, calls fail until both have"
            );
            found.add(ENTRY_CLOSED, name, text, &objects_of(name)).about(of(name));
        }
    }
    // That a name which is gone is not let in either goes without saying.
    let is_gone = |name: &str| was.contains_key(name) && !is.contains_key(name);
    let kept_out = old.names.keys().filter(|name| !new.names.contains_key(*name) && !is_gone(name));
    for name in kept_out {
        let text = format!("the gateway {gateway} no longer lets it in");
        found.add(ENTRY_CLOSED, name, text, &objects_of(name)).about(of(name));
    }
    if is_whole {
        return;
    }
    let subject = format!("gateway {gateway}");
    if old.ports != new.ports {
        let said = |ports: &BTreeSet<String>| few(&ports.iter().cloned().collect::<Vec<String>>());
        let text = format!("listens on {}, was {}", said(&new.ports), said(&old.ports));
        found.add(GATEWAY_CHANGED, &subject, text, objects).about([".port.number"]);
    }
    if old.selector != new.selector {
        let text = format!("is the pods {}, was {}", new.selector, old.selector);
        found.add(GATEWAY_CHANGED, &subject, text, objects).about(["spec.selector"]);
    }
}
