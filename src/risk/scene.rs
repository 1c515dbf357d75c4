//! A cluster before and after, as far as a change touches it.
//!
//! Enters: the changed objects, and those of the same names beside them that stay as they are. Leaves: [`Scene`]: what each side says, as values,
//! so that hand-written and older objects are judged like those that cwc writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use crate::changes::object;
use crate::changes::{Action, ObjectChange, Piece};
use crate::emit::tree::TreeFile;

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
}

/// Objects of one side.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) objects: Vec<Object>,
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
    /// What it says.
    pub(super) spec: Value,
}

impl Scene {
    /// The scene of a cluster's changes; `files` are the cluster's files as they are to be.
    #[must_use]
    pub fn new(changes: &[ObjectChange], files: &[TreeFile], atlas: Atlas) -> Self {
        let mut scene = Self { atlas, ..Self::default() };
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        for (at, change) in changes.iter().enumerate() {
            let named = (&change.identity.kind, &change.identity.namespace, &change.identity.name);
            let object = |piece: &Piece| Object::read(named, &piece.text, Some(at));
            scene.old.objects.extend(change.old.as_ref().map(object));
            scene.new.objects.extend(change.new.as_ref().map(object));
            touched.insert(&change.identity.name);
        }
        for file in files {
            for other in file.objects.iter().filter(|other| touched.contains(other.name.as_str())) {
                let kind = other.kind.word().to_owned();
                let changes_too = changes.iter().any(|change| {
                    let own = &change.identity;
                    own.kind == kind && own.namespace == other.namespace && own.name == other.name
                });
                if !changes_too {
                    let text = file.text.get(other.range.clone()).unwrap_or_default();
                    let named = (&kind, &other.namespace, &other.name);
                    let object = Object::read(named, text, None);
                    scene.old.objects.push(object.clone());
                    scene.new.objects.push(object);
                }
            }
        }
        scene
    }

    /// The name that workloads call, for a name by which calls cross.
    pub(super) fn called<'n>(&self, name: &'n str) -> std::borrow::Cow<'n, str> {
        let domain = &self.atlas.domain;
        let own = || {
            let rest = name.strip_suffix(domain.as_str())?.strip_suffix('.')?;
            let labels: Vec<&str> = rest.split('.').collect();
            match labels[..] {
                [service, namespace, "export"] | [service, namespace, _, "from"] => {
                    Some(format!("{service}.{namespace}.{domain}"))
                }
                _ => None,
            }
        };
        own().map_or(name.into(), Into::into)
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

impl Side {
    /// The objects of a kind.
    pub(super) fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Object> + 's {
        self.objects.iter().filter(move |object| object.kind == kind)
    }

    /// The entries of names that workloads call, by name.
    pub(super) fn called(&self) -> BTreeMap<&str, &Object> {
        let called = self.of("ServiceEntry").filter(|entry| entry.is_called());
        called.flat_map(|entry| entry.hosts().into_iter().map(move |host| (host, entry))).collect()
    }

    /// The rule of a name, if it has one.
    pub(super) fn rule(&self, host: &str) -> Option<&Object> {
        self.of("DestinationRule").find(|rule| rule.text("host") == Some(host))
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
        Self { kind: kind.clone(), namespace: namespace.clone(), name: name.clone(), change, spec }
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

    /// Whether workloads call it: it has an address of its own.
    pub(super) fn is_called(&self) -> bool {
        !list(&self.spec, "addresses").is_empty()
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
