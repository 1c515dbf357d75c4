//! CW0007: hidden-character.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0007",
    name: "hidden-character",
    severity: Severity::Error,
    summary: "a string holds a character that cannot be seen",
    explain: "Control characters, zero-width characters and those that turn the direction of text make a string \
              look like another one. None of them has a place in a name, an address or a label, and a review would \
              not see them.",
    bad: include_str!("../../tests/rules/CW0007-hidden-character/bad.toml"),
    good: include_str!("../../tests/rules/CW0007-hidden-character/good.toml"),
};

/// Looks for characters that cannot be seen.
#[must_use]
pub fn check(text: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let hidden = text.chars().find(|c| is_hidden(*c))?;
    let message = format!("`{path}` holds a character that cannot be seen");
    Some(
        Diagnostic::new(&RULE, text.span, message)
            .label(format!("U+{:04X}", u32::from(hidden)))
            .help("delete it; copying from a web page often brings it along"),
    )
}

/// Whether a character cannot be seen.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
