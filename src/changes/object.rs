//! The objects in the text of a file.
//!
//! Enters: a file's bytes, or a file as it is to be written. Leaves: its documents, each with its line, its text and its [`Identity`].
//! Only what stands in a file already is parsed, and of that only what is not written anew in the very same way.

use std::collections::BTreeSet;
use std::fmt;

use serde_yaml::Value;

use crate::emit::file::{Placed, TreeFile};
use crate::span::Span;

/// What makes an object the same one, whatever its text and its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The API group, without the version.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; empty where none is said.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// A document of a file that is there.
#[derive(Debug)]
pub(super) struct Found<'t> {
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// Its text, without comments in front.
    pub text: &'t str,
    /// Which object it is.
    pub identity: Identity,
    /// What it says.
    pub value: Value,
}

/// A document of a file as it is to be written.
pub(super) struct Written<'t> {
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: &'t str,
    /// Which object it is.
    pub identity: Identity,
    /// The place in mesh.toml that it comes from.
    pub origin: Span,
}

/// A file's text, with line feeds only.
pub(super) struct Text {
    /// The text; what is not UTF-8 is replaced.
    pub lines: String,
    /// Whether its lines ended with CR LF.
    pub crlf: bool,
    /// Whether all of it is UTF-8.
    utf8: bool,
}

/// Whether a path names a file that holds no object: one for kustomize, or values for Helm.
pub(super) fn is_without_objects(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next();
    // A cluster may be called helm, too.
    name == Some("kustomization.yaml") || parts.next() == Some("helm") && parts.next().is_some()
}

/// The documents of a file as it is to be written.
pub(super) fn written(file: &TreeFile) -> Vec<Written<'_>> {
    fn document(Placed { object, text, line }: Placed<'_>) -> Written<'_> {
        let version = text.lines().next().and_then(|first| first.strip_prefix("apiVersion: "));
        let identity = Identity {
            group: group(version.unwrap_or_default()),
            kind: object.kind.word().to_owned(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        };
        Written { line, text, identity, origin: object.origin }
    }
    file.objects().map(document).collect()
}

impl Text {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let utf8 = std::str::from_utf8(bytes).is_ok();
        let text = String::from_utf8_lossy(bytes);
        let crlf = text.contains("\r\n");
        let lines = if crlf { text.replace("\r\n", "\n") } else { text.into_owned() };
        Self { lines, crlf, utf8 }
    }

    /// The documents of the file; those with the very text of one in `written` are taken out of both, unread.
    ///
    /// `Err` says why it cannot be taken apart.
    pub(super) fn documents(
        &self,
        written: &mut Vec<Written<'_>>,
    ) -> Result<Vec<Found<'_>>, String> {
        if !self.utf8 {
            return Err("not UTF-8".to_owned());
        }
        let mut found = Vec::new();
        let mut fresh: BTreeSet<&str> = written.iter().map(|document| document.text).collect();
        for (line, text) in split(&self.lines) {
            if fresh.remove(text) {
                continue;
            }
            if let Some((identity, value)) = read(text).map_err(|fault| fault.said(line))? {
                found.push(Found { line, text, identity, value });
            }
        }
        written.retain(|document| fresh.contains(document.text));
        Ok(found)
    }
}

/// The documents of a text, each with its line, without the comments and blank lines in front.
///
/// `---` in the first column ends a document wherever it stands: within one, every line of a block or a quoted text is indented.
fn split(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut start_line, mut at) = (0, 1, 0);
    let mut inside = false;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let end = at + line.len();
        let bare = line.trim_end();
        if bare == "---" || line.starts_with("--- ") {
            documents.extend(text.get(start..at).filter(|_| inside).map(|part| (start_line, part)));
            inside = false;
        } else if !inside && !bare.is_empty() && !line.starts_with('#') {
            (start, start_line, inside) = (at, number, true);
        }
        at = end;
    }
    documents.extend(text.get(start..).filter(|_| inside).map(|part| (start_line, part)));
    documents
}

