//! A draft, written into a document.
//!
//! Enters: a document that has no errors, or an empty one, and a [`Draft`]. Leaves: its text with what is new; what it says already stays, with its
//! comments and in its place. A service is the same as one of the document if its namespace and name are.

use std::collections::BTreeMap;

use toml_edit::{Array, DocumentMut, Item, RawString, Table, TableLike, TomlError, Value};

use super::{BackendDraft, ClusterDraft, Draft, Notes, ServiceDraft, Weight, write};
use crate::document::Document;
use crate::mesh::{Lock, Mesh, Service, resolve};
use crate::report::Report;
use crate::source::Source;

/// What was made of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its text.
    pub text: String,
    /// How many clusters were added.
    pub clusters: usize,
    /// How many services were added.
    pub services: usize,
    /// How many services run in more clusters or have more names.
    pub changed: usize,
}

/// Writes a draft into a document.
///
/// # Errors
/// Where the document, or what would become of it, is no TOML.
pub fn merge(before: &Source, draft: &Draft, notes: &mut Notes) -> Result<Merged, TomlError> {
    let mut unread = Report::new();
    let mesh = resolve(&Document::parse(before, &mut unread), Lock::default(), &mut unread);
    let document: DocumentMut = before.text().replace("\r\n", "\n").parse()?;
    let mut merger = Merger { mesh, document, clusters: 0, services: 0, changed: 0 };
    for cluster in &draft.clusters {
        merger.cluster(cluster, notes)?;
    }
    for service in &draft.services {
        merger.service(service, notes)?;
    }
    let Merger { document, clusters, services, changed, .. } = merger;
    let text = document.to_string().trim_start_matches('\n').to_owned();
    text.parse::<DocumentMut>()?;
    Ok(Merged { text, clusters, services, changed })
}

struct Merger {
    /// What the document means as it is.
    mesh: Mesh,
    document: DocumentMut,
    clusters: usize,
    services: usize,
    changed: usize,
}

impl Merger {
    fn cluster(&mut self, draft: &ClusterDraft, notes: &mut Notes) -> Result<(), TomlError> {
        let Some(known) = self.mesh.cluster_named(&draft.name).map(|id| &self.mesh[id]) else {
            let text = write::cluster(draft);
            self.clusters += 1;
            return insert(self.document.as_item_mut(), &["clusters", &draft.name], &text);
        };
        let name = &draft.name;
        let leaves = known.egress.is_some();
        match (&known.gateway, &draft.gateway) {
            (Some(known), Some(gateway)) => {
                let known: Vec<String> =
                    known.addresses.iter().map(|address| address.text()).collect();
                if known != gateway.addresses {
                    let (known, found) = (known.join(", "), gateway.addresses.join(", "));
                    let message = format!(
                        "the gateway of cluster `{name}` stays {known}; here it is {found}"
                    );
                    notes.general(Weight::Note, message);
                }
            }
            (None, Some(gateway)) => {
                let text = write::gateway(name, gateway);
                insert(self.document.as_item_mut(), &["clusters", name, "gateway"], &text)?;
            }
            (_, None) => {}
        }
        let Some(table) = table_at(&mut self.document, &["clusters", name]) else { return Ok(()) };
        for (key, value) in [("region", &draft.region), ("zone", &draft.zone)] {
            let Some(value) = value else { continue };
            match table.get(key).and_then(Item::as_str) {
                Some(known) if known != value => {
                    let message = format!(
                        "`{key}` of cluster `{name}` stays `{known}`; here it is `{value}`"
                    );
                    notes.general(Weight::Note, message);
                }
                Some(_) => {}
                None => drop(table.insert(key, toml_edit::value(value))),
            }
        }
        if draft.egress && !leaves {
            table.insert("egress", toml_edit::value(true));
        }
        Ok(())
    }

