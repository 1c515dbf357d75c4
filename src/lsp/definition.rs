//! Where a name is made, and where it is used.
//!
//! Enters: a place in an open document. Leaves: the table of the cluster, service, version or port that is named there; or every place that names the
//! same.

use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams,
    GotoDefinitionResponse, Location, Position, ReferenceParams, Uri,
};

use super::names::{Mention, mention_at, mentions};
use super::requests::About;
use super::server::View;

impl About for GotoDefinitionParams {
    fn uri(&self) -> &Uri {
        &self.text_document_position_params.text_document.uri
    }
}

impl About for ReferenceParams {
    fn uri(&self) -> &Uri {
        &self.text_document_position.text_document.uri
    }
}

impl About for DocumentHighlightParams {
    fn uri(&self) -> &Uri {
        &self.text_document_position_params.text_document.uri
    }
}

/// What is named at a position, and all that name the same, in order.
#[must_use]
pub fn same_at(view: View<'_>, position: Position) -> Option<(Mention, Vec<Mention>)> {
    let (text, sketch) = (view.file.text(), view.file.sketch());
    let at = mention_at(text, sketch, view.file.offset(position))?;
    let mut all = mentions(text, sketch);
    // A port that the service does not have itself is one of the defaults.
    let made = |of: Option<&str>| {
        let it = Mention { of: of.map(str::to_owned), ..at.clone() };
        all.iter().any(|other| other.defines && other.is_same(&it))
    };
    let of = if made(at.of.as_deref()) || !made(None) { at.of.clone() } else { None };
    let at = Mention { of, ..at };
    all.retain(|other| other.is_same(&at) || at.of.is_none() && is_default(other, &at));
    Some((at, all))
}

/// Whether a use is of a port of the defaults.
fn is_default(other: &Mention, port: &Mention) -> bool {
    other.noun == port.noun && other.name == port.name && !other.defines
}

/// The place where a name is made: the header of its own table, or else the first that makes it.
#[must_use]
pub fn made(all: &[Mention]) -> Option<&Mention> {
    let mut makes = all.iter().filter(|it| it.defines);
    all.iter().find(|it| it.alone).or_else(|| makes.next())
}

/// `textDocument/definition`.
pub fn definition(view: View<'_>, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let at = &params.text_document_position_params;
    let (_, all) = same_at(view, at.position)?;
    let range = view.file.places(made(&all)?.range.clone());
    Some(GotoDefinitionResponse::Scalar(Location { uri: at.text_document.uri.clone(), range }))
}

/// `textDocument/references`.
pub fn references(view: View<'_>, params: &ReferenceParams) -> Vec<Location> {
    let at = &params.text_document_position;
    let Some((_, all)) = same_at(view, at.position) else { return Vec::new() };
    let wanted = |it: &&Mention| params.context.include_declaration || !it.defines;
    let place = |it: &Mention| Location {
        uri: at.text_document.uri.clone(),
        range: view.file.places(it.range.clone()),
    };
    all.iter().filter(wanted).map(place).collect()
}

/// `textDocument/documentHighlight`.
pub fn highlight(view: View<'_>, params: &DocumentHighlightParams) -> Vec<DocumentHighlight> {
    let Some((_, all)) = same_at(view, params.text_document_position_params.position) else {
        return Vec::new();
    };
    let one = |it: &Mention| DocumentHighlight {
        range: view.file.places(it.range.clone()),
        kind: Some(if it.defines {
            DocumentHighlightKind::WRITE
        } else {
            DocumentHighlightKind::READ
        }),
    };
    all.iter().map(one).collect()
}
