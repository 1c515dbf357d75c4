//! Which words of a document name something, and what.
//!
//! Enters: the words of a text with the ways to them. Leaves: [`Mention`]s of clusters, services, versions, ports and namespaces. The ways are those of
//! the field tables, and a test holds each name of the tables against this list.

use std::ops::Range;

use crate::document::sketch::{Part, Sketch, Word, unquoted};

/// What a name is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    /// A cluster.
    Cluster,
    /// A service, by the key of its table.
    Service,
    /// A version of a service.
    Version,
    /// A port of a service, or of all.
    Port,
    /// A Kubernetes namespace.
    Namespace,
}

impl Noun {
    /// In words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Service => "service",
            Self::Version => "version",
            Self::Port => "port",
            Self::Namespace => "namespace",
        }
    }
}

/// What a name is wanted for at a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'w> {
    /// What it is one of.
    pub noun: Noun,
    /// The service that it belongs to: of versions and ports.
    pub of: Option<&'w str>,
    /// Whether it is made here, not only used.
    pub defines: bool,
}

/// A word that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub noun: Noun,
    /// The service that this belongs to.
    pub of: Option<String>,
    /// The name.
    pub name: String,
    /// Its bytes, without quotes.
    pub range: Range<usize>,
    /// Whether it is made here.
    pub defines: bool,
    /// Whether it is made here and nothing further is in the same header or key: `[services.reviews]`.
    pub alone: bool,
}

impl Mention {
    /// Whether another one names the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.noun == other.noun && self.name == other.name && self.of == other.of
    }
}

/// What the last key of a way names.
#[must_use]
pub fn of_key<'w>(way: &[&'w str]) -> Option<Wanted<'w>> {
    let (noun, of, defines) = match *way {
        ["clusters", _] => (Noun::Cluster, None, true),
        ["services", _] => (Noun::Service, None, true),
        ["services", of, "versions", _] => (Noun::Version, Some(of), true),
        ["services", of, "ports", _] => (Noun::Port, Some(of), true),
        ["defaults", "ports", _] => (Noun::Port, None, true),
        ["services", of, "backends", _, "ports" | "pod-ports", _] => (Noun::Port, Some(of), false),
        ["services", _, "backends", _] => (Noun::Cluster, None, false),
        _ => return None,
    };
    Some(Wanted { noun, of, defines })
}

/// What the value at a way names; that of a caller is its first part.
#[must_use]
pub fn of_value<'w>(way: &[&'w str]) -> Option<Wanted<'w>> {
    let (noun, of) = match *way {
        ["clusters", _, "via" | "behind"]
        | ["defaults" | "services", .., "clusters" | "prefer"]
        | ["services", _, "routes", "to" | "mirror", "cluster"] => (Noun::Cluster, None),
        ["services", of, "routes", "to" | "mirror", "version"]
        | ["services", of, "backends", _, "versions"] => (Noun::Version, Some(of)),
        ["services", of, "routes", "match", "port"] => (Noun::Port, Some(of)),
        ["services", _, "routes", "mirror", "service"] => (Noun::Service, None),
        ["mesh" | "defaults", "namespace"]
        | ["services", _, "namespace"]
        | ["clusters", _, "gateway" | "egress", "namespace"] => (Noun::Namespace, None),
        _ if is_caller(way) => (Noun::Cluster, None),
        _ => return None,
    };
    Some(Wanted { noun, of, defines: false })
}

/// Whether the value at a way is a caller: `cluster/namespace/service-account`.
#[must_use]
pub fn is_caller(way: &[&str]) -> bool {
    matches!(
        *way,
        ["defaults", "callers"] | ["services", _, "callers"] | ["services", _, "routes", "from"]
    )
}

/// Every word of a text that names something, in order.
#[must_use]
pub fn mentions(text: &str, sketch: &Sketch) -> Vec<Mention> {
    let mut found = Vec::new();
    for word in sketch.words() {
        named_by(text, sketch, word, &mut found);
    }
    found
}

/// What the word at a place names, if the place is within its name.
#[must_use]
pub fn mention_at(text: &str, sketch: &Sketch, offset: usize) -> Option<Mention> {
    let mut found = Vec::new();
    named_by(text, sketch, sketch.word_at(offset)?, &mut found);
    found.into_iter().find(|it| (it.range.start..=it.range.end).contains(&offset))
}

