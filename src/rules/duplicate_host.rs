//! CW0303: duplicate-host.

use crate::report::{Diagnostic, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0303",
    name: "duplicate-host",
    severity: Severity::Error,
    summary: "one name for two services",
    explain: "A name means the same service in every cluster, so it can belong to one service only. Names are \
              compared without regard to case and through wildcards: Istio would take both, and Envoy would refuse \
              the whole route table of every new sidecar (istio/istio#45719), or one of the two would win.",
    bad: include_str!("../../tests/rules/CW0303-duplicate-host/bad.toml"),
    good: include_str!("../../tests/rules/CW0303-duplicate-host/good.toml"),
};

/// `host`, said by `service`, is a name of `other` already.
#[must_use]
pub fn found(span: Span, host: &str, service: &str, first: Span, other: &str) -> Diagnostic {
    if service == other {
        let message = format!("service `{service}` has the name `{host}` twice");
        let found = Diagnostic::new(&RULE, span, message).label("again here");
        return found.other(first, "first here").help("delete one of the two");
    }
    let message = format!("services `{other}` and `{service}` both have the name `{host}`");
    let found = Diagnostic::new(&RULE, span, message).label("again here");
    found
        .other(first, format!("a name of service `{other}`"))
        .help("give one of the two another `name`, `namespace` or entry of `hosts`")
}

/// A wildcard that covers another name.
#[must_use]
pub fn covered(span: Span, wildcard: &str, other: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&RULE, span, format!("`{wildcard}` covers `{name}`"))
        .label("covers another name")
        .other(other, format!("`{name}` comes from here"))
        .help("write each name in full; a wildcard has no address of its own")
}
