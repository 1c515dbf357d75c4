//! What stands in a document: its tables, clusters and services, with what belongs to each.
//!
//! Enters: an open document. Leaves: symbols, nested where the client can show them so.

use std::ops::Range;

use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
    SymbolKind, Uri,
};

use super::requests::About;
use super::server::View;
use crate::document::sketch::{Part, Sketch, Word};

impl About for DocumentSymbolParams {
    fn uri(&self) -> &Uri {
        &self.text_document.uri
    }
}

/// Something that has a symbol.
struct Found {
    name: String,
    detail: &'static str,
    kind: SymbolKind,
    /// The name.
    word: Range<usize>,
    /// All of it.
    whole: Range<usize>,
    children: Vec<Found>,
}

/// `textDocument/documentSymbol`.
pub fn answer(view: View<'_>, params: &DocumentSymbolParams) -> DocumentSymbolResponse {
    let found = all(view.file.sketch());
    if view.client.nested_symbols {
        let nested = found.iter().map(|found| nested(view, found)).collect();
        return DocumentSymbolResponse::Nested(nested);
    }
    let mut flat = Vec::new();
    for top in &found {
        flat.push(information(view, params, top, None));
        let children = top.children.iter();
        flat.extend(children.map(|child| information(view, params, child, Some(&top.name))));
    }
    DocumentSymbolResponse::Flat(flat)
}

/// What a way is that a symbol is made of: what it is called, its kind, and whether it stands at the top.
fn kind(way: &[&str]) -> Option<(&'static str, SymbolKind, bool)> {
    Some(match way {
        ["clusters", _] => ("cluster", SymbolKind::CLASS, true),
        ["services", _] => ("service", SymbolKind::INTERFACE, true),
        ["mesh" | "defaults" | "lint" | "existing"] => ("", SymbolKind::NAMESPACE, true),
        ["services", _, "ports", _] => ("port", SymbolKind::FIELD, false),
        ["services", _, "versions", _] => ("version", SymbolKind::ENUM_MEMBER, false),
        ["services", _, "backends", _] => ("backend", SymbolKind::OBJECT, false),
        ["services", _, "routes"] => ("route", SymbolKind::FUNCTION, false),
        ["clusters", _, "gateway"] => ("gateway", SymbolKind::OBJECT, false),
        _ => return None,
    })
}

fn all(sketch: &Sketch) -> Vec<Found> {
    let mut tops: Vec<Found> = Vec::new();
    for word in sketch.words().iter().filter(|word| word.part != Part::Value) {
        let way = sketch.way(word);
        let Some((detail, kind, is_top)) = kind(&way) else { continue };
        let found = Found {
            name: way.last().copied().filter(|name| !name.is_empty()).unwrap_or("?").to_owned(),
            detail,
            kind,
            word: word.range.clone(),
            whole: whole(sketch, word),
            children: Vec::new(),
        };
        let above = |top: &&mut Found| {
            way.iter().any(|name| *name == top.name) && top.whole.start <= found.word.start
        };
        match tops.last_mut().filter(above) {
            // A table below widens the one that it belongs to.
            Some(top) if is_top && top.detail == detail => {
                top.whole.end = top.whole.end.max(found.whole.end);
            }
            Some(top) if !is_top => {
                top.whole.end = top.whole.end.max(found.whole.end);
                let known = top.children.iter_mut().find(|child| {
                    child.name == found.name && child.detail == detail && detail != "route"
                });
                match known {
                    Some(child) => child.whole.end = child.whole.end.max(found.whole.end),
                    None => top.children.push(found),
                }
            }
            _ if is_top => tops.push(found),
            _ => {}
        }
    }
    tops
}

/// What belongs to a name: its statement, or the block below its header.
fn whole(sketch: &Sketch, word: &Word) -> Range<usize> {
    let line = sketch.statement_at(word.range.start).unwrap_or_else(|| word.range.clone());
    match word.part {
        Part::Header => sketch.block_at(word.range.start).map_or(line, |block| block.range.clone()),
        Part::Key | Part::Value => line,
    }
}

#[expect(deprecated, reason = "the protocol's struct has no other constructor")]
fn nested(view: View<'_>, found: &Found) -> DocumentSymbol {
    let text = view.file.text().get(found.whole.clone()).unwrap_or_default();
    let end = (found.whole.start + text.trim_end().len()).max(found.word.end);
    let children: Vec<_> = found.children.iter().map(|child| nested(view, child)).collect();
    DocumentSymbol {
        name: found.name.clone(),
        detail: (!found.detail.is_empty()).then(|| found.detail.to_owned()),
        kind: found.kind,
        tags: None,
        deprecated: None,
        range: view.file.places(found.whole.start.min(found.word.start)..end),
        selection_range: view.file.places(found.word.clone()),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the protocol's struct has no other constructor")]
fn information(
    view: View<'_>,
    params: &DocumentSymbolParams,
    found: &Found,
    container: Option<&str>,
) -> SymbolInformation {
    let range = view.file.places(found.whole.clone());
    SymbolInformation {
        name: found.name.clone(),
        kind: found.kind,
        tags: None,
        deprecated: None,
        location: Location { uri: params.text_document.uri.clone(), range },
        container_name: container.map(str::to_owned),
    }
}
