//! CW0103: missing-key.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0103",
    name: "missing-key",
    severity: Severity::Error,
    summary: "a key that must be there is not",
    explain: "Most keys have a default that is safe. Those without one, such as a service's ports, must be \
              written, by the service or in `[defaults]`.",
    bad: include_str!("../../tests/rules/CW0103-missing-key/bad.toml"),
    good: include_str!("../../tests/rules/CW0103-missing-key/good.toml"),
};

/// A key that `table` at `path` must have.
#[must_use]
pub fn found(table: &Spanned<String>, path: &str, key: &str) -> Diagnostic {
    Diagnostic::new(&RULE, table.span, format!("`{path}` has no `{key}`"))
        .label(format!("`{key}` is missing"))
        .help(format!("add `{key} = …`"))
}

/// A key that a service or `[defaults]` must have.
#[must_use]
pub fn in_service_or_defaults(service: &Spanned<String>, key: &str, example: &str) -> Diagnostic {
    let name = &service.value;
    Diagnostic::new(
        &RULE,
        service.span,
        format!("`services.{name}` has no `{key}`, and `[defaults]` says none"),
    )
    .label(format!("`{key}` is missing"))
    .help(format!("add `{key} = {example}` here or to `[defaults]`"))
}
