//! CW0451: keepalive-seconds.

use std::time::Duration;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0451",
    name: "keepalive-seconds",
    severity: Severity::Error,
    summary: "a time of `keepalive` that the kernel cannot be told",
    explain: "TCP's keepalive counts in whole seconds, and Linux takes 1 to 32767 of them. Istio cuts fractions off: \
              `500ms` would be 0, which means something else.",
    bad: include_str!("../../tests/rules/CW0451-keepalive-seconds/bad.toml"),
    good: include_str!("../../tests/rules/CW0451-keepalive-seconds/good.toml"),
};

/// Linux's `MAX_TCP_KEEPIDLE` and `MAX_TCP_KEEPINTVL`.
const MOST: u64 = 32_767;

/// A time that is not whole seconds, or too many.
#[must_use]
pub fn check(time: &Spanned<Duration>, path: &str) -> Option<Diagnostic> {
    let whole = time.subsec_nanos() == 0;
    if whole && (1..=MOST).contains(&time.as_secs()) {
        return None;
    }
    let message = if whole {
        format!("`{path}` is more than {MOST} seconds")
    } else {
        format!("`{path}` is not a number of whole seconds")
    };
    let found =
        Diagnostic::new(&RULE, time.span, message).label("must be whole seconds, 1 to 32767");
    Some(found.help("write it as `10s`"))
}
