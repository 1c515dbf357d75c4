//! CW0403: unsupported-istio.

use crate::document::IstioVersion;
use crate::report::{Diagnostic, Fix, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0403",
    name: "unsupported-istio",
    severity: Severity::Error,
    summary: "a release of Istio that is not compiled for",
    explain: "What cwc generates works on Istio 1.24 and newer. Older releases lack what it relies on; 1.23 and \
              before are no longer maintained.",
    bad: include_str!("../../tests/rules/CW0403-unsupported-istio/bad.toml"),
    good: include_str!("../../tests/rules/CW0403-unsupported-istio/good.toml"),
};

/// The oldest minor release of Istio 1 that is compiled for.
const OLDEST: u32 = 24;

/// Reads a release.
///
/// # Errors
/// A diagnostic for a text that is none, or for a release that is too old.
pub fn parse(text: &Spanned<String>, path: &str) -> Result<IstioVersion, Diagnostic> {
    let shown: String = text.chars().take(100).collect();
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| -> Option<u32> {
        let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain { part.parse().ok() } else { None }
    };
    let numbers: Vec<Option<u32>> = parts.iter().map(number).collect();
    match numbers.as_slice() {
        [Some(1), Some(minor)] if *minor >= OLDEST => Ok(IstioVersion { major: 1, minor: *minor }),
        [Some(1), Some(minor), Some(_)] if *minor >= OLDEST => Err(Diagnostic::new(
            &RULE,
            text.span,
            format!("`{path}` is `{shown}`, with a patch number"),
        )
        .label("the patch number has no effect")
        .help(format!("write `1.{minor}`"))
        .maybe_fix(Fix::respelt(text, &format!("1.{minor}")))),
        [Some(0 | 1), Some(_), ..] => {
            Err(Diagnostic::new(&RULE, text.span, format!("Istio {shown} is too old"))
                .label("1.24 or newer")
                .help("update Istio first; cwc compiles for 1.24 and newer"))
        }
        _ => Err(Diagnostic::new(
            &RULE,
            text.span,
            format!("`{path}` is `{}`, which is no release of Istio", shown.escape_debug()),
        )
        .label("not a release")
        .help("write it as `1.24`")),
    }
}
