//! CW0703: malformed-allow.

use crate::document::Allow;
use crate::report::{Diagnostic, Rule, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0703",
    name: "malformed-allow",
    severity: Severity::Warning,
    summary: "a comment to cwc that it cannot read",
    explain: "A comment that begins with `cwc:` is meant for cwc, and there is one such: `# cwc: allow(CODE) the reason`, with one code or \
              name, or several with commas. Anything else would be taken for a comment that has an effect, and has none.",
    bad: include_str!("../../tests/rules/CW0703-malformed-allow/bad.toml"),
    good: include_str!("../../tests/rules/CW0703-malformed-allow/good.toml"),
};

/// A comment that cannot be read.
#[must_use]
pub fn found(allow: &Allow) -> Diagnostic {
    Diagnostic::new(&RULE, allow.span, "a comment to cwc that it cannot read")
        .label("has no effect")
        .help("write `# cwc: allow(CODE) the reason`")
}
