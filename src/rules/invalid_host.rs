//! CW0305: invalid-host.

use super::invalid_name::is_label;
use crate::report::{Diagnostic, Fix, Rule, Severity};
use crate::span::{Span, Spanned};

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0305",
    name: "invalid-host",
    severity: Severity::Error,
    summary: "a host name that cannot be one",
    explain: "A host name is made of DNS labels with dots between them, in lower case, at least two, together at \
              most 253 characters; the last label is not a number, and there is no dot at the end. Istio lets more \
              through, and what it lets through has crashed sidecars: two hosts that differ in case make Envoy \
              refuse the whole route table. Wildcards are refused because a wildcard has no address, so TCP could \
              never be told apart. Names with other letters are written in their ASCII form (`xn--…`).",
    bad: include_str!("../../tests/rules/CW0305-invalid-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0305-invalid-host/good.toml"),
};

/// Checks a host name.
#[must_use]
pub fn check(host: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let label = match problem(host) {
        Some(problem) => problem,
        None if host.contains('.') => return None,
        None => "a single label: pods would take it for a Kubernetes Service".to_owned(),
    };
    Some(diagnostic(host, path, &label, is_host))
}

/// Checks a suffix of host names, which may be a single label.
#[must_use]
pub fn check_domain(host: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let sound = |text: &str| problem(text).is_none();
    Some(diagnostic(host, path, &problem(host)?, sound))
}

/// Checks a host of an Istio object: a host name, `*`, or a suffix of host names behind `*.`.
#[must_use]
pub fn check_pattern(host: &Spanned<String>, path: &str) -> Option<Diagnostic> {
    let Some(below) = host.strip_prefix("*.") else {
        return if host.value == "*" { None } else { check(host, path) };
    };
    let sound = |text: &str| text.strip_prefix("*.").is_some_and(|below| problem(below).is_none());
    Some(diagnostic(host, path, &problem(below)?, sound))
}

fn is_host(text: &str) -> bool {
    text.contains('.') && problem(text).is_none()
}

/// What keeps a text from being a host name.
pub(super) fn problem(host: &str) -> Option<String> {
    let last = host.rsplit('.').next().unwrap_or(host);
    let wrong = host
        .chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.')));
    Some(match wrong {
        _ if host.is_empty() => "empty".to_owned(),
        Some(c) if c.is_ascii_uppercase() => "host names are written in lower case".to_owned(),
        Some(c) if c.is_alphanumeric() => format!("`{c}` is not ASCII: write the `xn--` form"),
        Some('*') => "a wildcard has no address".to_owned(),
        Some(c) => format!("`{}` cannot stand in a host name", c.escape_debug()),
        None if host.len() > 253 => format!("{} characters, at most 253", host.len()),
        None if host.ends_with('.') => "ends with a dot".to_owned(),
        None => {
            let unsound = |label: &&str| label.starts_with("xn--") && !is_punycode(label);
            if let Some(label) = host.split('.').find(unsound) {
                format!("`{label}` encodes no name")
            } else if let Some(label) = host.split('.').find(|label| !is_label(label, 63)) {
                format!("`{}` is not a DNS label", label.chars().take(80).collect::<String>())
            } else if last.bytes().all(|byte| byte.is_ascii_digit()) {
                "the last label is a number".to_owned()
            } else {
                return None;
            }
        }
    })
}

/// Whether an `xn--` label could have come from a name with other letters: something is encoded behind its last `-`.
fn is_punycode(label: &str) -> bool {
    let encoded = label.trim_start_matches("xn--");
    let tail = encoded.rsplit('-').next().unwrap_or(encoded);
    is_label(label, 63) && !tail.is_empty() && encoded.len() > 1
}

/// A text that is no host name; what it would be in lower case and without a dot at its end is offered where that is `sound`.
fn diagnostic(
    host: &Spanned<String>,
    path: &str,
    label: &str,
    sound: impl Fn(&str) -> bool,
) -> Diagnostic {
    let shown = host.chars().take(100).collect::<String>();
    let message = format!("`{path}` is `{}`, which is not a host name", shown.escape_debug());
    let bare = host.trim_end_matches('.').to_ascii_lowercase();
    let found = Diagnostic::new(&RULE, host.span, message).label(label);
    if sound(&bare) {
        found.help(format!("write `{bare}`")).maybe_fix(Fix::respelt(host, &bare))
    } else {
        found
    }
}

/// A name with letters in upper case.
#[must_use]
pub fn upper_case(host: &Spanned<String>, path: &str) -> Diagnostic {
    diagnostic(host, path, "host names are written in lower case", is_host)
}

/// A name of a service that is a wildcard.
#[must_use]
pub fn wildcard(span: Span, host: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{host}` is a wildcard"))
        .label("a wildcard has no address")
        .help("write each name in full")
}

/// A backend's host that is no Kubernetes Service.
#[must_use]
pub fn not_a_kubernetes_service(
    host: &Spanned<String>,
    service: &Spanned<String>,
    cluster: &Spanned<String>,
) -> Diagnostic {
    let message = format!(
        "the backend of service `{}` in `{}` is not named as a Kubernetes Service",
        service.value, cluster.value
    );
    Diagnostic::new(&RULE, host.span, message)
        .label("no `<name>.<namespace>.svc.<domain>`")
        .help("write the full name, as `reviews.bookinfo.svc.cluster.local`")
}
