//! CW0002: not-text.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::{File, Span};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0002",
    name: "not-text",
    severity: Severity::Error,
    summary: "the file is not UTF-8 text",
    explain: "A mesh.toml is UTF-8 text. Other encodings are refused whole, as guessing at a character could \
              change a name. Editors on Windows sometimes save UTF-16; they can all save UTF-8 as well.",
    bad: "(the file as saved by an editor set to UTF-16)\n",
    good: include_str!("../../tests/rules/CW0002-not-text/good.toml"),
};

/// What is wrong with bytes that are not text, and from which byte on.
#[must_use]
pub fn found(bytes: &[u8], at: usize, file: File) -> Diagnostic {
    let span = Span::new(file, 0..0);
    let message = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16, not UTF-8".to_owned(),
        _ => format!("the file is not UTF-8: byte {at} begins no character"),
    };
    Diagnostic::new(&RULE, span, message).help("save the file as UTF-8")
}
