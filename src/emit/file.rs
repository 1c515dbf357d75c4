//! A generated file, in sections that files may share.
//!
//! Enters: resources. Leaves: a [`TreeFile`]: its path, and its text in [`Section`]s, each with the objects in it. Two clusters that need the
//! same for a service hold one section, so that a fleet takes far less room than its text.

use std::ops::Range;
use std::sync::Arc;

use super::yaml;
use crate::kinds::{Kind, Manifest};
use crate::span::Span;

/// What stands between two documents.
const BETWEEN: &str = "---\n";

/// The largest object: etcd takes requests of 1.5 MiB (`--max-request-bytes`), and the API server adds to what it is given.
const LARGEST: usize = 1 << 20;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Its path below the tree's folder, with `/`: `east/gateway.yaml`.
    pub path: String,
    sections: Vec<Arc<Section>>,
}

/// A part of a file's text, of whole lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    text: String,
    /// How many lines it has.
    lines: usize,
    objects: Vec<TreeObject>,
}

/// An object in a generated file, and where it stands there.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'f> {
    /// The object.
    pub object: &'f TreeObject,
    /// Its text.
    pub text: &'f str,
    /// The line of the file that it begins in, counted from 1.
    pub line: usize,
}

/// An object in a generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeObject {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The place in the document that it comes from.
    pub origin: Span,
    /// Its bytes within its section.
    range: Range<usize>,
    /// How many lines of the section stand before it.
    lines_before: usize,
}

impl TreeFile {
    /// The file of a path with these sections.
    pub(super) fn new(path: String, sections: Vec<Arc<Section>>) -> Self {
        Self { path, sections }
    }

    /// Its text, piece by piece.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        let mut behind_object = false;
        self.sections.iter().flat_map(move |section| {
            let between = behind_object && !section.is_empty();
            behind_object |= !section.is_empty();
            [if between { BETWEEN } else { "" }, section.text.as_str()]
        })
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.pieces().map(str::len).sum()
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.size());
        text.extend(self.pieces());
        text
    }

    /// Whether these are its bytes.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        self.pieces().all(|piece| match rest.strip_prefix(piece.as_bytes()) {
            Some(behind) => {
                rest = behind;
                true
            }
            None => false,
        }) && rest.is_empty()
    }

    /// The objects in it, in order.
    pub fn objects(&self) -> impl Iterator<Item = Placed<'_>> {
        let (mut line, mut behind_object) = (1, false);
        self.sections.iter().flat_map(move |section| {
            line += usize::from(behind_object && !section.is_empty());
            behind_object |= !section.is_empty();
            let first = line;
            line += section.lines;
            section.objects.iter().map(move |object| Placed {
                object,
                text: section.text.get(object.range.clone()).unwrap_or_default(),
                line: first + object.lines_before,
            })
        })
    }
}

impl Section {
    /// A text without objects.
    pub(super) fn of(text: String) -> Self {
        Self { lines: count_lines(&text), text, objects: Vec::new() }
    }

    /// Adds an object; `fleet` is the mesh's name.
    pub(super) fn add(
        &mut self,
        manifest: &Manifest<'_>,
        fleet: Option<&str>,
    ) -> Result<(), yaml::Error> {
        if !self.is_empty() {
            self.text.push_str(BETWEEN);
            self.lines += 1;
        }
        let (start, lines_before) = (self.text.len(), self.lines);
        yaml::write(&manifest.document(fleet), &mut self.text)?;
        let size = self.text.len() - start;
        if size > LARGEST {
            let Manifest { kind, namespace, name, .. } = manifest;
            let message = format!(
                "{} {namespace}/{name} would have {size} bytes, at most {LARGEST} can be applied; \
                 name fewer ports, gateway addresses or routes, or make several services of one",
                kind.word()
            );
            return Err(yaml::Error::Custom(message));
        }
        self.lines += count_lines(self.text.get(start..).unwrap_or_default());
        self.objects.push(TreeObject {
            kind: manifest.kind,
            namespace: manifest.namespace.to_owned(),
            name: manifest.name.clone().into_owned(),
            origin: manifest.origin,
            range: start..self.text.len(),
            lines_before,
        });
        Ok(())
    }

    /// Whether no object is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// About how many bytes of memory it takes.
    pub(super) fn room(&self) -> usize {
        let own = |object: &TreeObject| {
            size_of::<TreeObject>() + object.namespace.len() + object.name.len()
        };
        self.text.capacity() + self.objects.iter().map(own).sum::<usize>()
    }
}

fn count_lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::File;

    fn section(names: &[&str]) -> Arc<Section> {
        let mut section = Section::default();
        for name in names {
            if !section.is_empty() {
                section.text.push_str(BETWEEN);
                section.lines += 1;
            }
            let (start, lines_before) = (section.text.len(), section.lines);
            section.text.push_str(&format!("name: {name}\n"));
            section.lines += 1;
            section.objects.push(TreeObject {
                kind: Kind::Service,
                namespace: String::new(),
                name: (*name).to_owned(),
                origin: Span::new(File::Mesh, 0..0),
                range: start..section.text.len(),
                lines_before,
            });
        }
        Arc::new(section)
    }

    fn file() -> TreeFile {
        let mark = Arc::new(Section::of("# mark\n".to_owned()));
        let sections = vec![
            mark,
            section(&[]),
            section(&["a", "b"]),
            section(&["c"]),
            section(&[]),
            section(&["d"]),
        ];
        TreeFile::new("east/a.yaml".to_owned(), sections)
    }

    #[test]
    fn documents_are_apart_whatever_section_they_are_in() {
        assert_eq!(file().text(), "# mark\nname: a\n---\nname: b\n---\nname: c\n---\nname: d\n");
        assert_eq!(file().size(), file().text().len());
    }

    #[test]
    fn only_its_very_bytes_are_its_own() {
        let text = file().text();
        assert!(file().is(text.as_bytes()));
        for wrong in [&text[1..], &text[..text.len() - 1], &format!("{text}\n"), ""] {
            assert!(!file().is(wrong.as_bytes()), "{wrong}");
        }
        assert!(!file().is(text.replace("name: b", "name: e").as_bytes()));
    }

    #[test]
    fn every_object_has_its_text_and_its_line() {
        let file = file();
        let found: Vec<(&str, usize)> =
            file.objects().map(|placed| (placed.text, placed.line)).collect();
        assert_eq!(found, [("name: a\n", 2), ("name: b\n", 4), ("name: c\n", 6), ("name: d\n", 8)]);
    }
}
