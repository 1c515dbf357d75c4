//! CW0414: invalid-http.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0414",
    name: "invalid-http",
    severity: Severity::Error,
    summary: "a header, method, path or retry condition that HTTP or Envoy does not have",
    explain: "Names of headers and methods are tokens, paths begin with `/`, and in the value of a header that is set \
              or added a `%` begins a variable of Envoy's and is doubled to stand for itself. Istio's admission \
              webhook refuses a VirtualService that has others, or a route that no call matches would be kept.",
    bad: include_str!("../../tests/rules/CW0414-invalid-http/bad.toml"),
    good: include_str!("../../tests/rules/CW0414-invalid-http/good.toml"),
};

/// What `retry_on` may hold besides status codes: `supportedRetryOnPolicies` in Istio's `pkg/config/validation/validation.go`.
const CONDITIONS: &[&str] = &[
    "5xx",
    "cancelled",
    "connect-failure",
    "deadline-exceeded",
    "envoy-ratelimited",
    "gateway-error",
    "http3-post-connect-failure",
    "internal",
    "refused-stream",
    "reset",
    "reset-before-request",
    "resource-exhausted",
    "retriable-4xx",
    "retriable-headers",
    "retriable-status-codes",
    "unavailable",
];

/// Checks the name of a header; `Host` is changed by `rewrite`.
#[must_use]
pub fn header(name: &Spanned<String>, path: &str, edited: bool) -> Option<Diagnostic> {
    if edited && name.eq_ignore_ascii_case("host") {
        let found = found(name, path, "which is not changed as a header");
        return Some(found.help("say `rewrite = { authority = \"HOST\" }`"));
    }
    let found = found(name, path, "which is no name of a header");
    (!is_token(name)).then(|| found.help("write letters, digits and `-`, as `x-request-id`"))
}

/// Checks the name of a query parameter.
#[must_use]
pub fn parameter(name: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let found = found(name, path, "which is no name of a query parameter");
    name.is_empty().then(|| found.help("write what stands before the `=`"))
}

/// Checks the value of a header that is set or added; what cannot be seen in a text is CW0007.
#[must_use]
pub fn header_value(value: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let found = found(value, path, "which is no value of a header");
    let help =
        "double a `%` that stands for itself, or end the variable with another: `%HOSTNAME%`";
    (!has_whole_variables(value)).then(|| found.help(help))
}

/// Checks a method.
#[must_use]
pub fn method(method: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let upper = method.to_ascii_uppercase();
    let found = found(method, path, "which is no HTTP method");
    (!is_token(method) || upper != method.value).then(|| {
        found.help(if is_token(&upper) {
            format!("write `{upper}`")
        } else {
            "write it as `GET`".to_owned()
        })
    })
}

/// Checks a path, or what one begins with.
#[must_use]
pub fn path(text: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let found = found(text, path, "which no path begins with");
    (!text.starts_with('/')).then(|| found.help(format!("write `/{}`", clip(text))))
}

/// Checks on what a call is tried again.
#[must_use]
pub fn conditions(text: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let status = |word: &str| word.parse().is_ok_and(|code: u16| (100..600).contains(&code));
    let wrong = text.split(',').find(|word| !status(word) && !CONDITIONS.contains(word))?;
    let message = format!("`{path}` holds `{}`, on which Envoy cannot try again", clip(wrong));
    let found = Diagnostic::new(&RULE, text.span, message).label("not a condition");
    Some(found.help("write conditions of Envoy's `retry_on`, with commas and no blanks between them: `connect-failure,503`"))
}

fn found(text: &Spanned<String>, path: &str, message: &str) -> Diagnostic {
    let message = format!("`{}` is `{}`, {message}", clip(path), clip(text));
    Diagnostic::new(&RULE, text.span, message).label("cannot be meant")
}

fn clip(text: &str) -> String {
    text.chars().take(100).collect::<String>().escape_debug().to_string()
}

/// A token of RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    let marks = "!#$%&'*+-.^_`|~";
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
}

/// Whether every `%` is doubled or one of two around a variable.
fn has_whole_variables(text: &str) -> bool {
    text.replace("%%", "").split('%').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_between_two_marks() {
        assert!(has_whole_variables("a%%b"));
        assert!(has_whole_variables("on %HOSTNAME% now"));
        assert!(has_whole_variables(""));
        assert!(!has_whole_variables("100%"));
        assert!(!has_whole_variables("abc%123"));
    }
}
