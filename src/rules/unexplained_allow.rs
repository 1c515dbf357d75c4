//! CW0702: unexplained-allow.

use crate::document::Allow;
use crate::report::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0702",
    name: "unexplained-allow",
    severity: Severity::Warning,
    summary: "a comment that allows a warning and does not say why",
    explain: "A warning that is allowed without a reason cannot be judged by whoever reads the document next: was it looked into, or only \
              in the way? The reason stands behind the bracket: `# cwc: allow(CW0503) the gateway's own service`.",
    bad: include_str!("../../tests/rules/CW0702-unexplained-allow/bad.toml"),
    good: include_str!("../../tests/rules/CW0702-unexplained-allow/good.toml"),
};

/// A comment without a reason.
#[must_use]
pub fn found(allow: &Allow) -> Diagnostic {
    Diagnostic::new(&RULE, allow.span, "the comment does not say why it allows the warning")
        .label("no reason behind the bracket")
        .help("write the reason behind it, as `# cwc: allow(CODE) the reason`")
}
