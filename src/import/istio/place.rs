//! Whose gateway an address is, and what marks the gateway that other clusters enter by.
//!
//! Enters: the resources of all clusters. Leaves: for each address of a gateway its cluster: what is said, what a Service's status or a label
//! `cluster` says, or else the only cluster that it can be. An address that could be several clusters' is an error.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Item, Notes, Weight};
use super::File;

/// The cluster of each address that entries call.
pub(super) fn gateways(
    files: &[File<'_>],
    said: &[(String, String)],
    notes: &mut Notes,
) -> BTreeMap<String, String> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for (cluster, address) in said {
        known.insert(address.clone(), cluster.clone());
    }
    for file in files {
        for address in file.gateway.iter().flat_map(|gateway| &gateway.addresses) {
            known.entry(address.clone()).or_insert_with(|| file.cluster.clone());
        }
    }
    let names: BTreeSet<&str> = files
        .iter()
        .map(|file| file.cluster.as_str())
        .chain(said.iter().map(|(cluster, _)| cluster.as_str()))
        .collect();
    let entries =
        || files.iter().flat_map(|file| file.entries.iter().map(move |entry| (file, entry)));
    for (_, entry) in entries() {
        for (address, labels) in &entry.remote {
            if let Some(label) =
                labels.get("cluster").filter(|label| names.contains(label.as_str()))
            {
                known.entry(address.clone()).or_insert_with(|| label.clone());
            }
        }
    }
    for (_, entry) in entries() {
        for (address, _) in &entry.remote {
            if known.contains_key(address) {
                continue;
            }
            // It is nobody's who calls it, and nobody's whose gateway is known.
            let calls = |cluster: &str| {
                entries().any(|(file, entry)| {
                    file.cluster == cluster
                        && entry.remote.iter().any(|(other, _)| other == address)
                })
            };
            let placed: BTreeSet<&String> = known.values().collect();
            let free = names.iter().filter(|name| !placed.contains(&(**name).to_owned()));
            let free: Vec<&str> = free.copied().filter(|name| !calls(name)).collect();
            if let [one] = free.as_slice() {
                let message = format!(
                    "{address} is taken for the gateway of `{one}`, as it can be no other's"
                );
                entry.item.say(Weight::Note, message, notes);
                known.insert(address.clone(), (*one).to_owned());
            } else {
                let message =
                    format!("whose gateway is {address}? say it with --gateway CLUSTER={address}");
                entry.item.error(message, notes);
            }
        }
    }
    known
}

/// The labels of the pods of a gateway that passes on by SNI what other clusters send.
pub(super) fn entrance(object: &Item<'_>) -> Option<BTreeMap<String, String>> {
    let spec = object.get("spec")?;
    let passes = |server: &Item<'_>| {
        server.get("tls").and_then(|tls| tls.text_of("mode")) == Some("AUTO_PASSTHROUGH")
    };
    if !spec.items_of("servers").iter().any(passes) {
        return None;
    }
    Some(spec.get("selector")?.texts())
}

/// Whether a filter is the recipe's: it has gateways call `a.b.svc.cluster.local` for `a.b.global`. The compiler exports names instead.
pub(super) fn rewrites(object: &Item<'_>) -> bool {
    let Some(spec) = object.get("spec") else { return false };
    let patches = spec.get("configPatches").or_else(|| spec.get("filters"));
    let patches = patches.map_or_else(Vec::new, |patches| patches.items());
    let name = |patch: &Item<'_>| {
        let value = patch.get("patch").and_then(|patch| patch.get("value"));
        let name = value.and_then(|value| value.get("name")).or_else(|| patch.get("filterName"));
        name.and_then(|name| name.as_text())
            .is_some_and(|name| name.ends_with("tcp_cluster_rewrite"))
    };
    !patches.is_empty() && patches.iter().all(name)
}
