//! What may be typed at a place: keys with what each means, names that the document has, words, codes of diagnostics.
//!
//! Enters: a place in an open document, broken as it may be while it is typed. Leaves: a list of items, each with the text that it replaces. A key that
//! its table has already is not offered again.

mod keys;
mod values;

use std::ops::Range;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, InsertTextFormat, MarkupContent, MarkupKind, Uri,
};

use super::names::{Mention, Noun, mentions};
use super::requests::About;
use super::server::View;
use crate::document::sketch::Spot;

impl About for CompletionParams {
    fn uri(&self) -> &Uri {
        &self.text_document_position.text_document.uri
    }
}

/// Something that may be typed.
struct Offer {
    /// What is shown and searched for.
    label: String,
    /// What is typed; with places to fill in where it is a snippet.
    text: String,
    snippet: bool,
    kind: CompletionItemKind,
    /// One line.
    detail: String,
    /// Markdown.
    doc: String,
}

impl Offer {
    fn new(label: &str, kind: CompletionItemKind) -> Self {
        let (text, detail, doc) = (label.to_owned(), String::new(), String::new());
        Self { label: label.to_owned(), text, snippet: false, kind, detail, doc }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }
}

/// `textDocument/completion`.
pub fn answer(view: View<'_>, params: &CompletionParams) -> CompletionResponse {
    let file = view.file;
    let offset = file.offset(params.text_document_position.position);
    let spot =
        if file.is_too_long() { Spot::Nothing } else { file.sketch().spot(file.text(), offset) };
    let (offers, range) = match &spot {
        Spot::Key { range, .. } => (keys::of_table(view, &spot), range.clone()),
        Spot::Header { way, range, item } => {
            (keys::of_header(view, &borrowed(way), *item, range), range.clone())
        }
        Spot::Value { way, range, .. } => (values::of(view, &borrowed(way), &spot), range.clone()),
        Spot::Comment(start) => values::of_comment(view, *start, offset),
        Spot::Nothing => (Vec::new(), offset..offset),
    };
    let items = offers.into_iter().enumerate();
    let items = items.map(|(place, offer)| item(view, offer, place, &range)).collect();
    CompletionResponse::Array(items)
}

fn borrowed(way: &[String]) -> Vec<&str> {
    way.iter().map(String::as_str).collect()
}

/// The names of a kind that the document has, each once, in order.
fn known(view: View<'_>, noun: Noun, of: Option<&str>, without: &Range<usize>) -> Vec<String> {
    let all = mentions(view.file.text(), view.file.sketch());
    // Namespaces are made by using them.
    let fits = |it: &&Mention| {
        it.noun == noun
            && (it.defines || noun == Noun::Namespace)
            && (it.of.as_deref() == of || it.of.is_none())
            && is_apart(&it.range, without)
            && !it.name.is_empty()
    };
    let mut names: Vec<String> = all.iter().filter(fits).map(|it| it.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a word is another one than that which is being typed: that is nothing yet.
fn is_apart(word: &Range<usize>, typed: &Range<usize>) -> bool {
    word.end < typed.start || word.start > typed.end
}

fn item(view: View<'_>, offer: Offer, place: usize, range: &Range<usize>) -> CompletionItem {
    let markup = |value: String| {
        Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
    };
    let edit = view.file.edit(range.clone(), offer.text);
    CompletionItem {
        // The order of the reference, not of the alphabet.
        sort_text: Some(format!("{place:05}")),
        filter_text: Some(offer.label.clone()),
        label: offer.label,
        kind: Some(offer.kind),
        detail: (!offer.detail.is_empty()).then_some(offer.detail),
        documentation: (!offer.doc.is_empty()).then(|| markup(offer.doc)),
        insert_text_format: offer.snippet.then_some(InsertTextFormat::SNIPPET),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}
