//! The list of diagnostics: `docs/diagnostics.md`, whole.
//!
//! Enters: the rules, and how each draws its bad example. Leaves: the page. Its words are those of `cwc explain`.

use crate::report::{Rule, Severity};
use crate::rules::{self, hidden_character};

const HEAD: &str = "\
# Diagnostics

Every problem that cwc reports has a code and a name; both are public and neither is ever given to another problem.
`cwc explain CODE` says what this page says of it, and `cwc explain --all` lists them. An error means that nothing is built; a
warning can be allowed, by its code or its name:

```toml
[lint]
allow = [\"region-missing\"]
```

The first two digits say what it is about: 00 the file, 01 the shape of the document, 02 references, 03 names, ports and
addresses, 04 Istio and Kubernetes, 05 exposure, 06 gateways, 09 the output.

The page is made from the rules in `src/rules/`; the examples are tests.

";

/// The page; `drawn` gives what cwc prints for a rule's bad example, where that is recorded.
#[must_use]
pub fn page(drawn: impl Fn(&Rule) -> Option<String>) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("| code | name | | reports |\n|---|---|---|---|\n");
    for (rule, _) in rules::ALL {
        let (code, name, summary) = (rule.code, rule.name, rule.summary);
        let anchor = format!("{}-{name}", code.to_ascii_lowercase());
        let word = severity(rule);
        text.push_str(&format!("| [{code}](#{anchor}) | `{name}` | {word} | {summary} |\n"));
    }
    for (rule, _) in rules::ALL {
        let word = severity(rule);
        text.push_str(&format!(
            "\n## {} {}\n\n**{word}:** {}\n\n{}\n",
            rule.code, rule.name, rule.summary, rule.explain
        ));
        // What no text could show is described in brackets.
        let language = if rule.bad.starts_with('(') { "text" } else { "toml" };
        text.push_str(&block("Bad", language, rule.bad));
        text.push_str(
            &drawn(rule).map(|drawn| block("cwc says", "text", &drawn)).unwrap_or_default(),
        );
        text.push_str(&block("Good", "toml", rule.good));
    }
    text
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A block of code; what cannot be seen is written as an escape, and a block of nothing is left out.
fn block(title: &str, language: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let hidden = |c: char| c != '\n' && hidden_character::is_hidden(c);
    let shown: String = text
        .chars()
        .map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() })
        .collect();
    format!("\n{title}:\n\n```{language}\n{}\n```\n", shown.trim_end())
}
