//! CW0404: changed-underway.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0404",
    name: "changed-underway",
    severity: Severity::Error,
    summary: "a text that Argo CD or Flux would change",
    explain: "Flux replaces `${NAME}` in what it applies, and Argo CD leaves out a whole file that holds \
              `+argocd:skip-file-rendering` anywhere. What is committed would not be what is applied.",
    bad: include_str!("../../tests/rules/CW0404-changed-underway/bad.toml"),
    good: include_str!("../../tests/rules/CW0404-changed-underway/good.toml"),
};

/// Looks for texts that the tools between git and the cluster act upon.
#[must_use]
pub fn check(text: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let (part, who) = PARTS.iter().find(|(part, _)| text.contains(part))?;
    let found = Diagnostic::new(&RULE, text.span, format!("`{path}` holds `{part}`"));
    Some(found.label(*who).help("write it in another way"))
}

const PARTS: &[(&str, &str)] = &[
    ("${", "Flux would replace it"),
    ("$$", "Flux would make one `$` of it"),
    ("+argocd:skip-file-rendering", "Argo CD would leave out the whole file"),
];
