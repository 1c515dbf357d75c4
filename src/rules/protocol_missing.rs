//! CW0314: protocol-missing.

use crate::mesh::Protocol;
use crate::report::{Diagnostic, Fix, Rule, Severity, suggest};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0314",
    name: "protocol-missing",
    severity: Severity::Error,
    summary: "a port that does not say what it speaks",
    explain: "Between clusters the protocol is never guessed: what is not known to be HTTP would get no routes, \
              and what is not TCP no connection. UDP does not cross, as gateways carry TLS over TCP only.",
    bad: include_str!("../../tests/rules/CW0314-protocol-missing/bad.toml"),
    good: include_str!("../../tests/rules/CW0314-protocol-missing/good.toml"),
};

/// A port whose name begins with no protocol, and that says none.
#[must_use]
pub fn found(name: &Spanned<String>, number: u16, path: &str) -> Diagnostic {
    let port: String = name.chars().take(100).collect();
    let found = Diagnostic::new(
        &RULE,
        name.span,
        format!("`{path}.ports.{port}` does not say what it speaks"),
    );
    let words: Vec<&str> = Protocol::ALL.iter().map(|protocol| protocol.word()).collect();
    let first = port.split('-').next().unwrap_or_default();
    if matches!(first, "udp" | "quic" | "sctp") {
        return found
            .label(format!("{first} does not cross clusters"))
            .help("gateways carry TCP only: take the port out");
    }
    let guess = suggest::nearest(first, words.iter().copied());
    let guess = guess.map(|guess| port.replacen(first, guess, 1));
    let help = match &guess {
        Some(guess) => format!("did you mean `{guess}`?"),
        None => format!(
            "write `tcp-{port} = {number}` or `{port} = {{ port = {number}, protocol = \"tcp\" }}`; it is one of {}",
            words.join(" ")
        ),
    };
    let fix = guess.and_then(|guess| Fix::word(name, &guess));
    found.label("begins with no protocol").help(help).maybe_fix(fix)
}
