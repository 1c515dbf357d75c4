//! A cluster before and after, as far as a change touches it.
//!
//! Enters: the changed objects, and those of the same names beside them that stay as they are. Leaves: [`Scene`]: what each side says, as values,
//! so that hand-written and older objects are judged like those that cwc writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use crate::changes::object;
use crate::changes::{Action, ObjectChange, Piece};
use crate::emit::file::{Placed, TreeFile};

/// What addresses of gateways are called: by their clusters.
#[derive(Clone, Debug, Default)]
pub struct Atlas {
    /// The domain of all names.
    pub domain: String,
    /// Clusters by the addresses of their gateways.
    pub clusters: BTreeMap<String, String>,
}

/// A cluster before and after, as far as a change touches it.
#[derive(Debug, Default)]
pub struct Scene {
    /// What is there.
    pub(super) old: Side,
    /// What would be there.
    pub(super) new: Side,
    /// What addresses are called.
    atlas: Atlas,
    /// The names in the document that the cluster has no backend for.
    pub(super) emptied: BTreeSet<String>,
}

/// Objects of one side.
#[derive(Debug, Default)]
pub(super) struct Side {
    objects: Vec<Object>,
    /// The places of the entries, by their names.
    entries: BTreeMap<String, usize>,
    /// The places of the rules, by the names that they are about.
    rules: BTreeMap<String, usize>,
}

/// An object of one side.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Its kind.
    pub(super) kind: String,
    /// Its namespace.
    pub(super) namespace: String,
    /// Its name.
    pub(super) name: String,
    /// Its place among the changes; `None` where it stays as it is.
    pub(super) change: Option<usize>,
    /// Whether it is an entry of a name that workloads call: it has an address, and is none of those that only routes and gateways use.
    pub(super) is_called: bool,
    /// What it says.
    pub(super) spec: Value,
}

impl Scene {
    /// The scene of a cluster's changes; `files` are the cluster's files as they are to be.
    #[must_use]
    pub fn new(changes: &[ObjectChange], files: &[TreeFile], atlas: Atlas) -> Self {
        let mut scene = Self { atlas, ..Self::default() };
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        let mut changing = BTreeSet::new();
        for (at, change) in changes.iter().enumerate() {
            let named = (&change.identity.kind, &change.identity.namespace, &change.identity.name);
            let object = |piece: &Piece| Object::read(named, &piece.text, Some(at));
            scene.old.objects.extend(change.old.as_ref().map(object));
            scene.new.objects.extend(change.new.as_ref().map(object));
            touched.insert(&change.identity.name);
            changing.insert(named);
        }
        for file in files {
            let named = |placed: &Placed<'_>| touched.contains(placed.object.name.as_str());
            for Placed { object: other, text, .. } in file.objects().filter(named) {
                let kind = other.kind.word().to_owned();
                if !changing.contains(&(&kind, &other.namespace, &other.name)) {
                    let named = (&kind, &other.namespace, &other.name);
                    let object = Object::read(named, text, None);
                    scene.old.objects.push(object.clone());
                    scene.new.objects.push(object);
                }
            }
        }
        let domain = &scene.atlas.domain;
        for side in [&mut scene.old, &mut scene.new] {
            side.settle(domain);
        }
        scene
    }

    /// With the names in the document that the cluster has no backend for.
    #[must_use]
    pub fn without_backends(self, emptied: BTreeSet<String>) -> Self {
        Self { emptied, ..self }
    }

