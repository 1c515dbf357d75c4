//! Makes the edits that diagnostics carry.
//!
//! Enters: a document, its lock and which edits are wanted. Leaves: the mended text. It is never worse than before: after each round the
//! text is checked again, and what brought more errors, or an error of the file itself, is not made.

use std::collections::BTreeSet;

use crate::compile::check;
use crate::report::{Applicability, Edit, Report, Severity};
use crate::source::Source;
use crate::span::File;

/// So often a text is gone through; each round mends what the one before brought to light.
const ROUNDS: usize = 100;

/// A mended document.
pub struct Mended {
    /// Its text.
    pub text: String,
    /// How many problems were mended.
    pub count: usize,
}

/// Mends a document as far as edits up to `most` go.
#[must_use]
pub fn mend(source: &Source, lock: Option<&Source>, most: Applicability) -> Mended {
    let mut mended = Mended { text: source.text().to_owned(), count: 0 };
    let mut report = check(source, lock).report;
    let mut seen = BTreeSet::from([mended.text.clone()]);
    for _ in 0..ROUNDS {
        let fixes = fixes(&report, &mended.text, most);
        if fixes.is_empty() {
            break;
        }
        let try_some = |fixes: &[Vec<Edit>], from: &str, report: &Report| {
            let text = edited(from, fixes);
            let after = check(&Source::new(source.path(), &text), lock).report;
            is_better(report, &after).then_some((text, after, fixes.len()))
        };
        // All at once; where that would be worse, one by one.
        let all = try_some(&fixes, &mended.text, &report);
        let one = || {
            fixes.iter().find_map(|fix| {
                let tried = try_some(std::slice::from_ref(fix), &mended.text, &report)?;
                (!seen.contains(&tried.0)).then_some(tried)
            })
        };
        let Some((text, after, count)) = all.or_else(one) else { break };
        if !seen.insert(text.clone()) {
            break;
        }
        mended = Mended { text, count: mended.count + count };
        report = after;
    }
    mended
}

/// The edits of a report's fixes, those that do not touch each other.
fn fixes(report: &Report, text: &str, most: Applicability) -> Vec<Vec<Edit>> {
    let mut fixes: Vec<Vec<Edit>> = Vec::new();
    let offered = report.diagnostics().iter().filter_map(|found| found.fix.as_deref());
    for fix in offered.filter(|fix| fix.applicability <= most) {
        let touches = |edit: &Edit| {
            fixes
                .iter()
                .flatten()
                .any(|made| edit.span.start <= made.span.end && made.span.start <= edit.span.end)
        };
        if fix.edits.iter().all(|edit| is_sound(edit, text) && !touches(edit)) {
            fixes.push(fix.edits.clone());
        }
    }
    fixes
}

/// Whether an edit is one of the document, and takes no comment away.
#[must_use]
pub fn is_sound(edit: &Edit, text: &str) -> bool {
    let replaced = text.get(edit.span.range());
    let keeps = |replaced: &str| {
        let comment = replaced.trim_start().starts_with('#');
        comment || edit.text.contains('#') || !replaced.contains('#') || !replaced.contains('\n')
    };
    edit.span.file == File::Mesh && replaced.is_some_and(keeps)
}

/// A text with the edits made.
#[must_use]
pub fn edited(text: &str, fixes: &[Vec<Edit>]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flatten().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&edit.text);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Whether a text after an edit has no more errors than before, none of them of the file's own form, and no more warnings instead.
fn is_better(before: &Report, after: &Report) -> bool {
    let count = |report: &Report| (report.count(Severity::Error), report.count(Severity::Warning));
    let broken = |report: &Report| {
        let form = |code: &str| code.starts_with("CW00");
        let errors =
            report.diagnostics().iter().filter(|found| found.rule.severity == Severity::Error);
        errors.filter(|found| form(found.rule.code)).count()
    };
    count(after) <= count(before) && broken(after) <= broken(before)
}
