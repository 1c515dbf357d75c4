//! The document in its one form, as `cwc fmt` writes it.
//!
//! Enters: an open document. Leaves: edits of the lines that change and no others, so that the cursor stays where it is. A text that is no TOML stays.

use lsp_types::{DocumentFormattingParams, TextEdit, Uri};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::requests::About;
use super::server::View;
use crate::format::format;

/// More lines than these are not compared one by one: all of them are one edit.
const MOST: usize = 4000;

impl About for DocumentFormattingParams {
    fn uri(&self) -> &Uri {
        &self.text_document.uri
    }
}

/// `textDocument/formatting`.
#[must_use]
pub fn answer(view: View<'_>, _: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    if view.file.is_too_long() {
        return None;
    }
    Some(edits(view, &format(view.file.text()).ok()?))
}

/// The edits that make another text of a document.
#[must_use]
pub fn edits(view: View<'_>, wanted: &str) -> Vec<TextEdit> {
    let text = view.file.text();
    let (old, new) = (lines(text), lines(wanted));
    let pairs = old.iter().zip(&new);
    let before = pairs.take_while(|(one, two)| one == two).count();
    let (old, new) = (old.get(before..).unwrap_or_default(), new.get(before..).unwrap_or_default());
    let pairs = old.iter().rev().zip(new.iter().rev());
    let behind = pairs.take_while(|(one, two)| one == two).count();
    let old = old.get(..old.len() - behind).unwrap_or_default();
    let new = new.get(..new.len() - behind).unwrap_or_default();
    let first: usize = lines(text).iter().take(before).map(|line| line.len()).sum();
    let places: Vec<usize> = std::iter::once(first)
        .chain(old.iter().scan(first, |at, line| {
            *at += line.len();
            Some(*at)
        }))
        .collect();
    let at = |line: usize| places.get(line).copied().unwrap_or(text.len());
    let written =
        |from: usize, count: usize| new.get(from..from + count).unwrap_or_default().concat();
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    if old.len().max(new.len()) > MOST {
        return vec![view.file.edit(at(0)..at(old.len()), new.concat())];
    }
    let mut edits = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, old, new) {
        let (old, new) = (op.old_range(), op.new_range());
        if !matches!(op, DiffOp::Equal { .. }) {
            let text = written(new.start, new.len());
            edits.push(view.file.edit(at(old.start)..at(old.end), text));
        }
    }
    edits
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
