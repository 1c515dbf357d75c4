//! A file that the editor has open.
//!
//! Enters: its text, edits, and the lock beside it. Leaves: what the text comes to, worked out when it is asked for and kept until the text changes.

use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

use lsp_types::{Position, Range as Places, TextDocumentContentChangeEvent as Edit, TextEdit};

use super::lines::{Encoding, Lines};
use crate::compile;
use crate::document::sketch::Sketch;
use crate::mesh::Mesh;
use crate::report::Report;
use crate::rules::file_too_large;
use crate::source::Source;
use crate::span::File as Which;

/// `mesh.lock`, as far as the server knows it.
#[derive(Clone, Debug, Default)]
pub enum Lock {
    /// It is not there.
    #[default]
    Absent,
    /// Its text.
    Text(Rc<Source>),
    /// It is there, and is no text.
    Unreadable(Report),
}

impl Lock {
    /// Its text, where there is one.
    #[must_use]
    pub fn source(&self) -> Option<&Source> {
        match self {
            Self::Text(source) => Some(source),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }
}

/// An open file.
pub struct File {
    /// What messages and the editor call it.
    pub uri: String,
    /// The version that the editor gave the text.
    pub version: i32,
    /// The text as the editor has it.
    raw: String,
    /// The text as it is compiled: without a byte order mark.
    pub source: Rc<Source>,
    lines: Lines,
    encoding: Encoding,
    /// The last text of which all could be read, for what a broken one cannot tell.
    whole: Option<Rc<Source>>,
    sketch: OnceCell<Sketch>,
    report: OnceCell<Report>,
    mesh: OnceCell<Option<Mesh>>,
}

impl File {
    /// A file that is opened.
    #[must_use]
    pub fn new(uri: &str, version: i32, raw: String, encoding: Encoding) -> Self {
        let lines = Lines::of(&raw, encoding);
        let source = Rc::new(Source::new(name(uri), &raw));
        let uri = uri.to_owned();
        let (sketch, report, mesh) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { uri, version, raw, source, lines, encoding, whole: None, sketch, report, mesh }
    }

    /// The same with edits made, each in the text that the one before left.
    #[must_use]
    pub fn edited(self, version: i32, edits: Vec<Edit>) -> Self {
        let (mut raw, mut lines) = (self.raw, self.lines);
        for edit in edits {
            match edit.range {
                None => raw = edit.text,
                Some(places) => raw.replace_range(lines.range(&raw, places), &edit.text),
            }
            lines = Lines::of(&raw, self.encoding);
        }
        let whole = match self.report.get() {
            Some(report) if !is_broken(report) => Some(self.source),
            _ => self.whole,
        };
        Self { whole, ..Self::new(&self.uri, version, raw, self.encoding) }
    }

    /// Forgets what followed from the lock.
    pub fn relocked(&mut self) {
        (self.report, self.mesh) = (OnceCell::new(), OnceCell::new());
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.text()
    }

    /// Whether it is as long as no document may be; then nothing is told of it but that.
    #[must_use]
    pub fn is_too_long(&self) -> bool {
        self.raw.len() > file_too_large::LIMIT
    }

    /// The words of the text.
    #[must_use]
    pub fn sketch(&self) -> &Sketch {
        let text = if self.is_too_long() { "" } else { self.text() };
        self.sketch.get_or_init(|| Sketch::of(text))
    }

    /// All that is found in the text and its lock.
    #[must_use]
    pub fn report(&self, lock: &Lock) -> &Report {
        self.report.get_or_init(|| {
            if self.is_too_long() {
                let mut report = Report::new();
                report.push(file_too_large::found(self.raw.len() as u64, Which::Mesh));
                return report;
            }
            match lock {
                Lock::Unreadable(report) => report.clone(),
                Lock::Text(_) | Lock::Absent => compile::check(&self.source, lock.source()).report,
            }
        })
    }

    /// The mesh that the text means, or meant when all of it could be read.
    #[must_use]
    pub fn mesh(&self, lock: &Lock) -> Option<&Mesh> {
        let lock = lock.source();
        let meant = || {
            let now = (!self.is_too_long()).then(|| compile::meant(&self.source, lock)).flatten();
            now.or_else(|| compile::meant(self.whole.as_ref()?, lock))
        };
        self.mesh.get_or_init(meant).as_ref()
    }

    /// The position of a byte.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.raw, offset + self.mark())
    }

    /// The positions of a range of bytes.
    #[must_use]
    pub fn places(&self, range: Range<usize>) -> Places {
        Places { start: self.position(range.start), end: self.position(range.end) }
    }

    /// The byte of a position.
    #[must_use]
    pub fn offset(&self, position: Position) -> usize {
        self.lines.offset(&self.raw, position).saturating_sub(self.mark())
    }

    /// An edit of a range of bytes.
    #[must_use]
    pub fn edit(&self, range: Range<usize>, text: impl Into<String>) -> TextEdit {
        TextEdit { range: self.places(range), new_text: text.into() }
    }

    /// The length of the byte order mark.
    fn mark(&self) -> usize {
        self.raw.len() - self.source.text().len()
    }
}

/// Whether a part of the text could not be read.
fn is_broken(report: &Report) -> bool {
    report.diagnostics().iter().any(|found| found.rule.code.starts_with("CW00"))
}

/// The last part of a URI.
#[must_use]
pub fn name(uri: &str) -> &str {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(range: Option<[u32; 4]>, text: &str) -> Edit {
        let range = range.map(|[a, b, c, d]| Places {
            start: Position { line: a, character: b },
            end: Position { line: c, character: d },
        });
        Edit { range, range_length: None, text: text.to_owned() }
    }

    #[test]
    fn edits_follow_each_other() {
        let file = File::new("file:///m/mesh.toml", 1, "# 𝄞a\nb = 1\n".to_owned(), Encoding::Utf16);
        let edits = vec![edit(Some([0, 4, 0, 5]), "x\ny"), edit(Some([2, 4, 9, 9]), "2")];
        let file = file.edited(2, edits);
        assert_eq!((file.text(), file.version), ("# 𝄞x\ny\nb = 2", 2));
        assert_eq!(file.edited(3, vec![edit(None, "all")]).text(), "all");
    }

    #[test]
    fn a_byte_order_mark_counts_as_the_editor_counts_it() {
        let file = File::new("mesh.toml", 1, "\u{feff}ab\n".to_owned(), Encoding::Utf16);
        assert_eq!(file.position(1), Position { line: 0, character: 2 });
        assert_eq!(file.offset(Position { line: 0, character: 2 }), 1);
        assert_eq!(file.offset(Position { line: 0, character: 0 }), 0);
    }
}
