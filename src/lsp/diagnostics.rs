//! Diagnostics: all that `cwc check` finds, at its places.
//!
//! Enters: an open document with its lock. Leaves: `textDocument/publishDiagnostics`. The text says what the terminal does, the edit to make included;
//! the other places involved are named where the client can show them.

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, NumberOrString, Position, PublishDiagnosticsParams, Range as Places, Uri,
};

use super::file::File;
use super::requests::value;
use super::server::{View, lock_uri};
use super::wire::Reply;
use crate::report::finding::tidy;
use crate::report::{self, Severity};
use crate::source::Source;
use crate::span::{File as Which, Span};

/// So many diagnostics of a file are sent; an editor shows no more.
const MOST: usize = 1000;

/// Those of a document.
#[must_use]
pub fn of_document(view: View<'_>) -> Reply {
    let all = view.file.report(view.lock).diagnostics();
    let own: Vec<&report::Diagnostic> =
        all.iter().filter(|found| found.primary.span.file == Which::Mesh).collect();
    let lock = lock_file(view);
    let mut shown: Vec<Diagnostic> =
        own.iter().take(MOST).map(|found| diagnostic(found, view, &lock)).collect();
    if let Some(more) = own.len().checked_sub(MOST).filter(|more| *more > 0) {
        shown.push(Diagnostic {
            message: format!("{more} more problems are not shown; `cwc check` shows all"),
            severity: Some(DiagnosticSeverity::INFORMATION),
            source: Some("cwc".to_owned()),
            ..Diagnostic::default()
        });
    }
    published(&view.file.uri, Some(view.file.version), shown)
}

/// Those of the lock beside a document.
#[must_use]
pub fn of_lock(view: View<'_>) -> Vec<Diagnostic> {
    let all = view.file.report(view.lock).diagnostics();
    let of_it = all.iter().filter(|found| found.primary.span.file == Which::Lock);
    let lock = lock_file(view);
    of_it.take(MOST).map(|found| diagnostic(found, view, &lock)).collect()
}

/// As the client is told.
#[must_use]
pub fn published(uri: &str, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> Reply {
    // A URI that the client made itself can be read.
    let params = uri.parse().ok().map(|uri| PublishDiagnosticsParams { uri, diagnostics, version });
    Reply::Notification("textDocument/publishDiagnostics", value(&params))
}

/// That a file has none any more.
#[must_use]
pub fn none(uri: &str) -> Reply {
    published(uri, None, Vec::new())
}

/// The lock beside a document, for the positions in it.
fn lock_file(view: View<'_>) -> File {
    let text = view.lock.source().map_or("", Source::text);
    File::new(&lock_uri(&view.file.uri), 0, text.to_owned(), view.client.encoding)
}

/// A diagnostic as the protocol has it.
#[must_use]
pub fn diagnostic(found: &report::Diagnostic, view: View<'_>, lock: &File) -> Diagnostic {
    let file_of = |span: Span| if span.file == Which::Mesh { view.file } else { lock };
    let related = |label: &report::Label| {
        let file = file_of(label.span);
        let uri: Uri = file.uri.parse().ok()?;
        let range = file.places(label.span.range());
        let message = if label.text.is_empty() { "here".to_owned() } else { tidy(&label.text) };
        Some(DiagnosticRelatedInformation { location: Location { uri, range }, message })
    };
    let related: Vec<_> = found.others.iter().filter_map(related).collect();
    let rule = found.rule;
    let page = view
        .client
        .docs
        .as_ref()
        .map(|docs| format!("{docs}#{}-{}", rule.code.to_lowercase(), rule.name));
    let range = if view.file.is_too_long() {
        Places::new(Position::default(), Position::default())
    } else {
        file_of(found.primary.span).places(found.primary.span.range())
    };
    Diagnostic {
        range,
        severity: Some(match rule.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(rule.code.to_owned())),
        code_description: page
            .and_then(|page| page.parse().ok())
            .map(|href| CodeDescription { href }),
        source: Some("cwc".to_owned()),
        message: message(found),
        related_information: (view.client.related && !related.is_empty()).then_some(related),
        tags: rule.name.starts_with("unused-").then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: None,
    }
}

/// All that is said of a problem but for its other places.
fn message(found: &report::Diagnostic) -> String {
    let mut text = tidy(&found.message);
    if !found.primary.text.is_empty() {
        text.push_str(&format!(": {}", tidy(&found.primary.text)));
    }
    if let Some(help) = &found.help {
        text.push_str(&format!("\nhelp: {}", tidy(help)));
    }
    text
}