    fn service(&mut self, draft: &ServiceDraft, notes: &mut Notes) -> Result<(), TomlError> {
        let same =
            |known: &&Service| known.namespace == draft.namespace && known.name == draft.name;
        let Some(known) = self.mesh.services.iter().find(same) else {
            let own =
                format!("{}.{}.{}", draft.name, draft.namespace, self.mesh.settings.domain.value);
            let mut hosts: Vec<&str> = draft.hosts.iter().map(String::as_str).collect();
            hosts.retain(|host| *host != own);
            let key = self.free_key(draft);
            self.services += 1;
            let text = write::service(&key, draft, &hosts);
            return insert(self.document.as_item_mut(), &["services", &key], &text);
        };
        let known = known.clone();
        let mut changed = false;
        if !draft.routes.is_empty() {
            let message = format!("the routes of service `{}`, which is there already", known.key);
            notes.general(Weight::LeftOut, message);
        }
        let hosts = draft.hosts.iter();
        let new: Vec<&String> =
            hosts.filter(|host| known.names.iter().all(|name| name.host != **host)).collect();
        if let Some(table) = table_at(&mut self.document, &["services", &known.key]) {
            for host in new {
                let hosts = table.entry("hosts").or_insert_with(|| toml_edit::value(Array::new()));
                changed |= hosts.as_array_mut().is_some_and(|hosts| push(hosts, host));
            }
        }
        for (cluster, backend) in &draft.backends {
            if self.mesh.cluster_named(cluster).is_some_and(|id| known.backend_in(id).is_some()) {
                continue;
            }
            // What a version is called is up to the service that is there.
            let backend = BackendDraft { versions: Vec::new(), ..backend.clone() };
            let backend = relative(draft, &backend, &known, cluster, notes);
            self.backend(&known.key, draft, cluster, &backend)?;
            changed = true;
        }
        self.changed += usize::from(changed);
        Ok(())
    }

    /// Makes a service run in one more cluster.
    fn backend(
        &mut self,
        key: &str,
        draft: &ServiceDraft,
        cluster: &str,
        backend: &BackendDraft,
    ) -> Result<(), TomlError> {
        if write::is_usual(backend, draft)
            && let Some(table) = table_at(&mut self.document, &["services", key])
            && let Some(clusters) = table.get_mut("clusters").and_then(Item::as_array_mut)
        {
            push(clusters, cluster);
            return Ok(());
        }
        let text = write::backend(key, cluster, backend);
        insert(self.document.as_item_mut(), &["services", key, "backends", cluster], &text)
    }

    /// A key that no service of the document has.
    fn free_key(&self, draft: &ServiceDraft) -> String {
        let services = self.document.get("services").and_then(Item::as_table_like);
        let taken = |key: &str| services.is_some_and(|services| services.contains_key(key));
        let long = format!("{}-{}", draft.key, draft.namespace);
        let numbered = (2..).map(|number| format!("{long}-{number}"));
        let mut keys = [draft.key.clone(), long.clone()].into_iter().chain(numbered);
        keys.find(|key| !taken(key)).unwrap_or(long)
    }
}

/// A backend as it differs from a service that is there already, which may number its ports in another way.
fn relative(
    draft: &ServiceDraft,
    backend: &BackendDraft,
    known: &Service,
    cluster: &str,
    notes: &mut Notes,
) -> BackendDraft {
    let mut found = BackendDraft { ports: BTreeMap::new(), ..backend.clone() };
    let key = &known.key;
    found.pod_ports.retain(|name, _| known.ports.iter().any(|port| port.name == *name));
    for port in &known.ports {
        match draft.ports.iter().find(|other| other.name == port.name) {
            Some(other) => {
                let behind = backend.ports.get(&other.name).copied().unwrap_or(other.number);
                if behind != port.number {
                    found.ports.insert(port.name.clone(), behind);
                }
            }
            None => notes.general(
                Weight::Note,
                format!(
                    "service `{key}` has port `{}`, and none of that name in cluster `{cluster}`",
                    port.name
                ),
            ),
        }
    }
    for other in &draft.ports {
        if known.ports.iter().all(|port| port.name != other.name) {
            let message = format!(
                "port `{}` ({}) of service `{key}`: it is there in cluster `{cluster}` only",
                other.name, other.number
            );
            notes.general(Weight::LeftOut, message);
        }
    }
    found
}

