//! CW0402: bad-weights.

use crate::document::Document;
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0402",
    name: "bad-weights",
    severity: Severity::Error,
    summary: "weights that make no whole",
    explain: "The weights of a route's destinations are per cent of its calls and make 100 together. Istio would \
              take other sums and share by proportion, so that 50 and 40 look like 90 per cent and are not.",
    bad: include_str!("../../tests/rules/CW0402-bad-weights/bad.toml"),
    good: include_str!("../../tests/rules/CW0402-bad-weights/good.toml"),
};

/// Checks the weights of every route.
pub fn check(document: &Document, report: &mut Report) {
    for (key, service) in &document.services {
        for to in service.routes.iter().filter_map(|route| route.to.given()) {
            let given: Vec<i64> =
                to.iter().filter_map(|to| to.weight.given().map(|weight| weight.value)).collect();
            let sum: i64 = given.iter().sum();
            let broken = to.iter().any(|to| to.weight.is_broken());
            let (Some(first), Some(last)) = (to.first(), to.last()) else { continue };
            let span = Span { end: last.span.end, ..first.span };
            let message = if broken || (to.len() == 1 && given.is_empty()) {
                continue;
            } else if given.len() < to.len() {
                format!(
                    "a route of service `{}` says {} of {} weights",
                    key.value,
                    given.len(),
                    to.len()
                )
            } else if sum != 100 {
                format!("the weights of a route of service `{}` make {sum}, not 100", key.value)
            } else {
                continue;
            };
            let parts: Vec<String> = given.iter().map(ToString::to_string).collect();
            let label = if parts.is_empty() { "no weight".to_owned() } else { parts.join(" + ") };
            let found = Diagnostic::new(&RULE, span, message).label(label);
            report.push(found.help(help(given.len() == to.len(), sum)));
        }
    }
}

/// The edit to make.
fn help(all: bool, sum: i64) -> String {
    match sum {
        _ if !all => "give every destination a `weight`, so that they make 100 together".to_owned(),
        ..100 => format!("add {} to one of the weights, or share it out among them", 100 - sum),
        _ => format!("take {} off one of the weights, or off several", sum - 100),
    }
}