    /// The name that workloads call, for a name by which calls cross.
    pub(super) fn called<'n>(&self, name: &'n str) -> std::borrow::Cow<'n, str> {
        match derived(name, &self.atlas.domain) {
            Some(Derived { service, .. }) => format!("{service}.{}", self.atlas.domain).into(),
            None => name.into(),
        }
    }

    /// What a name stands for, where it is not one that workloads call: the gateways' part of a name, or a place that routes send calls to.
    pub(super) fn part(&self, name: &str) -> String {
        match derived(name, &self.atlas.domain) {
            None => String::new(),
            Some(Derived { place: None, .. }) => "at the gateway, ".to_owned(),
            Some(Derived { place: Some(place), .. }) => format!("of those to {place}, "),
        }
    }

    /// Where a route sends calls: a place, or the name itself, whose nearest backends are taken.
    pub(super) fn destination(&self, name: &str) -> String {
        match derived(name, &self.atlas.domain).and_then(|derived| derived.place) {
            Some(place) => place,
            None if self.old.calls(name) || self.new.calls(name) => {
                "the nearest backends".to_owned()
            }
            None => name.to_owned(),
        }
    }

    /// Whether a text is a name below the domain.
    pub(super) fn is_name(&self, text: &str) -> bool {
        let own = text.strip_suffix(self.atlas.domain.as_str());
        own.is_some_and(|rest| rest.ends_with('.'))
    }

    /// An address with the cluster that it is a gateway of.
    pub(super) fn place(&self, address: &str) -> String {
        match self.atlas.clusters.get(address) {
            Some(cluster) => format!("{cluster} ({address})"),
            None => address.to_owned(),
        }
    }

    /// What a change is about.
    pub(super) fn subject_of(&self, change: &ObjectChange) -> String {
        let identity = &change.identity;
        match identity.kind.as_str() {
            "ServiceEntry" | "DestinationRule" | "VirtualService" => {
                let side = if change.action() == Action::Remove { &self.old } else { &self.new };
                let own = side.objects.iter().find(|object| {
                    (&object.kind, &object.namespace, &object.name)
                        == (&identity.kind, &identity.namespace, &identity.name)
                });
                let host = own.and_then(|own| own.hosts().first().map(|host| (*host).to_owned()));
                self.called(host.as_deref().unwrap_or(&identity.name)).into_owned()
            }
            "AuthorizationPolicy" if self.is_name(&identity.name) => {
                self.called(&identity.name).into_owned()
            }
            _ => identity.to_string(),
        }
    }
}

/// A name that is not one that workloads call.
struct Derived {
    /// The service and its namespace.
    service: String,
    /// The cluster that routes send calls to by it, with the version there.
    place: Option<String>,
}

/// What a name is derived from, as `mesh::derived` makes them.
fn derived(name: &str, domain: &str) -> Option<Derived> {
    let rest = name.strip_suffix(domain)?.strip_suffix('.')?;
    let labels: Vec<&str> = rest.split('.').collect();
    let of = |service: &str, namespace: &str, place: Option<String>| {
        Some(Derived { service: format!("{service}.{namespace}"), place })
    };
    match labels[..] {
        [service, namespace, "export"] | [service, namespace, _, "from"] => {
            of(service, namespace, None)
        }
        [service, namespace, cluster, "to" | "out"] => {
            of(service, namespace, Some(cluster.to_owned()))
        }
        [version, service, namespace, cluster, "to" | "out"] => {
            of(service, namespace, Some(format!("{version} in {cluster}")))
        }
        _ => None,
    }
}

impl Side {
    /// The objects of a kind.
    pub(super) fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Object> + 's {
        self.objects.iter().filter(move |object| object.kind == kind)
    }

    /// The objects of a kind, by namespace and name.
    pub(super) fn by_name(&self, kind: &str) -> BTreeMap<(&str, &str), &Object> {
        let of_kind = self.objects.iter().filter(|object| object.kind == kind);
        of_kind.map(|object| ((object.namespace.as_str(), object.name.as_str()), object)).collect()
    }

    /// The entries of names that workloads call, by name.
    pub(super) fn called(&self) -> BTreeMap<&str, &Object> {
        let called = self.of("ServiceEntry").filter(|entry| entry.is_called);
        called.flat_map(|entry| entry.hosts().into_iter().map(move |host| (host, entry))).collect()
    }

    /// Whether workloads can call a name.
    pub(super) fn calls(&self, host: &str) -> bool {
        self.entry(host).is_some_and(|entry| entry.is_called)
    }

    /// The entry of a name, if it has one.
    pub(super) fn entry(&self, host: &str) -> Option<&Object> {
        self.objects.get(*self.entries.get(host)?)
    }

    /// The rule of a name, if it has one.
    pub(super) fn rule(&self, host: &str) -> Option<&Object> {
        self.objects.get(*self.rules.get(host)?)
    }

    /// To be done once all objects are there.
    fn settle(&mut self, domain: &str) {
        for (at, object) in self.objects.iter_mut().enumerate() {
            let own = |host: &&str| derived(host, domain).is_none();
            object.is_called =
                !list(&object.spec, "addresses").is_empty() && object.hosts().iter().any(own);
            let places = match object.kind.as_str() {
                "ServiceEntry" => &mut self.entries,
                "DestinationRule" => &mut self.rules,
                _ => continue,
            };
            for host in object.hosts() {
                places.entry(host.to_owned()).or_insert(at);
            }
        }
    }
}