/// Appends a text to an array, on a line of its own if its last item is; whether it was not there yet.
fn push(array: &mut Array, text: &str) -> bool {
    if array.iter().any(|value| value.as_str() == Some(text)) {
        return false;
    }
    let own =
        |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let indent = array.iter().last().map(|last| own(last.decor().prefix())).unwrap_or_default();
    let Some((_, indent)) = indent.rsplit_once('\n') else {
        array.push(text);
        return true;
    };
    // What stands behind the last item, a comment perhaps, stays there.
    let mut value = Value::from(text);
    if array.trailing_comma() {
        let behind = own(Some(array.trailing()));
        value.decor_mut().set_prefix(format!("{}{indent}", behind.trim_end_matches(' ')));
        array.set_trailing("\n");
    } else if let Some(last) = array.iter_mut().last() {
        let behind = own(last.decor().suffix());
        let behind = behind.trim_end_matches(' ');
        let line = if behind.contains('\n') { "" } else { "\n" };
        last.decor_mut().set_suffix("");
        value.decor_mut().set_prefix(format!("{behind}{line}{indent}"));
        value.decor_mut().set_suffix("\n");
    }
    array.push_formatted(value);
    true
}

/// The table at the end of some keys.
fn table_at<'d>(document: &'d mut DocumentMut, keys: &[&str]) -> Option<&'d mut dyn TableLike> {
    let mut item = document.as_item_mut();
    for key in keys {
        item = item.as_table_like_mut()?.get_mut(key)?;
    }
    item.as_table_like_mut()
}

/// Puts a table, given as a text with headers, where its keys lead; the tables on the way are made where they are not there.
fn insert(root: &mut Item, keys: &[&str], text: &str) -> Result<(), TomlError> {
    let mut fragment: DocumentMut = text.parse()?;
    let mut found = fragment.as_item_mut();
    let mut place = root;
    for (index, key) in keys.iter().enumerate() {
        let Some(within) = found.as_table_like_mut().and_then(|table| table.get_mut(key)) else {
            return Ok(());
        };
        found = within;
        if index + 1 == keys.len() {
            break;
        }
        let mut between = Table::new();
        between.set_implicit(true);
        let Some(table) = place.as_table_like_mut() else { return Ok(()) };
        place = table.entry(key).or_insert(Item::Table(between));
    }
    let mut item = std::mem::take(found);
    unplaced(&mut item);
    if let Item::Table(table) = &mut item {
        table.decor_mut().set_prefix("\n");
    }
    let Some(last) = keys.last() else { return Ok(()) };
    match place {
        Item::Table(table) => drop(table.insert(last, item)),
        Item::Value(Value::InlineTable(table)) => {
            if let Ok(value) = item.into_value() {
                table.insert(*last, value);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Takes a table's place of another text away, so that it comes behind its neighbours.
fn unplaced(item: &mut Item) {
    let Item::Table(table) = item else { return };
    table.set_position(None);
    table.iter_mut().for_each(|(_, item)| unplaced(item));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(before: &str, after: &str) {
        let mut document: DocumentMut = before.parse().unwrap();
        assert!(push(document["a"].as_array_mut().unwrap(), "z"));
        assert_eq!(document.to_string(), after);
        assert!(!push(document["a"].as_array_mut().unwrap(), "z"));
    }

    #[test]
    fn an_item_is_appended_as_the_others_stand() {
        becomes("a = []\n", "a = [\"z\"]\n");
        becomes("a = [\"x\"] # y\n", "a = [\"x\", \"z\"] # y\n");
        becomes("a = [\n  \"x\", # y\n]\n", "a = [\n  \"x\", # y\n  \"z\",\n]\n");
        becomes("a = [\n  \"x\" # y\n]\n", "a = [\n  \"x\", # y\n  \"z\"\n]\n");
        becomes("a = [\n  \"x\"]\n", "a = [\n  \"x\",\n  \"z\"\n]\n");
    }
}
