//! What is called: names, their addresses, their ports.

use std::collections::BTreeMap;

use super::scene::{Object, Scene, changes, few, list, said, texts};
use super::{
    Found, LAST_BACKEND_LOST, NAME_ADDED, NAME_REMOVED, PORT_CLOSED, PORT_OPENED, PORT_RENAMED,
    PROTOCOL_CHANGED, VIP_MOVED,
};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    let (old, new) = (scene.old.called(), scene.new.called());
    for (host, entry) in &old {
        let Some(after) = new.get(host) else {
            let objects = changes([Some(*entry)]);
            if scene.emptied.contains(*host) {
                let last: Vec<String> = list(&entry.spec, "endpoints")
                    .iter()
                    .map(|backend| super::way::backend(scene, &said(backend.get("address"))))
                    .collect();
                let text =
                    format!("can no longer be called, its last backend is lost: {}", few(&last));
                found.add(LAST_BACKEND_LOST, host, text, &objects);
            } else {
                found.add(NAME_REMOVED, host, "can no longer be called", &objects);
            }
            continue;
        };
        let both = changes([Some(*entry), Some(*after)]);
        let address = |entry: &Object| texts(entry.spec.get("addresses")).join(", ");
        let (was, is) = (address(entry), address(after));
        if was != is {
            let text = format!("its address is {is}, was {was}");
            found.add(VIP_MOVED, host, text, &both).about(["spec.addresses"]);
        }
        ports(host, entry, after, &both, found);
    }
    for (host, entry) in new.iter().filter(|(host, _)| !old.contains_key(*host)) {
        let ports: Vec<String> =
            numbered(entry).iter().map(|(number, port)| format!("{number} ({})", port.0)).collect();
        let noun = if ports.len() == 1 { "port" } else { "ports" };
        let text = format!("can be called, {noun} {}", few(&ports));
        found.add(NAME_ADDED, host, text, &changes([Some(*entry)]));
    }
    relays(scene, found);
}

/// A port's name and protocol, by its number.
fn numbered(entry: &Object) -> BTreeMap<u64, (String, String)> {
    let ports = list(&entry.spec, "ports").iter().filter_map(|port| {
        let number = port.get("number")?.as_u64()?;
        Some((number, (said(port.get("name")), said(port.get("protocol")))))
    });
    ports.collect()
}

/// The fields of a port.
fn of_port(name: &str) -> String {
    format!("spec.ports[{name}]")
}

fn ports(host: &str, old: &Object, new: &Object, objects: &[usize], found: &mut Found) {
    let moved = closed(host, old, new, objects, found);
    let (old, new) = (numbered(old), numbered(new));
    for (number, (name, protocol)) in &new {
        match old.get(number) {
            Some((_, before)) if before != protocol => {
                let text = format!("port {number} ({name}) speaks {protocol}, was {before}");
                found.add(PROTOCOL_CHANGED, host, text, objects).about([of_port(name)]);
            }
            Some((before, _)) if before != name => {
                let text = format!("port {number} is named {name}, was {before}");
                let about = [of_port(before), ".ports.".to_owned()];
                found.add(PORT_RENAMED, host, text, objects).about(about);
            }
            None if !moved.contains(number) => {
                let text = format!("port {number} ({name}, {protocol}) is open");
                found.add(PORT_OPENED, host, text, objects).about([of_port(name)]);
            }
            _ => {}
        }
    }
}

/// Tells of the ports that are closed; the numbers that took the place of one of them.
fn closed(
    host: &str,
    old: &Object,
    new: &Object,
    objects: &[usize],
    found: &mut Found,
) -> Vec<u64> {
    let (old, new) = (numbered(old), numbered(new));
    let mut moved = Vec::new();
    for (number, (name, _)) in old.iter().filter(|(number, _)| !new.contains_key(*number)) {
        let other = new.iter().find(|(at, (own, _))| own == name && !old.contains_key(*at));
        moved.extend(other.map(|(at, _)| *at));
        let text = match other {
            Some((at, _)) => format!("port {number} ({name}) is closed, it is {at} now"),
            None => format!("port {number} ({name}) is closed"),
        };
        found.add(PORT_CLOSED, host, text, objects).about([of_port(name)]);
    }
    moved
}

/// A port that a gateway passes on is the name's own, so it is told in the same words; one that comes is told of the name alone.
fn relays(scene: &Scene, found: &mut Found) {
    for old in scene.old.of("ServiceEntry").filter(|entry| !entry.is_called) {
        let Some(host) = old.hosts().first().copied() else { continue };
        if let Some(new) = scene.new.entry(host).filter(|new| !new.is_called) {
            closed(&scene.called(host), old, new, &changes([Some(old), Some(new)]), found);
        }
    }
}
