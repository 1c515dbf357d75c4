//! CW0330: lock-damaged.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0330",
    name: "lock-damaged",
    severity: Severity::Error,
    summary: "a mesh.lock that cannot be read",
    explain: "`mesh.lock` records the address of each name. If it cannot be read, addresses would have to be given \
              anew and could move, so nothing is built. It is written by `cwc build` only and committed with the \
              document.",
    bad: include_str!("../../tests/rules/CW0330-lock-damaged/bad.lock"),
    good: include_str!("../../tests/rules/CW0330-lock-damaged/good.lock"),
};

/// A part of the lock that does not belong there.
#[must_use]
pub fn found(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("mesh.lock is damaged: {message}"))
        .label("cannot be read")
        .help(HELP)
}

/// A lock that is not TOML.
#[must_use]
pub fn syntax(problem: &Diagnostic) -> Diagnostic {
    let mut found = found(problem.primary.span, &problem.message);
    found.primary.text.clone_from(&problem.primary.text);
    found.others.clone_from(&problem.others);
    found
}

const HELP: &str = "restore it from git: `git checkout -- mesh.lock`";
