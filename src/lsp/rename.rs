//! A new name for a cluster, a service or a version, wherever it is written.
//!
//! Enters: a place and a name. Leaves: edits of one document, or the reason against them. A service keeps what callers call it, and so its address and
//! its Kubernetes Services: where its `name` follows from the key, the old one is written down. `mesh.lock` knows names only, so nothing moves in it. What
//! comes out is checked before it is offered.

use lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, Uri};
use serde_json::Value;

use super::actions::edit;
use super::definition::{made, same_at};
use super::file::File;
use super::names::{Mention, Noun, mentions};
use super::requests::{About, Answer, Refused, text};
use super::server::{Server, View, parsed};
use super::wire::Code;
use crate::compile::{Checked, check};
use crate::document::sketch::Part;
use crate::fix::edited;
use crate::mesh::Mesh;
use crate::report::finding::tidy;
use crate::report::{Diagnostic, Edit, Severity};
use crate::rules::{CheckedMesh, invalid_name};
use crate::source::Source;
use crate::span::{File as Which, Span, Spanned};

impl About for TextDocumentPositionParams {
    fn uri(&self) -> &Uri {
        &self.text_document.uri
    }
}

/// `textDocument/prepareRename`.
pub fn prepare(
    view: View<'_>,
    params: &TextDocumentPositionParams,
) -> Option<PrepareRenameResponse> {
    let (at, all) = same_at(view, params.position)?;
    let renames = matches!(at.noun, Noun::Cluster | Noun::Service | Noun::Version);
    (renames && made(&all).is_some()).then(|| PrepareRenameResponse::RangeWithPlaceholder {
        range: view.file.places(at.range),
        placeholder: at.name,
    })
}

/// `textDocument/rename`.
///
/// # Errors
/// Where nothing can be renamed there, or not so: with the reason.
pub fn respond(server: &Server, params: Value) -> Result<Answer, Refused> {
    let params: RenameParams = parsed(params)?;
    let at = &params.text_document_position;
    let uri = &at.text_document.uri;
    let renamed = server.view(uri.as_str(), |view| {
        let (at, edits, mesh) = rename(view, at, &params.new_name)?;
        let place = |edit: &Edit| view.file.edit(edit.span.range(), edit.text.clone());
        let edits: Vec<TextEdit> = edits.iter().map(place).collect();
        let say = mesh.and_then(|mesh| told(mesh.mesh(), &at, &params.new_name));
        Ok(Answer { result: text(&edit(uri, edits)), say })
    });
    let refused = |why: String| (Code::Failed, why);
    renamed.unwrap_or_else(|| Err("the document is not open".to_owned())).map_err(refused)
}

/// What is renamed, the edits, and the mesh that they lead to; or why not.
fn rename(
    view: View<'_>,
    at: &TextDocumentPositionParams,
    new: &str,
) -> Result<(Mention, Vec<Edit>, Option<CheckedMesh>), String> {
    let file = view.file;
    let before = file.report(view.lock);
    if let Some(found) = before.diagnostics().iter().find(|it| it.rule.code.starts_with("CW00")) {
        return Err(format!("the document cannot be read as a whole: {}", tidy(&found.message)));
    }
    let (at, all) = same_at(view, at.position).ok_or("no cluster, service or version is here")?;
    let noun = at.noun.word();
    if !matches!(at.noun, Noun::Cluster | Noun::Service | Noun::Version) {
        return Err(format!(
            "a {noun} is not renamed: it is called so outside of the document too"
        ));
    }
    if made(&all).is_none() {
        return Err(format!("there is no {noun} `{}`", at.name));
    }
    if at.name == new {
        return Ok((at, Vec::new(), None));
    }
    let name = Spanned::new(new.to_owned(), Span::new(Which::Mesh, 0..0));
    if let Some(found) = invalid_name::check(&name) {
        return Err(said(&found));
    }
    let (text, sketch) = (file.text(), file.sketch());
    let taken = mentions(text, sketch)
        .into_iter()
        .any(|it| it.defines && it.noun == at.noun && it.of == at.of && it.name == new);
    if taken {
        return Err(format!("there is a {noun} `{new}` already"));
    }
    let replaced = |it: &Mention| Edit {
        span: Span::new(Which::Mesh, it.range.clone()),
        text: new.to_owned(),
    };
    let mut edits: Vec<Edit> = all.iter().map(replaced).collect();
    if at.noun == Noun::Service {
        edits.extend(kept_name(file, &at.name, new));
    }
    let mended = Source::new(file.source.path(), &edited(text, &[edits.clone()]));
    let Checked { mesh, report: after } = check(&mended, view.lock.source());
    if after.count(Severity::Error) > before.count(Severity::Error) {
        let known: Vec<&str> = before.diagnostics().iter().map(|it| it.message.as_str()).collect();
        let mut errors =
            after.diagnostics().iter().filter(|it| it.rule.severity == Severity::Error);
        let new = errors.find(|it| !known.contains(&it.message.as_str()));
        return Err(new.map_or_else(|| "the document would get worse".to_owned(), said));
    }
    Ok((at, edits, mesh))
}

