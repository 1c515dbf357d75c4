//! CW0446: unused-kubeconfig.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0446",
    name: "unused-kubeconfig",
    severity: Severity::Warning,
    summary: "a kubeconfig of which no context is used",
    explain: "`kubeconfig` says in which file the `context` of a cluster is found. `cwc ui` looks at clusters that have a \
              `context`, and never takes whichever one a kubeconfig happens to have as its current one: that may be \
              another cluster tomorrow.",
    bad: include_str!("../../tests/rules/CW0446-unused-kubeconfig/bad.toml"),
    good: include_str!("../../tests/rules/CW0446-unused-kubeconfig/good.toml"),
};

/// A `kubeconfig` without a `context`, by the place of its file's name.
#[must_use]
pub fn found(span: Span) -> Diagnostic {
    Diagnostic::new(&RULE, span, "a cluster has a `kubeconfig` and no `context`")
        .label("has no effect")
        .help("add `context = \"…\"`, as `kubectl config get-contexts` lists them, or take it out")
}
