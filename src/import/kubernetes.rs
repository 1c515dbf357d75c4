//! Services of one Kubernetes cluster, as `kubectl get services -A -o yaml` prints them, or `-o json`.
//!
//! Enters: the text, whose cluster it is, and what of it is wanted. Leaves: a [`Draft`] of that cluster and its services. A Service that listens
//! for other clusters is taken for the gateway; the labels of Nodes, where they are in the text, say the region; where there are `ServiceExport`s, only
//! what they name is taken.

pub(crate) mod gateway;
mod service;

use std::collections::BTreeSet;

use super::{ClusterDraft, Draft, GatewayDraft, Item, Notes, Weight, documents, nothing_in};
use crate::source::Source;

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The cluster's name.
    pub cluster: String,
    /// The namespaces; all but those of Kubernetes and Istio where none is said.
    pub namespaces: Vec<String>,
    /// Where its gateway is reached, where that is said.
    pub gateway: Vec<String>,
    /// Whether the pods' labels and ports are wanted, too.
    pub pods: bool,
}

/// Reads what kubectl printed.
#[must_use]
pub fn read(source: &Source, wanted: &Wanted, notes: &mut Notes) -> Draft {
    let trees = documents(source, notes);
    let objects: Vec<Item<'_>> =
        trees.iter().flat_map(|tree| flat(Item::root(tree, source.path()))).collect();
    if objects.is_empty() {
        nothing_in(source, notes);
    }
    let mut found = Objects::default();
    for object in objects {
        match object.text_of("kind").unwrap_or_default() {
            "Service" => found.services.push(object),
            "Node" => found.nodes.push(object),
            "ServiceExport" => found.exports.extend(identity(&object)),
            "" => object.error("no object of Kubernetes: it has no `kind`", notes),
            kind => {
                let message = format!("a {kind}: only Services, ServiceExports and Nodes are read");
                object.say(Weight::LeftOut, message, notes);
            }
        }
    }
    found.draft(wanted, notes)
}

/// The objects of a list, or the object itself.
pub(super) fn flat(item: Item<'_>) -> Vec<Item<'_>> {
    let is_list = item.text_of("kind").is_some_and(|kind| kind.ends_with("List"));
    if is_list { item.items_of("items") } else { vec![item] }
}

/// An object's namespace and name.
pub(super) fn identity(object: &Item<'_>) -> Option<(String, String)> {
    let name = object.get("metadata")?.text_of("name")?;
    Some((namespace(object).to_owned(), name.to_owned()))
}

/// The namespace that an object is in, which is `default` where it says none.
pub(super) fn namespace<'t>(object: &Item<'t>) -> &'t str {
    let said = object.get("metadata").and_then(|metadata| metadata.text_of("namespace"));
    said.unwrap_or("default")
}

/// What was found, by kind.
#[derive(Default)]
struct Objects<'t> {
    services: Vec<Item<'t>>,
    nodes: Vec<Item<'t>>,
    /// The Services that are exported, by namespace and name.
    exports: BTreeSet<(String, String)>,
}

impl Objects<'_> {
    fn draft(&self, wanted: &Wanted, notes: &mut Notes) -> Draft {
        let mut draft = Draft::default();
        let mut pods = 0;
        for object in &self.services {
            let Some((namespace, name)) = identity(object) else {
                object.error("a Service without a name", notes);
                continue;
            };
            let is_wanted = if wanted.namespaces.is_empty() {
                !is_system(&namespace)
                    && (namespace.as_str(), name.as_str()) != ("default", "kubernetes")
            } else {
                wanted.namespaces.contains(&namespace)
            };
            let key = (namespace, name);
            let exported = self.exports.is_empty() || self.exports.contains(&key);
            if !is_wanted || !exported || gateway::is_one(object) {
                continue;
            }
            let (namespace, name) = key;
            if let Some(found) = service::read(object, &name, &namespace, wanted, notes) {
                pods += usize::from(found.differs);
                draft.services.push(found.draft);
            }
        }
        if pods > 0 && !wanted.pods {
            let message = format!(
                "{pods} of the services choose their pods by other labels than `app`, or at another port; --pods says both, which matters once \
                 a service has versions or callers"
            );
            notes.general(Weight::Note, message);
        }
        let same = |label: &str| {
            let values = self
                .nodes
                .iter()
                .map(|node| Some(node.get("metadata")?.get("labels")?.text_of(label)?.to_owned()));
            let values: BTreeSet<Option<String>> = values.collect();
            values.into_iter().collect::<Option<Vec<String>>>().filter(|values| values.len() == 1)
        };
        let one = |label: &str| same(label).and_then(|values| values.into_iter().next());
        draft.clusters.push(ClusterDraft {
            name: wanted.cluster.clone(),
            gateway: self.gateway(wanted, notes),
            region: one("topology.kubernetes.io/region"),
            zone: one("topology.kubernetes.io/zone"),
            ..ClusterDraft::default()
        });
        draft
    }

    /// The gateway that is said, or else the Service that is one.
    fn gateway(&self, wanted: &Wanted, notes: &mut Notes) -> Option<GatewayDraft> {
        let candidates = self.services.iter().filter(|object| gateway::is_one(object));
        let best = candidates.max_by_key(|object| gateway::rank(object));
        let found = best.and_then(|object| gateway::read(object, notes));
        if wanted.gateway.is_empty() {
            return found;
        }
        let found = found.unwrap_or_default();
        Some(GatewayDraft { addresses: wanted.gateway.clone(), ..found })
    }
}

/// Whether a namespace is Kubernetes' or Istio's own.
pub(crate) fn is_system(namespace: &str) -> bool {
    namespace.starts_with("kube-") || namespace.starts_with("istio-")
}
