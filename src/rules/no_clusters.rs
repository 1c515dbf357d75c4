//! CW0108: no-clusters.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0108",
    name: "no-clusters",
    severity: Severity::Error,
    summary: "the document has no cluster",
    explain: "Without a cluster there is nothing to compile to. An empty document never means that everything is \
              to be removed.",
    bad: include_str!("../../tests/rules/CW0108-no-clusters/bad.toml"),
    good: include_str!("../../tests/rules/CW0108-no-clusters/good.toml"),
};

/// A document without clusters.
#[must_use]
pub fn found(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "the document has no cluster")
        .help("add a table such as `[clusters.east]`; `cwc init` writes an example")
}