impl Object {
    fn read(
        (kind, namespace, name): (&String, &String, &String),
        text: &str,
        change: Option<usize>,
    ) -> Self {
        let value = object::value(text).unwrap_or_default();
        let spec = value.get("spec").cloned().unwrap_or_default();
        let (kind, namespace, name) = (kind.clone(), namespace.clone(), name.clone());
        Self { kind, namespace, name, change, spec, is_called: false }
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.spec.get(key)?.as_str()
    }

    /// The names that it is about.
    pub(super) fn hosts(&self) -> Vec<&str> {
        match self.text("host") {
            Some(host) => vec![host],
            None => texts(self.spec.get("hosts")),
        }
    }
}

/// The items of a list; none where there is no list.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_sequence).map_or(&[], Vec::as_slice)
}

/// The texts of a list.
pub(super) fn texts(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_sequence).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A scalar as people write it.
pub(super) fn said(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        _ => String::new(),
    }
}

/// The changes among some objects.
pub(super) fn changes<'o>(objects: impl IntoIterator<Item = Option<&'o Object>>) -> Vec<usize> {
    let mut changes: Vec<usize> =
        objects.into_iter().flatten().filter_map(|object| object.change).collect();
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// The names that the gateways of a file let in, as workloads call them.
#[must_use]
pub fn let_in(file: &[u8], atlas: &Atlas) -> BTreeSet<String> {
    let scene = Scene { atlas: atlas.clone(), ..Scene::default() };
    let text = String::from_utf8_lossy(file).replace("\r\n", "\n");
    let documents = text.split("\n---\n").filter_map(|text| object::value(text).ok());
    let mut names = BTreeSet::new();
    for gateway in documents {
        let servers = gateway.get("spec").map_or(&[][..], |spec| list(spec, "servers"));
        for host in servers.iter().flat_map(|server| texts(server.get("hosts"))) {
            names.insert(scene.called(host).into_owned());
        }
    }
    names
}

/// A few words, and how many more there are.
pub(super) fn few(words: &[String]) -> String {
    const FEW: usize = 4;
    let shown: Vec<&str> = words.iter().take(FEW).map(String::as_str).collect();
    match words.len().saturating_sub(FEW) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A scene of objects that all change, for the tests of what is told of it.
    pub(in crate::risk) fn scene(old: &str, new: &str) -> Scene {
        let mut change = 0;
        let mut side = |text: &str| {
            let mut side = Side::default();
            for text in text.split("---\n").filter(|text| !text.trim().is_empty()) {
                let value = object::value(text).unwrap();
                let word = |key: &str| said(value.get("metadata").and_then(|data| data.get(key)));
                let (kind, namespace, name) =
                    (said(value.get("kind")), word("namespace"), word("name"));
                side.objects.push(Object::read((&kind, &namespace, &name), text, Some(change)));
                change += 1;
            }
            side.settle("global");
            side
        };
        let atlas = Atlas { domain: "global".to_owned(), ..Atlas::default() };
        Scene { old: side(old), new: side(new), atlas, emptied: BTreeSet::new() }
    }

    #[test]
    fn names_that_nobody_calls_stand_for_a_name_and_a_place() {
        let scene = scene("", "");
        for (name, called, place) in [
            ("a.b.export.global", "a.b.global", "a.b.export.global"),
            ("a.b.west.from.global", "a.b.global", "a.b.west.from.global"),
            ("a.b.west.to.global", "a.b.global", "west"),
            ("v1.a.b.west.out.global", "a.b.global", "v1 in west"),
            ("a.b.global", "a.b.global", "a.b.global"),
            ("a.example.com", "a.example.com", "a.example.com"),
        ] {
            assert_eq!(scene.called(name), called);
            assert_eq!(scene.destination(name), place);
        }
    }
}
