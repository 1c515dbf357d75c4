//! CW0415: invalid-pattern.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0415",
    name: "invalid-pattern",
    severity: Severity::Error,
    summary: "a regular expression that Envoy cannot read",
    explain: "Envoy reads regular expressions as RE2 does: brackets and parentheses in pairs, something before every \
              `*`, `+` and `?`, and neither looking around (`(?=`, `(?!`, `(?<=`) nor back references (`\\1`). They \
              match the whole text, not a part of it. One that cannot be read makes Istio's webhook refuse the \
              VirtualService.",
    bad: include_str!("../../tests/rules/CW0415-invalid-pattern/bad.toml"),
    good: include_str!("../../tests/rules/CW0415-invalid-pattern/good.toml"),
};

/// Checks a regular expression.
#[must_use]
pub fn check(text: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let problem = problem(text)?;
    let path: String = path.chars().take(200).collect();
    let message = format!("`{path}` is no regular expression of RE2");
    let found = Diagnostic::new(&RULE, text.span, message).label(problem);
    Some(found.help(
        "mend it, or match by `prefix`; a mark that stands for itself gets a backslash before it",
    ))
}

/// What keeps a text from being a regular expression, of all that is usually mistaken.
fn problem(text: &str) -> Option<&'static str> {
    let mut open = 0_usize;
    let mut can_repeat = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        match c {
            '\\' => match rest.next() {
                None => return Some("ends in a backslash"),
                Some('1'..='9') => return Some("RE2 knows no back references"),
                Some(_) => can_repeat = true,
            },
            '[' => {
                let Some(length) = class(after) else { return Some("a bracket is not closed") };
                rest = after.get(length..).unwrap_or_default().chars();
                can_repeat = true;
            }
            '(' => {
                let around = ["?=", "?!", "?<=", "?<!"];
                if around.iter().any(|mark| after.starts_with(mark)) {
                    return Some("RE2 does not look ahead or behind");
                }
                if after.starts_with('?') {
                    rest.next();
                }
                open += 1;
                can_repeat = false;
            }
            ')' if open == 0 => return Some("a parenthesis is closed that was not opened"),
            ')' => {
                open -= 1;
                can_repeat = true;
            }
            '*' | '+' | '?' if !can_repeat => {
                return Some("nothing stands before the mark that repeats it");
            }
            '*' | '+' | '?' => {
                // One `?` may follow, for as few as possible.
                if after.starts_with('?') {
                    rest.next();
                }
                can_repeat = false;
            }
            '|' | '^' => can_repeat = false,
            _ => can_repeat = true,
        }
    }
    (open > 0).then_some("a parenthesis is not closed")
}

/// How long a class of characters is, behind its opening bracket and up to the closing one.
fn class(text: &str) -> Option<usize> {
    let negated = text.strip_prefix('^').unwrap_or(text);
    // A closing bracket that comes first stands for itself.
    let inner = negated.strip_prefix(']').unwrap_or(negated);
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' if chars.as_str().starts_with(':') => {
                let named = chars.as_str().find(":]")? + 2;
                chars = inner.char_indices();
                while chars.offset() < at + 1 + named {
                    chars.next()?;
                }
            }
            ']' => return Some(text.len() - inner.len() + at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_re2_reads_is_taken() {
        for text in [
            "",
            "v[0-9]+",
            "/api/(v1|v2)/.*",
            "(?i)jason",
            "(?P<user>[a-z]+)?",
            "a{2,3}",
            r"\d+\.\d+",
            "[]x]",
            "[^]]+",
            "[[:alpha:]]+",
            r"[\]]*?",
            "^a|b$",
            r"\*",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }

    #[test]
    fn what_it_does_not_is_refused() {
        for text in [
            "(",
            "a)",
            "[a-z",
            "*",
            "a**",
            "(+)",
            "a|?",
            r"a\",
            r"(a)\1",
            "(?=a)",
            "(?<!a)b",
            "[[:alpha:]",
        ] {
            assert!(problem(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_class_ends_at_the_bracket_that_closes_it() {
        for (text, length) in [
            ("a]b", Some(2)),
            ("]a]b", Some(3)),
            ("^]a]b", Some(4)),
            (r"\]a]b", Some(4)),
            ("[a]b", Some(3)),
            ("[:alpha:]a]b", Some(11)),
            ("[:alpha]b", None),
            ("a", None),
        ] {
            assert_eq!(class(text), length, "{text}");
        }
    }
}
