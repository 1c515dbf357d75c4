//! CW0701: unused-allow.

use crate::document::{Allow, Document};
use crate::report::{Applicability, Diagnostic, Fix, Report, Rule, Severity};
use crate::rules::{malformed_allow, unexplained_allow, unknown_code};
use crate::span::File;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0701",
    name: "unused-allow",
    severity: Severity::Warning,
    summary: "a comment that allows what nobody warns of",
    explain: "`# cwc: allow(CODE) the reason` allows a warning in one place: on its line, in the key below, or in the table below \
              with all that belongs to it. One that hides nothing is left from something that was mended, or stands in the wrong place; \
              it would hide the next such warning unseen.",
    bad: include_str!("../../tests/rules/CW0701-unused-allow/bad.toml"),
    good: include_str!("../../tests/rules/CW0701-unused-allow/good.toml"),
};

/// Takes the warnings away that comments of the document allow, and reports the comments that are not in order.
pub fn apply(document: &Document, report: &mut Report) {
    let mut used: Vec<Vec<bool>> =
        document.allows.iter().map(|allow| vec![false; allow.words.len()]).collect();
    report.retain(|found| {
        let (rule, place) = (found.rule, found.primary.span);
        if rule.severity == Severity::Error || place.file != File::Mesh {
            return true;
        }
        let mut keep = true;
        for (allow, used) in document.allows.iter().zip(&mut used) {
            if !allow.covers.contains(&(place.start as usize)) {
                continue;
            }
            for (word, used) in allow.words.iter().zip(used) {
                if super::find(word).is_some_and(|known| known.code == rule.code) {
                    (*used, keep) = (true, false);
                }
            }
        }
        keep
    });
    for (allow, used) in document.allows.iter().zip(used) {
        if allow.words.is_empty() {
            report.push(malformed_allow::found(allow));
            continue;
        }
        for word in &allow.words {
            unknown_code::check_word(word, "the comment", report);
        }
        let warning =
            |word: &str| super::find(word).is_some_and(|rule| rule.severity == Severity::Warning);
        let idle: Vec<&str> = (allow.words.iter().zip(&used))
            .filter(|(word, used)| !**used && warning(word))
            .map(|(word, _)| word.value.as_str())
            .collect();
        if !idle.is_empty() {
            report.push(found(allow, &idle));
        } else if !allow.reasoned {
            report.push(unexplained_allow::found(allow));
        }
    }
}

fn found(allow: &Allow, idle: &[&str]) -> Diagnostic {
    let names = crate::report::suggest::list(idle);
    let found = Diagnostic::new(
        &RULE,
        allow.span,
        format!("the comment allows {names}, and nothing is hidden by it"),
    )
    .label("no such warning here");
    if idle.len() < allow.words.len() {
        return found.help(format!("take {names} out of it"));
    }
    let help = "take the comment out, or put it where the warning is";
    found.help(help).maybe_fix(Some(Fix::one(Applicability::Safe, allow.whole, "")))
}
