//! JUnit's XML, as Jenkins and most other CI systems read it: a suite a document, a case a finding.
//!
//! What the exit status is 1 for is a failure; any other finding is a case that passes and says so. There are no times in it, so that
//! the same findings give the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::finding::{Finding, Listing};

/// The report; a document without findings has one case, which passes.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let mut suites: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for path in &listing.examined {
        suites.entry(path).or_default();
    }
    for found in listing.findings() {
        suites.entry(&found.place.path).or_default().push(found);
    }
    let mut out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cwc\">\n".to_owned();
    for (path, findings) in suites {
        let failures = findings.iter().filter(|found| found.fails).count();
        let (name, tests) = (escaped(path), findings.len().max(1));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
        );
        if findings.is_empty() {
            let verb = escaped(listing.command);
            let _ = writeln!(out, "    <testcase name=\"{verb}\" classname=\"{name}\"/>");
        }
        findings.iter().for_each(|found| case(found, &name, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn case(found: &Finding, suite: &str, out: &mut String) {
    let (id, start) = (found.kind.id, found.place.start());
    let about = if found.kind.name == id { String::new() } else { format!(" {}", found.kind.name) };
    // A case is known again by its name, so a line is part of it only where there is nothing else.
    let behind = match (found.subject.as_str(), &found.place.region) {
        ("", None) => String::new(),
        ("", Some(_)) => format!(" at {}:{}", start.line, start.column),
        (subject, _) => format!(" {subject}"),
    };
    let name = escaped(&format!("{id}{about}{behind}"));
    let help = found.help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
    let place = match found.place.region {
        None => found.place.path.clone(),
        Some(_) => format!("{}:{}:{}", found.place.path, start.line, start.column),
    };
    let text = escaped(&format!("{place}: {}{help}", found.message));
    let (message, level) = (escaped(&found.message), found.level.word());
    let inside = if found.fails {
        format!("<failure type=\"{level}\" message=\"{message}\">{text}</failure>")
    } else {
        format!("<system-out>{level}: {text}</system-out>")
    };
    let _ = writeln!(
        out,
        "    <testcase name=\"{name}\" classname=\"{suite}\">\n      {inside}\n    </testcase>"
    );
}

/// A text as XML holds it, in an attribute too. Characters that XML has no way to write were made visible already.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_is_no_markup() {
        assert_eq!(
            super::escaped("<a b=\"c\">&\n\u{1}"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#10;\u{fffd}"
        );
    }
}