fn named_by(text: &str, sketch: &Sketch, word: &Word, found: &mut Vec<Mention>) {
    let written = text.get(word.range.clone()).unwrap_or_default();
    let (skipped, name) = unquoted(written);
    // A name with an escape is none; the diagnostics say so.
    if name.contains('\\') {
        return;
    }
    let way = sketch.way(word);
    let wanted = if word.part == Part::Value { of_value(&way) } else { of_key(&way) };
    let Some(Wanted { noun, of, defines }) = wanted else { return };
    let start = word.range.start + skipped;
    let mention = |noun, name: &str, start: usize| Mention {
        noun,
        of: of.map(str::to_owned),
        name: name.to_owned(),
        range: start..start + name.len(),
        defines,
        alone: defines && word.last,
    };
    if word.part == Part::Value && is_caller(&way) {
        let mut parts = name.split('/');
        let cluster = parts.next().unwrap_or_default();
        found.push(mention(Noun::Cluster, cluster, start));
        if let Some(namespace) = parts.next() {
            found.push(mention(Noun::Namespace, namespace, start + cluster.len() + 1));
        }
    } else if word.part != Part::Value || skipped > 0 {
        found.push(mention(noun, name, start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{ROOT, Shape, Text, all_tables};

    /// Values that have the form of a name and name nothing that the document has a table for.
    const FREE: &[&str] = &[
        "mesh.name",
        "clusters.x.network",
        "clusters.x.mesh",
        "clusters.x.gateway.service",
        "clusters.x.egress.service",
        "services.x.name",
    ];
    /// Keys of the same kind.
    const FREE_KEYS: &[&str] = &["clusters.x.existing.gateways.x"];

    /// Every value and every key of the user's choice that is a name, by its way.
    fn names(shape: &Shape, way: &str, values: &mut Vec<String>, keys: &mut Vec<String>) {
        let below = |key: &str| {
            if way.is_empty() { key.to_owned() } else { format!("{way}.{key}") }
        };
        match shape {
            Shape::Text(Text::Name | Text::PortName | Text::Caller) => values.push(way.to_owned()),
            Shape::List(inner) => names(inner, way, values, keys),
            Shape::OneOf(shapes) => {
                shapes.iter().for_each(|shape| names(shape, way, values, keys));
            }
            Shape::Map(form, inner) => {
                if matches!(form, Text::Name | Text::PortName) {
                    keys.push(below("x"));
                }
                names(inner, &below("x"), values, keys);
            }
            Shape::Table(table) => {
                for field in table.fields {
                    names(&field.shape, &below(field.key), values, keys);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_name_of_the_tables_is_known() {
        let (mut values, mut keys) = (Vec::new(), Vec::new());
        ROOT.fields.iter().for_each(|field| names(&field.shape, field.key, &mut values, &mut keys));
        assert!(values.len() > 20 && all_tables().len() > 20, "{values:?}");
        for (ways, free, wanted) in [
            (values, FREE, of_value as fn(&[&'static str]) -> Option<Wanted<'static>>),
            (keys, FREE_KEYS, of_key),
        ] {
            for way in ways {
                let parts: Vec<&'static str> = way.clone().leak().split('.').collect();
                let known = wanted(&parts).is_some();
                assert_ne!(known, free.contains(&way.as_str()), "what does {way} name?");
            }
        }
    }

    #[test]
    fn a_name_is_found_wherever_it_is_written() {
        let text = "[clusters.east]\n[services.a]\nclusters = [\"east\"]\ncallers = [\"east/x/y\"]\n\
                    [services.a.backends.\"east\"]\nversions = ['v1']\n";
        let sketch = Sketch::of(text);
        let said = |it: &Mention| format!("{} {}", it.noun.word(), &text[it.range.clone()]);
        let all: Vec<String> = mentions(text, &sketch).iter().map(said).collect();
        assert_eq!(
            all,
            [
                "cluster east",
                "service a",
                "cluster east",
                "cluster east",
                "namespace x",
                "service a",
                "cluster east",
                "version v1",
            ]
        );
    }
}
