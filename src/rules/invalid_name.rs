//! CW0301: invalid-name.

use crate::report::{Applicability, Diagnostic, Fix, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0301",
    name: "invalid-name",
    severity: Severity::Error,
    summary: "a name that Kubernetes would refuse",
    explain: "Names become parts of host names, of objects' names and of folders, so they are DNS labels (RFC \
              1123): lower-case letters, digits and `-`, beginning and ending with a letter or digit, at most 63 \
              characters. A port's name has at most 62, as Istio's CRD asks for fewer than 63 while its webhook \
              would take them. Nothing is ever bent into shape: two names that differ must not become one.",
    bad: include_str!("../../tests/rules/CW0301-invalid-name/bad.toml"),
    good: include_str!("../../tests/rules/CW0301-invalid-name/good.toml"),
};

/// The longest name of a port: the CRD of `ServiceEntry` asks for `size(key) < 63` of the keys of an endpoint's `ports`.
const PORT_NAME: usize = 62;

/// Checks a name at `path`.
#[must_use]
pub fn check(name: &Spanned<String>) -> Option<Diagnostic> {
    problem(name, 63)
}

/// Checks a port's name.
#[must_use]
pub fn check_port(name: &Spanned<String>) -> Option<Diagnostic> {
    problem(name, PORT_NAME)
}

/// Whether a text is a DNS label of at most `longest` characters.
#[must_use]
pub fn is_label(text: &str, longest: usize) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty()
        && text.len() <= longest
        && text.chars().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn problem(name: &Spanned<String>, longest: usize) -> Option<Diagnostic> {
    if is_label(name, longest) {
        return None;
    }
    let shown: String = name.chars().take(100).collect::<String>().escape_debug().to_string();
    let count = name.chars().count();
    let wrong = name.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'));
    let label = match wrong {
        _ if name.is_empty() => "empty".to_owned(),
        Some(c) if c.is_ascii_uppercase() => format!("`{c}` is in upper case"),
        Some(c) => format!("`{}` is not a letter from a to z, a digit or `-`", c.escape_debug()),
        None if count > longest => format!("{count} characters, at most {longest}"),
        None => "begins or ends with `-`".to_owned(),
    };
    let lower = name.to_ascii_lowercase().replace(['_', '.', ' '], "-");
    let help = is_label(&lower, longest).then(|| format!("write `{lower}`"));
    // What is named so elsewhere has to be renamed with it.
    let fix = help.as_ref().and_then(|_| Fix::word(name, &lower));
    let fix = fix.map(|fix| Fix { applicability: Applicability::Unsafe, ..fix });
    let found =
        Diagnostic::new(&RULE, name.span, format!("`{shown}` is not a name that Kubernetes takes"));
    Some(found.label(label).maybe_help(help).maybe_fix(fix))
}
