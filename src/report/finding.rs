//! What is to be said about a place, for programs: the one form that every format is written from.
//!
//! Enters: diagnostics of a document, files that are not as they should be, classed changes. Leaves: [`Listing`]. Paths are relative to the
//! root of the repository, as CI knows the files, and no text is long or hides anything.

use std::collections::BTreeMap;
use std::ops::Range;

use super::text::clean::clean;
use crate::source::{Position, Source};

/// The longest message or help, in bytes.
const SENTENCE: usize = 400;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What must be mended.
    Error,
    /// What deserves a look.
    Warning,
    /// What is good to know.
    Note,
}

/// What kind of thing is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// What stands in brackets and in a program's list: `CW0201`, or a class of changes.
    pub id: &'static str,
    /// In words, with dashes.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Paragraphs of Markdown.
    pub explain: &'static str,
    /// What its findings weigh where nobody says otherwise.
    pub level: Level,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where it begins.
    pub start: Position,
    /// Where it ends: the place behind its last character.
    pub end: Position,
    /// The same in bytes of the file.
    pub bytes: Range<usize>,
    /// The columns of both, in bytes of their lines, from 1.
    pub byte_columns: (usize, usize),
}

/// Where something is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, from the root of the repository.
    pub path: String,
    /// The file as people are shown it, from the working folder.
    pub shown: String,
    /// Where in the file; `None` for the file as a whole.
    pub region: Option<Region>,
}

/// One thing that is found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Of which kind it is.
    pub kind: Kind,
    /// Its weight.
    pub level: Level,
    /// Whether the exit status is 1 for it.
    pub fails: bool,
    /// One sentence.
    pub message: String,
    /// What stands beside the place; may be empty.
    pub label: String,
    /// Where it is.
    pub place: Place,
    /// The way to it in the document, `services.reviews.ports`; empty where it has none.
    pub subject: String,
    /// The other places involved, and what to say there.
    pub others: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

/// All that a command found.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The command's verb.
    pub command: &'static str,
    /// The documents that were looked at, by the paths of [`Place`].
    pub examined: Vec<String>,
    /// The documents' diagnostics, in order.
    pub diagnostics: Vec<Finding>,
    /// Files and changes.
    pub changes: Vec<Finding>,
    /// The files that are not as they should be: what a build would do, and their paths.
    pub files: Vec<(&'static str, String)>,
    /// How many clusters and services the documents have.
    pub counts: (usize, usize),
    /// All of it as it is drawn for people.
    pub full: String,
}

impl Place {
    /// A range of a source.
    #[must_use]
    pub fn of(source: &Source, path: &str, range: Range<usize>) -> Self {
        let (start, end) = (source.position(range.start), source.position(range.end));
        let byte_column = |position: Position, at: usize| {
            at.min(source.text().len()).saturating_sub(source.line(position.line).start) + 1
        };
        let byte_columns = (byte_column(start, range.start), byte_column(end, range.end));
        let region = Some(Region { start, end, bytes: range, byte_columns });
        Self { path: tidy(path), shown: tidy(source.path()), region }
    }

    /// A file as a whole.
    #[must_use]
    pub fn file(path: &str, shown: &str) -> Self {
        Self { path: tidy(path), shown: tidy(shown), region: None }
    }

    /// The line and column that it begins at.
    #[must_use]
    pub fn start(&self) -> Position {
        self.region.as_ref().map_or(Position { line: 1, column: 1 }, |region| region.start)
    }
}

impl Level {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Listing {
    /// Everything found, diagnostics first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter().chain(&self.changes)
    }

    /// Everything found, each with a fingerprint that no other has and that does not depend on lines.
    pub fn printed(&self) -> impl Iterator<Item = (&Finding, String)> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        self.findings().map(move |found| {
            let text =
                [found.kind.id, &found.place.path, &found.subject, &found.message].join("\u{1f}");
            let print = format!("{:016x}", fnv1a(&text));
            let times = seen.entry(print.clone()).or_default();
            *times += 1;
            let print = if *times == 1 { print } else { format!("{print}-{times}") };
            (found, print)
        })
    }
}

/// A sentence that is short and hides nothing.
#[must_use]
pub fn tidy(text: &str) -> String {
    clean(text, SENTENCE)
}

/// FNV-1a, 64 bits: the same finding has the same fingerprint in every release.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_bytes() {
        let source = Source::new("mesh.toml", "a = 1\nü = \"日x\"\n");
        let at = source.text().find('x').unwrap();
        let region = Place::of(&source, "m/mesh.toml", at..at + 1).region.unwrap();
        assert_eq!((region.start.line, region.start.column, region.end.column), (2, 7, 8));
        assert_eq!(region.byte_columns, (10, 11));
    }

    #[test]
    fn fingerprints_differ_and_do_not_move_with_lines() {
        let kind = Kind { id: "K", name: "k", summary: "", explain: "", level: Level::Error };
        let finding = |line: usize, message: &str| {
            let source = Source::new("mesh.toml", &"\n".repeat(9));
            Finding {
                kind,
                level: Level::Error,
                fails: true,
                message: message.to_owned(),
                label: String::new(),
                place: Place::of(&source, "mesh.toml", line..line),
                subject: String::new(),
                others: Vec::new(),
                help: None,
            }
        };
        let prints = |findings: Vec<Finding>| -> Vec<String> {
            let listing = Listing { diagnostics: findings, ..Listing::default() };
            listing.printed().map(|(_, print)| print).collect()
        };
        let one = prints(vec![finding(1, "a"), finding(2, "a"), finding(3, "b")]);
        assert_eq!(one, prints(vec![finding(4, "a"), finding(5, "a"), finding(6, "b")]));
        assert_eq!(one[1], format!("{}-2", one[0]));
        assert_ne!(one[0], one[2]);
    }
}
