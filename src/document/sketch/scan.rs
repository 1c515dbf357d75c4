//! Goes through one statement, word by word.
//!
//! Enters: a statement, whole or up to a place, and the table that it stands in. Leaves: its words, and what would have to come next.

use std::ops::Range;

use super::{Part, Sketch, Word, unquoted};
use crate::document::statement::string_end;

/// What would have to come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A key of the table of this step.
    Key(usize),
    /// What follows the key of this step: `=` or a dot.
    Equals(usize),
    /// The value of this step.
    Value(usize),
    /// A comma, a closing bracket or the end.
    End,
}

/// A bracket that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    array: bool,
    step: usize,
    table: usize,
}

/// A word while it is gone through, and what was wanted when it came.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub(super) range: Range<usize>,
    pub(super) want: Want,
    /// Whether it follows a dot.
    pub(super) dotted: bool,
}

/// The way through a statement.
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    frames: Vec<Frame>,
    table: usize,
    pub(super) want: Want,
    pub(super) last: Option<Last>,
    /// Whether a dot was the last that came.
    pub(super) dotted: bool,
    /// Where the comment begins that the end is in.
    pub(super) comment: Option<usize>,
}

impl<'t> Scan<'t> {
    pub(super) fn of(text: &'t str, range: Range<usize>, step: usize, table: usize) -> Self {
        let frames = vec![Frame { array: false, step, table }];
        let (at, end, want) = (range.start, range.end, Want::Key(step));
        Self { text, at, end, frames, table, want, last: None, dotted: false, comment: None }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied().filter(|_| self.at < self.end)
    }

    /// The table that stands open, and whether an array stands open in it.
    pub(super) fn open(&self) -> (usize, bool) {
        let array = self.frames.last().is_some_and(|frame| frame.array);
        (self.table, array)
    }

    /// Whether no bracket stands open.
    pub(super) fn is_outside(&self) -> bool {
        self.frames.len() == 1
    }

    /// Goes through a header; the step of its last name.
    pub(super) fn header(&mut self, sketch: &mut Sketch) -> usize {
        let mut step = 0;
        while let Some(byte) = self.byte() {
            match byte {
                b'#' => {
                    self.pass_comment();
                    break;
                }
                b']' => self.want = Want::End,
                b'.' if self.want != Want::End => {
                    (self.want, self.dotted) = (Want::Key(step), true);
                }
                b'[' | b'=' | b',' | b'{' | b'}' => {}
                _ if byte.is_ascii_whitespace() => {}
                _ => {
                    let range = self.word(is_of_key);
                    if let Want::Key(parent) = self.want {
                        step = self.push(sketch, range, parent, Part::Header);
                    }
                    continue;
                }
            }
            self.at += 1;
        }
        step
    }

    /// Goes through a key and its value.
    pub(super) fn run(&mut self, sketch: &mut Sketch) {
        while let Some(byte) = self.byte() {
            match (byte, self.want) {
                (b'#', _) => {
                    self.pass_comment();
                    continue;
                }
                (b'=', Want::Equals(step)) => self.want = Want::Value(step),
                (b'.', Want::Equals(step)) => {
                    (self.want, self.dotted) = (Want::Key(step), true);
                    self.table = sketch.fresh_table();
                }
                (b'=', _) => {}
                (b'{' | b'[', _) => self.opened(byte == b'[', sketch),
                (b'}' | b']', _) => {
                    if self.frames.len() > 1 {
                        self.frames.pop();
                    }
                    self.table = self.frames.last().map_or(0, |frame| frame.table);
                    self.want = Want::End;
                }
                (b',', _) => self.comma(),
                _ if byte.is_ascii_whitespace() => {}
                _ => {
                    self.entry(sketch);
                    continue;
                }
            }
            self.at += 1;
        }
    }

    fn opened(&mut self, array: bool, sketch: &mut Sketch) {
        let step = match self.want {
            Want::Value(step) | Want::Key(step) | Want::Equals(step) => step,
            Want::End => self.frames.last().map_or(0, |frame| frame.step),
        };
        if !array {
            self.table = sketch.fresh_table();
        }
        self.frames.push(Frame { array, step, table: self.table });
        self.want = if array { Want::Value(step) } else { Want::Key(step) };
    }

    fn comma(&mut self) {
        if let Some(frame) = self.frames.last() {
            self.table = frame.table;
            self.want = if frame.array { Want::Value(frame.step) } else { Want::Key(frame.step) };
        }
    }

    /// A key or a value.
    fn entry(&mut self, sketch: &mut Sketch) {
        match self.want {
            Want::Key(parent) => {
                let range = self.word(is_of_key);
                self.push(sketch, range, parent, Part::Key);
            }
            Want::Value(step) => {
                let range = self.word(is_of_value);
                self.last = Some(Last { range: range.clone(), want: self.want, dotted: false });
                let table = self.table;
                sketch.words.push(Word { range, part: Part::Value, table, last: true, step });
                self.want = Want::End;
            }
            Want::Equals(_) | Want::End => {
                let range = self.word(is_of_value);
                self.last = Some(Last { range, want: self.want, dotted: false });
            }
        }
    }

    fn push(
        &mut self,
        sketch: &mut Sketch,
        range: Range<usize>,
        parent: usize,
        part: Part,
    ) -> usize {
        let dotted = std::mem::take(&mut self.dotted);
        self.last = Some(Last { range: range.clone(), want: self.want, dotted });
        let key = unquoted(self.text.get(range.clone()).unwrap_or_default()).1;
        let step = sketch.step(parent, key);
        if let Some(before) = sketch.words.last_mut().filter(|_| dotted) {
            before.last = false;
        }
        sketch.words.push(Word { range, part, table: self.table, last: true, step });
        self.want = Want::Equals(step);
        step
    }

    /// The word that begins here: a string, or all that `is_of` it.
    fn word(&mut self, is_of: fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        let bytes = self.text.as_bytes().get(..self.end).unwrap_or_default();
        let rest = bytes.get(start..).unwrap_or_default();
        self.at = if matches!(rest.first(), Some(b'"' | b'\'')) {
            string_end(bytes, start).min(self.end)
        } else {
            start + rest.iter().position(|byte| !is_of(*byte)).unwrap_or(rest.len()).max(1)
        };
        start..self.at
    }

    /// Passes over a comment.
    fn pass_comment(&mut self) {
        let rest = self.text.get(self.at..self.end).unwrap_or_default();
        if let Some(length) = rest.find('\n') {
            self.at += length;
        } else {
            (self.comment, self.at) = (Some(self.at), self.end);
        }
    }
}

fn is_of_key(byte: u8) -> bool {
    is_of_value(byte) && !matches!(byte, b'.' | b'=')
}

fn is_of_value(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(byte, b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'"' | b'\'')
}