/// Why a document cannot be told apart from others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no YAML, from a line of it on that is counted from 1.
    Syntax(usize),
    /// It lacks what makes an identity.
    Nameless,
}

impl Fault {
    /// In words, for a document that begins in a line of its file.
    fn said(&self, first: usize) -> String {
        match self {
            Self::Syntax(line) => format!("no YAML at line {}", first + line - 1),
            Self::Nameless => format!("no apiVersion, kind and name from line {first} on"),
        }
    }
}

/// What a document says, and of which object; `None` if it is empty.
fn read(text: &str) -> Result<Option<(Identity, Value)>, Fault> {
    let value = value(text)?;
    if value.is_null() {
        return Ok(None);
    }
    let identity = identity(&value).ok_or(Fault::Nameless)?;
    Ok(Some((identity, value)))
}

/// What a text says, as Kubernetes' readers understand it.
pub(crate) fn value(text: &str) -> Result<Value, Fault> {
    let fault = |error: serde_yaml::Error| {
        Fault::Syntax(error.location().map_or(1, |place| place.line().max(1)))
    };
    let mut value: Value = serde_yaml::from_str(text).map_err(fault)?;
    value.apply_merge().map_err(fault)?;
    Ok(value)
}

fn identity(value: &Value) -> Option<Identity> {
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let version = text(value, "apiVersion")?;
    let metadata = value.get("metadata")?;
    Some(Identity {
        group: group(&version),
        kind: text(value, "kind")?,
        namespace: text(metadata, "namespace").unwrap_or_default(),
        name: text(metadata, "name")?,
    })
}

/// The group of an `apiVersion`.
fn group(version: &str) -> String {
    version.rsplit_once('/').map_or(String::new(), |(group, _)| group.to_owned())
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        // A Gateway of the Gateway API is another thing than one of Istio's.
        if !self.group.ends_with("istio.io") && !self.group.is_empty() {
            write!(f, ".{}", self.group)?;
        }
        if self.namespace.is_empty() {
            write!(f, " {}", self.name)
        } else {
            write!(f, " {}/{}", self.namespace, self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_its_markers_and_nowhere_else() {
        let text = "# mark\na: |\n  ---\n  x\n---\n# comment\n\nb: 1\n--- # end\n---\nc: 2";
        assert_eq!(split(text), [(2, "a: |\n  ---\n  x\n"), (8, "b: 1\n"), (11, "c: 2")]);
        assert_eq!(split("# nothing\n---\n"), []);
    }

    #[test]
    fn a_document_without_a_name_is_no_object() {
        assert_eq!(read("kind: List\n").err(), Some(Fault::Nameless));
        assert_eq!(read("a: 1\nb: [\n}\n").err(), Some(Fault::Syntax(3)));
        assert_eq!(Fault::Syntax(3).said(10), "no YAML at line 12");
        assert!(read("# only a comment\n").unwrap().is_none());
        let (found, _) =
            read("apiVersion: g/v1\nkind: K\nmetadata: { name: n }\n").unwrap().unwrap();
        assert_eq!(found.to_string(), "K.g n");
    }

    #[test]
    fn a_version_of_the_api_is_not_part_of_the_identity() {
        let of = |version: &str| {
            let text =
                format!("apiVersion: {version}\nkind: K\nmetadata:\n  name: n\n  namespace: s\n");
            read(&text).unwrap().unwrap().0
        };
        assert_eq!(of("networking.istio.io/v1"), of("networking.istio.io/v1beta1"));
        assert_ne!(of("networking.istio.io/v1"), of("gateway.networking.k8s.io/v1"));
        assert_eq!(of("networking.istio.io/v1").to_string(), "K s/n");
    }

    #[test]
    fn what_is_not_text_is_said_so() {
        assert_eq!(Text::of(b"\xff").documents(&mut Vec::new()).err().unwrap(), "not UTF-8");
    }
}
