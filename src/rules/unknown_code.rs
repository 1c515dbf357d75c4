//! CW0204: unknown-code.

use crate::document::Document;
use crate::report::{Diagnostic, Fix, Report, Rule, Severity, suggest};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0204",
    name: "unknown-code",
    severity: Severity::Warning,
    summary: "an allowed code that is no warning's",
    explain: "`allow` of `[lint]`, and a comment `# cwc: allow(CODE) the reason`, take the codes or names that `cwc explain --all` lists, and only those of warnings: an \
              error says that what would be built is wrong, so it cannot be allowed.",
    bad: include_str!("../../tests/rules/CW0204-unknown-code/bad.toml"),
    good: include_str!("../../tests/rules/CW0204-unknown-code/good.toml"),
};

/// Checks what `[lint]` allows.
pub fn check(document: &Document, report: &mut Report) {
    for word in &document.lint.allow {
        check_word(word, "`[lint]`", report);
    }
}

/// Checks one word of `who`.
pub fn check_word(word: &Spanned<String>, who: &str, report: &mut Report) {
    let rule = super::find(word);
    let (message, label, help, fix) = match rule {
        Some(rule) if rule.severity == Severity::Warning => return,
        Some(rule) => (
            format!("`{}` is an error and cannot be allowed", word.value),
            "only warnings can be",
            format!("take it out; `cwc explain {}` says what the rule is for", rule.code),
            None,
        ),
        None => {
            let words = super::ALL.iter().flat_map(|(rule, _)| [rule.code, rule.name]);
            let guess = suggest::nearest(word, words);
            let help = guess.map_or_else(
                || "`cwc explain --all` lists the rules".to_owned(),
                |word| format!("did you mean `{word}`?"),
            );
            let fix = guess.and_then(|guess| Fix::word(word, guess));
            (format!("{who} allows unknown rule `{}`", word.value), "no such rule", help, fix)
        }
    };
    report.push(Diagnostic::new(&RULE, word.span, message).label(label).help(help).maybe_fix(fix));
}
