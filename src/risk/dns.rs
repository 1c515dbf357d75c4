//! What answers for the names where sidecars do not: the ConfigMaps that name servers read, and a name server of our own.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{Scene, few};
use super::{DNS_CHANGED, Found, NAME_ADDED, NAME_REMOVED, VIP_MOVED};
use crate::changes::{Action, ObjectChange, Piece};

/// The subject of what is not about one name.
pub(super) const SUBJECT: &str = "DNS";

/// After what is said of the names themselves, which is not said again.
pub(super) fn judge(scene: &Scene, changes: &[ObjectChange], found: &mut Found) {
    let mut all: BTreeMap<Action, (Vec<String>, Vec<usize>)> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let identity = &change.identity;
        if !matches!(identity.kind.as_str(), "ConfigMap" | "Deployment" | "Service") {
            continue;
        }
        if change.action() == Action::Change && follows(scene, change, found) {
            found.seen.push(at);
            continue;
        }
        let (named, objects) = all.entry(change.action()).or_default();
        named.push(format!("{} {}/{}", identity.kind, identity.namespace, identity.name));
        objects.push(at);
    }
    for (action, (named, objects)) in all {
        let by = few(&named);
        let text = match action {
            Action::Add => format!("the names are answered for by {by} now"),
            Action::Change => format!("the names are answered for otherwise by {by}"),
            Action::Remove => format!("the names are no longer answered for by {by}"),
        };
        found.add(DNS_CHANGED, SUBJECT, text, &objects);
    }
}

/// Whether what is said of the names is all that changes.
fn follows(scene: &Scene, change: &ObjectChange, found: &Found) -> bool {
    let told: Vec<&str> = found
        .risks
        .iter()
        .filter(|risk| [NAME_ADDED, NAME_REMOVED, VIP_MOVED].contains(&risk.rank))
        .map(|risk| risk.subject.as_str())
        .collect();
    // Each name outside of the domain has a block of its own, whose other lines come and go with the first and the last.
    let has_blocks = told.iter().any(|name| !scene.is_name(name));
    let is_told = |line: &&str| {
        let is_serial = line.contains(" IN SOA ");
        let is_of_block =
            || has_blocks && !line.split_whitespace().any(|word| word.contains(".svc."));
        is_serial || told.iter().any(|name| line.contains(name)) || is_of_block()
    };
    let lines = |piece: &'_ Option<Piece>| -> BTreeSet<String> {
        let text = piece.as_ref().map_or("", |piece| piece.text.as_str());
        // A comma behind a line says only whether it is the last.
        text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect()
    };
    let (old, new) = (lines(&change.old), lines(&change.new));
    let mut differing = old.symmetric_difference(&new).map(String::as_str);
    differing.all(|line| is_told(&line))
}
