//! CW0104: unknown-value.

use crate::report::{Diagnostic, Fix, Rule, Severity, suggest};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0104",
    name: "unknown-value",
    severity: Severity::Error,
    summary: "a word that the key does not know",
    explain: "Some keys take one of a few words. They are written in lower case.",
    bad: include_str!("../../tests/rules/CW0104-unknown-value/bad.toml"),
    good: include_str!("../../tests/rules/CW0104-unknown-value/good.toml"),
};

/// A word that is none of `known`.
pub fn found<'k>(
    text: &Spanned<String>,
    path: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Diagnostic {
    let word: String = text.chars().take(100).collect();
    let guess = suggest::nearest(text, known.clone());
    let help = match guess {
        Some(guess) => format!("did you mean `{guess}`?"),
        None => format!("it is one of {}", suggest::list(&known.collect::<Vec<_>>())),
    };
    Diagnostic::new(&RULE, text.span, format!("`{path}` cannot be `{word}`"))
        .label("unknown word")
        .help(help)
        .maybe_fix(guess.and_then(|guess| Fix::word(text, guess)))
}
