//! CW0106: invalid-duration.

use std::time::Duration;

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0106",
    name: "invalid-duration",
    severity: Severity::Error,
    summary: "a duration that cannot be read",
    explain: "Durations are written as Istio's Go code reads them: whole numbers with a unit, `h`, `m`, `s` or \
              `ms`, one behind the other. The shortest is `1ms`, as Envoy counts in milliseconds.",
    bad: include_str!("../../tests/rules/CW0106-invalid-duration/bad.toml"),
    good: include_str!("../../tests/rules/CW0106-invalid-duration/good.toml"),
};

/// Reads a duration.
///
/// # Errors
/// A diagnostic for a text that is none, or for one of nothing.
pub fn parse(text: &Spanned<String>, path: &str) -> Result<Duration, Diagnostic> {
    let wrong = || {
        let shown: String = text.chars().take(100).collect();
        Diagnostic::new(&RULE, text.span, format!("`{path}` is `{shown}`, which is not a duration"))
            .label("not a duration")
            .help("write it as `10s`, `500ms` or `1m30s`, from `1ms` to `87600h`")
    };
    let mut total = Duration::ZERO;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, behind) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let letters = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        let millis = match unit {
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1000,
            "ms" => 1,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(millis).map(Duration::from_millis).ok_or_else(wrong)?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = behind;
    }
    // Ten years: far beyond any use, and below what protobuf's durations hold.
    let most = Duration::from_hours(87_600);
    if total.is_zero() || total > most { Err(wrong()) } else { Ok(total) }
}