fn said(found: &Diagnostic) -> String {
    let help = found.help.as_ref().map_or_else(String::new, |help| format!("; {}", tidy(help)));
    format!("{}: {}{help}", tidy(&found.message), tidy(&found.primary.text))
}

/// The edit that writes down what a service was called by its key; none where its `name` says it.
fn kept_name(file: &File, old: &str, new: &str) -> Option<Edit> {
    let (text, sketch) = (file.text(), file.sketch());
    if sketch.words().iter().any(|word| sketch.way(word) == ["services", old, "name"]) {
        return None;
    }
    let insert =
        |at: usize, text: String| Some(Edit { span: Span::new(Which::Mesh, at..at), text });
    let own = sketch.words().iter().filter(|word| sketch.way(word) == ["services", old]);
    let mut own: Vec<_> = own.collect();
    own.sort_by_key(|word| (!word.last, word.range.start));
    let word = own.first()?;
    let statement = sketch.statement_at(word.range.start)?;
    let behind = text.get(word.range.end..).unwrap_or_default();
    match (word.part, word.last) {
        (Part::Header, true) => {
            let line = behind.find('\n').map_or(text.len(), |at| word.range.end + at + 1);
            let gap =
                if text.get(..line).is_some_and(|text| text.ends_with('\n')) { "" } else { "\n" };
            insert(line, format!("{gap}name = \"{old}\"\n"))
        }
        (Part::Header, false) => {
            insert(statement.start, format!("[services.{new}]\nname = \"{old}\"\n\n"))
        }
        (_, true) => {
            let brace = word.range.end + behind.find('{')? + 1;
            let empty = text.get(brace..)?.trim_start().starts_with('}');
            insert(brace, format!(" name = \"{old}\"{}", if empty { " " } else { "," }))
        }
        (_, false) => {
            let before = text.get(statement.start..word.range.start).unwrap_or_default();
            insert(statement.start, format!("{before}{new}.name = \"{old}\"\n"))
        }
    }
}

/// What the person should know of it.
fn told(mesh: &Mesh, at: &Mention, new: &str) -> Option<String> {
    let old = &at.name;
    match at.noun {
        Noun::Service => {
            let service = mesh.service_of_key(new)?;
            let name = service.names.first()?;
            Some(format!(
                "`{new}` is still called as {}, at {}: only its key in mesh.toml is new. To change what it is called by, change `name`.",
                name.host, name.vip
            ))
        }
        Noun::Cluster => Some(format!(
            "`{new}`: its folder will be {out}/{new}, and `cwc build` wants `--allow-deletes` before it removes {out}/{old}. No address changes.",
            out = mesh.settings.out
        )),
        Noun::Version | Noun::Port | Noun::Namespace => None,
    }
}
