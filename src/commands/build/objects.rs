//! Which objects a build takes out of a cluster's folder, whatever files they are in.
//!
//! Enters: the texts of files as they are, and the objects that should be. Leaves: the objects by kind, namespace and name. Only what cwc wrote itself is
//! looked at, so lines are enough: who parses it takes ten times as long as a build that changes nothing.

use std::collections::BTreeSet;

/// The objects of some files of a cluster.
#[derive(Debug, Default)]
pub(super) struct Objects {
    before: BTreeSet<String>,
    after: BTreeSet<String>,
    /// How many are in files that stay as they are.
    kept: usize,
}

impl Objects {
    /// A file that stays as it is.
    pub(super) fn keep(&mut self, count: usize) {
        self.kept += count;
    }

    /// A file as it is.
    pub(super) fn before(&mut self, text: &[u8]) {
        self.before.extend(named(&String::from_utf8_lossy(text)));
    }

    /// An object that should be.
    pub(super) fn after(&mut self, kind: &str, namespace: &str, name: &str) {
        self.after.insert(identity(kind, namespace, name));
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.kept + self.before.len()
    }

    /// What is taken out.
    pub(super) fn gone(&self) -> impl Iterator<Item = &str> {
        self.before.difference(&self.after).map(String::as_str)
    }
}

/// What tells an object from all others of a cluster: `ServiceEntry bookinfo/reviews.bookinfo.global`.
fn identity(kind: &str, namespace: &str, name: &str) -> String {
    format!("{kind} {namespace}/{name}")
}

/// The objects in a text; what has no name is none.
fn named(text: &str) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut object = Object::default();
    for line in text.lines() {
        let value = |key: &str| line.strip_prefix(key).map(|value| value.trim().trim_matches('"'));
        if line == "---" {
            found.extend(std::mem::take(&mut object).named());
        } else if let Some(kind) = value("kind: ") {
            object.kind = kind;
        } else if line == "metadata:" {
            object.in_metadata = true;
        } else if !line.starts_with(' ') {
            object.in_metadata = false;
        } else if let (true, Some(name)) = (object.in_metadata, value("  name: ")) {
            object.name = name;
        } else if let (true, Some(namespace)) = (object.in_metadata, value("  namespace: ")) {
            object.namespace = namespace;
        }
    }
    found.extend(object.named());
    found.into_iter()
}

#[derive(Default)]
struct Object<'t> {
    kind: &'t str,
    namespace: &'t str,
    name: &'t str,
    in_metadata: bool,
}

impl Object<'_> {
    fn named(self) -> Option<String> {
        let is_one = !self.kind.is_empty() && !self.name.is_empty();
        is_one.then(|| identity(self.kind, self.namespace, self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "# a mark\nkind: A\nmetadata:\n  name: \"1\"\n  namespace: n\n  labels:\n    name: no\nspec:\n  name: no\n---\nkind: B\nmetadata:\n  name: b\n";

    #[test]
    fn objects_are_told_by_kind_namespace_and_name() {
        assert_eq!(named(TWO).collect::<Vec<_>>(), ["A n/1", "B /b"]);
        assert_eq!(named(&TWO.replace('\n', "\r\n")).count(), 2);
        assert_eq!(named("resources:\n- a.yaml\n").count(), 0);
        assert_eq!(named("kind: Kustomization\nresources:\n- a.yaml\n").count(), 0);
    }

    #[test]
    fn what_only_moves_to_another_file_is_not_gone() {
        let mut objects = Objects::default();
        objects.before(TWO.as_bytes());
        objects.keep(3);
        objects.after("B", "", "b");
        assert_eq!(objects.gone().collect::<Vec<_>>(), ["A n/1"]);
        objects.after("A", "n", "1");
        assert_eq!(objects.gone().count(), 0);
        assert_eq!(objects.count(), 5);
    }
}
