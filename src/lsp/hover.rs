//! What is to be known of a word: of a key what it means, of a name what it comes to, of a code what it warns of.
//!
//! Enters: a place in an open document. Leaves: Markdown. What a name comes to is read from the mesh as it is compiled, or as it was when the text could
//! last be read.

mod compiled;

use std::ops::Range;

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, Uri};

use super::names::{Mention, Noun, mention_at};
use super::requests::About;
use super::server::View;
use super::shapes;
use crate::document::sketch::{Part, Spot, unquoted};
use crate::report::Rule;
use crate::rules;
use crate::span::File as Which;

impl About for HoverParams {
    fn uri(&self) -> &Uri {
        &self.text_document_position_params.text_document.uri
    }
}

/// `textDocument/hover`.
pub fn answer(view: View<'_>, params: &HoverParams) -> Option<Hover> {
    let file = view.file;
    let offset = file.offset(params.text_document_position_params.position);
    let (mut parts, mut range) = (Vec::new(), offset..offset);
    if let Some((text, place)) = of_word(view, offset) {
        parts.push(text);
        range = place;
    }
    // What is wrong here is shown by the editor; why it matters is not.
    for found in file.report(view.lock).diagnostics() {
        let own = found.primary.span.range();
        let here = own.start <= offset && offset <= own.end && !own.is_empty();
        if found.primary.span.file == Which::Mesh && here && !file.is_too_long() {
            parts.push(of_rule(found.rule));
            range = if range.is_empty() { own } else { range };
        }
    }
    let value = (!parts.is_empty()).then(|| parts.join("\n\n---\n\n"))?;
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(Hover { contents, range: Some(file.places(range)) })
}

/// What is to be known of the word at a place, and its bytes.
fn of_word(view: View<'_>, offset: usize) -> Option<(String, Range<usize>)> {
    let (text, sketch) = (view.file.text(), view.file.sketch());
    if let Spot::Comment(_) = sketch.spot(text, offset) {
        return of_code(text, offset);
    }
    let named = mention_at(text, sketch, offset);
    if let Some((known, it)) = named.and_then(|it| Some((of_name(view, &it)?, it))) {
        return Some((known, it.range));
    }
    let word = sketch.word_at(offset)?;
    let way = sketch.way(word);
    let range = word.range.clone();
    if word.part != Part::Value {
        let (table, field) = shapes::field(&way)?;
        return Some((
            format!("`{}` of {}\n\n{}", field.key, table.name, shapes::meaning(field)),
            range,
        ));
    }
    let written = unquoted(text.get(range.clone())?).1;
    if let Some(choice) = shapes::choices(&way).iter().find(|choice| choice.word == written) {
        return Some((format!("`\"{}\"`: {}", choice.word, choice.doc), range));
    }
    rules::find(written).filter(|_| way.first() == Some(&"lint")).map(|rule| (of_rule(rule), range))
}

/// What a name comes to.
fn of_name(view: View<'_>, it: &Mention) -> Option<String> {
    let mesh = view.file.mesh(view.lock)?;
    match it.noun {
        Noun::Cluster => {
            let id = mesh.cluster_named(&it.name)?;
            Some(compiled::cluster(mesh, id))
        }
        Noun::Service => {
            let service = mesh.service_of_key(&it.name)?;
            Some(compiled::service(mesh, service, view.lock))
        }
        Noun::Version => {
            let of = mesh.service_of_key(it.of.as_deref()?)?;
            compiled::version(mesh, of, &it.name)
        }
        Noun::Port => {
            let of = mesh.service_of_key(it.of.as_deref()?)?;
            compiled::port(of, &it.name)
        }
        Noun::Namespace => None,
    }
}

/// The code that stands at a place, in a comment.
fn of_code(text: &str, offset: usize) -> Option<(String, Range<usize>)> {
    let is_of = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let (before, behind) = (text.get(..offset)?, text.get(offset..)?);
    let start = before.trim_end_matches(is_of).len();
    let end = offset + behind.find(|c| !is_of(c)).unwrap_or(behind.len());
    Some((of_rule(rules::find(text.get(start..end)?)?), start..end))
}

/// What a diagnostic means.
fn of_rule(rule: &Rule) -> String {
    format!("**{} {}**: {}\n\n{}", rule.code, rule.name, rule.summary, rule.explain)
}
