//! Subsets of `DestinationRule`s: which of a host's endpoints they mean in a cluster.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, absolute};

/// The rules, by cluster and host, whose subsets became versions of a service.
pub(super) type Used = BTreeSet<(String, String)>;

/// The labels of a subset of a host, as a cluster's rules say them.
pub(super) fn of(file: &File<'_>, host: &str, subset: &str) -> Option<BTreeMap<String, String>> {
    all(file, host).remove(subset)
}

/// All subsets of a host in a cluster, with their labels.
pub(super) fn all(file: &File<'_>, host: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for rule in &file.rules {
        let Some(spec) = rule.get("spec") else { continue };
        if spec.text_of("host").is_none_or(|own| absolute(own, rule) != host) {
            continue;
        }
        for subset in spec.items_of("subsets") {
            let labels = subset.get("labels").map(|item| item.texts()).unwrap_or_default();
            found.extend(subset.text_of("name").map(|name| (name.to_owned(), labels)));
        }
    }
    found
}
