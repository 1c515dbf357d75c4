//! Quick fixes: the edits that diagnostics carry, and the comment that allows a warning.
//!
//! Enters: a range of an open document. Leaves: an action for each diagnostic there that has an answer, and on demand all safe ones at once, as
//! `cwc check --fix` makes them. What one diagnostic offers is what the terminal offers for it; all at once leave the document no worse.

use std::ops::Range;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, TextEdit, Uri, WorkspaceEdit,
};

use super::diagnostics::diagnostic;
use super::file::File;
use super::formatting;
use super::requests::About;
use super::server::{View, lock_uri};
use crate::fix::{is_sound, mend};
use crate::report::finding::tidy;
use crate::report::{Applicability, Diagnostic, Edit, Severity};
use crate::span::File as Which;

/// A text of at most so many bytes is shown in a title.
const SHOWN: usize = 60;

/// All safe edits at once.
#[must_use]
pub fn fix_all() -> CodeActionKind {
    CodeActionKind::new("source.fixAll.cwc")
}

impl About for CodeActionParams {
    fn uri(&self) -> &Uri {
        &self.text_document.uri
    }
}

/// `textDocument/codeAction`.
pub fn answer(view: View<'_>, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    if view.file.is_too_long() {
        return Vec::new();
    }
    let only = params.context.only.as_deref();
    // A kind asks for those below it too: `source` for `source.fixAll.cwc`.
    let asks = |kind: &CodeActionKind| {
        only.is_none_or(|only| {
            only.iter().any(|asked| {
                let rest = kind.as_str().strip_prefix(asked.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    };
    let mut actions = Vec::new();
    if asks(&CodeActionKind::QUICKFIX) {
        let (start, end) = (params.range.start, params.range.end);
        let range = view.file.offset(start)..view.file.offset(end);
        actions.extend(quick_fixes(view, &params.text_document.uri, &range));
    }
    // To mend everything checks the document several times, so it is done for those who ask for it.
    if only.is_some() && asks(&fix_all()) {
        actions.extend(everything(view, &params.text_document.uri));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// The actions for the diagnostics that a range touches.
fn quick_fixes(view: View<'_>, uri: &Uri, range: &Range<usize>) -> Vec<CodeAction> {
    let touches = |found: &&Diagnostic| {
        let own = found.primary.span.range();
        found.primary.span.file == Which::Mesh && own.start <= range.end && range.start <= own.end
    };
    let (mut actions, lock) = (Vec::new(), no_lock(view));
    for found in view.file.report(view.lock).diagnostics().iter().filter(touches) {
        let action = |title: String, edits: Vec<TextEdit>, preferred: bool| CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic(found, view, &lock)]),
            edit: Some(edit(uri, edits)),
            is_preferred: preferred.then_some(true),
            ..CodeAction::default()
        };
        let text = view.file.text();
        let fix = found.fix.as_deref();
        if let Some(fix) = fix.filter(|fix| fix.edits.iter().all(|edit| is_sound(edit, text))) {
            let place = |edit: &Edit| view.file.edit(edit.span.range(), edit.text.clone());
            let edits = fix.edits.iter().map(place).collect();
            let preferred = fix.applicability == Applicability::Safe;
            actions.push(action(title(&fix.edits, found, text), edits, preferred));
        }
        if let Some((at, comment)) = allowing(view, found) {
            let code = found.rule.code;
            let title = format!("allow {code} here, with a comment");
            actions.push(action(title, vec![view.file.edit(at..at, comment)], false));
        }
    }
    actions
}

/// The comment that allows a warning above the statement that it is about, without a reason: that is for the author to say, and is asked for.
fn allowing(view: View<'_>, found: &Diagnostic) -> Option<(usize, String)> {
    let rule = found.rule;
    // What is wrong with a comment is not hidden by another one.
    if rule.severity == Severity::Error || rule.code.starts_with("CW07") {
        return None;
    }
    let start = view.file.sketch().statement_at(found.primary.span.range().start)?.start;
    let line = view.file.text().get(start..)?;
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    Some((start, format!("{indent}# cwc: allow({}) \n", rule.code)))
}

/// Every safe edit, as long as the document gets no worse.
fn everything(view: View<'_>, uri: &Uri) -> Option<CodeAction> {
    let mended = mend(&view.file.source, view.lock.source(), Applicability::Safe);
    let edits = formatting::edits(view, &mended.text);
    (!edits.is_empty()).then(|| CodeAction {
        title: "mend all that has one answer".to_owned(),
        kind: Some(fix_all()),
        edit: Some(edit(uri, edits)),
        ..CodeAction::default()
    })
}

/// What a fix does, in words.
fn title(edits: &[Edit], found: &Diagnostic, text: &str) -> String {
    let shown = |text: &str| {
        let line = tidy(text.trim());
        (line.len() <= SHOWN && !text.trim().contains('\n')).then_some(line)
    };
    if let [edit] = edits {
        let old = shown(text.get(edit.span.range()).unwrap_or_default());
        match (old.as_deref(), shown(&edit.text).as_deref()) {
            (Some(""), Some(new)) => return format!("insert `{new}`"),
            (Some(old), Some("")) => return format!("remove `{old}`"),
            (Some(old), Some(new)) => return format!("replace `{old}` by `{new}`"),
            _ => {}
        }
    }
    found.help.as_deref().map_or_else(|| format!("mend {}", found.rule.name), tidy)
}

/// Edits of one document.
#[expect(clippy::mutable_key_type, reason = "the protocol's map")]
#[expect(clippy::disallowed_types, reason = "the protocol's map")]
#[must_use]
pub fn edit(uri: &Uri, edits: Vec<TextEdit>) -> WorkspaceEdit {
    let changes = std::collections::HashMap::from([(uri.clone(), edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

/// No diagnostic of an action is in the lock, and other places in it are not pointed at.
fn no_lock(view: View<'_>) -> File {
    File::new(&lock_uri(&view.file.uri), 0, String::new(), view.client.encoding)
}
